// Reads little-endian values from a file through one bounded window. Sticky: after the first failure every
// read gives 0 and `problem()` tells what, where. Counts and lengths are checked against the bytes left
// before anything is multiplied or allocated.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/files.h"
#include "edgefit/result.h"

namespace edgefit {

/// Bytes by position: a file, or memory for fuzzing.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual uint64_t size() const = 0;
  /// Bytes really read; fewer only at the end.
  virtual Result<size_t> read(uint64_t offset, char* out, size_t length) const = 0;
  virtual const std::string& name() const = 0;
};

class FileSource final : public ByteSource {
 public:
  explicit FileSource(const File& file) : file_(file) {}
  uint64_t size() const override { return file_.size(); }
  Result<size_t> read(uint64_t offset, char* out, size_t length) const override {
    return file_.read_into(offset, out, length);
  }
  const std::string& name() const override { return file_.path(); }

 private:
  const File& file_;
};

class MemorySource final : public ByteSource {
 public:
  MemorySource(std::string_view bytes, std::string name) : bytes_(bytes), name_(std::move(name)) {}
  uint64_t size() const override { return bytes_.size(); }
  Result<size_t> read(uint64_t offset, char* out, size_t length) const override;
  const std::string& name() const override { return name_; }

 private:
  std::string_view bytes_;
  std::string name_;
};

class ByteCursor {
 public:
  explicit ByteCursor(const ByteSource& source, uint64_t position = 0);

  uint64_t position() const { return position_; }
  uint64_t left() const { return source_.size() > position_ ? source_.size() - position_ : 0; }
  bool failed() const { return problem_.has_value(); }
  const Problem& problem() const { return *problem_; }
  /// Remembers the first failure; later calls change nothing. `where` gets the byte position added.
  void fail(std::string what, std::string where, std::string hint = {});

  uint8_t u8();
  uint16_t u16();
  uint32_t u32();
  uint64_t u64();
  /// `length` bytes; fails before allocating when the file has fewer left or `length` > `limit`.
  std::string text(uint64_t length, uint64_t limit);
  /// Moves on; fails when the file ends before.
  void skip(uint64_t length);
  /// Moves over `count` texts, each after its length of eight bytes; fails as skip does.
  void skip_texts(uint64_t count);
  /// Fails unless `count` items of at least `item_bytes` fit in the bytes left.
  bool fits(uint64_t count, uint64_t item_bytes, std::string_view what);

 private:
  const char* need(size_t length);
  template <class Number>
  Number number();
  const ByteSource& source_;
  uint64_t position_ = 0;
  std::string window_;
  uint64_t window_start_ = 0;
  size_t window_used_ = 0;
  std::optional<Problem> problem_;
};

}  // namespace edgefit
