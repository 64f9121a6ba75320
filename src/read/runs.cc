#include "read/runs.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr std::array kJsonForms = {take_llama_bench, take_vllm, take_ollama, take_server};
constexpr std::array kTextForms = {take_bench_table, take_timing_lines};

struct BackendWord {
  std::string_view word;
  Backend backend;
};
// As ggml names its backends; BLAS and CPU are the processor.
constexpr std::array kBackendWords = {
    BackendWord{"cuda", Backend::cuda}, BackendWord{"rocm", Backend::rocm},     BackendWord{"hip", Backend::rocm},
    BackendWord{"sycl", Backend::sycl}, BackendWord{"vulkan", Backend::vulkan}, BackendWord{"metal", Backend::metal},
    BackendWord{"mtl", Backend::metal}, BackendWord{"cpu", Backend::cpu},       BackendWord{"blas", Backend::cpu}};

const char* hint() {
  return tr(
      "llama-bench -o json or md, vllm bench serve --save-result, an answer of Ollama or llama-server, or the lines "
      "of ollama run --verbose");
}

void take_value(const Json& value, std::vector<MeasuredRun>& runs) {
  if (value.is_array()) {
    for (const Json& entry : value)
      if (entry.is_object()) take_value(entry, runs);
    return;
  }
  for (const auto take : kJsonForms)
    if (take(value, runs)) return;
}

/// One JSON document, or one a line as llama-bench -o jsonl and streamed answers have it.
Result<Done> take_json(std::string_view text, const std::string& where, std::vector<MeasuredRun>& runs) {
  auto whole = parse_json(text, where);
  if (whole) {
    take_value(*whole, runs);
    return Done{};
  }
  for (const auto line : split_lines(text)) {
    if (trim(line).empty()) continue;
    const auto one = parse_json(line, where);
    if (!one) return whole.error();
    if (one->is_object()) take_value(*one, runs);
  }
  return Done{};
}

}  // namespace

void add_run(std::vector<MeasuredRun>& runs, MeasuredRun run) {
  const double speed = run.speed.value;
  if (!std::isfinite(speed) || speed <= 0 || speed > kMostSpeed || runs.size() >= kMostRuns) return;
  if (run.prefill && run.prompt.value_or(kLeastPrompt) < kLeastPrompt) return;
  if (!run.prefill && run.output.value_or(kLeastOutput) < kLeastOutput) return;
  runs.push_back(std::move(run));
}

std::optional<Backend> backend_in(std::string_view words) {
  const std::string text = lower(words);
  for (const auto& row : kBackendWords)
    if (text.find(row.word) != std::string::npos) return row.backend;
  return std::nullopt;
}

Result<std::vector<MeasuredRun>> read_runs(std::string_view text, const std::string& where) {
  std::vector<MeasuredRun> runs;
  const auto begins = trim(text);
  if (begins.empty()) return Problem{tr("the file is empty"), where, hint()};
  if (begins.front() == '{' || (begins.front() == '[' && begins.find('{') != std::string_view::npos)) {
    if (auto taken = take_json(text, where, runs); !taken) return taken.error();
  } else {
    for (const auto take : kTextForms) take(text, runs);
  }
  if (runs.empty()) return Problem{tr("no measured speed in this file"), where, hint()};
  return runs;
}

}  // namespace edgefit
