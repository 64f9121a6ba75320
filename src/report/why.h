// Every figure of an Answer under a unique id, with the node that tells how it was computed.
// The JSON `why` table and `edgefit explain` are two views of this list.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edgefit/answer.h"

namespace edgefit {

/// `node` is null for a figure that was computed without a Trace or is a plain constant.
struct WhyEntry {
  std::string id;  ///< "gpu0.kv_cache", "decode", or the name of a part: "k_row"
  const Node* node = nullptr;
  double value = 0;
  const char* unit = "1";
  const Line* line = nullptr;  ///< of the bill of bytes, else null
};

class Why {
 public:
  explicit Why(const Answer& answer);

  /// Lines by pool, then speeds, then the named parts in the order in which they are first mentioned.
  const std::vector<WhyEntry>& entries() const { return entries_; }
  /// The entry that stands for this figure or named part; null when there is none.
  const WhyEntry* find(const Node* node) const;
  /// The entry of a line of this answer's bill of bytes.
  const WhyEntry* find(const Line& line) const;
  /// Entries that the user may mean by `term`: an id, the part behind its dot, or all of a pool. May be empty.
  std::vector<const WhyEntry*> matching(std::string_view term) const;
  /// Ids and the names that stand for them in `explain`, each once.
  std::vector<std::string> terms() const;

 private:
  void add(std::string id, const Node* node, double value, const char* unit, const Line* line = nullptr);
  void add_parts();
  std::vector<WhyEntry> entries_;
};

/// The given numbers and named parts of a formula; a given number that is a figure by itself is its own input.
std::vector<const Node*> parts_of(const Node& node);
/// The given numbers below `nodes`, each name and origin once.
std::vector<const Node*> givens_below(const std::vector<const Node*>& nodes);

}  // namespace edgefit
