#include "probe/smbios.h"

#include <fmt/format.h>

#include <cstdint>

#include "base/parse.h"

namespace edgefit {
namespace {

/// Little-endian bytes of one structure; reading past its end gives 0, as older tables are shorter.
class Structure {
 public:
  explicit Structure(std::string_view raw) {
    const size_t length = raw.size() > 1 ? static_cast<unsigned char>(raw[1]) : 0;
    fields_ = raw.substr(0, std::min(length, raw.size()));
    strings_ = raw.substr(fields_.size());
  }
  size_t size() const { return fields_.size(); }
  uint64_t number(size_t offset, size_t bytes) const {
    uint64_t value = 0;
    if (offset + bytes > fields_.size()) return 0;
    for (size_t i = bytes; i-- > 0;) value = value << 8 | static_cast<unsigned char>(fields_[offset + i]);
    return value;
  }
  /// Texts follow the fields, each ended by a zero, numbered from 1.
  std::string_view text(size_t offset) const {
    const auto wanted = number(offset, 1);
    std::string_view rest = strings_;
    for (uint64_t i = 1; i < wanted; ++i) {
      const auto end = rest.find('\0');
      if (end == std::string_view::npos) return {};
      rest.remove_prefix(end + 1);
    }
    return wanted == 0 ? std::string_view() : trim(rest.substr(0, rest.find('\0')));
  }

 private:
  std::string_view fields_, strings_;
};

struct TypeRow {
  uint64_t code;
  const char* name;
};
// SMBIOS 3.7, 7.18.2 "Memory Device - Type".
constexpr TypeRow kTypes[] = {{0x12, "DDR"},
                              {0x13, "DDR2"},
                              {0x18, "DDR3"},
                              {0x1a, "DDR4"},
                              {0x1d, "LPDDR3"},
                              {0x1e, "LPDDR4"},
                              {0x1f, "Logical non-volatile device"},
                              {0x20, "HBM"},
                              {0x21, "HBM2"},
                              {0x22, "DDR5"},
                              {0x23, "LPDDR5"},
                              {0x24, "HBM3"}};
// 7.18.1 "Memory Device - Form Factor", as far as modules of today have one.
constexpr TypeRow kFormFactors[] = {{0x05, "Chip"},   {0x09, "DIMM"}, {0x0a, "TSOP"}, {0x0b, "Row Of Chips"},
                                    {0x0d, "SODIMM"}, {0x10, "Die"},  {0x11, "CAMM"}};
// 7.18.3 "Memory Device - Type Detail": bits.
constexpr TypeRow kTypeDetails[] = {
    {1U << 13, "Registered (Buffered)"}, {1U << 14, "Unbuffered (Unregistered)"}, {1U << 15, "LRDIMM"}};
// 7.17.3 "Memory Array - Error Correction Types"; 3 is none and gets no line, as in udev.
constexpr TypeRow kCorrections[] = {{0x04, "Parity"}, {0x05, "Single-bit ECC"}, {0x06, "Multi-bit ECC"}, {0x07, "CRC"}};

// 7.18: offsets of the fields used here.
constexpr size_t kTotalWidth = 0x08, kDataWidth = 0x0a, kSize = 0x0c, kFormFactor = 0x0e, kLocator = 0x10,
                 kBankLocator = 0x11, kType = 0x12, kTypeDetail = 0x13, kSpeed = 0x15, kExtendedSize = 0x1c,
                 kConfiguredSpeed = 0x20, kExtendedSpeed = 0x54, kExtendedConfiguredSpeed = 0x58, kShortest = 0x15;

uint64_t module_bytes(const Structure& module) {
  const auto size = module.number(kSize, 2);
  if (size == 0xffff) return 0;
  if (size == 0x7fff) return (module.number(kExtendedSize, 4) & 0x7fffffff) << 20;
  return (size & 0x7fff) << ((size & 0x8000) != 0 ? 10 : 20);
}

uint64_t transfers(const Structure& module, size_t field, size_t extended) {
  const auto speed = module.number(field, 2);
  return speed == 0xffff ? module.number(extended, 4) & 0x7fffffff : speed;
}

std::string udev_lines_of_array(std::string_view raw) {
  constexpr size_t kCorrection = 0x06;
  std::string out = "E:MEMORY_ARRAY_PRESENT=1\n";
  for (const auto& row : kCorrections)
    if (row.code == Structure(raw).number(kCorrection, 1)) out += fmt::format("E:MEMORY_ARRAY_EC_TYPE={}\n", row.name);
  return out;
}

}  // namespace

std::string udev_lines_of_module(std::string_view raw, int index) {
  const Structure module(raw);
  if (module.size() < kShortest) return {};
  std::string out;
  const auto line = [&](const char* key, const auto& value) {
    out += fmt::format("E:MEMORY_DEVICE_{}_{}={}\n", index, key, value);
  };
  const auto number = [&](const char* key, uint64_t value) {
    if (value > 0 && value != 0xffff) line(key, value);
  };
  if (module.number(kSize, 2) == 0) line("PRESENT", 0);
  number("SIZE", module_bytes(module));
  number("TOTAL_WIDTH", module.number(kTotalWidth, 2));
  number("DATA_WIDTH", module.number(kDataWidth, 2));
  number("SPEED_MTS", transfers(module, kSpeed, kExtendedSpeed));
  number("CONFIGURED_SPEED_MTS", transfers(module, kConfiguredSpeed, kExtendedConfiguredSpeed));
  line("LOCATOR", module.text(kLocator));
  line("BANK_LOCATOR", module.text(kBankLocator));
  for (const auto& row : kTypes)
    if (row.code == module.number(kType, 1)) line("TYPE", row.name);
  for (const auto& row : kFormFactors)
    if (row.code == module.number(kFormFactor, 1)) line("FORM_FACTOR", row.name);
  std::string details;
  for (const auto& row : kTypeDetails)
    if ((row.code & module.number(kTypeDetail, 2)) != 0)
      details += (details.empty() ? "" : " ") + std::string(row.name);
  if (!details.empty()) line("TYPE_DETAIL", details);
  return out;
}

namespace {

/// Calls visit(type, raw) for each structure of a table.
template <class Visit>
void each_structure(std::string_view table, Visit visit) {
  constexpr int kEnd = 127;
  constexpr size_t kHeader = 4;
  while (table.size() >= kHeader) {
    const int type = static_cast<unsigned char>(table[0]);
    const size_t fields = static_cast<unsigned char>(table[1]);
    if (fields < kHeader || fields > table.size() || type == kEnd) return;
    // Texts end with an empty one.
    const auto end = table.find(std::string_view("\0\0", 2), fields);
    const auto raw = table.substr(0, end == std::string_view::npos ? table.size() : end + 2);
    visit(type, raw);
    table.remove_prefix(raw.size());
  }
}

constexpr int kArray = 16, kModule = 17;

}  // namespace

std::string udev_lines_of_table(std::string_view table) {
  std::string out;
  int index = 0;
  each_structure(table, [&](int type, std::string_view raw) {
    if (type == kArray) out += udev_lines_of_array(raw);
    if (type == kModule) out += udev_lines_of_module(raw, index++);
  });
  return out;
}

std::string redacted_table(std::string_view table) {
  constexpr size_t kMaker = 0x17, kPartNumber = 0x1a;
  std::string out;
  each_structure(table, [&](int type, std::string_view raw) {
    if (type != kArray && type != kModule) return;
    std::string copy(raw);
    const Structure structure(raw);
    for (size_t field = kMaker; type == kModule && field <= kPartNumber; ++field)
      if (const auto text = structure.text(field); !text.empty())
        copy.replace(static_cast<size_t>(text.data() - raw.data()), text.size(), text.size(), 'x');
    // A file's trailing zeros are cut when it is read; the end of the last text must come back.
    while (!copy.ends_with(std::string_view("\0\0", 2))) copy += '\0';
    out += copy;
  });
  return out;
}

SmbiosText read_smbios(const Root& root) {
  std::string out;
  int index = 0;
  for (const auto& name : root.list(kDmiEntries)) {
    const bool array = name.starts_with("16-"), module = name.starts_with("17-");
    if (!array && !module) continue;
    const auto raw = root.read(std::string(kDmiEntries) + "/" + name + "/raw", 4096);
    if (!raw) continue;
    if (module) out += udev_lines_of_module(*raw, index++);
    if (array) out += udev_lines_of_array(*raw);
  }
  if (!out.empty()) return {out, kDmiEntries};
  const auto table = root.read(kDmiTable, 1 << 20);
  return {udev_lines_of_table(text_of(table)), kDmiTable};
}

}  // namespace edgefit
