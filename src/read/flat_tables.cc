#include "read/flat_tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "edgefit/text.h"

namespace edgefit {

void FlatTables::fail(std::string what) {
  if (!problem_) problem_ = Problem{std::move(what), printable(source_.name()), tr("the file is damaged or hostile")};
}

uint64_t FlatTables::little(uint64_t position, size_t length) {
  const uint64_t size = source_.size();
  if (problem_) return 0;
  if (position > size || length > size - position) {
    fail(fmt::format(fmt::runtime(tr("a table points past the end of the file (byte {} of {})")), position, size));
    return 0;
  }
  uint64_t value = 0;
  for (size_t done = 0; done < length; ++done) {
    const uint64_t at = position + done, start = at / kWindow * kWindow;
    auto found = std::find_if(windows_.begin(), windows_.end(), [start](const auto& w) { return w.start == start; });
    if (found == windows_.end()) {
      found = windows_.begin() + static_cast<ptrdiff_t>(oldest_++ % windows_.size());
      found->bytes.resize(static_cast<size_t>(std::min(kWindow, size - start)));
      const auto n = source_.read(start, found->bytes.data(), found->bytes.size());
      found->bytes.resize(n ? *n : 0);
      found->start = start;
      if (!n) problem_ = n.error();
    }
    if (at - start >= found->bytes.size()) fail(tr("the file became shorter while it was read"));
    if (problem_) return 0;
    value |= static_cast<uint64_t>(static_cast<uint8_t>(found->bytes[static_cast<size_t>(at - start)])) << (8 * done);
  }
  return value;
}

uint64_t FlatTables::follow(uint64_t position) {
  return position + u32(position);
}

std::optional<uint64_t> FlatTables::field(uint64_t table, unsigned index) {
  const int64_t back = i32(table);
  const int64_t vtable = static_cast<int64_t>(table) - back;
  if (failed()) return {};
  if (vtable < 0) {
    fail(tr("a table points before the start of the file"));
    return {};
  }
  const auto at = static_cast<uint64_t>(vtable);
  const uint64_t vtable_bytes = little(at, 2), table_bytes = little(at + 2, 2), slot = 4 + 2 * uint64_t{index};
  if (failed() || slot + 2 > vtable_bytes) return {};
  const uint64_t offset = little(at + slot, 2);
  if (failed() || offset == 0) return {};
  if (offset >= table_bytes) {
    fail(tr("a field lies outside its table"));
    return {};
  }
  return table + offset;
}

uint8_t FlatTables::u8_of(uint64_t table, unsigned index) {
  const auto at = field(table, index);
  return at ? u8(*at) : uint8_t{0};
}

uint32_t FlatTables::u32_of(uint64_t table, unsigned index) {
  const auto at = field(table, index);
  return at ? u32(*at) : 0;
}

uint64_t FlatTables::u64_of(uint64_t table, unsigned index) {
  const auto at = field(table, index);
  return at ? u64(*at) : 0;
}

FlatVector FlatTables::vector(uint64_t table, unsigned index, uint64_t item_bytes) {
  const auto at = field(table, index);
  if (!at) return {};
  const uint64_t head = follow(*at);
  const uint64_t count = u32(head);
  if (failed()) return {};
  if (count > (source_.size() - head - 4) / item_bytes) {
    fail(fmt::format(fmt::runtime(tr("a list of {} items cannot fit in the rest of the file")), count));
    return {};
  }
  return {head + 4, count};
}

std::string FlatTables::text(uint64_t table, unsigned index, size_t limit) {
  const FlatVector letters = vector(table, index, 1);
  std::string out;
  for (uint64_t i = 0; i < std::min<uint64_t>(letters.count, limit) && !failed(); ++i)
    out.push_back(static_cast<char>(u8(letters.start + i)));
  return printable(out);
}

}  // namespace edgefit
