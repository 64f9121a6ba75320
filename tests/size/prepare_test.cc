#include <gtest/gtest.h>

#include "support/cases.h"

namespace edgefit {
namespace {

using testing::kGiven;

TEST(Prepare, AParameterCountIsAValidQuestion) {
  Model m;
  m.name = "x";
  m.parameters = {8e9, kGiven};
  m.precision = "int4";
  prepare(m);
  ASSERT_TRUE(m.weights.has_value());
  EXPECT_FALSE(m.weights->exact);
  EXPECT_EQ(*m.architecture.layers, 32);
  EXPECT_TRUE(m.architecture.layers.assumed());
  EXPECT_EQ(*m.architecture.hidden_size, 4096);
  double sum = m.weights->input.total() + m.weights->output.total();
  for (const auto& layer : m.weights->layers) sum += layer.total();
  EXPECT_EQ(sum, m.weight_bytes->value);
  EXPECT_NEAR(sum, 8e9 * 0.58, 0.01e9);
}

TEST(Prepare, StatedWeightBytesWin) {
  Model m = testing::llama_8b();
  m.weight_bytes = {Bytes{5000000000.0}, kGiven};
  prepare(m);
  double sum = m.weights->input.total() + m.weights->output.total();
  for (const auto& layer : m.weights->layers) sum += layer.total();
  EXPECT_EQ(sum, 5000000000.0);
}

TEST(Prepare, NoPrecisionMeansSixteenBitsAndAWarning) {
  Model m;
  m.name = "x";
  m.parameters = {1e9, kGiven};
  prepare(m);
  EXPECT_EQ(m.precision, "f16");
  ASSERT_EQ(m.warnings.size(), 1U);
  EXPECT_EQ(m.weight_bytes->value, 2e9);
}

TEST(Prepare, AModelWithoutAnySizeStaysUnsized) {
  Model m;
  m.name = "x";
  prepare(m);
  EXPECT_FALSE(m.weights.has_value());
  EXPECT_FALSE(m.weight_bytes);
}

TEST(Prepare, MixtureOfExpertsKeepsExpertsApart) {
  Model m;
  m.name = "moe";
  m.parameters = {30e9, kGiven};
  m.active_parameters = {3e9, kGiven};
  m.precision = "q8_0";
  prepare(m);
  EXPECT_GT(m.weights->layers[0].experts, m.weights->layers[0].dense * 5);
}

TEST(Prepare, KvHeadsByLayerGiveTheLargest) {
  Model m = testing::llama_8b();
  m.architecture.kv_heads = {};
  m.architecture.kv_heads_by_layer.assign(32, 4);
  m.architecture.kv_heads_by_layer[3] = 6;
  prepare(m);
  EXPECT_EQ(*m.architecture.kv_heads, 6);
}

TEST(Requantize, LowerPrecisionIsSmaller) {
  Model m = testing::llama_8b("f16");
  prepare(m);
  const Model q4 = requantize(m, *find_precision("q4_k_m"));
  EXPECT_EQ(q4.precision, "q4_k_m");
  EXPECT_LT(q4.weight_bytes->value, m.weight_bytes->value * 0.35);
}

}  // namespace
}  // namespace edgefit
