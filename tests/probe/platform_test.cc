#include "probe/platform.h"

#include <gtest/gtest.h>

#include "probe/nodes.h"
#include "support/machine.h"

namespace edgefit {
namespace {

using namespace std::string_literals;
using test::Machine;

Machine& orin(Machine& machine) {
  machine.small_box().file("/proc/device-tree/compatible", "nvidia,p3737-0000+p3701-0005\0nvidia,tegra234\0"s);
  machine.file("/etc/nv_tegra_release", "# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic\n");
  return machine.link("/sys/bus/platform/devices/17000000.gpu/driver", "/sys/bus/platform/drivers/nvgpu");
}

TEST(Platform, JetsonSharesMainMemory) {
  Machine machine;
  const auto host = orin(machine).probe();
  ASSERT_EQ(host.gpus.size(), 1U);
  const Gpu& gpu = host.gpus[0];
  EXPECT_EQ(gpu.id, "platform:17000000.gpu");
  EXPECT_EQ(gpu.kind, GpuClass::unified);
  EXPECT_EQ(gpu.state, GpuState::usable) << gpu.state_text;
  EXPECT_EQ(gpu.pool, "ram");
  EXPECT_EQ(*gpu.compute_capability, 8.7);
  EXPECT_EQ(*gpu.driver, "L4T 36.4.3");
  EXPECT_EQ(*gpu.kernel_driver, "nvgpu");
  EXPECT_FALSE(gpu.vram_total);
  EXPECT_EQ(pools_of(host).size(), 1U);
}

TEST(Platform, JetsonWhoseDeviceTreeIsHidden) {
  Machine machine;  // Docker masks /sys/firmware, where the tree lies
  machine.small_box().file("/sys/devices/soc0/family", "Tegra\n").file("/sys/devices/soc0/soc_id", "35\n");
  machine.link("/sys/bus/platform/devices/17000000.gpu/driver", "/sys/bus/platform/drivers/nvgpu");
  const auto host = machine.probe();
  ASSERT_EQ(host.gpus.size(), 1U);
  EXPECT_EQ(*host.gpus[0].name, "Orin (Ampere)");
  EXPECT_EQ(host.gpus[0].pool, "ram");
  machine.file("/sys/devices/soc0/soc_id", "99\n");
  EXPECT_TRUE(machine.probe().gpus.empty());
}

TEST(Platform, ApplesChipIsNamedByTheDeviceTree) {
  Machine machine;
  machine.small_box().file("/proc/device-tree/compatible", "apple,j416c\0apple,t6021\0apple,arm-platform\0"s);
  machine.link("/sys/bus/platform/devices/406400000.gpu/driver", "/sys/bus/platform/drivers/asahi");
  const auto host = machine.probe();
  ASSERT_EQ(host.gpus.size(), 1U);
  EXPECT_EQ(*host.gpus[0].name, "Apple M2 Max");
  EXPECT_EQ(*host.gpus[0].kernel_driver, "asahi");
  EXPECT_EQ(host.gpus[0].pool, "ram");
  EXPECT_EQ(pools_of(host).size(), 1U);
  machine.file("/proc/device-tree/compatible", "apple,t9999\0apple,arm-platform\0"s);  // of a later year
  EXPECT_EQ(*machine.probe().gpus.at(0).name, "Apple GPU");
}

TEST(Platform, LibrariesAnswerForTheBoardsGpuWhateverAddressTheyMakeUp) {
  Machine machine;
  orin(machine).file("/edgefit/answers/nvml",
                     "-\tinit\t1\n0\tname\tOrin (nvgpu)\n0\tbdf\t00000000:00:00.0\n0\t!nvmlDeviceGetMemoryInfo\t3\n");
  const auto host = machine.probe();
  ASSERT_EQ(host.gpus.size(), 1U);
  EXPECT_EQ(*host.gpus[0].name, "Orin (nvgpu)");
  EXPECT_EQ(host.gpus[0].pool, "ram");
  machine.file("/edgefit/answers/nvml", "!refused\tnot installed");
  machine.file("/edgefit/answers/cuda",
               "-\tinit\t1\n0\tname\tOrin\n0\tmemory.total\t32000000000\n0\tmultiprocessors\t16\n");
  const auto cuda = machine.probe();
  ASSERT_EQ(cuda.gpus.size(), 1U);
  EXPECT_EQ(cuda.gpus[0].state, GpuState::usable);
  EXPECT_EQ(*cuda.gpus[0].sm_count, 16);
  EXPECT_FALSE(cuda.gpus[0].vram_total);  // it is main memory
  EXPECT_EQ(cuda.gpus[0].shared_max->value, 32e9);
}

TEST(Platform, NodesOfTheBoard) {
  Machine machine;
  orin(machine).file(kNodesFile, "/dev/nvgpu/igpu0/ctrl\tmissing\t-\n/dev/nvhost-gpu\tdenied\tvideo\n");
  EXPECT_EQ(machine.probe().gpus.at(0).state, GpuState::no_permission);
  machine.file(kNodesFile, "/dev/nvgpu/igpu0/ctrl\tmissing\t-\n/dev/nvhost-gpu\tmissing\t-\n");
  EXPECT_EQ(machine.probe().gpus.at(0).state, GpuState::not_exposed);
}

TEST(Platform, HiddenSysfsIsNoUsableGpu) {
  Machine machine;
  machine.small_box().file("/proc/device-tree/compatible", "nvidia,tegra194\0"s);
  const auto host = machine.probe();
  ASSERT_EQ(host.gpus.size(), 1U);
  EXPECT_EQ(host.gpus[0].state, GpuState::driver_not_recorded);
}

TEST(Platform, ProductWithoutPciTree) {
  Machine machine;
  machine.small_box().file("/sys/devices/soc0/soc_id", "jep106:0426:8901\n");
  const auto host = machine.probe();
  ASSERT_EQ(host.gpus.size(), 1U);
  EXPECT_EQ(host.gpus[0].name.origin.kind, Origin::Kind::catalog);
  EXPECT_EQ(host.gpus[0].kind, GpuClass::unified);
  EXPECT_EQ(host.gpus[0].state, GpuState::driver_not_recorded);
  machine.pci("000f:01:00.0", "0x030000", "0x10de", "0x2e12", "nvidia");
  EXPECT_EQ(machine.probe().gpus.size(), 1U);  // the PCI function is it
}

TEST(Platform, ThorIsOneGpuWithoutMemoryOfItsOwn) {
  Machine machine;
  machine.small_box().file("/proc/device-tree/compatible", "nvidia,p3971\0nvidia,tegra264\0"s);
  ASSERT_EQ(machine.probe().gpus.size(), 1U);  // by the board alone
  machine.pci("0000:01:00.0", "0x030000", "0x10de", "0x2b00", "nvidia");
  const auto host = machine.probe();
  ASSERT_EQ(host.gpus.size(), 1U);
  EXPECT_EQ(host.gpus[0].bdf, "0000:01:00.0");
  EXPECT_EQ(host.gpus[0].kind, GpuClass::unified);
  EXPECT_EQ(host.gpus[0].pool, "ram");
  for (const char* sibling : {"0x2e03", "0x2e06", "0x2e12"}) {
    Machine other;
    other.small_box().pci("000f:01:00.0", "0x030000", "0x10de", sibling, "nvidia");
    EXPECT_EQ(other.probe().gpus.at(0).kind, GpuClass::unified) << sibling;
  }
}

TEST(Platform, OrdinaryBoxesHaveNone) {
  Machine machine;
  machine.file("/proc/device-tree/compatible", "raspberrypi,5-model-b\0brcm,bcm2712\0"s);
  EXPECT_FALSE(board_gpu(machine.root()));
  EXPECT_FALSE(board_gpu(Machine().root()));
  EXPECT_TRUE(board_devices(machine.root()).empty());
}

}  // namespace
}  // namespace edgefit
