#include "cli/date.h"

#include <gtest/gtest.h>
#include <stdlib.h>

namespace edgefit {
namespace {

class Date : public testing::Test {
 protected:
  void SetUp() override { ::setenv("SOURCE_DATE_EPOCH", "1795564800", 1); }
  void TearDown() override { ::unsetenv("SOURCE_DATE_EPOCH"); }
};

TEST_F(Date, ComesFromTheFlagFirst) {
  EXPECT_EQ(*report_date("2027-02-28"), "2027-02-28");
  EXPECT_EQ(*report_date("2028-02-29"), "2028-02-29");
}

TEST_F(Date, ThenFromTheBuildEnvironment) {
  EXPECT_EQ(*report_date(""), "2026-11-25");
  EXPECT_EQ(utc_now(), "2026-11-25T00:00:00Z");
}

TEST_F(Date, ABrokenVariableIsIgnored) {
  const std::string fixed = *report_date("");
  for (const char* broken : {"", "soon", "-5", "12x", "99999999999999999999"}) {
    ::setenv("SOURCE_DATE_EPOCH", broken, 1);
    const auto today = report_date("");
    ASSERT_TRUE(today);
    EXPECT_EQ(today->size(), 10u);
    EXPECT_NE(*today, "1969-12-31") << broken;
  }
  EXPECT_EQ(fixed, "2026-11-25");
}

TEST_F(Date, WhatIsNoDateIsAProblem) {
  for (const char* wrong :
       {"2026-02-30", "2026-13-01", "26-01-01", "2026/01/01", "2026-1-01x", "tomorrow", "2026-01-1 "}) {
    EXPECT_FALSE(report_date(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace edgefit
