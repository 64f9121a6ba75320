#include "probe/gpu.h"

#include <gtest/gtest.h>

#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

Gpu only_gpu(const Machine& machine) {
  const auto functions = scan_pci(machine.root());
  return describe_pci_gpu(machine.root(), functions.at(0));
}

struct StateCase {
  const char* class_code;
  const char* vendor;
  const char* device;
  const char* driver;
  GpuState state;
  const char* word;  ///< of the text
};

class GpuStates : public ::testing::TestWithParam<StateCase> {};

TEST_P(GpuStates, SaysWhatAndTheFix) {
  const auto& c = GetParam();
  Machine machine;
  machine.pci("0000:01:00.0", c.class_code, c.vendor, c.device, c.driver);
  machine.pci("0000:00:1f.0", "0x060100", "0x8086", "0x1234", "lpc_ich");  // drivers are recorded
  const auto gpu = only_gpu(machine);
  EXPECT_EQ(gpu.state, c.state);
  EXPECT_NE(gpu.state_text.find(c.word), std::string::npos) << gpu.state_text;
  EXPECT_EQ(gpu.usable(), c.state == GpuState::usable);
  EXPECT_FALSE(gpu.vram_total);
  EXPECT_FALSE(gpu.vram_total.why.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, GpuStates,
    ::testing::Values(StateCase{"0x030000", "0x10de", "0x2684", "", GpuState::no_driver, "nvidia-driver"},
                      StateCase{"0x030000", "0x1002", "0x744c", "", GpuState::no_driver, "amdgpu"},
                      StateCase{"0x038000", "0x8086", "0x56a0", "", GpuState::no_driver, "i915"},
                      StateCase{"0x030000", "0x0000", "0x0000", "", GpuState::no_driver, "driver missing"},
                      StateCase{"0x030200", "0x10de", "0x2684", "nouveau", GpuState::wrong_driver, "nouveau"},
                      StateCase{"0x030000", "0x1002", "0x6798", "radeon", GpuState::wrong_driver, "amdgpu"},
                      StateCase{"0x030000", "0x10de", "0x2684", "vfio-pci", GpuState::wrong_driver, "virtual machine"},
                      StateCase{"0x030000", "0x10de", "0x2684", "NovaCore", GpuState::wrong_driver, "nova"},
                      StateCase{"0x030200", "0x10de", "0x2342", "nvgrace-gpu-vfio-pci", GpuState::wrong_driver, "vfio"},
                      StateCase{"0x030000", "0x10de", "0x2684", "nvidiafb", GpuState::wrong_driver, "nvidiafb"},
                      StateCase{"0x030000", "0x8086", "0x0be1", "gma500", GpuState::wrong_driver, "gma500"},
                      StateCase{"0x030000", "0x1ed5", "0x0222", "mtgpu", GpuState::usable, ""},
                      StateCase{"0x030000", "0x80ee", "0xbeef", "vboxvideo", GpuState::display_only, "pictures"},
                      StateCase{"0x030000", "0x1d0f", "0x1111", "", GpuState::display_only, "pictures"},
                      StateCase{"0x030000", "0x10de", "0x2684", "nvidia", GpuState::usable, ""},
                      StateCase{"0x030000", "0x1a03", "0x2000", "ast", GpuState::display_only, "pictures"},
                      StateCase{"0x030000", "0x102b", "0x0538", "", GpuState::display_only, "pictures"},
                      StateCase{"0x030000", "0x1af4", "0x1050", "virtio-pci", GpuState::display_only, "pictures"},
                      StateCase{"0x030000", "0x1002", "0x515e", "radeon", GpuState::display_only, "pictures"}));

TEST(Gpu, UnrecordedDriverIsNotMissing) {
  Machine machine;
  machine.pci("0000:01:00.0", "0x030000", "0x10de", "0x2684");
  EXPECT_EQ(only_gpu(machine).state, GpuState::driver_not_recorded);
}

TEST(Gpu, AmdMemoryComesFromTheDriver) {
  Machine machine;
  machine.pci("0000:03:00.0", "0x030000", "0x1002", "0x744c", "amdgpu");
  const std::string folder = "/sys/devices/pci0000:00/0000:03:00.0/";
  machine.file(folder + "mem_info_vram_total", "25753026560").file(folder + "mem_info_vram_used", "1000000");
  machine.file(folder + "product_name", "Radeon RX 7900 XTX\n");
  const auto gpu = only_gpu(machine);
  EXPECT_EQ(gpu.kind, GpuClass::discrete);
  EXPECT_EQ(gpu.vram_total->value, 25753026560);
  EXPECT_EQ(gpu.vram_free->value, 25752026560);
  EXPECT_EQ(*gpu.name, "Radeon RX 7900 XTX");
  EXPECT_EQ(*gpu.kernel_driver, "amdgpu");
  EXPECT_EQ(gpu.vendor, "AMD");
}

TEST(Gpu, MoreUsedThanTotalIsUnknownFree) {
  Machine machine;
  machine.pci("0000:03:00.0", "0x030000", "0x1002", "0x744c", "amdgpu");
  machine.file("/sys/devices/pci0000:00/0000:03:00.0/mem_info_vram_total", "1000");
  machine.file("/sys/devices/pci0000:00/0000:03:00.0/mem_info_vram_used", "2000");
  EXPECT_FALSE(only_gpu(machine).vram_free);
}

TEST(Gpu, IntelMemoryByDriver) {
  Machine xe;
  xe.pci("0000:03:00.0", "0x030000", "0x8086", "0xe20b", "xe");
  xe.file("/sys/devices/pci0000:00/0000:03:00.0/tile0/physical_vram_size_bytes", "12884901888");
  EXPECT_EQ(only_gpu(xe).vram_total->value, 12 * kGiB);
  Machine i915;
  i915.pci("0000:03:00.0", "0x030000", "0x8086", "0x56a0", "i915");
  i915.file("/sys/devices/pci0000:00/0000:03:00.0/drm/card1/lmem_total_bytes", "17179869184");
  EXPECT_EQ(only_gpu(i915).vram_total->value, 16 * kGiB);
}

TEST(Gpu, GraphicsOfTheProcessorShareMainMemory) {
  Machine machine;
  machine.small_box().pci("0000:00:02.0", "0x030000", "0x8086", "0xa780", "i915");
  machine.pci("0000:05:00.0", "0x030000", "0x1002", "0x150e", "amdgpu");
  machine.file("/sys/devices/pci0000:00/0000:05:00.0/mem_info_vram_total", "536870912");
  machine.pci("0000:06:00.0", "0x030000", "0x1002", "0x744c", "amdgpu");
  machine.file("/sys/devices/pci0000:00/0000:06:00.0/mem_info_vram_total", "25753026560");
  const auto host = machine.probe();
  ASSERT_EQ(host.gpus.size(), 3U);
  EXPECT_EQ(host.gpus[0].pool, "ram");
  EXPECT_EQ(host.gpus[1].kind, GpuClass::integrated);
  EXPECT_EQ(host.gpus[1].pool, "ram");
  EXPECT_EQ(host.gpus[2].pool, "gpu0");
  const auto pools = pools_of(host);
  ASSERT_EQ(pools.size(), 2U);
  EXPECT_EQ(pools[1].gpu, 2);
}

TEST(Gpu, VersionOfTheDriverWithoutItsModuleFile) {
  Machine machine;
  machine.pci("0000:01:00.0", "0x030000", "0x10de", "0x2684", "nvidia");
  machine.file("/proc/driver/nvidia/version",
               "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build  (dkms@host)\n"
               "GCC version:  gcc version 12.2.0\n");
  EXPECT_EQ(*only_gpu(machine).driver, "580.95.05");
  EXPECT_EQ(nvidia_version("no number"), "");
}

TEST(Gpu, BoardManagementDisplayIsNoPool) {
  Machine machine;
  machine.small_box().pci("0000:05:00.0", "0x030000", "0x1a03", "0x2000", "ast");
  const auto host = machine.probe();
  ASSERT_EQ(host.gpus.size(), 1U);
  EXPECT_EQ(host.gpus[0].state, GpuState::display_only);
  EXPECT_EQ(pools_of(host).size(), 1U);
}

TEST(Gpu, InstinctIsAGpuOtherAcceleratorsAreNot) {
  PciFunction function;
  function.class_code = 0x1200;
  function.vendor = kAmd;
  EXPECT_TRUE(is_gpu(function));
  function.vendor = kIntel;
  EXPECT_FALSE(is_gpu(function));
}

}  // namespace
}  // namespace edgefit
