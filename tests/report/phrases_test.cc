#include "report/phrases.h"

#include <gtest/gtest.h>

#include "report/sample.h"

namespace edgefit {
namespace {

TEST(Phrases, RoomIsOfTheFullestPoolOrAllShortages) {
  EXPECT_EQ(room_text(test::sample_answer()), "14.42 GiB to spare in gpu0");
  EXPECT_NE(room_text(test::short_answer()).find("short in gpu0"), std::string::npos);
}

TEST(Phrases, RoomThatOnlyOneOfTwoSourcesSees) {
  Answer answer = test::sample_answer();
  PoolFit& pool = answer.assessment.pools.back();
  pool.sure = pool.need.high;
  EXPECT_EQ(room_text(answer), "14.42 GiB to spare in gpu0");
  pool.sure = Bytes{pool.need.high.value - 1};
  EXPECT_EQ(room_text(answer), "14.42 GiB to spare in gpu0 if the larger of two sizes is true");
}

TEST(Phrases, EveryTermHasALabel) {
  for (int i = 0; i <= static_cast<int>(Term::adapter); ++i) EXPECT_STRNE(label_of(static_cast<Term>(i)), "");
}

TEST(Phrases, OptionsInFewWords) {
  const Answer answer = test::short_answer();
  ASSERT_FALSE(answer.options.empty());
  EXPECT_STREQ(small_word(Verdict::not_ready), "not ready");
  Price unknown;
  unknown.known = false;
  EXPECT_EQ(amount(unknown), "?");
  EXPECT_EQ(currency_of({}), "");
}

}  // namespace
}  // namespace edgefit
