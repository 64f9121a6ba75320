#include "verify/golden_pattern.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(GoldenPattern, FindsAnywhere) {
  EXPECT_TRUE(pattern_found("^CH[0-9]{2}", "CH93 0076"));
  EXPECT_TRUE(pattern_found("(?i)rechnung", "Die RECHNUNG"));
  EXPECT_FALSE(pattern_found("^Ja\\b", "Naja"));
}

TEST(GoldenPattern, WhatCannotBeUsedIsSaid) {
  for (const char* bad : {"(", "a(?=b)", "(a)\\1", "a{1000}{1000}"}) {
    const auto checked = check_pattern(bad);
    ASSERT_FALSE(checked) << bad;
    EXPECT_FALSE(checked.error().hint.empty());
    EXPECT_FALSE(pattern_found(bad, "ab"));
  }
  EXPECT_FALSE(check_pattern(std::string(kLongestPattern + 1, 'a')));
}

/// Backtracking engines take longer than the universe is old for this.
TEST(GoldenPattern, ACatastrophicPatternEndsAtOnce) {
  ASSERT_TRUE(check_pattern("^(a+)+$"));
  EXPECT_FALSE(pattern_found("^(a+)+$", std::string(60'000, 'a') + "b"));
}

TEST(GoldenPattern, SearchesTheFirst64KiB) {
  EXPECT_TRUE(pattern_found("x", std::string(kSearchedBytes - 1, 'a') + "x"));
  EXPECT_FALSE(pattern_found("x", std::string(kSearchedBytes, 'a') + "x"));
}

}  // namespace
}  // namespace edgefit
