#include "verify/statistics.h"

#include <gtest/gtest.h>

#include <vector>

namespace edgefit {
namespace {

struct WilsonRow {
  size_t passed, tried;
  double low;
};
/// Worked out with a program of its own from Wilson's formula.
constexpr WilsonRow kWilson[] = {
    {20, 20, 0.839}, {50, 50, 0.929}, {48, 50, 0.865}, {100, 100, 0.963}, {190, 200, 0.910}};

TEST(Statistics, WilsonsLowerBound) {
  for (const auto& row : kWilson)
    EXPECT_NEAR(wilson_interval(row.passed, row.tried).low, row.low, 0.0005) << row.passed << "/" << row.tried;
  EXPECT_NEAR(wilson_interval(5, 10).low, 0.2366, 0.0001);
  EXPECT_NEAR(wilson_interval(5, 10).high, 0.7634, 0.0001);
}

TEST(Statistics, WilsonAtItsEnds) {
  EXPECT_EQ(wilson_interval(0, 0).low, 0);
  EXPECT_EQ(wilson_interval(0, 0).high, 1);
  EXPECT_EQ(wilson_interval(0, 10).low, 0);
  EXPECT_NEAR(wilson_interval(10, 10).high, 1, 1e-12);
  EXPECT_LE(wilson_interval(10, 10).high, 1);
}

TEST(Statistics, TheFewestCasesThatCanProveATarget) {
  EXPECT_EQ(cases_to_prove(0.9), 35U);
  EXPECT_LT(wilson_interval(34, 34).low, 0.9);
  EXPECT_GE(wilson_interval(35, 35).low, 0.9);
  EXPECT_EQ(cases_to_prove(0.5), 4U);
  EXPECT_EQ(cases_to_prove(0), 1U);
  EXPECT_EQ(cases_to_prove(1), std::nullopt);
}

/// The smallest alarms: with one broken case fewer there is none.
TEST(Statistics, McNemarsSmallestAlarms) {
  struct Row {
    size_t broken, mended;
  };
  for (const Row row : {Row{5, 0}, {7, 1}, {9, 2}, {10, 3}, {12, 4}}) {
    EXPECT_LT(mcnemar_one_sided(row.broken, row.mended), kAlarm) << row.broken << ":" << row.mended;
    EXPECT_GE(mcnemar_one_sided(row.broken - 1, row.mended), kAlarm) << row.broken - 1 << ":" << row.mended;
  }
}

TEST(Statistics, McNemarIsExact) {
  EXPECT_EQ(mcnemar_one_sided(0, 0), 1);
  EXPECT_NEAR(mcnemar_one_sided(5, 0), 1.0 / 32, 1e-12);
  EXPECT_NEAR(mcnemar_one_sided(3, 1), 5.0 / 16, 1e-12);
  EXPECT_NEAR(mcnemar_one_sided(0, 5), 1, 1e-12) << "mended cases are no alarm";
  EXPECT_NEAR(mcnemar_one_sided(2000, 2000), 0.5063, 0.0001) << "thousands of pairs do not overflow";
}

TEST(Statistics, PercentilesNeedTheirSamples) {
  EXPECT_EQ(samples_for(0.90), 29U);
  EXPECT_EQ(samples_for(0.95), 59U);
  EXPECT_EQ(samples_for(0.99), 299U);
  EXPECT_EQ(samples_for(0.50), 5U);
  std::vector<double> samples;
  for (int i = 1; i <= 28; ++i) samples.push_back(i);
  EXPECT_EQ(percentile(samples, 0.9), std::nullopt);
  samples.push_back(29);
  EXPECT_EQ(percentile(samples, 0.9), 27);  // the 27th of 29: ceil(26.1)
}

TEST(Statistics, NearestRank) {
  const std::vector<double> ten = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_EQ(nearest_rank(ten, 0.5), 5);
  EXPECT_EQ(nearest_rank(ten, 0.9), 9);
  EXPECT_EQ(nearest_rank(ten, 0.91), 10);
  EXPECT_EQ(nearest_rank(ten, 0), 1);
  EXPECT_EQ(nearest_rank(ten, 1), 10);
  EXPECT_EQ(nearest_rank(std::vector<double>{7}, 0.99), 7);
}

}  // namespace
}  // namespace edgefit
