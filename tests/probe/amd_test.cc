#include "probe/amd.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

constexpr const char* kNodes = "/sys/class/kfd/kfd/topology/nodes/";

/// An MI210 at 43:00.0 and a second one, joined by XGMI, behind a processor.
Machine& two_instincts(Machine& machine) {
  const std::string nodes = kNodes;
  machine.file(nodes + "0/properties", "cpu_cores_count 64\nsimd_count 0\n");
  machine.file(nodes + "1/properties",
               "cpu_cores_count 0\nsimd_count 416\nsimd_per_cu 4\ngfx_target_version 90010\ndomain 0\n"
               "location_id 17152\nunique_id 1234567890\n");
  machine.file(nodes + "1/mem_banks/0/properties",
               "heap_type 1\nsize_in_bytes 68702699520\nwidth 4096\nmem_clk_max 1600\n");
  machine.file(nodes + "1/io_links/0/properties", "type 2\nnode_from 1\nnode_to 0\nmax_bandwidth 32000\n");
  machine.file(nodes + "1/io_links/1/properties", "type 11\nnode_from 1\nnode_to 2\nmax_bandwidth 100000\n");
  machine.file(nodes + "2/properties",
               "cpu_cores_count 0\nsimd_count 416\nsimd_per_cu 4\ndomain 0\nlocation_id 50176\n");
  return machine.pci("0000:43:00.0", "0x038000", "0x1002", "0x740f", "amdgpu");
}

Gpu describe(const Machine& machine) {
  const auto functions = scan_pci(machine.root());
  Gpu gpu;
  describe_amd_gpu(machine.root(), functions.at(0), read_kfd(machine.root()), gpu);
  return gpu;
}

TEST(Amd, KfdTellsUnitsTargetAndLinks) {
  Machine machine;
  const auto gpu = describe(two_instincts(machine));
  EXPECT_EQ(*gpu.gfx, "gfx90a");
  EXPECT_EQ(*gpu.sm_count, 104);
  EXPECT_EQ(*gpu.bus_width_bits, 4096);
  EXPECT_EQ(gpu.memory_clock->value, 1.6e9);
  EXPECT_FALSE(gpu.peak_bandwidth);  // transfers a clock differ between kinds of memory
  ASSERT_EQ(gpu.links.size(), 1U);
  EXPECT_EQ(gpu.links[0].peer, "0000:c4:00.0");
  EXPECT_EQ(gpu.links[0].type, "xgmi");
  EXPECT_EQ(gpu.links[0].bandwidth->value, 100e9);
}

TEST(Amd, ProcessorAndGpuInOneNodeShareMemory) {
  Machine machine;
  machine.pci("0000:01:00.0", "0x120000", "0x1002", "0x9999", "amdgpu");
  machine.file(
      std::string(kNodes) + "1/properties",
      "cpu_cores_count 24\nsimd_count 912\nsimd_per_cu 4\ngfx_target_version 90402\ndomain 0\nlocation_id 256\n");
  const auto gpu = describe(machine);
  EXPECT_EQ(gpu.kind, GpuClass::unified);
  EXPECT_EQ(*gpu.gfx, "gfx942");
}

TEST(Amd, SmallGraphicsInTheNodeOfTheirProcessor) {
  Machine machine;
  machine.pci("0000:05:00.0", "0x030000", "0x1002", "0x15d8", "amdgpu");
  machine.file(std::string(kNodes) + "0/properties",
               "cpu_cores_count 8\nsimd_count 32\nsimd_per_cu 4\ndomain 0\nlocation_id 1280\n");
  const auto gpu = describe(machine);
  EXPECT_EQ(*gpu.sm_count, 8);
  EXPECT_EQ(gpu.kind, GpuClass::integrated);
}

TEST(Amd, NameFromTheListOfLibdrm) {
  Machine machine;
  machine.pci("0000:03:00.0", "0x030000", "0x1002", "0x744c", "amdgpu");
  machine.file("/sys/devices/pci0000:00/0000:03:00.0/revision", "0xcc\n");
  machine.file("/usr/share/libdrm/amdgpu.ids",
               "# list\n1.0.0\n744C,\tC8,\tAMD Radeon RX 7900 XTX\n744C,\tCC,\tAMD Radeon RX 7900 XT\n");
  const auto gpu = describe(machine);
  EXPECT_EQ(*gpu.name, "AMD Radeon RX 7900 XT");
  EXPECT_EQ(gpu.name.origin.kind, Origin::Kind::catalog);
}

TEST(Amd, GfxNames) {
  EXPECT_EQ(gfx_name(110501), "gfx1151");
  EXPECT_EQ(gfx_name(90010), "gfx90a");
  EXPECT_EQ(gfx_name(100300), "gfx1030");
  EXPECT_EQ(gfx_name(0), "");
  EXPECT_EQ(gfx_name(1e18), "");
}

TEST(Amd, BandwidthByKindOfMemory) {
  EXPECT_EQ(amd_bandwidth(384, Hertz{1.25e9}, "GDDR6")->value, 960e9);  // RX 7900 XTX
  EXPECT_EQ(amd_bandwidth(256, Hertz{2e9}, "LPDDR5")->value, 256e9);    // Strix Halo
  EXPECT_FALSE(amd_bandwidth(8192, Hertz{1.3e9}, "HBM"));
}

struct ApuCase {
  const char* what;
  double carveout, gtt;  ///< GiB
  const char* pool;
};
class ApuMemory : public ::testing::TestWithParam<ApuCase> {};

// The four wrong answers of others: carve-out only, mapped memory only, main memory only, all of it twice.
TEST_P(ApuMemory, GoesWhereTheLargerPartIs) {
  const auto& c = GetParam();
  Machine machine;
  machine.small_box().pci("0000:c5:00.0", "0x030000", "0x1002", "0x1586", "amdgpu");
  const std::string folder = "/sys/devices/pci0000:00/0000:c5:00.0/";
  machine.file(folder + "mem_info_vram_total", fmt::format("{:.0f}", c.carveout * kGiB));
  machine.file(folder + "mem_info_vram_used", "1048576");
  machine.file(folder + "mem_info_gtt_total", fmt::format("{:.0f}", c.gtt * kGiB));
  machine.file(folder + "mem_info_gtt_used", "3145728");
  const auto host = machine.probe();
  const Gpu& gpu = host.gpus.at(0);
  EXPECT_EQ(gpu.kind, GpuClass::unified);
  EXPECT_EQ(gpu.pool, c.pool) << c.what;
  EXPECT_EQ(gpu.carveout->value, c.carveout * kGiB);
  EXPECT_EQ(gpu.shared_max->value, (c.carveout + c.gtt) * kGiB);
  EXPECT_EQ(gpu.gtt_used->value, 3 * kMiB);
  const auto pools = pools_of(host);
  if (std::string(c.pool) == "ram") {
    EXPECT_EQ(pools.size(), 1U);
    EXPECT_FALSE(gpu.vram_total);
  } else {
    ASSERT_EQ(pools.size(), 2U);
    EXPECT_EQ(pools[1].total->value, c.carveout * kGiB);
    EXPECT_EQ(pools[1].free->value, c.carveout * kGiB - kMiB);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ApuMemory,
                         ::testing::Values(ApuCase{"ollama#13173", 0.5, 108, "ram"},
                                           ApuCase{"ollama#13677", 16, 8, "gpu0"},
                                           ApuCase{"llmfit#964", 96, 16, "gpu0"},
                                           ApuCase{"ollama#8735", 0, 60, "ram"}));

TEST(Amd, MemoryTotalsAndWhatIsUsed) {
  Machine machine;
  machine.small_box().pci("0000:03:00.0", "0x030000", "0x1002", "0x744c", "amdgpu");
  const std::string folder = "/sys/devices/pci0000:00/0000:03:00.0/mem_info_";
  machine.file(folder + "vram_total", "25753026560").file(folder + "vram_used", "1073741824");
  machine.file(folder + "gtt_total", "16777216000").file(folder + "gtt_used", "33554432");
  const auto gpu = machine.probe().gpus.at(0);
  EXPECT_EQ(gpu.vram_used->value, kGiB);
  EXPECT_EQ(gpu.vram_free->value, 25753026560 - kGiB);
  EXPECT_EQ(gpu.gtt_total->value, 16777216000);
  EXPECT_EQ(gpu.gtt_used->value, 32 * kMiB);
  machine.file(folder + "vram_used", "99999999999").file(folder + "gtt_used", "99999999999");
  const auto liar = machine.probe().gpus.at(0);
  EXPECT_FALSE(liar.vram_used);
  EXPECT_FALSE(liar.vram_free);
  EXPECT_FALSE(liar.gtt_used);
  EXPECT_FALSE(liar.gtt_used.why.empty());
}

TEST(Amd, BanksOfKfdTellMemoryThatNoFileDoes) {
  Machine machine;
  EXPECT_EQ(describe(two_instincts(machine)).vram_total->value, 68702699520);
  const std::string banks = std::string(kNodes) + "1/mem_banks/";
  machine.file(banks + "1/properties", "heap_type 2\nsize_in_bytes 1000000\n");
  machine.file(banks + "2/properties", "heap_type 0\nsize_in_bytes 5000000\n");  // main memory
  const auto gpu = describe(machine);
  EXPECT_EQ(gpu.vram_total->value, 68702699520 + 1000000);
  EXPECT_NE(gpu.vram_total.origin.text.find("mem_banks"), std::string::npos);
  EXPECT_FALSE(gpu.vram_free);
  machine.file("/sys/devices/pci0000:00/0000:43:00.0/mem_info_vram_total", "68000000000");
  EXPECT_EQ(describe(machine).vram_total->value, 68000000000);  // the card's own file is nearer
}

}  // namespace
}  // namespace edgefit
