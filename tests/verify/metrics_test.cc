#include "verify/metrics.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(Metrics, SumsOfOneModelOverItsEngines) {
  const auto metrics = read_metrics(
      "# HELP vllm:time_to_first_token_seconds x\n"
      "vllm:time_to_first_token_seconds_bucket{le=\"0.1\",model_name=\"m\"} 4\n"
      "vllm:time_to_first_token_seconds_sum{engine=\"0\",model_name=\"m\"} 1.5\n"
      "vllm:time_to_first_token_seconds_count{engine=\"0\",model_name=\"m\"} 3.0\n"
      "vllm:time_to_first_token_seconds_sum{engine=\"1\",model_name=\"m\"} 5e-01\n"
      "vllm:time_to_first_token_seconds_count{engine=\"1\",model_name=\"m\"} 1.0\n"
      "vllm:time_to_first_token_seconds_sum{engine=\"0\",model_name=\"other\"} 99\n"
      "vllm:time_per_output_token_seconds_sum{model_name=\"m\"} 7\n"
      "vllm:inter_token_latency_seconds_sum{model_name=\"m\"} 8\n"
      "vllm:inter_token_latency_seconds_count{model_name=\"m\"} 80\n",
      "m");
  ASSERT_TRUE(metrics.ttft);
  EXPECT_EQ(metrics.ttft->sum, 2);
  EXPECT_EQ(metrics.ttft->count, 4);
  ASSERT_TRUE(metrics.gaps);
  EXPECT_EQ(metrics.gaps->sum, 8) << "the newer name wins";
}

TEST(Metrics, NonsenseIsNothing) {
  EXPECT_FALSE(read_metrics("", "m").ttft);
  EXPECT_FALSE(read_metrics("vllm:time_to_first_token_seconds_sum{ 1\nvllm:time_to_first_token_seconds_sum x\n"
                            "vllm:time_to_first_token_seconds_sum\nvllm:time_to_first_token_seconds_summary 3\n",
                            "m")
                   .ttft);
}

TEST(Metrics, OnlyWhatCameBetween) {
  const auto delta = since(MetricSum{1, 2}, MetricSum{4, 5});
  ASSERT_TRUE(delta);
  EXPECT_EQ(delta->sum, 3);
  EXPECT_EQ(delta->count, 3);
  EXPECT_FALSE(since(MetricSum{1, 2}, MetricSum{1, 2}));
  EXPECT_FALSE(since(MetricSum{4, 5}, MetricSum{1, 2}));
  EXPECT_FALSE(since(std::nullopt, MetricSum{1, 2}));
}

}  // namespace
}  // namespace edgefit
