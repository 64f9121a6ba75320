#include <gtest/gtest.h>

#include "report/phrases.h"
#include "report/sample.h"

namespace edgefit {
namespace {

TEST(SpeedRows, EstimateRangeAndGoal) {
  const auto rows = speed_rows(test::sample_answer());
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows[0].label, "first token");
  EXPECT_EQ(rows[0].goal, "<= 1.00 s");
  EXPECT_STREQ(rows[0].word, "ok");
}

TEST(SpeedRows, NoneWithAReason) {
  Answer answer = test::sample_answer();
  answer.assessment.speed = {};
  answer.assessment.speed.gap = SpeedGap::no_rule;
  EXPECT_TRUE(speed_rows(answer).empty());
  EXPECT_TRUE(gap_text(answer).starts_with("not estimated: "));
}

}  // namespace
}  // namespace edgefit
