#include "base/days.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(Days, OnlyDaysOfTheCalendar) {
  EXPECT_EQ(parse_day("1970-01-01"), 0);
  EXPECT_EQ(parse_day("2024-02-29"), *parse_day("2024-03-01") - 1);
  for (const char* text : {"2023-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "26-01-01", "2026-01-01T",
                           "2026/01/01", "+026-01-01", ""})
    EXPECT_FALSE(parse_day(text)) << text;
}

TEST(Days, RoundTripOverYearsEnd) {
  for (const char* text : {"2026-12-31", "2027-01-01", "2028-02-29", "1969-12-31"})
    EXPECT_EQ(show_day(*parse_day(text)), text);
}

TEST(Days, SecondsBelongToTheirDay) {
  EXPECT_EQ(day_of_seconds(0), 0);
  EXPECT_EQ(day_of_seconds(86399), 0);
  EXPECT_EQ(day_of_seconds(86400), 1);
  EXPECT_EQ(day_of_seconds(-1), -1);
}

}  // namespace
}  // namespace edgefit
