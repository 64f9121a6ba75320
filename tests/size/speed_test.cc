#include "size/speed.h"

#include <gtest/gtest.h>

#include "support/cases.h"

namespace edgefit {
namespace {

Speed speed(const Case& c) {
  return assess(c).speed;
}

TEST(Speed, DecodeStaysBelowBandwidth) {
  const Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1));
  const Speed s = speed(c);
  ASSERT_TRUE(s.decode.has_value());
  const double roofline = 1e12 / c.model->weight_bytes->value;
  EXPECT_LT(s.decode->value.value, roofline * 1.1);  // the input embedding is not read
  EXPECT_GT(s.decode->value.value, roofline * 0.4);
  EXPECT_LT(s.decode->low, s.decode->value.quantity());
  EXPECT_GT(s.decode->high, s.decode->value.quantity());
}

TEST(Speed, DepthSlowsDecode) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1), 65536);
  const double shallow = speed(c).decode->value.value;
  c.workload.depth = {60000.0, testing::kGiven};
  EXPECT_LT(speed(c).decode->value.value, shallow * 0.8);
}

TEST(Speed, ExpertsThatAreNotUsedAreNotRead) {
  Model m = testing::llama_8b();
  m.architecture.moe = Moe{64, 4, 1024, 0, 0};
  m.active_parameters = {1e9, testing::kGiven};
  const auto sparse = testing::prepared(m);
  const Case dense = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1));
  EXPECT_GT(speed(testing::question(sparse, testing::box(gib(64), 1))).decode->value.value,
            2 * speed(dense).decode->value.value);
}

TEST(Speed, MoreRequestsGiveMoreInTotal) {
  const auto model = testing::prepared(testing::llama_8b());
  const Speed one = speed(testing::question(model, testing::box(gib(64), 1), 2048, 1));
  const Speed eight = speed(testing::question(model, testing::box(gib(64), 1), 2048, 8));
  EXPECT_GT(eight.decode_total->value.value, one.decode_total->value.value);
}

TEST(Speed, UnknownBandwidthMeansNoSpeed) {
  auto host = *testing::box(gib(64));
  host.memory.peak_bandwidth = {};
  const Speed s = speed(testing::question(testing::prepared(testing::llama_8b()), std::make_shared<Host>(host)));
  EXPECT_EQ(s.gap, SpeedGap::bandwidth_unknown);
  EXPECT_FALSE(s.decode.has_value());
}

TEST(Speed, WhatDoesNotFitHasNoSpeed) {
  const Speed s = speed(testing::question(testing::prepared(testing::llama_8b("f16")), testing::box(gib(8))));
  EXPECT_EQ(s.gap, SpeedGap::does_not_fit);
}

TEST(Speed, HostLayersSlowDecodeDown) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1));
  const double full = speed(c).decode->value.value;
  c.runtime.gpu_layers = 16;
  EXPECT_LT(speed(c).decode->value.value, full / 2);
}

TEST(Speed, NetworksThatStateTheirOperationsHaveALatency) {
  Model m;
  m.name = "vision";
  m.task = Task::image_classification;
  m.parameters = {25e6, testing::kGiven};
  m.precision = "f16";
  m.flops_per_inference = {8.2e9, testing::kGiven};
  m.activation_bytes = {Bytes{120e6}, testing::kGiven};
  const Speed s = speed(testing::question(testing::prepared(m), testing::box(gib(64), 1)));
  ASSERT_TRUE(s.latency.has_value());
  EXPECT_NEAR(s.latency->value.value, 8.2e9 / (165e12 * 0.5) + 0.5e-3, 1e-6);
  EXPECT_FALSE(s.decode.has_value());
}

}  // namespace
}  // namespace edgefit
