#include "size/spread.h"

#include <gtest/gtest.h>

#include "support/cases.h"

namespace edgefit {
namespace {

TEST(Spread, ExactTermsHaveNone) {
  Model m = testing::llama_8b();
  prepare(m);
  m.weights->exact = true;
  const Case c = testing::question(std::make_shared<Model>(m), testing::box(gib(64), 1));
  for (const Term term : {Term::weights, Term::kv_cache, Term::output}) {
    EXPECT_EQ(spread_of(term, c, false).low, 1) << name_of(term);
    EXPECT_EQ(spread_of(term, c, false).high, 1) << name_of(term);
  }
}

TEST(Spread, ComputeIsWiderWhenLayersLieInRam) {
  const Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1));
  const Spread full = spread_of(Term::compute, c, false), partial = spread_of(Term::compute, c, true);
  EXPECT_LT(full.low, 1);
  EXPECT_GT(full.high, 1);
  EXPECT_GT(partial.high, full.high);
}

TEST(Spread, WeightsFromAMeanAreUncertain) {
  const Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1));
  EXPECT_GT(spread_of(Term::weights, c, false).high, 1.1);
}

}  // namespace
}  // namespace edgefit
