#include "base/mo_file.h"

namespace edgefit {
namespace {

constexpr uint32_t kMagic = 0x950412de;
constexpr size_t kHeader = 28;  // magic, revision, count, three offsets, size of the hash table
constexpr size_t kEntry = 8;    // length and offset of a string

std::string_view first_form(std::string_view text) {
  return text.substr(0, text.find('\0'));
}

}  // namespace

MoFile::MoFile(std::string_view bytes) : bytes_(bytes) {
  if (bytes.size() < kHeader || word(0) != kMagic || word(4) != 0) return;
  const size_t count = word(8), originals = word(12), translations = word(16);
  const auto holds = [&](size_t table) { return table <= bytes.size() && count <= (bytes.size() - table) / kEntry; };
  if (!holds(originals) || !holds(translations)) return;
  count_ = count;
  originals_ = originals;
  translations_ = translations;
}

uint32_t MoFile::word(size_t at) const {
  const auto byte = [&](size_t i) { return uint32_t{static_cast<unsigned char>(bytes_[at + i])}; };
  return byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
}

std::string_view MoFile::text(size_t table, size_t i) const {
  const size_t length = word(table + kEntry * i), offset = word(table + kEntry * i + 4);
  // The NUL byte behind a string is not counted in its length.
  if (offset >= bytes_.size() || length >= bytes_.size() - offset || bytes_[offset + length] != '\0') return {};
  return bytes_.substr(offset, length);
}

std::string_view MoFile::find(std::string_view original) const {
  size_t low = 0, high = count_;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const int order = first_form(this->original(middle)).compare(original);
    if (order == 0) return translation(middle);
    (order < 0 ? low : high) = order < 0 ? middle + 1 : middle;
  }
  return {};
}

}  // namespace edgefit
