#include "edgefit/measure.h"

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace edgefit {
namespace {

Host this_box() {
  Host host;
  host.memory.available = {gib(1), {}};
  host.memory.nodes.push_back({0, {}, "DRAM", 1});
  host.os.virtualization = {"none", {}};
  host.storage.push_back({});
  host.storage.back().filesystem = {"ext4", {}};
  return host;
}

TEST(Measure, TheLiveBoxHasRatesOfItsOwn) {
  Host host = this_box();
  host.cpu.fp32_peak = {FlopsPerSecond{1}, {Origin::Kind::catalog, "table"}};
  double last = -1;
  measure(host, {".", [&last](double share) {
                   EXPECT_GE(share, last);
                   last = share;
                 }});
  EXPECT_EQ(last, 1);
  ASSERT_TRUE(host.memory.measured_bandwidth);
  EXPECT_GT(host.memory.measured_bandwidth->value, 1e8);
  EXPECT_LT(host.memory.measured_bandwidth->value, 1e13);
  EXPECT_EQ(host.memory.measured_bandwidth.origin.kind, Origin::Kind::measured);
  EXPECT_GE(*host.memory.read_test.threads, 1);
  EXPECT_GE(*host.memory.read_test.repeats, 1);
  EXPECT_GE(*host.memory.read_test.spread, 0);
  ASSERT_TRUE(host.cpu.fp32_peak);
  EXPECT_GT(host.cpu.fp32_peak->value, 1e8);
  EXPECT_EQ(host.cpu.fp32_peak.origin.kind, Origin::Kind::measured);
  ASSERT_TRUE(host.cpu.int8_rate);
  EXPECT_GT(host.cpu.int8_rate->value, 1e8);
  ASSERT_TRUE(host.memory.nodes.front().read_bandwidth);
}

TEST(Measure, MoreThanTheModulesCanGiveIsNotBelieved) {
  Host host = this_box();
  host.storage.clear();
  host.memory.peak_bandwidth = {BytesPerSecond{1e6}, {Origin::Kind::firmware, "SMBIOS"}};
  measure(host, {});
  EXPECT_EQ(host.memory.measured_bandwidth->value, 1e6);
  ASSERT_EQ(host.conflicts.size(), 1U);
  EXPECT_EQ(host.conflicts.front().fact, "memory.measured.read_bps");
}

TEST(Measure, AFolderInMemoryIsNoDisk) {
  Host host = this_box();
  host.storage.front().filesystem = {"tmpfs", {}};
  measure(host, {});
  EXPECT_FALSE(host.storage.front().read_bandwidth);
  EXPECT_EQ(host.storage.front().read_bandwidth.why, "this folder lies in memory, not on a disk");
}

TEST(Measure, NothingLargeToReadIsAReason) {
  const test::TempDir dir;
  const auto path = dir.write("small", "x");
  Host host = this_box();
  measure(host, {path});
  EXPECT_FALSE(host.storage.front().read_bandwidth);
  EXPECT_FALSE(host.storage.front().read_bandwidth.why.empty());
}

}  // namespace
}  // namespace edgefit
