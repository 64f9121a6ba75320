// The key-value section of a GGUF file. Numbers, short texts and short numeric arrays are kept; vocabularies,
// templates and everything else long is skipped, only its length is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/byte_cursor.h"

namespace edgefit {

/// One value. `items` and `text` are empty when they were too long to keep; `count` is always true.
struct GgufValue {
  std::optional<double> number;  ///< of a number or bool
  std::string text;              ///< of a string
  std::vector<double> items;     ///< of an array of numbers or bools
  uint64_t count = 0;            ///< items of an array, bytes of a string
  bool is_array = false;
};

class GgufMetadata {
 public:
  const GgufValue* find(std::string_view key) const;
  std::optional<double> number(std::string_view key) const;
  /// Empty when absent or no string.
  std::string text(std::string_view key) const;
  size_t size() const { return values_.size(); }
  /// False when the key was there before.
  bool insert(std::string key, GgufValue value);

 private:
  std::unordered_map<std::string, GgufValue> values_;
};

/// Reads `count` pairs. On failure the cursor has failed and its problem names the pair.
GgufMetadata read_gguf_metadata(ByteCursor& cursor, uint64_t count);

}  // namespace edgefit
