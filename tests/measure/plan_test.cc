#include "measure/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sysroot.h"

namespace edgefit {
namespace {

using ::testing::ElementsAre;

Host host_with(double l3_mib, double free_gib) {
  Host host;
  host.cpu.caches = {{1, "data", Bytes{32 * kKiB}, 8, 2}, {3, "unified", mib(l3_mib), 2, 4}};
  host.memory.available = {gib(free_gib), {}};
  return host;
}

/// Two nodes of two cores with two threads each: 0-1 and 4-5 are siblings of node 0, the others of node 1.
const test::Sysroot& two_nodes() {
  static test::Sysroot root;
  static const bool made = [] {
    root.file("/sys/devices/system/node/node0/cpulist", "0-1,4-5\n");
    root.file("/sys/devices/system/node/node1/cpulist", "2-3,6-7\n");
    root.file("/sys/devices/system/node/possible", "0-1\n");
    for (int cpu = 0; cpu < 8; ++cpu) {
      const int first = cpu % 4;
      root.file("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list",
                std::to_string(first) + "," + std::to_string(first + 4) + "\n");
    }
    return true;
  }();
  (void)made;
  return root;
}

TEST(MeasurePlan, OneThreadACoreOnEachNode) {
  const auto plan = plan_measure(host_with(16, 64), two_nodes().root(), {0, 1, 2, 3, 4, 5, 6, 7});
  ASSERT_EQ(plan.teams.size(), 2U);
  EXPECT_EQ(plan.teams[0].node, 0);
  EXPECT_THAT(plan.teams[0].cpus, ElementsAre(0, 1));
  EXPECT_THAT(plan.teams[1].cpus, ElementsAre(2, 3));
  EXPECT_EQ(plan.threads(), 4U);
}

TEST(MeasurePlan, OnlyProcessorsThatMayBeUsed) {
  const auto plan = plan_measure(host_with(16, 64), two_nodes().root(), {5, 7});
  ASSERT_EQ(plan.teams.size(), 2U);
  EXPECT_THAT(plan.teams[0].cpus, ElementsAre(5));
  EXPECT_THAT(plan.teams[1].cpus, ElementsAre(7));
}

TEST(MeasurePlan, AQuotaTakesThreadsFromTheLargestTeam) {
  Host host = host_with(16, 64);
  host.cpu.quota_cpus = {3.5, {}};
  EXPECT_EQ(plan_measure(host, two_nodes().root(), {0, 1, 2, 3}).threads(), 3U);
  host.cpu.quota_cpus = {0.2, {}};
  const auto least = plan_measure(host, two_nodes().root(), {0, 1, 2, 3});
  EXPECT_EQ(least.threads(), 1U);
  EXPECT_EQ(least.teams.size(), 1U);
}

TEST(MeasurePlan, FourTimesTheLastCaches) {
  const auto plan = plan_measure(host_with(32, 64), two_nodes().root(), {0});
  EXPECT_DOUBLE_EQ(plan.bytes, 4 * 2 * 32 * kMiB);
  EXPECT_TRUE(plan.beyond_caches);
  EXPECT_DOUBLE_EQ(plan_measure(host_with(1, 64), two_nodes().root(), {0}).bytes, 64 * kMiB);
  EXPECT_DOUBLE_EQ(plan_measure(host_with(384, 640), two_nodes().root(), {0}).bytes, 512 * kMiB);
}

TEST(MeasurePlan, ATenthOfWhatIsFree) {
  const auto plan = plan_measure(host_with(32, 0.5), two_nodes().root(), {0});
  EXPECT_DOUBLE_EQ(plan.bytes, 0.05 * kGiB);
  EXPECT_FALSE(plan.beyond_caches);
}

TEST(MeasurePlan, AKernelWithoutNodesHasOne) {
  const test::Sysroot empty;
  const auto plan = plan_measure(Host{}, empty.root(), {0, 3});
  ASSERT_EQ(plan.teams.size(), 1U);
  EXPECT_THAT(plan.teams[0].cpus, ElementsAre(0, 3));
  EXPECT_TRUE(plan_measure(Host{}, empty.root(), {}).teams.empty());
}

}  // namespace
}  // namespace edgefit
