#include "probe/dimms.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

std::string module(int index, const std::string& locator, const std::string& type, int mts, int width = 64) {
  const std::string start = "E:MEMORY_DEVICE_" + std::to_string(index) + "_";
  return start + "SIZE=17179869184\n" + start + "TYPE=" + type + "\n" + start +
         "CONFIGURED_SPEED_MTS=" + std::to_string(mts) + "\n" + start + "DATA_WIDTH=" + std::to_string(width) + "\n" +
         start + "LOCATOR=" + locator + "\n";
}
std::string empty_slot(int index, const std::string& locator) {
  const std::string start = "E:MEMORY_DEVICE_" + std::to_string(index) + "_";
  return start + "PRESENT=0\n" + start + "LOCATOR=" + locator + "\n";
}
Channels channels(const std::string& text) {
  auto table = parse_udev_dmi(text);
  return channels_of(table.dimms, table.slot_names);
}

TEST(Dimms, EmptySlotsAreCountedNotListed) {
  const auto table = parse_udev_dmi("E:MEMORY_ARRAY_NUM_DEVICES=2\n" + module(0, "ChannelA-DIMM0", "DDR4", 3200) +
                                    empty_slot(1, "ChannelB-DIMM0"));
  EXPECT_EQ(*table.slots, 2);
  ASSERT_EQ(table.dimms.size(), 1U);
  EXPECT_EQ(table.dimms[0].size->value, 16 * kGiB);
  EXPECT_EQ(*table.dimms[0].configured_mts, 3200);
  EXPECT_EQ(*table.ecc, "none");
}

TEST(Dimms, EccByTypeOrByCheckBits) {
  EXPECT_EQ(*parse_udev_dmi("E:MEMORY_ARRAY_EC_TYPE=Multi-bit ECC\n" + module(0, "A1", "DDR4", 3200)).ecc,
            "Multi-bit ECC");
  EXPECT_EQ(*parse_udev_dmi(module(0, "A1", "DDR4", 3200) + "E:MEMORY_DEVICE_0_TOTAL_WIDTH=72\n").ecc, "ECC");
  EXPECT_FALSE(parse_udev_dmi(module(0, "A1", "DDR4", 3200)).ecc);
}

TEST(Dimms, EccOfTheBoardWithoutCheckBits) {
  const auto plain = parse_udev_dmi("E:MEMORY_ARRAY_EC_TYPE=Multi-bit ECC\n" + module(0, "A1", "DDR4", 3200) +
                                    "E:MEMORY_DEVICE_0_TOTAL_WIDTH=64\n");
  EXPECT_FALSE(plain.ecc);
  EXPECT_NE(plain.ecc.why.find("bits"), std::string::npos);
  const auto checked = parse_udev_dmi("E:MEMORY_ARRAY_EC_TYPE=Multi-bit ECC\n" + module(0, "A1", "DDR4", 3200) +
                                      "E:MEMORY_DEVICE_0_TOTAL_WIDTH=72\n");
  EXPECT_EQ(*checked.ecc, "Multi-bit ECC");
}

struct ModuleForm {
  const char* type;
  const char* form;
  const char* detail;
  const char* expected;  ///< empty: unknown
};
class DimmForms : public ::testing::TestWithParam<ModuleForm> {};

TEST_P(DimmForms, AreWhatAShopCallsThem) {
  const auto& row = GetParam();
  const auto text = module(0, "A1", row.type, 3200) + "E:MEMORY_DEVICE_0_FORM_FACTOR=" + row.form +
                    "\nE:MEMORY_DEVICE_0_TYPE_DETAIL=" + row.detail + "\n";
  const auto found = parse_udev_dmi(text).module_type;
  EXPECT_EQ(found.value_or(""), row.expected);
  EXPECT_EQ(found.why.empty(), found.value.has_value());
}

// TYPE_DETAIL as udev prints it: the words of all bits that are set.
INSTANTIATE_TEST_SUITE_P(
    All, DimmForms,
    ::testing::Values(ModuleForm{"DDR5", "DIMM", "Synchronous Unbuffered (Unregistered)", "DDR5 UDIMM"},
                      ModuleForm{"DDR5", "DIMM", "Synchronous Registered (Buffered)", "DDR5 RDIMM"},
                      ModuleForm{"DDR4", "DIMM", "Registered (Buffered) LRDIMM", "DDR4 LRDIMM"},
                      ModuleForm{"DDR4", "DIMM", "Synchronous", "DDR4 DIMM"},
                      ModuleForm{"DDR4", "SODIMM", "Synchronous", "DDR4 SODIMM"},
                      ModuleForm{"LPDDR5", "CAMM", "Synchronous", "LPDDR5 CAMM2"},
                      ModuleForm{"LPDDR5", "Row Of Chips", "Synchronous", "LPDDR5 soldered"},
                      ModuleForm{"DDR4", "Unknown", "None", ""}, ModuleForm{"RAM", "DIMM", "Other", ""},
                      ModuleForm{"<OUT OF SPEC>", "DIMM", "Synchronous", ""}));

TEST(Dimms, SlotsWithoutAModuleAreFree) {
  const auto form = [](int index) { return "E:MEMORY_DEVICE_" + std::to_string(index) + "_FORM_FACTOR=SODIMM\n"; };
  const auto one = parse_udev_dmi(module(0, "A1", "DDR4", 3200) + form(0) + empty_slot(1, "B1"));
  EXPECT_EQ(*one.slots_free, 1);
  EXPECT_EQ(*one.module_type, "DDR4 SODIMM");
  const auto full = parse_udev_dmi(module(0, "A1", "DDR4", 3200) + form(0) + module(1, "B1", "DDR3", 1600) + form(1));
  EXPECT_EQ(*full.slots_free, 0);
  EXPECT_FALSE(full.module_type);  // no shop sells a module that is both
}

TEST(Dimms, PersistentModulesAreNoMainMemory) {
  const auto table =
      parse_udev_dmi(module(0, "A1", "DDR4", 2666) + module(1, "A2", "Logical non-volatile device", 2666) +
                     module(2, "B1", "DDR4", 2666) +
                     "E:MEMORY_DEVICE_2_MEMORY_TECHNOLOGY=Intel Optane DC persistent memory\n" + empty_slot(3, "B2"));
  EXPECT_EQ(table.dimms.size(), 1U);
  EXPECT_EQ(*table.slots, 4);
  EXPECT_EQ(*table.slots_free, 1);
}

TEST(Dimms, OpenWordsOfUdevAreNoFacts) {
  for (const char* word : {"Unknown", "Other", "<OUT OF SPEC>"}) {
    const auto table =
        parse_udev_dmi(std::string("E:MEMORY_ARRAY_EC_TYPE=") + word + "\n" + module(0, "A1", word, 4800));
    EXPECT_FALSE(table.ecc) << word;
    EXPECT_FALSE(table.dimms.at(0).type) << word;
  }
}

TEST(Dimms, NoTableIsUnknown) {
  const auto table = parse_udev_dmi("");
  EXPECT_FALSE(table.slots_free);
  EXPECT_FALSE(table.module_type);
  EXPECT_FALSE(table.slots);
  EXPECT_FALSE(table.ecc);
  EXPECT_FALSE(channels("").peak_bandwidth);
}

TEST(Dimms, TwoModulesInOneChannelCountOnce) {
  const auto found = channels(module(0, "ChannelA-DIMM0", "DDR5", 5600) + module(1, "ChannelA-DIMM1", "DDR5", 5600) +
                              module(2, "ChannelB-DIMM0", "DDR5", 5600));
  EXPECT_EQ(*found.count, 2);
  EXPECT_DOUBLE_EQ(found.peak_bandwidth->value, 2 * 8 * 5600e6);
}

TEST(Dimms, ControllersAndSocketsTellChannelsApart) {
  EXPECT_EQ(*channels(module(0, "Controller0-ChannelA", "DDR5", 5600) + module(1, "Controller1-ChannelA", "DDR5", 5600))
                 .count,
            2);
  EXPECT_EQ(
      *channels(module(0, "DIMM 0 P0 CHANNEL B", "DDR5", 4800) + module(1, "DIMM 0 P1 CHANNEL B", "DDR5", 4800)).count,
      2);
  EXPECT_EQ(*channels(module(0, "P1-DIMMA1", "DDR4", 2666) + module(1, "P2-DIMMA1", "DDR4", 2666)).count, 2);
}

TEST(Dimms, DesktopLettersAreChannels) {
  EXPECT_EQ(*channels(module(0, "DIMM_A2", "DDR4", 3200) + module(1, "DIMM_B2", "DDR4", 3200) +
                      empty_slot(2, "DIMM_A1") + empty_slot(3, "DIMM_B1"))
                 .count,
            2);
}

TEST(Dimms, DellLettersAreProcessors) {
  std::string text;
  int index = 0;
  for (const char letter : {'A', 'B'})
    for (int slot = 1; slot <= 12; ++slot) {
      const std::string name = "DIMM_" + std::string(1, letter) + std::to_string(slot);
      text += slot <= 4 ? module(index, name, "DDR3", 1600) : empty_slot(index, name);
      ++index;
    }
  const auto found = channels(text);
  EXPECT_EQ(*found.count, 8);
  EXPECT_DOUBLE_EQ(found.peak_bandwidth->value, 102.4e9);
}

TEST(Dimms, AmbiguousNamesAreUnknown) {
  EXPECT_FALSE(channels(module(0, "PROC 1 DIMM 12", "DDR4", 3200)).count);
  // Four slots a letter: two channels with two slots each, or four channels
  EXPECT_FALSE(channels(module(0, "A1", "DDR4", 3200) + module(1, "A4", "DDR4", 3200)).count);
}

TEST(Dimms, SolderedDevicesAddUp) {
  std::string text;
  for (int i = 0; i < 8; ++i) text += module(i, "Motherboard", "LPDDR5", 8000, 32);
  EXPECT_DOUBLE_EQ(channels(text).peak_bandwidth->value, 256e9);
}

TEST(Dimms, ClockInsteadOfTransfersIsDoubled) {
  const auto table = parse_udev_dmi(module(0, "ChannelA", "DDR4", 1333));
  EXPECT_EQ(*table.dimms[0].configured_mts, 2666);
  EXPECT_EQ(table.dimms[0].configured_mts.origin.kind, Origin::Kind::derived);
  EXPECT_FALSE(parse_udev_dmi(module(0, "ChannelA", "DDR4", 20000)).dimms[0].configured_mts);
}

TEST(Dimms, HostileTextIsBounded) {
  const auto table = parse_udev_dmi(
      "E:MEMORY_DEVICE_99999999999_SIZE=1\nE:MEMORY_DEVICE__SIZE=1\nE:MEMORY_DEVICE_0\nE:MEMORY_DEVICE_0_SIZE=-5\n"
      "E:MEMORY_DEVICE_0_DATA_WIDTH=999999999\n");
  ASSERT_EQ(table.dimms.size(), 1U);
  EXPECT_FALSE(table.dimms[0].size);
  EXPECT_FALSE(table.dimms[0].width_bits);
}

TEST(Dimms, NoMoreChannelsThanModules) {
  auto table = parse_udev_dmi(module(0, "slot 0", "DDR4", 3200) + module(1, "slot 1", "DDR4", 3200));
  EXPECT_EQ(peak_of_channels(table.dimms, 8, "controllers")->value, 2 * 8 * 3200e6);
  EXPECT_FALSE(peak_of_channels({}, 8, "controllers"));
  table = parse_udev_dmi("E:MEMORY_DEVICE_0_SIZE=17179869184\nE:MEMORY_DEVICE_0_LOCATOR=slot 0\n");
  EXPECT_FALSE(peak_of_channels(table.dimms, 8, "controllers"));  // no speed
}

}  // namespace
}  // namespace edgefit
