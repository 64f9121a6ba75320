#include "probe/smbios.h"

#include <gtest/gtest.h>

#include "probe/dimms.h"
#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

/// A structure of type 17 with `length` bytes of fields and two texts.
std::string raw_module(size_t length, std::initializer_list<std::pair<size_t, unsigned>> words) {
  std::string raw(length, '\0');
  raw[0] = 17;
  raw[1] = static_cast<char>(length);
  for (const auto& [offset, value] : words) {
    raw[offset] = static_cast<char>(value & 0xff);
    raw[offset + 1] = static_cast<char>(value >> 8 & 0xff);
  }
  raw[0x10] = 1;
  raw[0x11] = 2;
  using std::string_literals::operator""s;
  return raw + "DIMM A\0Channel B\0\0"s;
}

TEST(Smbios, ModuleWithAllFields) {
  auto raw = raw_module(0x5c, {{0x08, 72}, {0x0a, 64}, {0x0c, 0x7fff}, {0x15, 5600}, {0x1c, 0x8000}, {0x20, 4800}});
  raw[0x0e] = 0x09;  // DIMM
  raw[0x12] = 0x22;
  raw[0x14] = 0x40;  // bit 14 of the detail: unbuffered
  const auto table = parse_udev_dmi(udev_lines_of_module(raw, 0));
  ASSERT_EQ(table.dimms.size(), 1U);
  EXPECT_EQ(table.dimms[0].size->value, 32 * kGiB);  // 0x8000 MiB in the extended field
  EXPECT_EQ(*table.dimms[0].type, "DDR5");
  EXPECT_EQ(*table.module_type, "DDR5 UDIMM");
  EXPECT_EQ(*table.dimms[0].rated_mts, 5600);
  EXPECT_EQ(*table.dimms[0].configured_mts, 4800);
  EXPECT_EQ(table.dimms[0].locator, "DIMM A Channel B");
  EXPECT_EQ(*table.ecc, "ECC");
}

TEST(Smbios, EmptySlotAndShortTable) {
  EXPECT_TRUE(parse_udev_dmi(udev_lines_of_module(raw_module(0x22, {{0x0a, 64}}), 0)).dimms.empty());
  EXPECT_TRUE(udev_lines_of_module(std::string(10, '\x11'), 0).empty());
  EXPECT_TRUE(udev_lines_of_module("", 0).empty());
}

TEST(Smbios, SizeInKiBAndUnknown) {
  EXPECT_EQ(parse_udev_dmi(udev_lines_of_module(raw_module(0x22, {{0x0c, 0x8000 | 512}}), 0)).dimms[0].size->value,
            512 * kKiB);
  EXPECT_FALSE(parse_udev_dmi(udev_lines_of_module(raw_module(0x22, {{0x0c, 0xffff}}), 0)).dimms[0].size);
}

TEST(Smbios, FolderOfStructures) {
  Machine machine;
  machine.file("/sys/firmware/dmi/entries/17-0/raw", raw_module(0x22, {{0x0a, 64}, {0x0c, 8192}}));
  machine.file("/sys/firmware/dmi/entries/17-1/raw", raw_module(0x22, {{0x0a, 64}, {0x0c, 8192}}));
  machine.file("/sys/firmware/dmi/entries/16-0/raw",
               std::string("\x10\x0f\0\0\x03\x03\x06", 7) + std::string(10, '\0'));
  const auto table = parse_udev_dmi(read_smbios(machine.root()).text);
  EXPECT_EQ(table.dimms.size(), 2U);
  EXPECT_EQ(*table.ecc, "Multi-bit ECC");
  EXPECT_EQ(machine.small_box().probe().memory.installed->value, 16 * kGiB);
}

/// With the texts that name one module of the world.
std::string identified_module() {
  auto raw = raw_module(0x22, {{0x0a, 64}, {0x0c, 8192}, {0x15, 2666}});
  raw.pop_back();  // the end of the texts
  raw[0x17] = 3;
  raw[0x18] = 4;
  raw[0x19] = 5;
  raw[0x1a] = 6;
  using std::string_literals::operator""s;
  return raw + "MAKER1\0SERIAL99\0ASSET77\0PART55\0\0"s;
}

TEST(Smbios, WholeTable) {
  using std::string_literals::operator""s;
  const std::string array = "\x10\x0f\0\0\x03\x03\x06"s + std::string(8, '\0') + "\0\0"s;
  const std::string other = "\x01\x08\0\0\0\0\0\0secret\0\0"s;
  const std::string table = other + array + identified_module() + identified_module() + "\x7f\x04\0\0\0\0"s;
  const auto parsed = parse_udev_dmi(udev_lines_of_table(table));
  EXPECT_EQ(parsed.dimms.size(), 2U);
  EXPECT_EQ(*parsed.ecc, "Multi-bit ECC");
  Machine machine;
  machine.file(kDmiTable, table);
  EXPECT_EQ(machine.small_box().probe().memory.installed->value, 16 * kGiB);
  for (const std::string garbage : {"", "\x11", "\x11\x02xx", "\x11\xff\0\0"})
    EXPECT_EQ(udev_lines_of_table(garbage), "") << garbage.size();
}

TEST(Smbios, RecordingsHideWhoseModuleItIs) {
  using std::string_literals::operator""s;
  const auto raw = identified_module();
  const auto hidden = redacted_table("\x01\x08\0\0\0\0\0\0secret\0\0"s + raw);
  for (const char* word : {"secret", "MAKER1", "SERIAL99", "ASSET77", "PART55"})
    EXPECT_EQ(hidden.find(word), std::string::npos) << word;
  EXPECT_EQ(udev_lines_of_table(hidden), udev_lines_of_module(raw, 0));
}

}  // namespace
}  // namespace edgefit
