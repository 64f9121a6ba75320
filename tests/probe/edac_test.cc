#include "probe/edac.h"

#include <gtest/gtest.h>

#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

TEST(Edac, ChannelsOfAllControllers) {
  Machine machine;
  const std::string folder = "/sys/devices/system/edac/mc/";
  const auto dimm = [&](const std::string& name, const char* location, const char* size) {
    machine.file(folder + name + "/dimm_location", location).file(folder + name + "/size", size);
    machine.file(folder + name + "/dimm_edac_mode", "SECDED\n");
  };
  dimm("mc0/dimm0", "channel 0 slot 0 \n", "16384");
  dimm("mc0/dimm1", "channel 0 slot 1 \n", "16384");
  dimm("mc0/dimm2", "channel 1 slot 0 \n", "0");  // empty
  dimm("mc1/dimm0", "channel 0 slot 0 \n", "16384");
  const auto edac = read_edac(machine.root());
  EXPECT_EQ(*edac.ecc, "SECDED");
  EXPECT_EQ(*edac.channels, 2);
}

TEST(Edac, WithoutADriver) {
  const auto edac = read_edac(Machine().root());
  EXPECT_FALSE(edac.ecc);
  EXPECT_FALSE(edac.channels);
  EXPECT_FALSE(edac.ecc.why.empty());
}

}  // namespace
}  // namespace edgefit
