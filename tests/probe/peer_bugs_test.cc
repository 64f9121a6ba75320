// Bugs of other detectors, each with the test that proves this one right; the missing tests are here as well.
// A row names a test of this program, and a test makes sure that it exists.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "probe/nvidia.h"
#include "probe/vendor_report.h"
#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

struct PeerBug {
  const char* where;
  const char* symptom;
  const char* test;  ///< suite.name, without the instance of a table test
};
constexpr PeerBug kPeerBugs[] = {
    {"ollama#12062 #13173", "APU: 512 MiB of VRAM, 108 GB of GTT ignored", "ApuMemory.GoesWhereTheLargerPartIs"},
    {"ollama#13677", "16 GB carve-out reported as 8 GB of GTT", "ApuMemory.GoesWhereTheLargerPartIs"},
    {"ollama PR#13463", "MI300A with no VRAM dropped", "ApuMemory.GoesWhereTheLargerPartIs"},
    {"ollama PR#12490", "GB10: page cache counted as used", "PeerBugs.PageCacheOfAUnifiedGpuIsFree"},
    {"ollama#15474 PR#15961", "container: page cache counted, \"max\" mishandled", "Cgroup.PageCacheIsNotUsed"},
    {"ollama PR#15961", "no limit taken for one", "Cgroup.MaxIsNoLimit"},
    {"ollama#17916", "more threads than the quota", "Cpu.ThreadsStayBelowQuotaAndAffinity"},
    {"ollama PR#6736", "no right to open /dev/kfd: silent CPU", "Nodes.StatesOfARecordedMachine"},
    {"ollama#14357", "NVML fails: VRAM 0 B", "Nvidia.CudaSpeaksWhenNvmlFails"},
    {"llama.cpp#17536", "RTX 5090 taken for unified memory", "PeerBugs.SharedAddressesMakeNoUnifiedMemory"},
    {"llama.cpp#22368 #16832", "one of several heaps taken", "Vulkan.HeapsOfTheDeviceWithoutItsWindow"},
    {"llama.cpp#29277", "budget above the heap, free underflows", "Vulkan.HeapsOfTheDeviceWithoutItsWindow"},
    {"llmfit#964 #194", "Strix Halo with 96 GB carve-out shown as 31 GB, or all RAM as VRAM",
     "ApuMemory.GoesWhereTheLargerPartIs"},
    {"llmfit#830 #55 #239", "a table of names above the driver", "PeerBugs.DriversMemoryIsNotThatOfItsName"},
    {"llmfit#271", "graphics of a 9800X3D counted as a second card", "Gpu.GraphicsOfTheProcessorShareMainMemory"},
    {"llmfit#835", "GPU judged by its total, CPU by what is available", "PeerBugs.TotalAndFreeAreBothTold"},
    {"llmfit#609 PR#676", "amdgpu's files looked for on Intel, 0.0 GB", "PeerBugs.FilesOfAnotherVendorAreNotRead"},
    {"llmfit PR#792", "Orin taken for a card with unknown VRAM", "Platform.JetsonSharesMainMemory"},
    {"fastfetch#497 #1621 #2146", "a BAR taken for VRAM", "PeerBugs.AWindowIsNoMemory"},
    {"gpustack#4314 #2532 #3510", "vGPU or MIG in a VM: nothing told", "PeerBugs.AVirtualGpuDegradesFieldByField"},
    {"k8s-device-plugin#399 #1963", "an error of one field ends the list", "Nvidia.FieldErrorsNeverDropTheCard"},
    {"dra-driver#1073 #1115", "GB10: NOT_SUPPORTED ends the list", "Nvidia.UnifiedMemoryHasNoPool"},
    {"nvtop#449", "GB10: all memory shown as free", "PeerBugs.PageCacheOfAUnifiedGpuIsFree"},
    {"hwloc#641 #474", "a plugin crashes or hangs", "Topology.BlockingFileOfASysrootEndsAtTheDeadline"},
    {"hwloc#598", "no memory modules without dmi_sysfs", "Smbios.WholeTable"},
    {"hwloc#653", "link speed of an idle link", "Pci.WeakestLinkOfThePathCounts"},
    {"seastar#413", "memory of the machine in a container", "Cgroup.HostSaysWhatIsUsable"},
    {"gpustack#1375 whichllm#153 ds4#893", "Mac: a fixed share or all of main memory", "Xml.AMacHasOnePool"}};

TEST(PeerBugs, EachHasATest) {
  std::set<std::string> tests;
  const auto& all = *testing::UnitTest::GetInstance();
  for (int s = 0; s < all.total_test_suite_count(); ++s) {
    const auto& suite = *all.GetTestSuite(s);
    for (int t = 0; t < suite.total_test_count(); ++t) {
      std::string name = std::string(suite.name()) + "." + suite.GetTestInfo(t)->name();
      name.resize(std::min(name.find('/', name.find('.')), name.size()));  // instances of a table test
      tests.insert(name.substr(name.find('/') == std::string::npos ? 0 : name.find('/') + 1));
    }
  }
  for (const auto& bug : kPeerBugs) EXPECT_TRUE(tests.contains(bug.test)) << bug.where << ": " << bug.test;
}

Host nvidia_card(const std::string& lines) {
  Host host;
  join_nvml(parse_vendor_report("-\tinit\t1\n0\tbdf\t00000000:01:00.0\n" + lines), host);
  number_pools(host);
  return host;
}

TEST(PeerBugs, SharedAddressesMakeNoUnifiedMemory) {
  // HMM (1) lets a card reach main memory; the card's own is its own all the same.
  const auto host = nvidia_card("0\tname\tNVIDIA GeForce RTX 5090\n0\taddressing\t1\n0\tmemory.total\t34190917632\n");
  EXPECT_EQ(host.gpus.at(0).kind, GpuClass::discrete);
  EXPECT_EQ(host.gpus[0].pool, "gpu0");
  EXPECT_EQ(host.gpus[0].vram_total->value, 34190917632);
}

TEST(PeerBugs, AVirtualGpuDegradesFieldByField) {
  const auto host = nvidia_card(
      "0\tname\tGRID A100-10C\n0\tvirtualization\t2\n0\tmemory.total\t10737418240\n0\tmemory.free\t10000000000\n"
      "0\t!nvmlDeviceGetMigMode\t999\n0\t!nvmlDeviceGetMaxPcieLinkGeneration\t3\n0\t!nvmlDeviceGetEccMode\t3\n");
  const Gpu& gpu = host.gpus.at(0);
  EXPECT_EQ(gpu.kind, GpuClass::virtual_gpu);
  EXPECT_EQ(gpu.state, GpuState::usable);
  EXPECT_EQ(gpu.vram_total->value, 10737418240);  // the profile's size
  EXPECT_EQ(pools_of(host).size(), 2U);
  EXPECT_FALSE(gpu.ecc);
  ASSERT_EQ(host.errors.size(), 1U);  // "not supported" is no error
}

TEST(PeerBugs, PageCacheOfAUnifiedGpuIsFree) {
  Machine machine;
  machine.small_box("125508468").file("/sys/devices/soc0/soc_id", "jep106:0426:8901\n");
  machine.file("/proc/meminfo",
               "MemTotal: 125508468 kB\nMemFree: 3040870 kB\nMemAvailable: 60000000 kB\nCached: 57000000 kB\n");
  const auto host = machine.probe();
  ASSERT_EQ(host.gpus.size(), 1U);
  const auto pools = pools_of(host);
  ASSERT_EQ(pools.size(), 1U);  // one memory
  EXPECT_EQ(pools[0].total->value, 125508468 * kKiB);
  EXPECT_EQ(pools[0].free->value, 60000000 * kKiB);  // neither what is unused nor all of it
}

Machine& with_card(Machine& machine, const char* vendor, const char* device, const char* driver) {
  return machine.small_box().pci("0000:03:00.0", "0x030000", vendor, device, driver);
}
constexpr const char* kCard = "/sys/devices/pci0000:00/0000:03:00.0/";

TEST(PeerBugs, DriversMemoryIsNotThatOfItsName) {
  Machine machine;
  with_card(machine, "0x1002", "0x7551", "amdgpu");
  machine.file(std::string(kCard) + "mem_info_vram_total", "34208743424");
  machine.file(std::string(kCard) + "product_name", "Radeon RX 9070 8GB");  // as wrong as a table may be
  const auto host = machine.probe();
  EXPECT_EQ(host.gpus.at(0).vram_total->value, 34208743424);
  EXPECT_EQ(host.gpus[0].vram_total.origin.kind, Origin::Kind::driver);
}

TEST(PeerBugs, TotalAndFreeAreBothTold) {
  Machine machine;
  with_card(machine, "0x1002", "0x744c", "amdgpu");
  machine.file(std::string(kCard) + "mem_info_vram_total", "25753026560");
  machine.file(std::string(kCard) + "mem_info_vram_used", "5753026560");
  const auto host = machine.probe();
  for (const auto& pool : pools_of(host)) {
    ASSERT_TRUE(pool.total && pool.free) << pool.id;
    EXPECT_LT(pool.free->value, pool.total->value) << pool.id;
  }
}

TEST(PeerBugs, FilesOfAnotherVendorAreNotRead) {
  Machine machine;
  with_card(machine, "0x8086", "0xe20b", "xe");
  machine.file(std::string(kCard) + "mem_info_vram_total", "0");
  EXPECT_FALSE(machine.probe().gpus.at(0).vram_total);
}

TEST(PeerBugs, AWindowIsNoMemory) {
  Machine machine;
  with_card(machine, "0x10de", "0x1e84", "nvidia");
  machine.file(std::string(kCard) + "resource",
               "0x00000000e0000000 0x00000000efffffff 0x000000000014220c\n"    // 256 MiB
               "0x00000000f0000000 0x00000000f1ffffff 0x000000000014220c\n");  // 32 MiB
  const auto host = machine.probe();
  EXPECT_FALSE(host.gpus.at(0).vram_total);
  EXPECT_EQ(host.gpus[0].kind, GpuClass::discrete);
}

TEST(PeerBugs, ACardWithoutMemoryIsUnknownNotZero) {
  Machine machine;
  with_card(machine, "0x1002", "0x744c", "amdgpu");
  machine.file(std::string(kCard) + "mem_info_vram_total", "0").file(std::string(kCard) + "mem_info_vram_used", "0");
  const auto host = machine.probe();
  EXPECT_FALSE(host.gpus.at(0).vram_total);
  EXPECT_FALSE(host.gpus[0].vram_free);
  EXPECT_FALSE(host.gpus[0].vram_total.why.empty());
}

}  // namespace
}  // namespace edgefit
