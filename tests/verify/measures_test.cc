#include "verify/measures.h"

#include <gtest/gtest.h>

#include <cmath>

namespace edgefit {
namespace {

/// Scheduled at `at`, first token `ttft` later, `tokens` tokens in `latency`.
Reply answer(double at, double ttft, double latency, std::optional<double> tokens) {
  Reply reply;
  reply.scheduled = reply.sent = at;
  reply.first_token = reply.first_visible = at + ttft;
  reply.end = at + latency;
  reply.output_tokens = tokens;
  reply.prompt_tokens = 10;
  return reply;
}
Reply failure(double at, ReplyFault fault = ReplyFault::reset) {
  Reply reply;
  reply.scheduled = reply.sent = at;
  reply.end = at + 1;
  reply.fault = fault;
  return reply;
}

TEST(Distribution, NearestRankAndOnlyWithEnoughValues) {
  std::vector<double> values;
  for (int i = 28; i >= 1; --i) values.push_back(i);
  auto some = distribution_of(values);
  EXPECT_EQ(some.n, 28U);
  EXPECT_EQ(some.median, 14);
  EXPECT_EQ(some.p90, std::nullopt);
  values.push_back(29);
  some = distribution_of(values);
  EXPECT_EQ(some.p90, 27);  // ceil(0.9 * 29) = 27
  EXPECT_EQ(some.p95, std::nullopt);
  for (int i = 30; i <= 59; ++i) values.push_back(i);
  some = distribution_of(values);
  EXPECT_EQ(some.p95, 57);  // ceil(0.95 * 59) = ceil(56.05)
  EXPECT_EQ(some.p99, std::nullopt);
  for (int i = 60; i <= 300; ++i) values.push_back(i);
  some = distribution_of(values);
  EXPECT_EQ(some.p90, 270);
  EXPECT_EQ(some.p95, 285);
  EXPECT_EQ(some.p99, 297);
  EXPECT_EQ(some.min, 1);
  EXPECT_EQ(some.max, 300);
  EXPECT_EQ(some.mean, 150.5);
  EXPECT_EQ(distribution_of({}).n, 0U);
}

TEST(Distribution, TheLeastNumbersBoundThePercentiles) {
  // The largest of n values lies above the percentile with a probability of 1 - share^n.
  for (const auto& [share, n] : {std::pair{0.90, 29}, {0.95, 59}, {0.99, 299}}) {
    EXPECT_GE(1 - std::pow(share, n), 0.95);
    EXPECT_LT(1 - std::pow(share, n - 1), 0.95);
  }
}

TEST(Reply, TimesPerTokenAreWithoutTheFirst) {
  EXPECT_EQ(answer(5, 1, 3, 5).tpot(), 0.5);
  EXPECT_EQ(answer(5, 1, 3, 1).tpot(), std::nullopt);
  EXPECT_EQ(answer(5, 1, 3, std::nullopt).tpot(), std::nullopt);
}

TEST(KeptLimits, AllOfThem) {
  const Slo slo{2, 0.1, 10};
  EXPECT_EQ(kept_limits(answer(0, 2, 3, 11), slo), true);
  EXPECT_EQ(kept_limits(answer(0, 2.001, 3, 11), slo), false);
  EXPECT_EQ(kept_limits(answer(0, 2, 3.01, 11), slo), false);
  EXPECT_EQ(kept_limits(answer(0, 1, 10.5, 1000), slo), false);
  EXPECT_EQ(kept_limits(answer(0, 1, 3, 1), slo), true) << "one token has no time between tokens";
  EXPECT_EQ(kept_limits(answer(0, 1, 3, std::nullopt), slo), std::nullopt);
  EXPECT_EQ(kept_limits(answer(0, 3, 4, std::nullopt), slo), false) << "late whatever the count";
  EXPECT_EQ(kept_limits(answer(0, 1, 3, std::nullopt), Slo{2, 0, 0}), true);
  Reply silent = answer(0, 1, 3, 5);
  silent.first_token.reset();
  EXPECT_EQ(kept_limits(silent, slo), false);
}

TEST(Summary, SumsAndShares) {
  LoadResult load;
  load.begin = 100;
  load.plan.slo = {2, 0.1, 0};
  load.replies = {answer(100, 1, 2, 21), answer(101, 3, 4, 21), failure(102), answer(103, 1, 2, 11)};
  summarize(load);
  EXPECT_EQ(load.attempted, 4U);
  EXPECT_EQ(load.failed, 1U);
  EXPECT_EQ(load.wall, 5);
  EXPECT_EQ(load.ttft.n, 3U);
  EXPECT_EQ(load.output_tokens, 53);
  EXPECT_EQ(load.prompt_tokens, 30);
  EXPECT_EQ(load.tokens_per_second(), 53.0 / 5);
  EXPECT_EQ(load.requests_per_second(), 3.0 / 5);
  EXPECT_EQ(load.in_time, 2U);
  EXPECT_EQ(load.goodput(), 2.0 / 5);
  EXPECT_EQ(load.share_in_time(), 0.5) << "a failed request is not in time";
}

TEST(Summary, WhatWasGivenUpIsNeitherGoodNorBad) {
  LoadResult load;
  load.replies = {answer(0, 1, 2, 21), failure(1, ReplyFault::stopped)};
  summarize(load);
  EXPECT_EQ(load.failed, 0U);
  EXPECT_EQ(load.stopped, 1U);
  EXPECT_EQ(load.share_in_time(), 1);
}

TEST(Summary, AMissingCountMakesTheSumUnknownNotSmaller) {
  LoadResult load;
  load.replies = {answer(0, 1, 2, 21), answer(1, 1, 2, std::nullopt)};
  summarize(load);
  EXPECT_EQ(load.output_tokens, std::nullopt);
  EXPECT_EQ(load.tokens_per_second(), std::nullopt);
  EXPECT_EQ(load.undecided, 1U);
  EXPECT_EQ(load.share_in_time(), std::nullopt);
  EXPECT_EQ(load.tpot.n, 1U);
}

TEST(Summary, ThirdsOfASoak) {
  LoadResult load;
  load.plan.shape = LoadShape::soak;
  for (int i = 0; i < 10; ++i) load.replies.push_back(answer(i, 0.5, 0.5 + (i < 5 ? 1 : 2), 11));
  summarize(load);
  EXPECT_DOUBLE_EQ(load.first_third_tpot.value(), 0.1);
  EXPECT_DOUBLE_EQ(load.last_third_tpot.value(), 0.2);
  load.replies.resize(8);
  load.first_third_tpot.reset();
  summarize(load);
  EXPECT_EQ(load.first_third_tpot, std::nullopt) << "two answers are no third";
}

TEST(Summary, LateSendingIsTold) {
  LoadResult load;
  load.replies = {answer(0, 1, 2, 3), answer(1, 1, 2, 3)};
  load.replies[1].sent = 1.25;
  summarize(load);
  EXPECT_EQ(load.late, 0.25);
  EXPECT_EQ(load.replies[1].ttft(), 1) << "counted from the moment it should have been sent";
}

TEST(Truth, TimingsOfLlamaServer) {
  LoadResult load;
  load.replies = {answer(0, 1, 3, 11), answer(5, 1, 4, 21), failure(9)};
  for (auto& reply : load.replies) {
    reply.server_prompt_seconds = 0.75;
    reply.server_decode_seconds = 2;
  }
  const auto truth = truth_of_timings(load, true);
  EXPECT_DOUBLE_EQ(truth.client_tpot.value(), 5.0 / 30);
  EXPECT_DOUBLE_EQ(truth.server_tpot.value(), 4.0 / 30);
  EXPECT_EQ(truth.client_ttft, 1);
  EXPECT_EQ(truth.server_ttft, 0.75);
  EXPECT_EQ(truth_of_timings(load, false).client_ttft, std::nullopt);
  EXPECT_FALSE(truth_of_timings(LoadResult{}, true).gap.empty());
}

TEST(Truth, CountersOfVllm) {
  LoadResult load;
  load.replies = {answer(0, 1, 3, 11), answer(5, 1, 4, 21)};
  summarize(load);
  const ServerMetrics before{MetricSum{10, 5}, MetricSum{1, 100}};
  const ServerMetrics after{MetricSum{11.5, 7}, MetricSum{4, 130}};
  const auto truth = truth_of_metrics(load, before, after);
  EXPECT_DOUBLE_EQ(truth.client_tpot.value(), 5.0 / 30);
  EXPECT_DOUBLE_EQ(truth.server_tpot.value(), 0.1);
  EXPECT_EQ(truth.server_ttft, 0.75);
  const auto shared = truth_of_metrics(load, before, {MetricSum{20, 12}, MetricSum{4, 130}});
  EXPECT_EQ(shared.other_requests, 5);
  EXPECT_EQ(shared.server_tpot, std::nullopt) << "others are in it";
  EXPECT_FALSE(truth_of_metrics(load, before, {}).gap.empty());
  EXPECT_FALSE(truth_of_metrics(load, after, before).gap.empty()) << "restarted";
}

}  // namespace
}  // namespace edgefit
