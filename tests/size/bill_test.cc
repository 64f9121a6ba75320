#include "size/bill.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "size/fit.h"
#include "support/cases.h"

namespace edgefit {
namespace {

TEST(Bill, LinesAreWholeBytesAndSumToTheNeed) {
  for (const int gpus : {0, 1, 2}) {
    const Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), gpus), 5000, 3);
    for (const auto& pool : best_fit(c).pools) {
      double value = 0, low = 0, high = 0;
      for (const auto& line : pool.lines) {
        EXPECT_EQ(line.bytes.value, std::floor(line.bytes.value)) << name_of(line.term);
        EXPECT_LE(line.low, line.bytes.quantity());
        EXPECT_GE(line.high, line.bytes.quantity());
        value += line.bytes.value;
        low += line.low.value;
        high += line.high.value;
      }
      EXPECT_EQ(pool.need.value.value, value);
      EXPECT_EQ(pool.need.low.value, low);
      EXPECT_EQ(pool.need.high.value, high);
    }
  }
}

TEST(Bill, UnstatedRamOfADescribedBoxIsWhatThePlacementNeeds) {
  const Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(std::nullopt, 1));
  const auto pools = best_fit(c).pools;
  EXPECT_EQ(*pools[0].have, pools[0].need.high);
}

TEST(Bill, CpusWithoutInterleavedKernelsKeepOneCopy) {
  Model m = testing::llama_8b();
  prepare(m);
  for (auto& layer : m.weights->layers) layer.repack = layer.dense;
  auto host = *testing::box(gib(64));
  const auto weights = [&m](const Host& h) {
    const Case c = testing::question(std::make_shared<Model>(m), std::make_shared<Host>(h));
    return best_fit(c).pools[0].lines[0].bytes.value;
  };
  const double unknown = weights(host);
  host.cpu.isa = {std::vector<std::string>{"avx"}, testing::kGiven};
  EXPECT_LT(weights(host), unknown * 0.6);
  host.cpu.isa = {std::vector<std::string>{"avx", "avx2"}, testing::kGiven};
  EXPECT_EQ(weights(host), unknown);
}

TEST(Bill, ADeviceOnHostMemorySharesItsLines) {
  auto host = *testing::box(gib(64), 1);
  host.gpus[0].kind = GpuClass::unified;
  host.gpus[0].pool = "ram";
  const Case c = testing::question(testing::prepared(testing::llama_8b()), std::make_shared<Host>(host));
  const auto pools = best_fit(c).pools;
  ASSERT_EQ(pools.size(), 1U);
  for (const auto& line : pools[0].lines) {
    EXPECT_EQ(
        std::count_if(pools[0].lines.begin(), pools[0].lines.end(), [&](const Line& l) { return l.term == line.term; }),
        1);
  }
  EXPECT_GE(pools[0].lines[0].bytes.value, c.model->weight_bytes->value);
}

TEST(Bill, ScoresFollowTheInterval) {
  PoolFit pool;
  pool.need = {gib(1), gib(2), gib(3)};
  EXPECT_EQ(score_of(pool), 3);  // nothing is known against it
  pool.have = gib(3);
  EXPECT_EQ(score_of(pool), 3);
  pool.have = gib(2.5);
  EXPECT_EQ(score_of(pool), 2);
  pool.have = gib(1.5);
  EXPECT_EQ(score_of(pool), 1);
  pool.have = gib(0.5);
  EXPECT_EQ(score_of(pool), 0);
}

TEST(Bill, AssumedHeadsWidenTheCache) {
  Model m;
  m.name = "x";
  m.parameters = {8e9, testing::kGiven};
  m.precision = "q4_k_m";
  const Case c = testing::question(testing::prepared(m), testing::box(gib(64)));
  const auto pools = best_fit(c).pools;
  for (const auto& line : pools[0].lines) {
    if (line.term != Term::kv_cache) continue;
    EXPECT_EQ(line.high.value, 4 * line.bytes.value);
    EXPECT_LT(line.low, line.bytes.quantity());
  }
}

}  // namespace
}  // namespace edgefit
