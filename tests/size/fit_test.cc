#include "size/fit.h"

#include <gtest/gtest.h>

#include "support/cases.h"

namespace edgefit {
namespace {

Model experts() {
  Model m = testing::llama_8b();
  m.parameters = {30e9, testing::kGiven};
  m.active_parameters = {3e9, testing::kGiven};
  m.architecture.moe = Moe{64, 4, 1024, 0, 0};
  return m;
}

Model sliding() {
  Model m = testing::llama_8b("q8_0");
  m.architecture.attention.assign(32, Attention::sliding);
  for (size_t i = 5; i < 32; i += 6) m.architecture.attention[i] = Attention::full;
  m.architecture.window = {1024.0, testing::kGiven};
  m.architecture.mtp_layers = 1;
  return m;
}

Model hybrid() {
  Model m = testing::llama_8b();
  m.architecture.family = "nemotron_h";
  m.architecture.attention.assign(32, Attention::recurrent);
  for (size_t i = 7; i < 32; i += 8) m.architecture.attention[i] = Attention::full;
  m.architecture.ssm = Ssm{8192, 128, 4, 8, 128};
  m.architecture.state = StateKind::mamba2;
  return m;
}

/// The number of layers that --gpu-layers auto picks is the largest of those with the best score.
void expect_same_as_exhaustive(Case c, const std::string& what) {
  const Fit automatic = best_fit(c);
  int best_score = -1, best_layers = 0;
  for (int n = 0; n <= 34; ++n) {
    c.runtime.gpu_layers = n;
    const Fit fit = best_fit(c);
    if (fit.score >= best_score) {
      best_score = fit.score;
      best_layers = fit.layout.gpu_layers;
    }
  }
  EXPECT_EQ(automatic.score, best_score) << what;
  if (best_score > 0) {
    EXPECT_EQ(automatic.layout.gpu_layers, best_layers) << what;
  }
}

TEST(Fit, AutomaticLayersAreTheLargestNumberWithTheBestScore) {
  const std::pair<const char*, Model> models[] = {
      {"dense", testing::llama_8b()}, {"experts", experts()}, {"sliding", sliding()}, {"hybrid", hybrid()}};
  int compared = 0;
  for (const auto& [name, model] : models) {
    const auto prepared = testing::prepared(model);
    for (const int gpus : {1, 2}) {
      for (const double vram : {2.0, 3.0, 5.0, 8.0, 12.0, 24.0}) {
        for (const double context : {2048.0, 32768.0}) {
          Case c = testing::question(prepared, testing::box(gib(32), gpus, gib(vram)), context);
          expect_same_as_exhaustive(c, name + std::to_string(gpus) + " x " + std::to_string(vram));
          c.runtime.kv_offload = false;
          c.draft = testing::prepared(testing::llama_8b());
          expect_same_as_exhaustive(c, std::string(name) + ", cache in RAM, draft");
          compared += 2;
        }
      }
    }
  }
  EXPECT_EQ(compared, 192);
}

TEST(Fit, ADeviceThatMayHoldAPartOfHostMemoryLeavesLayersToTheCpu) {
  auto host = *testing::box(gib(16), 1);
  host.gpus[0].kind = GpuClass::unified;
  host.gpus[0].pool = "ram";
  Case c = testing::question(testing::prepared(testing::llama_8b()), std::make_shared<Host>(host));
  EXPECT_EQ(best_fit(c).layout.gpu_layers, 33);
  host.gpus[0].shared_max = {gib(4), testing::kGiven};
  c.host = std::make_shared<Host>(host);
  const Fit fit = best_fit(c);
  EXPECT_EQ(fit.score, 3);
  EXPECT_GT(fit.layout.gpu_layers, 5);
  EXPECT_LT(fit.layout.gpu_layers, 33);
  EXPECT_LE(fit.pools[0].device_need.high, gib(4));
  expect_same_as_exhaustive(c, "unified");
  c.runtime.gpu_layers = 33;
  EXPECT_EQ(best_fit(c).score, 0);
  for (const Finding& f : assess(c).findings) {
    if (f.check == FitCheck::gpu_memory) {
      EXPECT_EQ(f.status, CheckStatus::fail);
      EXPECT_EQ(*f.detected, 4 * kGiB);
    }
    if (f.check == FitCheck::host_memory) {
      EXPECT_EQ(f.status, CheckStatus::pass);
    }
  }
}

TEST(Fit, RowsAndColumnsOverDevicesHaveNoRule) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 2));
  for (const SplitMode mode : {SplitMode::row, SplitMode::tensor}) {
    c.runtime.split_mode = mode;
    EXPECT_FALSE(has_memory_rules(c));
    EXPECT_EQ(assess(c).verdict, Verdict::unknown);
  }
  c.runtime.split_mode = SplitMode::none;
  EXPECT_TRUE(has_memory_rules(c));
}

TEST(Fit, AMisfitShowsTheSmallestShortfall) {
  const Case c = testing::question(testing::prepared(testing::llama_8b("f16")), testing::box(gib(6), 1, gib(4)));
  const Fit fit = best_fit(c);
  EXPECT_EQ(fit.score, 0);
  EXPECT_GT(fit.layout.gpu_layers, 0);
}

TEST(Fit, ExpertsInRamFreeTheGpuAndMoveNothingElse) {
  Case c = testing::question(testing::prepared(experts()), testing::box(gib(64), 1));
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
