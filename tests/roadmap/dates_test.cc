#include "roadmap/dates.h"

#include <gtest/gtest.h>

#include "edgefit/roadmap.h"

namespace edgefit {
namespace {

PlanDays days(const std::string& start, bool working = false, const std::vector<std::string>& holidays = {}) {
  PlanDays out{*parse_day(start), working, {}};
  for (const auto& day : holidays) out.holidays.push_back(*parse_day(day));
  return out;
}

std::string nth(const PlanDays& plan, int n) {
  return show_day(plan_day(plan, n));
}

TEST(PlanDaysTest, AllDaysCrossMonthsYearsAndLeapDays) {
  EXPECT_EQ(nth(days("2026-11-02"), 1), "2026-11-02");
  EXPECT_EQ(nth(days("2026-11-02"), 30), "2026-12-01");
  EXPECT_EQ(nth(days("2026-12-15"), 30), "2027-01-13");
  EXPECT_EQ(nth(days("2028-02-20"), 10), "2028-02-29");
  EXPECT_EQ(nth(days("2027-02-20"), 10), "2027-03-01");
}

TEST(PlanDaysTest, ADayIsADayWhenTheClockIsMoved) {
  // Europe turns its clocks on 2026-10-25 and 2027-03-28: no day is lost or doubled.
  EXPECT_EQ(nth(days("2026-10-20"), 8), "2026-10-27");
  EXPECT_EQ(nth(days("2027-03-27"), 3), "2027-03-29");
}

TEST(PlanDaysTest, WorkingDaysLeaveOutWeekendsAndHolidays) {
  const auto plan = days("2026-12-21", true, {"2026-12-24", "2026-12-25", "2027-01-01"});
  EXPECT_EQ(nth(plan, 3), "2026-12-23");
  EXPECT_EQ(nth(plan, 4), "2026-12-28");
  EXPECT_EQ(nth(plan, 7), "2026-12-31");
  EXPECT_EQ(nth(plan, 8), "2027-01-04");
  // A plan that starts on a Saturday starts on Monday.
  EXPECT_EQ(nth(days("2026-11-07", true), 1), "2026-11-09");
}

TEST(PlanDaysTest, Mondays) {
  EXPECT_EQ(weekday_of(*parse_day("2026-11-23")), 0);
  EXPECT_EQ(weekday_of(*parse_day("2026-11-29")), 6);
  EXPECT_EQ(weekday_of(*parse_day("1969-12-29")), 0);
  EXPECT_EQ(show_day(next_monday(*parse_day("2026-11-23"))), "2026-11-30");
  EXPECT_EQ(show_day(next_monday(*parse_day("2026-11-29"))), "2026-11-30");
  EXPECT_EQ(show_day(first_monday(*parse_day("2026-12-01"), 1)), "2027-01-04");
  EXPECT_EQ(show_day(first_monday(*parse_day("2026-12-01"), 3)), "2027-03-01");
  EXPECT_EQ(show_day(first_monday(*parse_day("2026-12-31"), 12)), "2027-12-06");
}

TEST(HolidaysTest, ADateALine) {
  const auto days = read_holidays("# 2026\n2026-12-25 Christmas\n\n2026-12-26\t\n", "h");
  ASSERT_TRUE(days);
  EXPECT_EQ(*days, (std::vector<std::string>{"2026-12-25", "2026-12-26"}));
  EXPECT_FALSE(read_holidays("25.12.2026\n", "h"));
  EXPECT_FALSE(read_holidays("2026-02-29\n", "h"));
  EXPECT_EQ(read_holidays("2026-12-25\nx\n", "h").error().where, "h:2");
}

}  // namespace
}  // namespace edgefit
