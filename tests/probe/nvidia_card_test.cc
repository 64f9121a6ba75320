#include "probe/nvidia_card.h"

#include <gtest/gtest.h>

#include "probe/nvidia.h"

namespace edgefit {
namespace {

TEST(NvidiaCard, ImpossibleNumbersBecomeUnknown) {
  Host host;
  join_nvml(parse_vendor_report("-\tinit\t1\n0\tbdf\t00000000:01:00.0\n0\tmemory.total\t99999999999999999999\n"
                                "0\tmemory.free\t1\n0\tbus_width\t-3\n0\tcc\tnan\n0\tpower_limit\t\n"),
            host);
  ASSERT_EQ(host.gpus.size(), 1U);
  EXPECT_FALSE(host.gpus[0].vram_total);
  EXPECT_FALSE(host.gpus[0].bus_width_bits);
  EXPECT_FALSE(host.gpus[0].compute_capability);
}

TEST(NvidiaCard, FreeAboveTotalIsUnknown) {
  Host host;
  join_nvml(parse_vendor_report("-\tinit\t1\n0\tbdf\t0:1:0.0\n0\tmemory.total\t100\n0\tmemory.free\t200\n"), host);
  EXPECT_EQ(host.gpus[0].vram_total->value, 100);
  EXPECT_FALSE(host.gpus[0].vram_free);
}

TEST(NvidiaCard, NothingFreeIsAFact) {
  Host host;
  join_nvml(parse_vendor_report("-\tinit\t1\n0\tbdf\t0:1:0.0\n0\tmemory.total\t100\n0\tmemory.free\t0\n"), host);
  EXPECT_EQ(host.gpus[0].vram_free->value, 0);
}

TEST(NvidiaCard, GarbageIsSkipped) {
  const auto report = parse_vendor_report("\n\t\t\nx\na\tb\n0\t!\t\n0\tkey\tvalue\textra\n");
  Host host;
  join_nvml(report, host);
  EXPECT_TRUE(host.gpus.empty());
}

TEST(NvidiaCard, CoresOfAMultiprocessor) {
  EXPECT_EQ(cores_per_sm("8.0"), 64);
  EXPECT_EQ(cores_per_sm("8.9"), 128);
  EXPECT_EQ(cores_per_sm("99.0"), 0);
}

}  // namespace
}  // namespace edgefit
