#include "edgefit/plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "plan/search.h"
#include "support/cases.h"
#include "support/market.h"

namespace edgefit {
namespace {

Case misfit(double sequences = 1) {
  return testing::question(testing::prepared(testing::llama_8b("f16")), testing::box(gib(8), 1, gib(6)), 8192,
                           sequences);
}

std::vector<Option> planned(const Case& question) {
  auto market = testing::small_market();
  return plan(question, market.terms());
}

TEST(Plan, EveryOptionSolvesTheQuestionByTheSameAssess) {
  ASSERT_EQ(assess(misfit()).verdict, Verdict::not_ready);
  auto market = testing::small_market();
  const auto options = plan(misfit(), market.terms());
  ASSERT_FALSE(options.empty());
  for (const auto& option : options) {
    Case changed = misfit();
    for (const auto& change : option.changes) changed = change.apply(changed);
    const Assessment again = assess(changed);
    EXPECT_EQ(again.verdict, option.assessment.verdict);
    EXPECT_TRUE(solves(again));
    ASSERT_EQ(again.pools.size(), option.assessment.pools.size());
    for (size_t i = 0; i < again.pools.size(); ++i) {
      EXPECT_EQ(again.pools[i].need.value.value, option.assessment.pools[i].need.value.value);
    }
  }
}

TEST(Plan, PricesAreWholeCentsThatAddUp) {
  auto market = testing::small_market();
  for (const auto& option : plan(misfit(), market.terms())) {
    int64_t low = 0, value = 0, high = 0;
    for (const auto& change : option.changes) {
      low += change.price.low_cents;
      value += change.price.value_cents;
      high += change.price.high_cents;
    }
    EXPECT_EQ(option.price.low_cents, low);
    EXPECT_EQ(option.price.value_cents, value);
    EXPECT_EQ(option.price.high_cents, high);
    EXPECT_LE(low, value);
    EXPECT_LE(value, high);
  }
}

TEST(Plan, CheapestFirstAndOneIsRecommended) {
  auto market = testing::small_market();
  const auto options = plan(misfit(), market.terms());
  ASSERT_GE(options.size(), 2U);
  for (size_t i = 1; i < options.size(); ++i) EXPECT_LE(options[i - 1].price.value_cents, options[i].price.value_cents);
  EXPECT_EQ(std::count_if(options.begin(), options.end(), [](const Option& o) { return o.recommended; }), 1);
}

TEST(Plan, AsAskedIsShownBesideWhatReduces) {
  auto market = testing::small_market();
  const auto options = plan(misfit(), market.terms());
  EXPECT_TRUE(std::any_of(options.begin(), options.end(), [](const Option& o) { return o.loss.none(); }));
  EXPECT_TRUE(std::any_of(options.begin(), options.end(), [](const Option& o) { return !o.loss.none(); }));
  auto terms = market.terms();
  terms.keep_question = true;
  for (const auto& option : plan(misfit(), terms)) EXPECT_TRUE(option.loss.none());
}

TEST(Plan, WhatReducesIsCheaperThanWhatDoesNot) {
  auto market = testing::small_market();
  const auto options = plan(misfit(4), market.terms());
  bool plain = false;
  for (const auto& option : options) {
    plain = plain || is_plain_answer(option);
    EXPECT_TRUE(option.loss.none() || !plain) << "behind an option that answers as asked for less";
  }
  EXPECT_TRUE(plain);
}

TEST(Plan, TheBudgetIsKeptOrTheCheapestSaysSo) {
  auto market = testing::small_market();
  auto terms = market.terms();
  terms.keep_question = true;
  terms.budget_cents = 100000;
  for (const auto& option : plan(misfit(), terms)) {
    EXPECT_LE(option.price.value_cents, 100000);
    EXPECT_FALSE(option.over_budget);
  }
  terms.budget_cents = 100;
  const auto options = plan(misfit(), terms);
  ASSERT_EQ(options.size(), 1U);
  EXPECT_TRUE(options[0].over_budget);
}

TEST(Plan, BothKindsCombineWhenNeitherSufficesAlone) {
  Model huge = testing::llama_8b("f16");
  huge.parameters = {400e9, testing::kGiven};
  huge.architecture.layers = {126.0, testing::kGiven};
  huge.architecture.hidden_size = {16384.0, testing::kGiven};
  auto market = testing::small_market();
  const auto options = plan(testing::question(testing::prepared(huge), testing::box(gib(16))), market.terms());
  ASSERT_FALSE(options.empty());
  EXPECT_TRUE(std::any_of(options.begin(), options.end(), [](const Option& o) {
    return o.changes.size() >= 2 && !o.loss.none() && o.price.value_cents > 0;
  }));
}

TEST(Plan, WithoutRoomForTheFilesADiskIsBoughtAlong) {
  auto market = testing::small_market();
  Case full = misfit();
  auto host = std::make_shared<Host>(*full.host);
  Storage disk;
  disk.free = {gib(1), testing::kGiven};
  host->storage = {disk};
  full.host = host;
  const auto options = plan(full, market.terms());
  ASSERT_FALSE(options.empty());
  for (const auto& option : options) {
    const auto count = [&option](std::string_view what) {
      return std::count_if(option.changes.begin(), option.changes.end(),
                           [&](const Change& c) { return c.what == what; });
    };
    EXPECT_EQ(count("disk") + count("box"), 1) << "a new box brings its own disk";
    EXPECT_TRUE(solves(option.assessment));
    int64_t sum = 0;
    for (const auto& change : option.changes) sum += change.price.value_cents;
    EXPECT_EQ(option.price.value_cents, sum);
  }
  Case roomy = misfit();
  roomy.model = testing::prepared(testing::llama_8b("q4_k_m"));
  host = std::make_shared<Host>(*full.host);
  host->gpus[0].vram_total = {gib(24), testing::kGiven};
  roomy.host = host;
  const auto only = plan(roomy, market.terms());
  ASSERT_FALSE(only.empty());
  EXPECT_EQ(only.front().changes.front().to, "ssd-1000") << "the cheapest that has room";
}

TEST(Plan, NothingSufficesForAModelBeyondTheMarket) {
  Model huge = testing::llama_8b("q2_k");
  huge.parameters = {20e12, testing::kGiven};
  EXPECT_TRUE(planned(testing::question(testing::prepared(huge), testing::box(gib(16)))).empty());
}

TEST(Plan, ADominatedOptionIsNotShown) {
  auto market = testing::small_market();
  market.card("dear-twin", 24, 2600, 1000, 350);  // as "large", for more
  for (const auto& option : plan(misfit(), market.terms())) {
    for (const auto& change : option.changes) EXPECT_NE(change.to, "dear-twin");
  }
}

}  // namespace
}  // namespace edgefit
