#include "probe/nvidia.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "support/machine.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;

/// A host as the PCI scan leaves it: cards at 01:00.0 and 02:00.0 with NVIDIA's driver.
Host two_seen_cards() {
  Host host;
  for (const char* bdf : {"0000:01:00.0", "0000:02:00.0"}) {
    Gpu gpu;
    gpu.id = gpu.bdf = bdf;
    gpu.vendor = "NVIDIA";
    gpu.pci = "10de:2684";
    gpu.kernel_driver = {"nvidia", {}};
    host.gpus.push_back(gpu);
  }
  return host;
}

std::string fake(const std::string& name) {
  return std::string(EDGEFIT_FAKE_LIBRARIES) + "/fake_" + name + ".so";
}

/// The real query with stand-ins for the libraries; an empty name is a library that is not installed.
Host ask(const std::string& nvml, Host host = two_seen_cards(), int deadline_ms = 5000, const std::string& cuda = {}) {
  NvidiaOptions options;
  options.nvml = {"/nowhere/libnvidia-ml.so.1"};
  options.cuda = {"/nowhere/libcuda.so.1"};
  options.nodes = {"/"};
  if (!nvml.empty()) options.nvml.push_back(fake("nvml_" + nvml));
  if (!cuda.empty()) options.cuda.push_back(fake("cuda_" + cuda));
  options.deadline_ms = deadline_ms;
  NvidiaQuery::start(Root(), options).finish(Root(), host);
  number_pools(host);
  return host;
}

TEST(Nvidia, TwoCardsJoinedByAddress) {
  const auto host = ask("two_cards");
  ASSERT_EQ(host.gpus.size(), 2U);
  const Gpu& rtx = host.gpus[0];  // the library counts it second
  ASSERT_EQ(rtx.state, GpuState::usable) << rtx.state_text;
  ASSERT_TRUE(rtx.name && rtx.vram_total && rtx.peak_bandwidth);
  EXPECT_EQ(*rtx.name, "NVIDIA GeForce RTX 4090");
  EXPECT_EQ(rtx.state, GpuState::usable);
  EXPECT_EQ(rtx.vram_total->value, 24564 * kMiB);
  EXPECT_EQ(rtx.vram_free->value, 23800 * kMiB);
  EXPECT_EQ(rtx.vram_reserved->value, 350 * kMiB);
  EXPECT_EQ(rtx.vram_used->value, (24564 - 350 - 23800) * kMiB);
  EXPECT_EQ(*rtx.compute_capability, 8.9);
  EXPECT_EQ(*rtx.sm_count, 128);
  EXPECT_NEAR(rtx.peak_bandwidth->value, 1008.1e9, 0.1e9);
  EXPECT_EQ(rtx.power_limit->value, 450);
  EXPECT_EQ(rtx.power_default->value, 500);
  EXPECT_EQ(*rtx.driver, "580.95.05");
  ASSERT_EQ(rtx.runtimes.size(), 1U);
  EXPECT_EQ(rtx.runtimes[0], (std::pair<std::string, std::string>{"cuda", "13.0"}));
  EXPECT_NEAR(rtx.pcie_bandwidth->value, 31.5e9, 0.1e9);
  EXPECT_NEAR(host.gpus[1].peak_bandwidth->value, 3352.3e9, 0.1e9);
  EXPECT_EQ(*host.gpus[1].sm_count, 132);
  EXPECT_EQ(host.gpus[0].pool, "gpu0");
  EXPECT_EQ(host.gpus[1].pool, "gpu1");
  EXPECT_TRUE(host.errors.empty());
}

TEST(Nvidia, CardsThatPciHidesAreAddedInOrder) {
  Host host;
  Gpu other;
  other.id = other.bdf = "0000:01:08.0";
  host.gpus.push_back(other);
  host = ask("two_cards", host);
  ASSERT_EQ(host.gpus.size(), 3U);
  EXPECT_EQ(host.gpus[0].bdf, "0000:01:00.0");
  EXPECT_EQ(host.gpus[0].pci, "10de:2684");
  EXPECT_EQ(host.gpus[2].bdf, "0000:02:00.0");
}

TEST(Nvidia, FieldErrorsNeverDropTheCard) {
  const auto host = ask("field_errors");
  const Gpu& gpu = host.gpus[0];
  EXPECT_EQ(gpu.state, GpuState::usable);
  EXPECT_FALSE(gpu.name);
  EXPECT_FALSE(gpu.compute_capability);
  EXPECT_THAT(gpu.compute_capability.why, HasSubstr("permission"));
  EXPECT_FALSE(gpu.peak_bandwidth);
  EXPECT_FALSE(gpu.power_limit);
  EXPECT_EQ(gpu.vram_total->value, 24564 * kMiB);  // by the old call
  EXPECT_FALSE(gpu.vram_reserved);
  EXPECT_EQ(gpu.vram_used->value, (24564 - 23800) * kMiB);
  ASSERT_EQ(host.errors.size(), 2U);  // 4 and 999; "not supported" is no error
  // The driver holds the second card back.
  EXPECT_EQ(host.gpus[1].state, GpuState::not_exposed);
  EXPECT_FALSE(host.gpus[1].state_text.empty());
}

TEST(Nvidia, UnifiedMemoryHasNoPool) {
  const auto host = ask("unified");
  EXPECT_EQ(host.gpus[0].kind, GpuClass::unified);
  EXPECT_EQ(host.gpus[0].pool, "ram");
  EXPECT_FALSE(host.gpus[0].vram_total);
  EXPECT_EQ(pools_of(host).size(), 1U);
}

TEST(Nvidia, InstancesOfASplitCard) {
  const auto host = ask("split");
  ASSERT_EQ(host.gpus.size(), 3U);
  EXPECT_EQ(host.gpus[0].id, "0000:01:00.0/mig0");
  EXPECT_EQ(host.gpus[1].id, "0000:01:00.0/mig1");
  EXPECT_EQ(*host.gpus[0].name, "NVIDIA H100 MIG 1g.10gb");
  EXPECT_EQ(host.gpus[1].vram_free->value, 5000 * kMiB);
  EXPECT_EQ(*host.gpus[0].sm_count, 16);
  EXPECT_FALSE(host.gpus[0].peak_bandwidth);  // its share is not told
  EXPECT_EQ(host.gpus[2].bdf, "0000:02:00.0");
}

TEST(Nvidia, InstancesAnswerWhereTheWholeCardIsClosed) {
  const auto host = ask("split_closed");
  ASSERT_EQ(host.gpus.size(), 3U);
  EXPECT_EQ(host.gpus[0].id, "0000:01:00.0/mig0");
  EXPECT_EQ(host.gpus[0].vram_total->value, 9856 * kMiB);
  EXPECT_EQ(host.gpus[1].id, "0000:01:00.0/mig1");
  EXPECT_FALSE(host.gpus[1].vram_total);  // never that of its neighbour
  EXPECT_FALSE(host.gpus[1].vram_free);
  EXPECT_FALSE(host.gpus[1].vram_total.why.empty());
}

TEST(Nvidia, AVirtualGpuWithTheModeOfItsHostsCard) {
  const auto host = ask("vgpu");
  ASSERT_EQ(host.gpus.size(), 2U);
  EXPECT_EQ(host.gpus[0].state, GpuState::usable) << host.gpus[0].state_text;
  EXPECT_EQ(host.gpus[0].kind, GpuClass::virtual_gpu);
  EXPECT_EQ(host.gpus[0].vram_total->value, 24564 * kMiB);
}

/// A machine of one card as recorded answers tell of it.
Gpu recorded_card(const std::string& nvml, const std::string& cuda = {}, const char* device = "0x2684") {
  test::Machine machine;
  machine.small_box().pci("000f:01:00.0", "0x030000", "0x10de", device, "nvidia");
  machine.file("/sys/devices/pci0000:00/000f:01:00.0/max_link_speed", "2.5 GT/s PCIe");
  machine.file("/sys/devices/pci0000:00/000f:01:00.0/max_link_width", "1");
  machine.file("/edgefit/answers/nvml", "-\tinit\t1\n0\tbdf\t000f:01:00.0\n" + nvml);
  if (!cuda.empty()) machine.file("/edgefit/answers/cuda", "-\tinit\t1\n0\tbdf\t000f:01:00.0\n" + cuda);
  return machine.probe().gpus.at(0);
}

TEST(Nvidia, CudaTellsTheMemoryThatNvmlDoesNot) {
  const std::string nvml = "0\tname\tRTX\n0\t!nvmlDeviceGetMemoryInfo\t999\n";
  const auto asked = recorded_card(nvml, "0\tmemory.total\t24000000000\n0\tintegrated\t0\n");
  EXPECT_EQ(asked.vram_total->value, 24e9);
  EXPECT_EQ(asked.pool, "gpu0");
  EXPECT_EQ(*asked.name, "RTX");
  const auto alone = recorded_card(nvml);
  EXPECT_EQ(alone.state, GpuState::usable);
  EXPECT_FALSE(alone.vram_total);
  // An old library knows neither the memory nor the addressing of a GPU without memory of its own.
  const auto old = recorded_card("0\t!nvmlDeviceGetMemoryInfo\t3\n0\t!nvmlDeviceGetAddressingMode\t13\n",
                                 "0\tmemory.total\t128000000000\n0\tintegrated\t1\n");
  EXPECT_EQ(old.kind, GpuClass::unified);
  EXPECT_EQ(old.pool, "ram");
}

TEST(Nvidia, Gb10SharesMemoryWhateverTheLibrarySays) {
  // One owner saw a total and no addressing mode (nvitop#208); the PCIe link of a part of the chip means nothing.
  const auto gpu = recorded_card(
      "0\tmemory.total\t128000000000\n0\tmemory.free\t1000\n0\tpcie.width\t1\n"
      "0\tpcie.generation\t1\n",
      {}, "0x2e12");
  EXPECT_EQ(gpu.kind, GpuClass::unified);
  EXPECT_EQ(gpu.pool, "ram");
  EXPECT_FALSE(gpu.vram_total);
  EXPECT_EQ(gpu.shared_max->value, 128e9);
  EXPECT_FALSE(gpu.pcie_bandwidth);
  EXPECT_FALSE(gpu.pcie_width);
}

TEST(Nvidia, ACardThatIsGoneIsNotUsable) {
  const auto gpu = recorded_card("0\tname\tRTX\n0\t!nvmlDeviceGetMemoryInfo\t15\n");
  EXPECT_EQ(gpu.state, GpuState::lost);
  EXPECT_THAT(gpu.state_text, HasSubstr("off the bus"));
  EXPECT_EQ(gpu.pool, "");
  EXPECT_EQ(recorded_card("0\tname\tRTX\n0\tmemory.total\t1000\n0\t!nvmlDeviceGetEccMode\t16\n").state, GpuState::lost);
}

struct FailureCase {
  const char* scenario;
  GpuState state;
  const char* text;
};
class NvidiaFailures : public ::testing::TestWithParam<FailureCase> {};

TEST_P(NvidiaFailures, CostStateAndOneLine) {
  const auto& c = GetParam();
  const auto host = ask(c.scenario, two_seen_cards(), 300);
  ASSERT_EQ(host.gpus.size(), 2U);
  for (const auto& gpu : host.gpus) {
    EXPECT_EQ(gpu.state, c.state);
    EXPECT_THAT(gpu.state_text, HasSubstr(c.text));
    EXPECT_FALSE(gpu.vram_total);
    EXPECT_EQ(gpu.pool, "");
  }
  EXPECT_FALSE(host.errors.empty());
}

INSTANTIATE_TEST_SUITE_P(All, NvidiaFailures,
                         ::testing::Values(FailureCase{"not_loaded", GpuState::no_driver, "not loaded"},
                                           FailureCase{"mismatch", GpuState::version_mismatch, "reboot"},
                                           FailureCase{"lost", GpuState::lost, "bus"},
                                           FailureCase{"hang", GpuState::no_library, "deadline"},
                                           FailureCase{"hang_on_load", GpuState::no_library, "deadline"},
                                           FailureCase{"crash", GpuState::no_library, "signal 6"},
                                           FailureCase{"leave", GpuState::no_library, "exit code 0"}),
                         [](const auto& info) { return std::string(info.param.scenario); });

TEST(Nvidia, LibraryWithoutItsFunctions) {
  const auto host = ask("missing_symbol");
  for (const auto& gpu : host.gpus) EXPECT_EQ(gpu.state, GpuState::not_exposed);
}

TEST(Nvidia, StrangeNamesStayOneField) {
  const auto host = ask("strange_text");
  EXPECT_EQ(host.gpus[0].vram_total->value, 24564 * kMiB);
}

TEST(Nvidia, NoLibraryMeansNoForkAndATextWithTheFix) {
  auto host = two_seen_cards();
  host.gpus[1].state = GpuState::no_permission;
  host = ask("", host);
  EXPECT_EQ(host.gpus[0].state, GpuState::no_library);
  EXPECT_THAT(host.gpus[0].state_text, HasSubstr("libnvidia-ml"));
  EXPECT_EQ(host.gpus[1].state, GpuState::no_permission);  // the nearer cause stays
}

TEST(Nvidia, RecordingNeverAsksTheLivingLibrary) {
  const test::Machine machine;
  NvidiaOptions options;
  options.nvml = {fake("nvml_two_cards")};
  Host host;
  NvidiaQuery::start(machine.root(), options).finish(machine.root(), host);
  EXPECT_TRUE(host.gpus.empty());
}

TEST(Nvidia, RecordedAnswersTakeTheSameWay) {
  test::Machine machine;
  machine.file("/edgefit/answers/nvml",
               "-\tinit\t1\n-\tdriver\t580.1\n0\tbdf\t00000000:01:00.0\n0\tmemory.total\t1000\n");
  Host host = two_seen_cards();
  NvidiaQuery::start(machine.root(), {}).finish(machine.root(), host);
  EXPECT_EQ(host.gpus[0].vram_total->value, 1000);
  EXPECT_EQ(host.gpus[1].state, GpuState::not_exposed);
  machine.file("/edgefit/answers/nvml", "!failed\tdid not answer before its deadline");
  host = two_seen_cards();
  NvidiaQuery::start(machine.root(), {}).finish(machine.root(), host);
  EXPECT_EQ(host.gpus[0].state, GpuState::no_library);
  EXPECT_EQ(host.errors.size(), 1U);
  machine.file("/edgefit/answers/nvml", "!refused\tnot installed");
  host = two_seen_cards();
  NvidiaQuery::start(machine.root(), {}).finish(machine.root(), host);
  EXPECT_EQ(host.gpus[0].state_text, "not installed");
  EXPECT_TRUE(host.errors.empty());
}

TEST(Nvidia, ModesAndLinks) {
  const auto host = ask("two_cards");
  const Gpu& rtx = host.gpus[0];
  EXPECT_EQ(rtx.uuid.size(), 12U) << rtx.uuid;
  EXPECT_NE(rtx.uuid, host.gpus[1].uuid);
  EXPECT_EQ(*rtx.ecc, "off");
  EXPECT_EQ(*rtx.compute_mode, "default");
  EXPECT_EQ(*rtx.pcie_generation, 4);
  EXPECT_EQ(*rtx.pcie_generation_now, 1);  // an idle link
  EXPECT_TRUE(rtx.links.empty());
  const Gpu& h100 = host.gpus[1];
  ASSERT_EQ(h100.links.size(), 2U);
  EXPECT_EQ(h100.links[0].peer, "0000:0a:00.0");
  EXPECT_EQ(h100.links[0].count, 2);
  EXPECT_EQ(h100.links[0].type, "nvlink");
  EXPECT_EQ(h100.links[0].bandwidth->value, 50e9);
  EXPECT_EQ(*h100.ecc, "on");
}

TEST(Nvidia, ProhibitedAndTooOldCards) {
  const auto report = [](const std::string& line) {
    Host host;
    join_nvml(parse_vendor_report("-\tinit\t1\n0\tbdf\t0:1:0.0\n" + line), host);
    return host.gpus.at(0);
  };
  EXPECT_EQ(report("0\tcompute_mode\t2\n").state, GpuState::no_permission);
  EXPECT_EQ(report("0\tcc\t3.5\n").state, GpuState::too_old);
  const auto pascal = report("0\tcc\t6.1\n");
  EXPECT_EQ(pascal.state, GpuState::usable);
  EXPECT_THAT(pascal.state_text, HasSubstr("CUDA 12"));
  EXPECT_EQ(report("0\tcc\t8.9\n").state_text, "");
}

TEST(Nvidia, CudaSpeaksWhenNvmlIsMissing) {
  const auto host = ask("", two_seen_cards(), 5000, "two_cards");
  ASSERT_EQ(host.gpus.size(), 2U);
  const Gpu& gpu = host.gpus[0];
  EXPECT_EQ(gpu.state, GpuState::usable) << gpu.state_text;
  EXPECT_EQ(*gpu.name, "NVIDIA GeForce RTX 4090");
  EXPECT_EQ(gpu.vram_total->value, 24080 * kMiB);
  EXPECT_FALSE(gpu.vram_free);  // would need a context
  EXPECT_EQ(*gpu.compute_capability, 8.9);
  EXPECT_EQ(*gpu.sm_count, 128);
  EXPECT_NEAR(gpu.peak_bandwidth->value, 1008.1e9, 0.1e9);
  EXPECT_EQ(gpu.vram_total.origin.text, "CUDA driver");
  EXPECT_EQ(host.gpus[1].pool, "gpu1");
}

TEST(Nvidia, CudaSpeaksWhenNvmlFails) {
  const auto host = ask("crash", two_seen_cards(), 5000, "two_cards");
  EXPECT_EQ(host.gpus[0].state, GpuState::usable);
  ASSERT_EQ(host.errors.size(), 1U);
  EXPECT_EQ(host.errors[0].source, "nvml");
}

TEST(Nvidia, BothLibrariesFail) {
  const auto host = ask("not_loaded", two_seen_cards(), 5000, "no_device");
  EXPECT_EQ(host.gpus[0].state, GpuState::no_driver);
  EXPECT_EQ(host.errors.size(), 2U);  // one of NVML, one of cuInit
}

TEST(Nvidia, CudaThatHangsOrLeavesCostsOneLine) {
  for (const char* scenario : {"hang", "leave"}) {
    const auto host = ask("", two_seen_cards(), 300, scenario);
    EXPECT_EQ(host.gpus[0].state, GpuState::no_library) << scenario;
    EXPECT_THAT(host.gpus[0].state_text, HasSubstr("libnvidia-ml"));
    ASSERT_EQ(host.errors.size(), 1U) << scenario;
    EXPECT_EQ(host.errors[0].source, "cuda");
  }
}

TEST(Nvidia, HiddenCardsAreStillListedByCuda) {
  setenv("CUDA_VISIBLE_DEVICES", "", 1);
  const auto host = ask("", two_seen_cards(), 5000, "two_cards");
  unsetenv("CUDA_VISIBLE_DEVICES");
  EXPECT_TRUE(host.gpus[0].vram_total);  // what the user hid is decided later, with a reason
}

TEST(Nvidia, ProcessorsMemoryIsNeverCountedTwice) {
  // NVML gives a total although the addresses are shared: only CUDA knows whose memory it is.
  const auto shared = ask("ats", two_seen_cards(), 5000, "integrated");
  EXPECT_EQ(shared.gpus[0].kind, GpuClass::unified);
  EXPECT_EQ(shared.gpus[0].pool, "ram");
  EXPECT_FALSE(shared.gpus[0].vram_total);
  EXPECT_EQ(shared.gpus[0].shared_max->value, 24564 * kMiB);
  EXPECT_TRUE(shared.conflicts.empty());
  const auto grace = ask("ats", two_seen_cards(), 5000, "two_cards");
  EXPECT_EQ(grace.gpus[0].kind, GpuClass::discrete);
  EXPECT_EQ(grace.gpus[0].pool, "gpu0");
  const auto silent = ask("ats");
  EXPECT_EQ(silent.gpus[0].kind, GpuClass::unified);
  EXPECT_EQ(silent.conflicts.size(), 1U);
}

/// A card that NVML lists, and what is said of the node that only CUDA needs.
Gpu with_memory_node(const std::string& node, bool in_container = false) {
  test::Machine machine;
  machine.small_box().pci("0000:01:00.0", "0x030000", "0x10de", "0x2684", "nvidia");
  machine.file("/edgefit/answers/nvml",
               "-\tinit\t1\n0\tname\tRTX 4090\n0\tbdf\t00000000:01:00.0\n0\tmemory.total\t25757220864\n0\tcc\t8.9\n");
  machine.file("/edgefit/nodes", "/dev/nvidiactl\topen\t-\n" + node);
  if (in_container) machine.file("/.dockerenv", "");
  return machine.probe().gpus.at(0);
}

TEST(Nvidia, CudaNeedsOneMoreNodeThanNvml) {
  EXPECT_EQ(with_memory_node("/dev/nvidia-uvm\topen\t-\n").state_text, "");
  EXPECT_EQ(with_memory_node("").state, GpuState::usable);  // an older recording does not tell
  const auto plain = with_memory_node("/dev/nvidia-uvm\tmissing\t-\n");
  EXPECT_EQ(plain.state, GpuState::usable);  // the first program makes it
  EXPECT_THAT(plain.state_text, HasSubstr("nvidia-modprobe"));
  const auto contained = with_memory_node("/dev/nvidia-uvm\tmissing\t-\n", true);
  EXPECT_EQ(contained.state, GpuState::not_exposed);
  EXPECT_THAT(contained.state_text, HasSubstr("container"));
  const auto closed = with_memory_node("/dev/nvidia-uvm\tdenied\tvideo\n");
  EXPECT_EQ(closed.state, GpuState::no_permission);
  EXPECT_THAT(closed.state_text, HasSubstr("group video"));
}

}  // namespace
}  // namespace edgefit
