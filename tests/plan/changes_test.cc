#include "plan/changes.h"

#include <gtest/gtest.h>

#include "support/cases.h"

namespace edgefit {
namespace {

std::vector<Candidate> candidates(std::string_view name, const Case& c) {
  for (const auto& row : change_rows())
    if (row.name == name) return row.propose(c);
  return {};
}

TEST(Changes, OnlyLowerPrecisionsAreOffered) {
  const auto c = testing::question(testing::prepared(testing::llama_8b("q5_k_m")), testing::box(gib(16)));
  const auto found = candidates("quant", c);
  ASSERT_FALSE(found.empty());
  for (const auto& candidate : found) {
    EXPECT_GT(candidate.loss, 0);
    EXPECT_LT(candidate.change.apply(c).model->weight_bytes->value, c.model->weight_bytes->value);
  }
}

TEST(Changes, CardsComeCheapestFirstAndKeepTheMaker) {
  const auto c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(16), 1));
  const auto found = candidates("gpu", c);
  ASSERT_FALSE(found.empty());
  int64_t last = 0;
  for (const auto& candidate : found) {
    EXPECT_GE(candidate.price.value_cents, last);
    last = candidate.price.value_cents;
    const Case changed = candidate.change.apply(c);
    if (candidate.change.op != Change::Op::add) continue;
    for (const auto& gpu : changed.host->gpus) EXPECT_EQ(gpu.vendor, "NVIDIA");
  }
}

}  // namespace
}  // namespace edgefit
