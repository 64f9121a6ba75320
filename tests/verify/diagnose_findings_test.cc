#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/verify.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;

PredictionReport report_of(double measured, std::vector<Cause> causes = {}) {
  PredictionReport out;
  out.diagnosis.figures = {measured_figure("decode", "tok/s", measured, 100, 90, 110, true)};
  out.diagnosis.status = out.diagnosis.figures[0].status;
  out.diagnosis.causes = std::move(causes);
  return out;
}
VerifyFinding only(const PredictionReport& report) {
  const auto rows = judge_prediction(report);
  EXPECT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows[0].decides);
  return rows[0];
}

TEST(DiagnoseFindings, InsideSlowerFaster) {
  EXPECT_EQ(only(report_of(100)).status, CheckStatus::pass);
  EXPECT_EQ(only(report_of(150)).status, CheckStatus::warn);
  EXPECT_EQ(only(report_of(150)).message, "each request 50 % faster than predicted");
  EXPECT_EQ(only(report_of(57)).status, CheckStatus::fail);
  EXPECT_EQ(only(report_of(57)).message, "each request 43 % slower than predicted, unexplained");
  EXPECT_EQ(only(report_of(57, {{"single_channel", "half", "one memory channel", "fill the second"}})).message,
            "each request 43 % slower than predicted: one memory channel");
}

TEST(DiagnoseFindings, WhatWasNotComparedIsUnknown) {
  PredictionReport report;
  report.gap = "no speed";
  EXPECT_EQ(only(report).status, CheckStatus::unknown);
  EXPECT_EQ(only(report).message, "no speed");
  report = report_of(57);
  report.diagnosis.refused = "load 6";
  report.diagnosis.status = CheckStatus::unknown;
  EXPECT_THAT(only(report).message, HasSubstr("not certified: load 6"));
  EXPECT_EQ(only({}).status, CheckStatus::unknown) << "nothing measured proves nothing";
}

TEST(DiagnoseFindings, OnlyOneRequestAtATimeCompares) {
  Speed speed;
  EXPECT_NE(incomparable(load_plan(LoadShape::single), speed), "") << "no prediction";
  speed.decode = Estimate<TokensPerSecond>{{TokensPerSecond{100}}, {90}, {110}};
  EXPECT_EQ(incomparable(load_plan(LoadShape::single), speed), "");
  EXPECT_EQ(incomparable(load_plan(LoadShape::soak), speed), "");
  EXPECT_NE(incomparable(load_plan(LoadShape::users), speed), "");
  EXPECT_NE(incomparable(load_plan(LoadShape::open), speed), "");
}

TEST(DiagnoseFindings, MediansArePutBesideTheEstimate) {
  Speed speed;
  speed.decode = Estimate<TokensPerSecond>{{TokensPerSecond{100}}, {90}, {110}};
  speed.time_to_first_token = Estimate<Seconds>{{Seconds{1}}, {0.8}, {1.2}};
  LoadResult load;
  EXPECT_TRUE(measured_figures(load, speed).empty()) << "no answer, no figure";
  load.tpot.n = load.ttft.n = 3;
  load.tpot.median = 0.02;
  load.ttft.median = 1.1;
  const auto figures = measured_figures(load, speed);
  ASSERT_EQ(figures.size(), 2U);
  EXPECT_DOUBLE_EQ(figures[0].measured, 50);
  EXPECT_EQ(figures[0].status, CheckStatus::fail);
  EXPECT_EQ(figures[1].status, CheckStatus::pass);
}

}  // namespace
}  // namespace edgefit
