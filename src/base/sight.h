// What code that follows a machine's links and layers may ask: texts, names, targets of links. An audit answers from
// what it keeps for its recording, everything else straight from the machine, and both share one set of rules.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"

namespace edgefit {

/// Answers stay where they are as long as the Sight does.
class Sight {
 public:
  using Names = std::vector<std::string>;
  /// What of a text may be seen.
  using Filter = std::string (*)(std::string_view text);

  virtual ~Sight() = default;
  /// The whole text; one of `limit` bytes or more cannot be read. Without a filter ids (UUIDs, MAC addresses) are
  /// hidden.
  virtual const Seen<std::string>& read(const std::string& path, Filter filter = nullptr,
                                        size_t limit = 64 << 10) const = 0;
  virtual const Seen<Names>& list(const std::string& path, size_t limit = 4096) const = 0;
  /// The path without any link in it.
  virtual const Seen<std::string>& resolve(const std::string& path) const = 0;

 protected:
  Sight() = default;
  Sight(const Sight&) = default;
  Sight& operator=(const Sight&) = default;
};

/// One look each, at a machine or at a recorded one.
Seen<std::string> read_whole(const Root& root, const std::string& path, Sight::Filter filter, size_t limit);
Seen<std::string> resolve_in(const Root& root, const std::string& path);

/// A root folder as it is, each question asked once.
class RootSight final : public Sight {
 public:
  explicit RootSight(const Root& root) : root_(root) {}
  const Seen<std::string>& read(const std::string& path, Filter filter = nullptr,
                                size_t limit = 64 << 10) const override;
  const Seen<Names>& list(const std::string& path, size_t limit = 4096) const override;
  const Seen<std::string>& resolve(const std::string& path) const override;

 private:
  const Root& root_;
  mutable std::map<std::string, Seen<std::string>, std::less<>> texts_, links_;
  mutable std::map<std::string, Seen<Names>, std::less<>> lists_;
};

}  // namespace edgefit
