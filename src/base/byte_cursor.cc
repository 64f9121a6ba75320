#include "base/byte_cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {

static_assert(std::endian::native == std::endian::little, "values are copied from files as they are");

namespace {

// Large enough that the 5 MB vocabulary of a GGUF costs twenty reads, small enough for the second-level cache.
constexpr size_t kWindow = 256 << 10;

}  // namespace

Result<size_t> MemorySource::read(uint64_t offset, char* out, size_t length) const {
  if (offset >= bytes_.size()) return size_t{0};
  const size_t n = std::min(length, bytes_.size() - static_cast<size_t>(offset));
  std::memcpy(out, bytes_.data() + offset, n);
  return n;
}

ByteCursor::ByteCursor(const ByteSource& source, uint64_t position) : source_(source), position_(position) {}

void ByteCursor::fail(std::string what, std::string where, std::string hint) {
  if (problem_) return;
  std::string place = printable(source_.name());
  if (!where.empty()) place += ", " + where;
  problem_ = Problem{std::move(what), fmt::format(fmt::runtime(tr("{}, byte {}")), place, position_), std::move(hint)};
}

const char* ByteCursor::need(size_t length) {
  if (problem_) return nullptr;
  if (position_ >= window_start_ && position_ - window_start_ <= window_used_ &&
      window_used_ - (position_ - window_start_) >= length) {
    return window_.data() + (position_ - window_start_);
  }
  if (left() < length) {
    fail(tr("the file ends too early"), {}, tr("the download looks incomplete; fetch it again"));
    return nullptr;
  }
  const size_t wanted = static_cast<size_t>(std::min<uint64_t>(std::max(kWindow, length), left()));
  window_.resize(std::max(window_.size(), wanted));
  const auto n = source_.read(position_, window_.data(), wanted);
  window_start_ = position_;
  window_used_ = n ? *n : 0;
  if (!n) {
    problem_ = n.error();
    return nullptr;
  }
  if (*n < length) {
    fail(tr("the file became shorter while it was read"), {}, tr("wait until it is complete"));
    return nullptr;
  }
  return window_.data();
}

template <class Number>
Number ByteCursor::number() {
  Number value = 0;
  if (const char* bytes = need(sizeof value)) {
    std::memcpy(&value, bytes, sizeof value);
    position_ += sizeof value;
  }
  return value;
}

uint8_t ByteCursor::u8() {
  return number<uint8_t>();
}

uint16_t ByteCursor::u16() {
  return number<uint16_t>();
}

uint32_t ByteCursor::u32() {
  return number<uint32_t>();
}

uint64_t ByteCursor::u64() {
  return number<uint64_t>();
}

std::string ByteCursor::text(uint64_t length, uint64_t limit) {
  if (problem_) return {};
  if (length > left()) {
    fail(say(tr("a text is longer than the file ({})"), length), {}, tr("the file is incomplete or damaged"));
    return {};
  }
  if (length > limit) {
    fail(say(tr("a text is implausibly long ({})"), length), {}, tr("the file is damaged or hostile"));
    return {};
  }
  const char* bytes = need(static_cast<size_t>(length));
  if (bytes == nullptr) return {};
  position_ += length;
  return {bytes, static_cast<size_t>(length)};
}

void ByteCursor::skip(uint64_t length) {
  if (problem_) return;
  if (length > left()) {
    fail(tr("the file ends too early"), {}, tr("the download looks incomplete; fetch it again"));
    return;
  }
  position_ += length;
}

void ByteCursor::skip_texts(uint64_t count) {
  while (count > 0 && !problem_) {
    // Texts that lie whole in the window, in one pass: vocabularies are hundreds of thousands of short ones.
    const bool inside = position_ >= window_start_ && position_ - window_start_ <= window_used_;
    std::string_view rest;
    if (inside) rest = std::string_view(window_.data(), window_used_).substr(position_ - window_start_);
    for (uint64_t length = 0; count > 0 && rest.size() >= sizeof length; --count) {
      std::memcpy(&length, rest.data(), sizeof length);
      if (length > rest.size() - sizeof length) break;
      rest.remove_prefix(sizeof length + static_cast<size_t>(length));
      position_ += sizeof length + length;
    }
    if (count == 0) return;
    skip(u64());
    --count;
  }
}

bool ByteCursor::fits(uint64_t count, uint64_t item_bytes, std::string_view what) {
  if (problem_) return false;
  if (item_bytes == 0 || count <= left() / item_bytes) return true;
  fail(fmt::format("{} {} {}", count, what, tr("cannot fit in the rest of the file")), {},
       tr("the file is incomplete or damaged"));
  return false;
}

}  // namespace edgefit
