#include <gtest/gtest.h>

#include "base/json.h"
#include "edgefit/probe.h"
#include "support/machine.h"

namespace edgefit {
namespace {

Host full_host() {
  Host host;
  host.name = "this box";
  host.taken = "2026-11-23T10:00:00Z";
  host.tools = {{"hwloc_api", "2.8.0"}};
  host.os.kernel = {"6.1", {Origin::Kind::os, "/proc"}};
  host.cpu.architecture = {"x86_64", {Origin::Kind::os, "uname"}};
  host.cpu.cores = {14, {Origin::Kind::os, "hwloc"}};
  host.cpu.isa = {{"avx2", "fma"}, {Origin::Kind::os, "/proc/cpuinfo"}};
  host.cpu.kinds.push_back({"P-core", {6, {}}, {12, {}}, {}, {Hertz{5e9}, {Origin::Kind::os, "x"}}, {}});
  host.cpu.caches.push_back({3, "unified", mib(24), 1, 20});
  host.memory.os_total = {gib(32), {Origin::Kind::os, "/proc/meminfo"}};
  host.memory.usable = {gib(31), {Origin::Kind::derived, "MemTotal less huge pages"}};
  host.memory.available = {gib(20), {Origin::Kind::os, "/proc/meminfo"}};
  host.memory.limit = Fact<Bytes>::unknown("no limit is set");
  host.memory.dimms.push_back({"ChannelA", {gib(16), {Origin::Kind::firmware, "dmi"}}, {}, {}, {}, {}, {}});
  host.memory.nodes.push_back({0, {gib(32), {Origin::Kind::os, "hwloc"}}, "DRAM", 20});
  Gpu gpu;
  gpu.id = gpu.bdf = "0000:01:00.0";
  gpu.pci = "10de:2684";
  gpu.name = {"NVIDIA GeForce RTX 4090", {Origin::Kind::driver, "NVML"}};
  gpu.vendor = "NVIDIA";
  gpu.vram_total = {mib(24564), {Origin::Kind::driver, "NVML"}};
  gpu.vram_free = {mib(23000), {Origin::Kind::driver, "NVML"}};
  gpu.compute_capability = {12.0, {Origin::Kind::driver, "NVML"}};
  gpu.peak_bandwidth = {BytesPerSecond{1008.096e9}, {Origin::Kind::driver, "NVML"}};
  gpu.fp32_peak = Fact<FlopsPerSecond>::unknown("not told", "--fact x");
  gpu.features = {"fp16", "int8"};
  gpu.runtimes = {{"cuda", "13.0"}};
  gpu.pcie_width = {16, {Origin::Kind::os, "sysfs"}};
  host.gpus.push_back(gpu);
  Gpu broken;
  broken.id = broken.bdf = "0000:02:00.0";
  broken.state = GpuState::no_driver;
  broken.state_text = "install the driver";
  host.gpus.push_back(broken);
  host.npus.push_back(
      {"AMD XDNA 2", "/dev/accel/accel0", "driver-loaded", {"amdxdna", {Origin::Kind::os, "x"}}, "Ryzen AI"});
  host.storage.push_back(
      {"/models", {"ext4", {Origin::Kind::os, "x"}}, {}, {}, {Bytes{1e12}, {Origin::Kind::os, "statvfs"}}, {}});
  host.chassis.free_slots = {0, {Origin::Kind::user, "--fact slots.free=0"}};
  host.chassis.psu = {Watts{750}, {Origin::Kind::user, "--fact psu.watts=750"}};
  host.memory.slots_free = {2, {Origin::Kind::firmware, "DMI"}};
  host.memory.module_type = {"DDR5 UDIMM", {Origin::Kind::firmware, "DMI"}};
  host.conflicts.push_back({"memory.os_total", "1 B", "2 B", "/proc/meminfo"});
  host.errors.push_back({"nvml", "nvmlDeviceGetName", "999", "unknown"});
  const Origin driver{Origin::Kind::driver, "driver"};
  host.gpus[0].vram_used = {mib(1200), driver};
  host.gpus[0].gtt_total = {gib(15), driver};
  host.gpus[0].gtt_used = {mib(64), driver};
  host.gpus[0].power_default = {Watts{450}, driver};
  host.memory.usable_sure = {gib(28), driver};
  host.memory.swap_total = {gib(2), driver};
  host.memory.swap_free = {gib(1), driver};
  host.cpu.sve_bits = {256, driver};
  host.npus[0].model = {"RyzenAI-npu5", driver};
  host.npus[0].firmware = {"1.0.0.63", driver};
  host.npus[0].memory = {gib(48), driver};
  host.npus[0].memory_used = {mib(1), driver};
  number_pools(host);
  return host;
}

TEST(HostJson, RoundTripLosesNothing) {
  const auto first = write_host_json(full_host());
  const auto host = read_host_json(first, "host.json");
  ASSERT_TRUE(host) << host.error().what << " " << host.error().where;
  EXPECT_EQ(host->mode, Host::Mode::recorded);
  EXPECT_EQ(host->gpus[0].vram_total->value, 24564 * kMiB);
  EXPECT_EQ(*host->gpus[0].compute_capability, 12.0);
  EXPECT_EQ(host->gpus[0].runtimes, full_host().gpus[0].runtimes);
  EXPECT_EQ(host->gpus[0].fp32_peak.remedy, "--fact x");
  EXPECT_EQ(host->gpus[1].state, GpuState::no_driver);
  EXPECT_EQ(host->memory.usable.origin.kind, Origin::Kind::derived);
  EXPECT_EQ(host->memory.limit.why, "no limit is set");
  EXPECT_EQ(*host->cpu.isa, (std::vector<std::string>{"avx2", "fma"}));
  EXPECT_EQ(host->conflicts.size(), 1U);
  EXPECT_EQ(*host->chassis.free_slots, 0);
  EXPECT_EQ(host->chassis.psu->value, 750);
  EXPECT_FALSE(host->chassis.gpu_length);
  EXPECT_EQ(*host->memory.slots_free, 2);
  EXPECT_EQ(*host->memory.module_type, "DDR5 UDIMM");
  EXPECT_EQ(host->gpus[0].vram_used->value, 1200 * kMiB);
  EXPECT_EQ(host->gpus[0].gtt_total->value, 15 * kGiB);
  EXPECT_EQ(host->gpus[0].gtt_used->value, 64 * kMiB);
  EXPECT_EQ(host->gpus[0].power_default->value, 450);
  EXPECT_EQ(host->memory.usable_sure->value, 28 * kGiB);
  EXPECT_EQ(host->memory.swap_free->value, kGiB);
  EXPECT_EQ(*host->cpu.sve_bits, 256);
  EXPECT_EQ(*host->npus[0].model, "RyzenAI-npu5");
  EXPECT_EQ(*host->npus[0].firmware, "1.0.0.63");
  EXPECT_EQ(host->npus[0].memory->value, 48 * kGiB);
  EXPECT_EQ(host->npus[0].memory_used->value, kMiB);
  // From here on nothing changes any more.
  const auto second = write_host_json(*host);
  const auto again = read_host_json(second, "host.json");
  ASSERT_TRUE(again);
  EXPECT_EQ(write_host_json(*again), second);
}

TEST(HostJson, ProbedMachineSurvives) {
  test::Machine machine;
  machine.small_box().pci("0000:01:00.0", "0x030000", "0x10de", "0x2684");
  const auto host = machine.probe();
  const auto back = read_host_json(write_host_json(host), "host.json");
  ASSERT_TRUE(back) << back.error().what << " " << back.error().where;
  EXPECT_EQ(*back->cpu.cores, *host.cpu.cores);
  EXPECT_EQ(back->memory.usable->value, host.memory.usable->value);
  EXPECT_EQ(back->gpus.at(0).state, host.gpus.at(0).state);
}

TEST(HostJson, LeavesHaveTheContractsShape) {
  const auto text = write_host_json(full_host());
  const auto json = parse_json(text, "host.json");
  ASSERT_TRUE(json);
  EXPECT_EQ((*json)["format"], "edgefit.host");
  EXPECT_EQ((*json)["format_version"], "1.0");
  const auto& total = (*json)["memory"]["os_total"];
  EXPECT_TRUE(total["v"].is_number_integer());
  EXPECT_EQ(total["v"], 34359738368);
  EXPECT_EQ(total["src"], "/proc/meminfo");
  EXPECT_EQ(total["conf"], "os");
  EXPECT_TRUE(total["why"].is_null());
  EXPECT_TRUE((*json)["memory"]["limit"]["v"].is_null());
  EXPECT_EQ((*json)["memory"]["limit"]["conf"], "none");
  EXPECT_EQ((*json)["gpus"][0]["cc"]["v"], "12.0");
  EXPECT_EQ((*json)["gpus"][0]["state"], "usable");
  EXPECT_EQ((*json)["gpus"][1]["state"], "present-no-driver");
  EXPECT_EQ((*json)["pools"].size(), 2U);
  EXPECT_EQ((*json)["pools"][1]["id"], "gpu0");
  EXPECT_EQ((*json)["cpu"]["kinds"][0]["cores"], 6);
}

TEST(HostJson, BytesThatAreNoTextAreReplaced) {
  Host host;
  host.cpu.model = {"bad \xff name", {Origin::Kind::os, "x"}};
  EXPECT_TRUE(read_host_json(write_host_json(host), "host.json"));
}

std::string with(const std::string& body) {
  return R"({"format":"edgefit.host","format_version":"1.0",)" + body + "}";
}

TEST(HostJson, EmptyHostIsAllUnknown) {
  const auto host = read_host_json(with(R"("cpu":{})"), "h.json");
  ASSERT_TRUE(host);
  EXPECT_FALSE(host->memory.os_total);
  EXPECT_EQ(host->memory.os_total.why, "not in the file");
  EXPECT_FALSE(pools_of(*host)[0].total);
}

TEST(HostJson, UnknownKeysAreLaterVersions) {
  EXPECT_TRUE(read_host_json(with(R"("cpu":{"new":1},"extra":[1,2])"), "h.json"));
}

struct WrongShape {
  const char* body;
  const char* pointer;
};
class HostJsonShapes : public ::testing::TestWithParam<WrongShape> {};

TEST_P(HostJsonShapes, ProblemNamesThePointer) {
  const auto host = read_host_json(with(GetParam().body), "h.json");
  ASSERT_FALSE(host);
  EXPECT_EQ(host.error().where, std::string("h.json: ") + GetParam().pointer);
  EXPECT_FALSE(host.error().hint.empty());
}

INSTANTIATE_TEST_SUITE_P(All, HostJsonShapes,
                         ::testing::Values(WrongShape{R"("cpu":7)", "/cpu"},
                                           WrongShape{R"("cpu":{"cores":14})", "/cpu/cores"},
                                           WrongShape{R"("cpu":{"cores":{"v":"14","conf":"os"}})", "/cpu/cores/v"},
                                           WrongShape{R"("cpu":{"cores":{"v":14,"conf":"guess"}})", "/cpu/cores/conf"},
                                           WrongShape{R"("cpu":{"isa":{"v":"avx2","conf":"os"}})", "/cpu/isa/v"},
                                           WrongShape{R"("cpu":{"kinds":[{"cores":"6"}]})", "/cpu/kinds/0/cores"},
                                           WrongShape{R"("gpus":{})", "/gpus"}, WrongShape{R"("gpus":[1])", "/gpus/0"},
                                           WrongShape{R"("gpus":[{},{"state":"fine"}])", "/gpus/1/state"},
                                           WrongShape{R"("gpus":[{"bdf":1}])", "/gpus/0/bdf"},
                                           WrongShape{R"("gpus":[{"cc":{"v":8.9,"conf":"driver"}}])", "/gpus/0/cc/v"},
                                           WrongShape{R"("gpus":[{"pcie":{"gen_max":[]}}])", "/gpus/0/pcie/gen_max"},
                                           WrongShape{R"("conflicts":[{"a":1}])", "/conflicts/0/a"}));

TEST(HostJson, AbsurdValuesAreUnknownAndAConflict) {
  const auto host =
      read_host_json(with(R"("memory":{"os_total":{"v":1e300,"conf":"os"},"available":{"v":-1,"conf":"os"}},
              "gpus":[{"peak_bps":{"v":0,"conf":"driver"}}])"),
                     "h.json");
  ASSERT_TRUE(host) << host.error().what;
  EXPECT_FALSE(host->memory.os_total);
  EXPECT_FALSE(host->memory.available);
  EXPECT_FALSE(host->gpus[0].peak_bandwidth);
  ASSERT_EQ(host->conflicts.size(), 3U);
  EXPECT_EQ(host->conflicts[0].fact, "/memory/os_total");
  EXPECT_EQ(host->conflicts[2].fact, "/gpus/0/peak_bps");
}

TEST(HostJson, PartsAboveTheirWholeAreUnknown) {
  const auto host =
      read_host_json(with(R"("memory":{"os_total":{"v":100,"conf":"os"},"available":{"v":200,"conf":"os"}},
              "gpus":[{"vram_total":{"v":10,"conf":"driver"},"vram_free":{"v":11,"conf":"driver"}}])"),
                     "h.json");
  ASSERT_TRUE(host);
  EXPECT_FALSE(host->memory.available);
  EXPECT_FALSE(host->gpus[0].vram_free);
  EXPECT_EQ(host->conflicts.size(), 2U);
}

TEST(HostJson, OtherFilesAreRefused) {
  for (const char* text : {"", "[]", "{}", "nonsense", R"({"format":"edgefit.model","format_version":"1.0"})",
                           R"({"format":"edgefit.host","format_version":"2.0"})", R"({"format":"edgefit.host"})"})
    EXPECT_FALSE(read_host_json(text, "h.json")) << text;
}

TEST(HostJson, PoolsAreCountedAnewNotBelieved) {
  const auto host =
      read_host_json(with(R"("gpus":[{"id":"a","class":"unified","pool":"gpu7"},{"id":"b","pool":"ram"}])"), "h.json");
  ASSERT_TRUE(host);
  EXPECT_EQ(host->gpus[0].pool, "ram");
  EXPECT_EQ(host->gpus[1].pool, "gpu0");
}

TEST(HostJson, TheKindOfOriginComesBackWhereConfidenceDoesNotTellIt) {
  for (const auto kind :
       {Origin::Kind::measured, Origin::Kind::driver, Origin::Kind::firmware, Origin::Kind::os, Origin::Kind::file,
        Origin::Kind::user, Origin::Kind::catalog, Origin::Kind::derived, Origin::Kind::assumed}) {
    Host host;
    host.memory.os_total = {gib(4), {kind, "x"}};
    const auto back = read_host_json(write_host_json(host), "host.json");
    ASSERT_TRUE(back);
    EXPECT_EQ(back->memory.os_total.origin.kind, kind) << name_of(kind);
  }
}

}  // namespace
}  // namespace edgefit
