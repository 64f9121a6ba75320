#include "probe/amd_cores.h"

#include <gtest/gtest.h>

#include "probe/cpu.h"
#include "probe/cpuid.h"
#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

/// Four cores; `files` gives each its speed.
Topology four_cores() {
  Topology topology;
  for (int i = 0; i < 4; ++i) topology.pus.push_back({i, i, 0, true});
  return topology;
}
void set_speeds(Machine& machine, const char* file, const std::vector<int>& speeds) {
  for (size_t i = 0; i < speeds.size(); ++i)
    machine.file("/sys/devices/system/cpu/cpu" + std::to_string(i) + file, std::to_string(speeds[i]));
}
CpuInfo zen(int family = 26) {
  CpuInfo info;
  info.vendor = "AuthenticAMD";
  info.family = family;
  info.model = 0x24;
  info.flags = {"avx2", "fma"};
  return info;
}

TEST(AmdCores, ADumpSaysWhichIsWhich) {
  Machine machine;
  for (int i = 0; i < 4; ++i)
    machine.file("/pu" + std::to_string(i),
                 std::string("5 80000026 0 0 0 => 60000001 ") + (i < 1 ? "2" : "10000002") + " 100 0\n");
  const auto cores = find_amd_cores(machine.root(), zen(), four_cores());
  ASSERT_TRUE(cores);
  EXPECT_EQ(cores->usual, (std::set<int>{0}));
  EXPECT_EQ(cores->dense, (std::set<int>{1, 2, 3}));
}

TEST(AmdCores, ADumpOfOneKind) {
  Machine machine;
  for (int i = 0; i < 4; ++i) machine.file("/pu" + std::to_string(i), "5 80000026 0 0 0 => 20000001 2 100 0\n");
  EXPECT_FALSE(find_amd_cores(machine.root(), zen(), four_cores()));
}

TEST(AmdCores, ClocksTellThemApart) {
  for (const char* file :
       {"/cpufreq/cpuinfo_max_freq", "/cpufreq/amd_pstate_highest_perf", "/acpi_cppc/highest_perf"}) {
    Machine machine;
    set_speeds(machine, file, {5100, 5090, 3300, 3310});
    const auto cores = find_amd_cores(machine.root(), zen(), four_cores());
    ASSERT_TRUE(cores) << file;
    EXPECT_EQ(cores->dense, (std::set<int>{2, 3}));
  }
}

TEST(AmdCores, GoodCoresAndStackedCacheAreNoKinds) {
  Machine usual;
  set_speeds(usual, "/cpufreq/cpuinfo_max_freq", {5750, 5500, 5250, 5250});  // Ryzen 9 7950X3D
  EXPECT_FALSE(find_amd_cores(usual.root(), zen(25), four_cores()));
  Machine ranked;
  set_speeds(ranked, "/acpi_cppc/highest_perf", {236, 216, 191, 166});  // ranks of one kind
  EXPECT_FALSE(find_amd_cores(ranked.root(), zen(25), four_cores()));
}

TEST(AmdCores, TheProcessorsWordStands) {
  Machine machine;
  set_speeds(machine, "/cpufreq/cpuinfo_max_freq", {5100, 5100, 3300, 3300});
  machine.file(kCpuidFile, "5 80000026 0 0 0 => 20000001 2 100 0\n");  // ranked, not mixed
  EXPECT_FALSE(find_amd_cores(machine.root(), zen(), four_cores()));
  machine.file(kCpuidFile, "5 80000026 0 0 0 => 60000001 2 100 0\n");
  EXPECT_TRUE(find_amd_cores(machine.root(), zen(), four_cores()));
}

TEST(AmdCores, OnlyAmdsOfTheAge) {
  Machine machine;
  set_speeds(machine, "/cpufreq/cpuinfo_max_freq", {5100, 5100, 3300, 3300});
  EXPECT_FALSE(find_amd_cores(machine.root(), zen(23), four_cores()));
  auto other = zen();
  other.vendor = "GenuineIntel";
  EXPECT_FALSE(find_amd_cores(machine.root(), other, four_cores()));
}

TEST(AmdCores, KindsOfTheHost) {
  Machine machine;
  set_speeds(machine, "/cpufreq/cpuinfo_max_freq", {5100000, 3300000, 3300000, 3300000});
  const auto kinds = cpu_kinds(machine.root(), zen(), four_cores());
  ASSERT_EQ(kinds.size(), 2U);
  EXPECT_EQ(kinds[0].name, "core");
  EXPECT_EQ(*kinds[0].cores, 1);
  EXPECT_EQ(kinds[1].name, "dense core");
  EXPECT_EQ(*kinds[1].cores, 3);
  EXPECT_EQ(kinds[1].max_frequency->value, 3.3e9);
  // Dense cores do as much a cycle.
  EXPECT_DOUBLE_EQ(fp32_peak(zen(), kinds)->value, (5.1e9 + 3 * 3.3e9) * 32);
}

}  // namespace
}  // namespace edgefit
