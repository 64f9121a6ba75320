#include "plan/changes.h"

#include <gtest/gtest.h>

#include <set>

#include "support/cases.h"

namespace edgefit {
namespace {

TEST(Changes, EachKindHasOneRow) {
  std::set<std::string_view> names;
  for (const auto& row : change_rows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_NE(row.propose, nullptr);
  }
  EXPECT_EQ(names.size(), change_rows().size());
}

TEST(Changes, TogetherTheyGiveUpAndCostBoth) {
  Candidate a, b;
  a.loss.precision = 5;
  b.price = {100, 200, 300, true, "USD", "street", "2026-10", "made up"};
  b.power = Watts{300};
  b.memory = gib(24);
  const Candidate both = a + b;
  EXPECT_EQ(both.loss.precision, 5);
  EXPECT_EQ(both.price.value_cents, 200);
  EXPECT_EQ(both.price.kind, "street");
  EXPECT_EQ(both.power->value, 300);
  const Candidate twice = both + b;
  EXPECT_EQ(twice.price.low_cents, 200);
  EXPECT_EQ(twice.price.value_cents, 400);
  EXPECT_EQ(twice.price.high_cents, 600);
  EXPECT_EQ(twice.memory.value, gib(48).value);
}

}  // namespace
}  // namespace edgefit
