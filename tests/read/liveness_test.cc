#include "read/liveness.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(Liveness, AChainHoldsTwoValues) {
  // 0 -> 1 -> 2 -> 3
  EXPECT_EQ(peak_bytes({10, 20, 30, 5}, {{{0}, {1}}, {{1}, {2}}, {{2}, {3}}}, {3}), 50);
}

TEST(Liveness, ASkipConnectionStaysAlive) {
  EXPECT_EQ(peak_bytes({10, 20, 30, 10}, {{{0}, {1}}, {{1}, {2}}, {{2, 0}, {3}}}, {3}), 60);
}

TEST(Liveness, WhatNobodyReadsIsFreed) {
  EXPECT_EQ(peak_bytes({1, 100, 1, 100}, {{{0}, {1}}, {{0}, {2}}, {{2}, {3}}}, {3}), 101);
}

TEST(Liveness, AnInputThatIsDoneWithIsWrittenOver) {
  // 0 -> 1 -> 2 in the place of 1; not when somebody reads it later, nor when the sizes differ.
  EXPECT_EQ(peak_bytes({10, 20, 20}, {{{0}, {1}}, {{1}, {2}, {1}}}, {2}), 30);
  EXPECT_EQ(peak_bytes({10, 20, 20, 5}, {{{0}, {1}}, {{1}, {2}, {1}}, {{1, 2}, {3}}}, {3}), 45);
  EXPECT_EQ(peak_bytes({10, 20, 15}, {{{0}, {1}}, {{1}, {2}, {1}}}, {2}), 35);
}

TEST(Liveness, OutputsStay) {
  EXPECT_EQ(peak_bytes({1, 100, 50}, {{{0}, {1}}, {{0}, {2}}}, {1, 2}), 151);
  EXPECT_EQ(peak_bytes({}, {}, {}), 0);
}

}  // namespace
}  // namespace edgefit
