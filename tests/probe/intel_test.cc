#include "probe/intel.h"

#include <gtest/gtest.h>

#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

Gpu describe(const Machine& machine) {
  Gpu gpu;
  describe_intel_gpu(machine.root(), scan_pci(machine.root()).at(0), gpu);
  return gpu;
}

TEST(Intel, TilesAddUp) {
  Machine machine;
  machine.pci("0000:3a:00.0", "0x038000", "0x8086", "0x0bd5", "xe");
  for (const char* tile : {"tile0", "tile1"})
    machine.file(std::string("/sys/devices/pci0000:00/0000:3a:00.0/") + tile + "/physical_vram_size_bytes",
                 "68719476736");
  const auto gpu = describe(machine);
  EXPECT_EQ(gpu.vram_total->value, 128 * kGiB);
  EXPECT_FALSE(gpu.vram_free.why.empty());
}

TEST(Intel, ProcessorsGraphicsHaveNoMemoryOfTheirOwn) {
  Machine machine;
  machine.pci("0000:00:02.0", "0x030000", "0x8086", "0xa780", "i915");
  machine.file("/sys/devices/pci0000:00/0000:00:02.0/mem_info_vram_total", "123456789");  // a file of another vendor
  EXPECT_FALSE(describe(machine).vram_total);
  EXPECT_TRUE(is_intel_integrated(scan_pci(machine.root()).at(0)));
}

TEST(Intel, ACardAtTheAddressOfTheProcessorsGraphics) {
  Machine machine;  // of a virtual machine
  machine.pci("0000:00:02.0", "0x030000", "0x8086", "0xe20b", "xe");
  machine.file("/sys/devices/pci0000:00/0000:00:02.0/tile0/physical_vram_size_bytes", "12884901888");
  const auto host = machine.small_box().probe();
  EXPECT_EQ(host.gpus.at(0).vram_total->value, 12 * kGiB);
  EXPECT_EQ(host.gpus[0].pool, "gpu0");
}

}  // namespace
}  // namespace edgefit
