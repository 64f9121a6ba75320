#include "audit/lifetimes.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

Day day(const char* text) {
  return *parse_day(text);
}
const Advisories& tables() {
  return builtin_advisories();
}

TEST(Lifetimes, ReleasesByWholeNumbers) {
  EXPECT_EQ(distribution_lifetime(tables(), "debian", "12")->end, day("2028-06-30"));
  EXPECT_EQ(distribution_lifetime(tables(), "rhel", "9.4")->name, "rhel 9");
  EXPECT_FALSE(distribution_lifetime(tables(), "rhel", "95"));
  EXPECT_FALSE(distribution_lifetime(tables(), "debian", ""));
  EXPECT_TRUE(distribution_lifetime(tables(), "alpine", "3.22.1"));
  EXPECT_FALSE(distribution_lifetime(tables(), "ubuntu", "22"));
}

TEST(Lifetimes, Drivers) {
  EXPECT_EQ(driver_lifetime(tables(), 580)->end, day("2028-06-30"));
  EXPECT_FALSE(driver_lifetime(tables(), 590));
  EXPECT_EQ(cuda_needs(tables(), 13)->driver, 580);
  EXPECT_FALSE(cuda_needs(tables(), 14));
}

TEST(Lifetimes, TheDayItselfStillCounts) {
  const Day end = day("2027-03-31");
  EXPECT_EQ(judge_end(end, end, {}), CheckStatus::warn);
  EXPECT_EQ(judge_end(end, end + 1, {}), CheckStatus::fail);
  EXPECT_EQ(judge_end(end, end - 89, {}), CheckStatus::warn);
  EXPECT_EQ(judge_end(end, end - 90, {}), CheckStatus::pass);
}

TEST(Lifetimes, OldRowsVouchForNothing) {
  const Day far = day("2040-01-01"), looked = day("2026-11-23");
  EXPECT_EQ(judge_end(far, looked + 180, looked), CheckStatus::pass);
  EXPECT_EQ(judge_end(far, looked + 181, looked), CheckStatus::unknown);
  EXPECT_EQ(judge_end(looked - 1, looked + 1000, looked), CheckStatus::fail) << "what has ended has ended";
  EXPECT_EQ(judge_end(far, looked + 1000, {}), CheckStatus::pass) << "the system's own word does not age";
}

TEST(Lifetimes, RowsOfTheUserGoFirst) {
  Advisories own;
  own.distributions = {{"debian", "12", "2031-01-01", "a contract", "2027-01-02"}};
  own.drivers = {{590, "2027-01-01", "s", "2027-01-03"}};
  own.cuda = {{14, 640, "s", "2027-01-01"}};
  const auto all = joined(own, tables());
  EXPECT_EQ(distribution_lifetime(all, "debian", "12")->end, day("2031-01-01"));
  EXPECT_EQ(distribution_lifetime(all, "debian", "13")->end, day("2030-06-30"));
  EXPECT_TRUE(driver_lifetime(all, 590));
  EXPECT_EQ(cuda_needs(all, 14)->driver, 640);
  EXPECT_EQ(newest_day(own), "2027-01-03");
  EXPECT_EQ(newest_day({}), "");
}

}  // namespace
}  // namespace edgefit
