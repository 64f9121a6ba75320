#include "probe/cpu.h"

#include <gtest/gtest.h>

#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

Topology four_cores_with_threads() {
  Topology topology;
  for (int pu = 0; pu < 8; ++pu) topology.pus.push_back({pu, pu / 2, 0, true});
  return topology;
}

TEST(Cpu, ClockOfTheName) {
  EXPECT_DOUBLE_EQ(clock_in_name("Intel(R) Xeon(R) CPU E5-2680 0 @ 2.70GHz")->value, 2.7e9);
  EXPECT_FALSE(clock_in_name("AMD EPYC"));
  EXPECT_FALSE(clock_in_name("x @ 99GHz"));
}

TEST(Cpu, OneKindHasPhysicalCores) {
  const Machine machine;
  const auto kinds = cpu_kinds(machine.root(), {}, four_cores_with_threads());
  ASSERT_EQ(kinds.size(), 1U);
  EXPECT_EQ(*kinds[0].cores, 4);
  EXPECT_EQ(*kinds[0].pus, 8);
}

TEST(Cpu, IntelHybridHasTwoKindsFastestFirst) {
  Machine machine;
  machine.file("/sys/devices/cpu_core/cpus", "0-3").file("/sys/devices/cpu_atom/cpus", "4-7");
  machine.file("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", "5000000");
  machine.file("/sys/devices/system/cpu/cpu4/cpufreq/cpuinfo_max_freq", "3900000");
  const auto kinds = cpu_kinds(machine.root(), {}, four_cores_with_threads());
  ASSERT_EQ(kinds.size(), 2U);
  EXPECT_EQ(kinds[0].name, "P-core");
  EXPECT_EQ(*kinds[0].cores, 2);
  EXPECT_EQ(kinds[0].max_frequency->value, 5e9);
  EXPECT_EQ(kinds[1].name, "E-core");
}

TEST(Cpu, ArmKindsFollowTheDesignNotTheCapacity) {
  CpuInfo info;
  for (int cpu = 0; cpu < 8; ++cpu) info.parts.push_back({0x41, cpu < 4 ? 0xd87U : 0xd85U});
  Machine machine;
  machine.file("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", "2808000");
  machine.file("/sys/devices/system/cpu/cpu4/cpufreq/cpuinfo_max_freq", "3900000");
  const auto kinds = cpu_kinds(machine.root(), info, four_cores_with_threads());
  ASSERT_EQ(kinds.size(), 2U);
  EXPECT_EQ(kinds[0].name, "Cortex-X925");
  EXPECT_EQ(kinds[1].name, "Cortex-A725");
}

TEST(Cpu, PeakNeedsClockAndWidth) {
  CpuInfo info = parse_cpuinfo("vendor_id : GenuineIntel\ncpu family : 6\nmodel : 158\nflags : sse2 avx avx2 fma\n");
  CpuKind kind;
  kind.name = "core";
  kind.cores = {8, {}};
  EXPECT_FALSE(fp32_peak(info, {kind}));
  kind.base_frequency = {Hertz{3e9}, {}};
  kind.max_frequency = {Hertz{5e9}, {}};
  EXPECT_DOUBLE_EQ(fp32_peak(info, {kind})->value, 8 * 3e9 * 32);  // 2 x 256-bit FMA
  EXPECT_FALSE(fp32_peak(parse_cpuinfo("flags : fpu\nmodel : 1\n"), {kind}));
  info.vendor = "AuthenticAMD";
  info.family = 23;
  info.model = 0x08;  // Zen+: 128-bit pipes
  EXPECT_DOUBLE_EQ(fp32_peak(info, {kind})->value, 8 * 3e9 * 16);
}

TEST(Cpu, ThreadsStayBelowQuotaAndAffinity) {
  Machine machine;
  machine.small_box();
  EXPECT_EQ(*machine.probe().cpu.threads_recommended, 2);
  machine.file("/proc/self/status", "Name:\tx\nCpus_allowed_list:\t1\n");
  EXPECT_EQ(*machine.probe().cpu.threads_recommended, 1);
}

TEST(Cpu, PartOfACpuStillGivesOneThread) {
  Machine machine;
  machine.small_box().file("/proc/self/cgroup", "0::/\n").file("/sys/fs/cgroup/cpu.max", "50000 100000\n");
  const auto host = machine.probe();
  EXPECT_EQ(*host.cpu.quota_cpus, 0.5);
  EXPECT_EQ(*host.cpu.threads_recommended, 1);
}

}  // namespace
}  // namespace edgefit
