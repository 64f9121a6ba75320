#include <gtest/gtest.h>

#include "edgefit/catalog.h"
#include "plan/changes.h"
#include "plan/search.h"
#include "support/cases.h"

namespace edgefit {
namespace {

const PlanTerms kTerms;

Case served(double card, double context = 8192, int cards = 1, std::string_view runtime = "vllm@0.21") {
  Case c = testing::question(testing::prepared(testing::llama_8b_tensors("bf16")),
                             testing::box(gib(64), cards, gib(card)), context);
  c.runtime.profile = *find_runtime(runtime);
  return c;
}

TEST(ServerSettings, FewerRequestsWhereTheUserFixedThem) {
  EXPECT_TRUE(fewer_at_a_time(served(20), kTerms).empty()) << "unfixed ones fall by themselves";
  int cured = 0;
  for (double card = 17; card < 20; card += 0.05) {
    Case question = served(card, 1024);
    question.runtime.max_requests = 1024;
    const auto found = fewer_at_a_time(question, kTerms);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0].loss.none());
    // The sampler's copies of 1,024 rows of logits rule where the one does not start and the other does.
    if (!solves(assess(question)) && solves(assess(apply(question, found[0])))) ++cured;
  }
  EXPECT_GT(cured, 0);
}

TEST(ServerSettings, TheSmallestShareThatSuffices) {
  const Case roomy = served(24);
  EXPECT_EQ(other_shares(roomy, kTerms).at(0).changes.at(0).to, "0.93");
  double solved = 0;
  for (double context = 40000; context < 70000; context += 1000) {
    const Case question = served(24, context);
    if (solves(assess(question))) continue;
    const auto found = other_shares(question, kTerms);
    if (found.empty()) continue;
    const Case changed = apply(question, found[0]);
    EXPECT_TRUE(solves(assess(changed)));
    EXPECT_GT(changed.runtime.memory_share, 0.92);
    ++solved;
  }
  EXPECT_GT(solved, 0);
  EXPECT_TRUE(other_shares(served(24, 131072), kTerms).empty()) << "no share suffices";
  Case greedy = roomy;
  greedy.runtime.memory_share = 0.99;
  ASSERT_FALSE(solves(assess(greedy))) << "the driver's context is in the way";
  EXPECT_EQ(other_shares(greedy, kTerms).at(0).changes.at(0).to, "auto");
  EXPECT_TRUE(other_shares(served(24, 8192, 1, "sglang"), kTerms).empty()) << "what SGLang's steps need";
}

TEST(ServerSettings, MoreRanksWhereTheUserFixedFewer) {
  Case question = served(16, 8192, 4);
  EXPECT_TRUE(more_ranks(question, kTerms).empty());
  question.runtime.tensor_parallel = 1;
  ASSERT_FALSE(solves(assess(question)));
  EXPECT_EQ(more_ranks(question, kTerms).at(0).changes.at(0).to, "2");
}

TEST(ServerSettings, EagerCostsSpeed) {
  const Case question = served(24);
  const auto found = without_graphs(question, kTerms);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(found[0].loss.none());
  EXPECT_TRUE(found[0].loss.keeps_workload());
  EXPECT_TRUE(without_graphs(apply(question, found[0]), kTerms).empty());
  EXPECT_TRUE(without_graphs(served(24, 8192, 1, "tensorrt-llm"), kTerms).empty());
}

TEST(ServerSettings, LlamaCppHasNoneOfThem) {
  const Case question = served(16, 131072, 2, "llama.cpp");
  for (const auto propose : {fewer_at_a_time, other_shares, more_ranks, without_graphs})
    EXPECT_TRUE(propose(question, kTerms).empty());
}

/// A start that fails for want of little: the share first, which costs nothing; what gives something up is not told.
TEST(ServerSettings, CuresAreRankedByWhatTheyCost) {
  const Case question = served(24, 54000);
  ASSERT_EQ(assess(question).verdict, Verdict::not_ready);
  ASSERT_TRUE(assess(question).refusal);
  const auto options = plan(question, kTerms);
  ASSERT_FALSE(options.empty());
  const auto free =
      std::find_if(options.begin(), options.end(), [](const Option& o) { return o.price.value_cents == 0; });
  ASSERT_NE(free, options.end());
  EXPECT_EQ(free, options.begin());
  for (const auto& option : options) EXPECT_LE(option.assessment.verdict, Verdict::tight);
}

}  // namespace
}  // namespace edgefit
