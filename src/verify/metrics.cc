#include "verify/metrics.h"

#include <charconv>
#include <string>

#include "base/parse.h"

namespace edgefit {
namespace {

struct Row {
  std::string_view name;
  std::optional<MetricSum> ServerMetrics::*to;
};
/// Where both names are there, the later row wins: it is the newer name.
constexpr Row kRows[] = {{"vllm:time_to_first_token_seconds", &ServerMetrics::ttft},
                         {"vllm:time_per_output_token_seconds", &ServerMetrics::gaps},
                         {"vllm:inter_token_latency_seconds", &ServerMetrics::gaps}};

/// With an exponent or without: Python writes 1e-05.
std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// Of `name{labels} value`; nothing when the line is of something else or of another model.
std::optional<double> value_of(std::string_view line, std::string_view name, std::string_view model) {
  if (!line.starts_with(name)) return std::nullopt;
  line.remove_prefix(name.size());
  if (line.starts_with('{')) {
    const size_t end = line.rfind('}');
    if (end == std::string_view::npos) return std::nullopt;
    const auto labels = line.substr(0, end);
    const std::string wanted = "model_name=\"" + std::string(model) + "\"";
    if (labels.find("model_name=\"") != std::string_view::npos && labels.find(wanted) == std::string_view::npos)
      return std::nullopt;
    line.remove_prefix(end + 1);
  }
  const auto parts = words(line);
  return parts.empty() || !line.starts_with(' ') ? std::nullopt : number(parts.front());
}

std::optional<MetricSum> read_histogram(std::string_view text, std::string_view name, std::string_view model) {
  std::optional<MetricSum> out;
  const auto add = [&](std::string_view line, const char* end, double MetricSum::*to) {
    const auto value = value_of(line, std::string(name) + end, model);
    if (!value) return;
    if (!out) out = MetricSum{};
    (*out).*to += *value;
  };
  for (const auto line : split_lines(text)) {
    add(line, "_sum", &MetricSum::sum);
    add(line, "_count", &MetricSum::count);
  }
  return out;
}

}  // namespace

ServerMetrics read_metrics(std::string_view text, std::string_view model) {
  ServerMetrics out;
  for (const auto& row : kRows)
    if (const auto sum = read_histogram(text, row.name, model)) out.*row.to = sum;
  return out;
}

std::optional<MetricSum> since(const std::optional<MetricSum>& before, const std::optional<MetricSum>& after) {
  if (!before || !after) return std::nullopt;
  const MetricSum delta{after->sum - before->sum, after->count - before->count};
  return delta.sum < 0 || delta.count <= 0 ? std::nullopt : std::optional(delta);
}

}  // namespace edgefit
