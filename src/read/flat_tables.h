// Reads FlatBuffers tables by position, straight from a file: only the bytes that are asked for are read, because the
// weights of a model lie between its tables. Sticky: after the first failure every read gives 0.
// Layout: "FlatBuffer Internals" of the FlatBuffers documentation.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/byte_cursor.h"
#include "edgefit/result.h"

namespace edgefit {

struct FlatVector {
  uint64_t start = 0, count = 0;
};

class FlatTables {
 public:
  explicit FlatTables(const ByteSource& source) : source_(source) {}

  bool failed() const { return problem_.has_value(); }
  const Problem& problem() const { return *problem_; }
  void fail(std::string what);

  uint8_t u8(uint64_t position) { return static_cast<uint8_t>(little(position, 1)); }
  uint32_t u32(uint64_t position) { return static_cast<uint32_t>(little(position, 4)); }
  int32_t i32(uint64_t position) { return static_cast<int32_t>(u32(position)); }
  uint64_t u64(uint64_t position) { return little(position, 8); }

  /// Where the offset at `position` leads.
  uint64_t follow(uint64_t position);
  /// Position of a field of the table at `table`; nothing when the table leaves it out.
  std::optional<uint64_t> field(uint64_t table, unsigned index);
  uint8_t u8_of(uint64_t table, unsigned index);
  uint32_t u32_of(uint64_t table, unsigned index);
  uint64_t u64_of(uint64_t table, unsigned index);
  /// The list at a field, empty when left out; its items lie within the file.
  FlatVector vector(uint64_t table, unsigned index, uint64_t item_bytes);
  /// The text at a field, made printable; at most `limit` bytes of it.
  std::string text(uint64_t table, unsigned index, size_t limit);

 private:
  uint64_t little(uint64_t position, size_t length);

  // Tables of one kind lie close together; four windows follow the four kinds that are read in turn.
  static constexpr uint64_t kWindow = 16 << 10;
  struct Window {
    uint64_t start = ~uint64_t{0};
    std::string bytes;
  };
  const ByteSource& source_;
  std::array<Window, 4> windows_;
  size_t oldest_ = 0;
  std::optional<Problem> problem_;
};

}  // namespace edgefit
