#include <gtest/gtest.h>

#include "plan/changes.h"
#include "plan/search.h"
#include "support/cases.h"

namespace edgefit {
namespace {

const PlanTerms kTerms;

TEST(Settings, OnlyLowerPrecisionsAreOffered) {
  const auto c = testing::question(testing::prepared(testing::llama_8b("q5_k_m")), testing::box(gib(16)));
  const auto found = lower_precisions(c, kTerms);
  ASSERT_FALSE(found.empty());
  for (const auto& candidate : found) {
    EXPECT_GT(candidate.loss.precision, 0);
    EXPECT_LT(apply(c, candidate).model->weight_bytes->value, c.model->weight_bytes->value);
  }
}

TEST(Settings, AnEightBitCacheIsOfferedOnceAndNotWithoutFlashAttention) {
  auto c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(16)));
  const auto found = smaller_caches(c, kTerms);
  ASSERT_EQ(found.size(), 1U);
  const Case changed = apply(c, found[0]);
  EXPECT_EQ(*changed.workload.kv_type, "q8_0");
  EXPECT_TRUE(smaller_caches(changed, kTerms).empty());
  c.runtime.flash_attention = FlashAttention::off;
  EXPECT_TRUE(smaller_caches(c, kTerms).empty());
}

TEST(Settings, ContextIsShortenedAsLittleAsSuffices) {
  const auto c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(16)), 131072);
  ASSERT_FALSE(solves(assess(c)));
  const auto found = shorter_contexts(c, kTerms);
  ASSERT_EQ(found.size(), 1U);
  const Case changed = apply(c, found[0]);
  EXPECT_TRUE(solves(assess(changed)));
  EXPECT_GE(*changed.workload.context, *c.workload.prompt_tokens + *c.workload.output_tokens);
  EXPECT_NEAR(found[0].loss.context, 1 - *changed.workload.context / 131072, 1e-9);
}

TEST(Settings, AContextIsNeverShorterThanPromptAndAnswer) {
  auto c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(16)), 131072);
  c.workload.prompt_tokens = {130000.0, testing::kGiven};
  EXPECT_TRUE(shorter_contexts(c, kTerms).empty());
}

TEST(Settings, TheMostRequestsThatFitAreKept) {
  const auto c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(16)), 8192, 32);
  ASSERT_FALSE(solves(assess(c)));
  const auto found = fewer_sequences(c, kTerms);
  ASSERT_EQ(found.size(), 1U);
  const Case changed = apply(c, found[0]);
  EXPECT_TRUE(solves(assess(changed)));
  Case more = changed;
  more.workload.sequences.value = *changed.workload.sequences + 1;
  EXPECT_FALSE(solves(assess(more)));
}

TEST(Settings, AFixedPlacementMayBeLeftToTheEngine) {
  auto c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(32), 1, gib(4)));
  EXPECT_TRUE(free_placements(c, kTerms).empty());
  c.runtime.gpu_layers = 33;
  const auto found = free_placements(c, kTerms);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].loss.none());
  EXPECT_FALSE(solves(assess(c)));
  EXPECT_TRUE(solves(assess(apply(c, found[0]))));
}

TEST(Settings, OnlyAMixtureHasExpertsToMove) {
  const auto dense = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(32), 1, gib(8)));
  EXPECT_TRUE(experts_in_ram(dense, kTerms).empty());
  Model mixture = testing::llama_8b();
  mixture.parameters = {47e9, testing::kGiven};
  mixture.active_parameters = {13e9, testing::kGiven};
  Moe moe;
  moe.experts = 8.0;
  moe.experts_used = 2.0;
  moe.expert_ffn_size = 14336.0;
  mixture.architecture.moe = moe;
  const auto c = testing::question(testing::prepared(mixture), testing::box(gib(64), 1, gib(8)));
  const auto found = experts_in_ram(c, kTerms);
  ASSERT_EQ(found.size(), 1U);
  const Case changed = apply(c, found[0]);
  EXPECT_TRUE(solves(assess(changed)));
  EXPECT_GT(changed.runtime.cpu_moe_layers, 0);
  Case fewer = changed;
  --fewer.runtime.cpu_moe_layers;
  EXPECT_FALSE(solves(assess(fewer)));
}

}  // namespace
}  // namespace edgefit
