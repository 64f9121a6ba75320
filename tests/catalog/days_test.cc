#include "catalog/days.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(Days, DatesCountFromTheirFirstDay) {
  EXPECT_EQ(first_day("1970-01-01"), 0);
  EXPECT_EQ(first_day("2026"), first_day("2026-01-01"));
  EXPECT_EQ(first_day("2026-11"), first_day("2026-11-01"));
  EXPECT_EQ(*first_day("2024-03-01") - *first_day("2024-02-28"), 2);
}

TEST(Days, OtherTextsAreNoDates) {
  for (const char* text :
       {"", "26", "2026-13", "2026-00", "2026-02-30", "2026/11", "2026-11-2", "0026", "abcd", "2026-1a"})
    EXPECT_FALSE(first_day(text)) << text;
}

TEST(Days, MonthsRunBothWays) {
  EXPECT_NEAR(*months_between("2025-11-23", "2026-11-23"), 12, 0.01);
  EXPECT_NEAR(*months_between("2026-12-23", "2026-11-23"), -1, 0.02);
  EXPECT_FALSE(months_between("soon", "2026"));
  EXPECT_FALSE(months_between("2026", ""));
}

}  // namespace
}  // namespace edgefit
