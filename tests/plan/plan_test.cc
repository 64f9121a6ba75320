#include "edgefit/plan.h"

#include <gtest/gtest.h>

#include "support/cases.h"

namespace edgefit {
namespace {

Case misfit() {
  return testing::question(testing::prepared(testing::llama_8b("f16")), testing::box(gib(8), 1, gib(6)));
}

TEST(Plan, EveryOptionSolvesTheQuestionByTheSameAssess) {
  ASSERT_EQ(assess(misfit()).verdict, Verdict::not_ready);
  const auto options = plan(misfit(), PlanTerms());
  ASSERT_FALSE(options.empty());
  for (const auto& option : options) {
    Case changed = misfit();
    for (const auto& change : option.changes) changed = change.apply(changed);
    const Assessment again = assess(changed);
    EXPECT_EQ(again.verdict, option.assessment.verdict);
    EXPECT_TRUE(again.verdict == Verdict::ready || again.verdict == Verdict::tight);
  }
}

TEST(Plan, CheapestFirstAndFreeChangesBeforePurchases) {
  const auto options = plan(misfit(), PlanTerms());
  ASSERT_GE(options.size(), 2U);
  for (size_t i = 1; i < options.size(); ++i) EXPECT_LE(options[i - 1].price.value_cents, options[i].price.value_cents);
  EXPECT_EQ(options.front().price.value_cents, 0);
  EXPECT_EQ(options.front().changes.front().what, "quant");
}

TEST(Plan, APurchaseThatReducesNothingIsAmongThem) {
  const auto options = plan(misfit(), PlanTerms());
  const bool as_asked = std::any_of(options.begin(), options.end(), [](const Option& o) {
    return o.changes.size() == 1 && o.changes[0].what == "gpu" && o.price.value_cents > 0;
  });
  EXPECT_TRUE(as_asked);
}

TEST(Plan, BothKindsCombineWhenNeitherSufficesAlone) {
  Model huge = testing::llama_8b("f16");
  huge.parameters = {400e9, testing::kGiven};
  huge.architecture.layers = {126.0, testing::kGiven};
  huge.architecture.hidden_size = {16384.0, testing::kGiven};
  const auto options = plan(testing::question(testing::prepared(huge), testing::box(gib(16))), PlanTerms());
  const bool combined =
      std::any_of(options.begin(), options.end(), [](const Option& o) { return o.changes.size() == 2; });
  EXPECT_TRUE(combined);
}

}  // namespace
}  // namespace edgefit
