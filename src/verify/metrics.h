// vLLM's own view of its requests: sums and counts of its histograms, read before and after a run.
// Pure; the exposition format of Prometheus is read line by line, and only what is asked for.
#pragma once

#include <optional>
#include <string_view>

namespace edgefit {

/// Sum and count of one histogram over all its label sets.
struct MetricSum {
  double sum = 0, count = 0;
};

struct ServerMetrics {
  std::optional<MetricSum> ttft;  ///< vllm:time_to_first_token_seconds
  /// vllm:inter_token_latency_seconds, before 0.11 vllm:time_per_output_token_seconds: each gap between tokens once
  std::optional<MetricSum> gaps;
};
/// Lines of other models than `model` are left out.
ServerMetrics read_metrics(std::string_view text, std::string_view model);
/// What came between two readings; nothing when either is missing or a counter went back (a restart).
std::optional<MetricSum> since(const std::optional<MetricSum>& before, const std::optional<MetricSum>& after);

}  // namespace edgefit
