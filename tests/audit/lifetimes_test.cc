#include "audit/lifetimes.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

Day day(const char* text) {
  return *parse_day(text);
}

TEST(Lifetimes, ReleasesByWholeNumbers) {
  EXPECT_EQ(distribution_lifetime("debian", "12")->end, day("2028-06-30"));
  EXPECT_EQ(distribution_lifetime("rhel", "9.4")->name, "rhel 9");
  EXPECT_FALSE(distribution_lifetime("rhel", "95"));
  EXPECT_FALSE(distribution_lifetime("debian", ""));
  EXPECT_TRUE(distribution_lifetime("alpine", "3.22.1"));
  EXPECT_FALSE(distribution_lifetime("ubuntu", "22"));
}

TEST(Lifetimes, Drivers) {
  EXPECT_EQ(driver_lifetime(580)->end, day("2028-06-30"));
  EXPECT_FALSE(driver_lifetime(590));
  EXPECT_EQ(oldest_driver_for_cuda(13), 580);
  EXPECT_FALSE(oldest_driver_for_cuda(14));
}

TEST(Lifetimes, TheDayItselfStillCounts) {
  const Day end = day("2027-03-31");
  EXPECT_EQ(judge_end(end, end, false), CheckStatus::warn);
  EXPECT_EQ(judge_end(end, end + 1, false), CheckStatus::fail);
  EXPECT_EQ(judge_end(end, end - 89, false), CheckStatus::warn);
  EXPECT_EQ(judge_end(end, end - 90, false), CheckStatus::pass);
}

TEST(Lifetimes, OldTablesVouchForNothing) {
  const Day far = day("2040-01-01");
  EXPECT_EQ(judge_end(far, tables_day() + 180, true), CheckStatus::pass);
  EXPECT_EQ(judge_end(far, tables_day() + 181, true), CheckStatus::unknown);
  EXPECT_EQ(judge_end(tables_day() - 1, tables_day() + 1000, true), CheckStatus::fail) << "what has ended has ended";
  EXPECT_EQ(judge_end(far, tables_day() + 1000, false), CheckStatus::pass) << "the system's own word does not age";
}

}  // namespace
}  // namespace edgefit
