#include "verify/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace edgefit {
namespace {

TEST(Random, TheSameSeedIsTheSameEverywhere) {
  // The reference values of SplitMix64 for seed 1234567.
  Random random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317U);
  EXPECT_EQ(random.next(), 3203168211198807973U);
  EXPECT_EQ(random.next(), 9817491932198370423U);
}

TEST(Random, MeansAndVariancesAreThoseOfTheDistributions) {
  // Gamma: mean = variance = shape. Exponential is gamma of shape 1.
  for (const double shape : {0.25, 0.5, 1.0, 3.0, 10.0}) {
    Random random(7);
    double sum = 0, squares = 0;
    constexpr int kDraws = 200'000;
    for (int i = 0; i < kDraws; ++i) {
      const double x = random.gamma(shape);
      ASSERT_GE(x, 0);
      sum += x;
      squares += x * x;
    }
    const double mean = sum / kDraws, variance = squares / kDraws - mean * mean;
    EXPECT_NEAR(mean / shape, 1, 0.02) << shape;
    EXPECT_NEAR(variance / shape, 1, 0.05) << shape;
  }
  Random random(7);
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) sum += random.exponential();
  EXPECT_NEAR(sum / 100'000, 1, 0.02);
}

TEST(Random, UniformIsNeverZero) {
  Random random(1);
  for (int i = 0; i < 100'000; ++i) {
    const double x = random.uniform();
    ASSERT_GT(x, 0);
    ASSERT_LE(x, 1);
  }
}

}  // namespace
}  // namespace edgefit
