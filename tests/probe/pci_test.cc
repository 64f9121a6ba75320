#include "probe/pci.h"

#include <gtest/gtest.h>

#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

TEST(Pci, AddressesHaveOneSpelling) {
  EXPECT_EQ(normal_bdf("00000000:01:00.0"), "0000:01:00.0");
  EXPECT_EQ(normal_bdf("0000000F:01:00.0"), "000f:01:00.0");
  EXPECT_EQ(normal_bdf("10000:E1:1F.7"), "10000:e1:1f.7");
  for (const char* text : {"", "pci0000:00", "0000:01:00", "0000:01:20.0", "0000:01:00.8", "zz:01:00.0"})
    EXPECT_EQ(normal_bdf(text), "") << text;
  EXPECT_TRUE(bdf_before("0000:f0:00.0", "10000:01:00.0"));
  EXPECT_FALSE(bdf_before("0000:01:00.0", "0000:01:00.0"));
}

TEST(Pci, OnlyComputeAndDisplayClassesInOrder) {
  Machine machine;
  machine.pci("0000:02:00.0", "0x030200", "0x10de", "0x2684", "nvidia");
  machine.pci("0000:01:00.0", "0x030000", "0x1002", "0x744c", "amdgpu");
  machine.pci("0000:03:00.0", "0x020000", "0x8086", "0x1533", "igb");
  machine.pci("0000:04:00.0", "0x118000", "0x1022", "0x17f0");
  machine.pci("0000:05:00.0", "0x120000", "0x1002", "0x74a1");
  const auto functions = scan_pci(machine.root());
  ASSERT_EQ(functions.size(), 4U);
  EXPECT_EQ(functions[0].ids(), "1002:744c");
  EXPECT_EQ(functions[1].ids(), "10de:2684");
  EXPECT_EQ(functions[1].driver, "nvidia");
  EXPECT_EQ(functions[2].driver, "");
  EXPECT_TRUE(functions[2].driver_recorded);
}

TEST(Pci, RecordingWithoutLinksKnowsNoDriver) {
  Machine machine;
  machine.pci("0000:01:00.0", "0x030000", "0x10de", "0x2684");
  EXPECT_FALSE(scan_pci(machine.root()).at(0).driver_recorded);
  machine.file("/sys/bus/pci/devices/0000:01:00.0/uevent", "DRIVER=nvidia\nPCI_CLASS=30000\n");
  EXPECT_EQ(scan_pci(machine.root()).at(0).driver, "nvidia");
}

TEST(Pci, GarbageIsSkipped) {
  Machine machine;
  machine.pci("0000:01:00.0", "display", "0x10de", "0x2684");
  machine.file("/sys/bus/pci/devices/not-an-address/class", "0x030000\n");
  machine.file("/sys/bus/pci/devices/0000:02:00.0", "a file, no folder");
  EXPECT_TRUE(scan_pci(machine.root()).empty());
}

TEST(Pci, WeakestLinkOfThePathCounts) {
  Machine machine;  // RDNA: the function shows its on-card link
  const std::string slot = "/sys/devices/pci0000:00/0000:00:01.0",
                    gpu = slot + "/0000:01:00.0/0000:02:00.0/0000:03:00.0";
  machine.file(gpu + "/class", "0x030000")
      .file(gpu + "/max_link_speed", "32.0 GT/s PCIe")
      .file(gpu + "/max_link_width", "16");
  machine.file(slot + "/0000:01:00.0/max_link_speed", "16.0 GT/s PCIe")
      .file(slot + "/0000:01:00.0/max_link_width", "16");
  machine.file(slot + "/max_link_speed", "16.0 GT/s PCIe").file(slot + "/max_link_width", "8");
  machine.link("/sys/bus/pci/devices/0000:03:00.0", gpu);
  const auto link = pci_link(machine.root(), "0000:03:00.0");
  EXPECT_EQ(*link.generation, 4);
  EXPECT_EQ(*link.width, 8);
  EXPECT_NEAR(link.bandwidth->value, 15.75e9, 0.01e9);
}

TEST(Pci, NoLinkIsUnknown) {
  Machine machine;
  machine.pci("0000:00:02.0", "0x030000", "0x8086", "0xa780", "i915");
  machine.file("/sys/devices/pci0000:00/0000:00:02.0/max_link_speed", "Unknown");
  machine.file("/sys/devices/pci0000:00/0000:00:02.0/max_link_width", "255");
  const auto link = pci_link(machine.root(), "0000:00:02.0");
  EXPECT_FALSE(link.generation);
  EXPECT_FALSE(link.bandwidth.why.empty());
}

}  // namespace
}  // namespace edgefit
