#include "size/fit.h"

#include <gtest/gtest.h>

#include "support/cases.h"

namespace edgefit {
namespace {

TEST(Fit, AutomaticLayersAreTheLargestNumberWithTheBestScore) {
  for (const double vram : {3.0, 4.0, 5.0, 6.0, 8.0, 24.0}) {
    Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(32), 1, gib(vram)));
    const Fit automatic = best_fit(c);
    int best_score = -1, best_layers = 0;
    for (int n = 0; n <= 33; ++n) {
      c.runtime.gpu_layers = n;
      const Fit fit = best_fit(c);
      if (fit.score >= best_score) {
        best_score = fit.score;
        best_layers = n;
      }
    }
    EXPECT_EQ(automatic.score, best_score) << vram;
    if (best_score == 0) continue;
    EXPECT_EQ(automatic.layout.gpu_layers, best_layers) << vram;
  }
}

TEST(Fit, AMisfitShowsTheSmallestShortfall) {
  const Case c = testing::question(testing::prepared(testing::llama_8b("f16")), testing::box(gib(6), 1, gib(4)));
  const Fit fit = best_fit(c);
  EXPECT_EQ(fit.score, 0);
  EXPECT_GT(fit.layout.gpu_layers, 0);
}

TEST(Fit, ExpertsInRamFreeTheGpuAndMoveNothingElse) {
  Model m = testing::llama_8b();
  m.parameters = {30e9, testing::kGiven};
  m.active_parameters = {3e9, testing::kGiven};
  m.architecture.moe = Moe{64, 4, 1024, 0, 0};
  Case c = testing::question(testing::prepared(m), testing::box(gib(64), 1));
  c.runtime.gpu_layers = 33;
  const auto total = [](const Fit& fit, Term term) {
    double sum = 0;
    for (const auto& pool : fit.pools)
      for (const auto& line : pool.lines) sum += line.term == term ? line.bytes.value : 0;
    return sum;
  };
  const Fit before = best_fit(c);
  c.runtime.cpu_moe_layers = 32;
  const Fit after = best_fit(c);
  EXPECT_EQ(total(before, Term::weights), total(after, Term::weights));
  EXPECT_LT(after.pools[1].need.value.value, before.pools[1].need.value.value * 0.6);
  EXPECT_LT(assess(c).speed.decode->value.value, 1e3);
}

TEST(Fit, ANetworkFileIsNotSizedByItsWeightsAlone) {
  Model m;
  m.name = "vision";
  m.task = Task::image_classification;
  m.weight_bytes = {Bytes{1e8}, testing::kGiven};
  m.activation_bytes = {Bytes{1e8}, testing::kGiven};
  EXPECT_TRUE(has_memory_rules(testing::question(testing::prepared(m), testing::box(gib(64)))));
  m.format = "onnx";
  EXPECT_FALSE(has_memory_rules(testing::question(testing::prepared(m), testing::box(gib(64)))));
}

TEST(Fit, RulesAreKnownForLlamaCppOnly) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64)));
  EXPECT_TRUE(has_memory_rules(c));
  static constexpr RuntimeProfile kOther{"other", "1", "2026", EngineRules::other, "other", 0, 0, testing::kBackends,
                                         "",      ""};
  c.runtime.profile = &kOther;
  EXPECT_FALSE(has_memory_rules(c));
}

}  // namespace
}  // namespace edgefit
