#include "probe/npu.h"

#include <gtest/gtest.h>

#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

TEST(Npu, KnownOnesNameTheirRuntime) {
  Machine machine;
  machine.pci("0000:00:0b.0", "0x120000", "0x8086", "0x7d1d", "intel_vpu");
  machine.file("/sys/devices/pci0000:00/0000:00:0b.0/accel/accel0/dev", "261:0");
  machine.pci("0000:c4:00.1", "0x118000", "0x1022", "0x17f0");
  const auto npus = describe_npus(machine.root(), scan_pci(machine.root()));
  ASSERT_EQ(npus.size(), 2U);
  EXPECT_EQ(npus[0].kind, "Intel NPU (Meteor Lake)");
  EXPECT_EQ(npus[0].runtime_needed, "OpenVINO");
  EXPECT_EQ(npus[0].node, "/dev/accel/accel0");
  EXPECT_EQ(npus[0].state, "driver-loaded");
  EXPECT_EQ(*npus[0].driver, "intel_vpu");
  EXPECT_EQ(npus[1].kind, "AMD XDNA 2");
  EXPECT_EQ(npus[1].state, "present-no-driver");
}

TEST(Npu, SignalProcessorsAndGpusAreNone) {
  Machine machine;
  machine.pci("0000:00:04.0", "0x118000", "0x8086", "0x461d", "proc_thermal");
  machine.pci("0000:01:00.0", "0x030000", "0x10de", "0x2684", "nvidia");
  EXPECT_TRUE(describe_npus(machine.root(), scan_pci(machine.root())).empty());
}

TEST(Npu, VectorEnginesAreListedNotPooled) {
  Machine machine;
  machine.small_box().pci("0000:1b:00.0", "0x0b4000", "0x1bcf", "0x001c", "ve_drv");
  const auto host = machine.probe();
  ASSERT_EQ(host.npus.size(), 1U);
  EXPECT_EQ(host.npus[0].kind, "NEC Vector Engine");
  EXPECT_EQ(pools_of(host).size(), 1U);
}

TEST(Npu, BoardsAndUsb) {
  Machine machine;
  machine.link("/sys/devices/platform/fdab0000.npu/driver", "/sys/bus/platform/drivers/rocket");
  machine.link("/sys/class/accel/accel0/device", "/sys/devices/platform/fdab0000.npu");
  machine.link("/sys/devices/platform/fdab1000.npu/driver", "/sys/bus/platform/drivers/RKNPU");
  machine.link("/sys/class/devfreq/fdab1000.npu/device", "/sys/devices/platform/fdab1000.npu");
  machine.file("/sys/bus/usb/devices/1-2/idVendor", "18d1\n").file("/sys/bus/usb/devices/1-2/idProduct", "9302\n");
  machine.file("/sys/bus/usb/devices/1-3/idVendor", "046d\n").file("/sys/bus/usb/devices/1-3/idProduct", "c52b\n");
  const auto npus = describe_npus(machine.root(), {});
  ASSERT_EQ(npus.size(), 3U);
  EXPECT_EQ(npus[0].kind, "Rockchip NPU");
  EXPECT_EQ(npus[0].node, "/dev/accel/accel0");
  EXPECT_EQ(npus[1].runtime_needed, "RKNN Toolkit or RKLLM");
  EXPECT_EQ(npus[2].kind, "Google Coral USB");
}

TEST(Npu, GivenToAVirtualMachine) {
  Machine machine;
  machine.pci("0000:00:0b.0", "0x120000", "0x8086", "0x643e", "vfio-pci");
  const auto npus = describe_npus(machine.root(), scan_pci(machine.root()));
  ASSERT_EQ(npus.size(), 1U);
  EXPECT_EQ(npus[0].state, "wrong-driver");
  EXPECT_NE(npus[0].state_text.find("virtual machine"), std::string::npos);
}

TEST(Npu, ClosedNodeSaysTheGroup) {
  Machine machine;
  machine.pci("0000:00:0b.0", "0x120000", "0x8086", "0x643e", "intel_vpu");
  machine.file("/sys/devices/pci0000:00/0000:00:0b.0/accel/accel0/dev", "261:0");
  machine.file("/edgefit/nodes", "/dev/accel/accel0\tdenied\trender\n");
  const auto npus = describe_npus(machine.root(), scan_pci(machine.root()));
  ASSERT_EQ(npus.size(), 1U);
  EXPECT_EQ(npus[0].state, "no-permission");
  EXPECT_NE(npus[0].state_text.find("render"), std::string::npos);
}

TEST(Npu, DriversTellModelFirmwareAndMemory) {
  Machine machine;
  machine.pci("0000:c4:00.1", "0x118000", "0x1022", "0x17f0", "amdxdna");
  const std::string xdna = "/sys/devices/pci0000:00/0000:c4:00.1/";
  machine.file(xdna + "vbnv", "RyzenAI-npu5\n").file(xdna + "fw_version", "1.0.0.63\n");
  machine.pci("0000:00:0b.0", "0x120000", "0x8086", "0x643e", "intel_vpu");
  machine.file("/sys/devices/pci0000:00/0000:00:0b.0/npu_memory_utilization", "1048576\n");
  machine.pci("0000:1b:00.0", "0x0b4000", "0x1bcf", "0x001c", "ve_drv");
  machine.file("/sys/devices/pci0000:00/0000:1b:00.0/ve/ve0/memory_size", "48\n");
  const auto npus = describe_npus(machine.root(), scan_pci(machine.root()));
  ASSERT_EQ(npus.size(), 3U);
  const Npu &intel = npus[0], &engine = npus[1], &amd = npus[2];
  EXPECT_EQ(*amd.model, "RyzenAI-npu5");
  EXPECT_EQ(*amd.firmware, "1.0.0.63");
  EXPECT_FALSE(amd.memory);  // nobody tells it, and nobody makes it up
  EXPECT_EQ(intel.memory_used->value, kMiB);
  EXPECT_FALSE(intel.memory);
  EXPECT_FALSE(intel.firmware);
  EXPECT_EQ(engine.memory->value, 48 * kGiB);
}

}  // namespace
}  // namespace edgefit
