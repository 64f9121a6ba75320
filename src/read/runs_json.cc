// Runs in JSON: llama-bench's results, vLLM's bench serve, answers of Ollama and llama-server.
#include <algorithm>
#include <array>
#include <cmath>

#include "edgefit/text.h"
#include "read/runs.h"

namespace edgefit {
namespace {

constexpr size_t kLongestText = 400;

/// A finite number within bounds; nothing when absent, of another type or absurd.
std::optional<double> number(const Json& object, const char* key, double most = kMostTokens) {
  const auto at = object.find(key);
  if (at == object.end() || !at->is_number()) return std::nullopt;
  const double value = at->get<double>();
  if (!std::isfinite(value) || value < 0 || value > most) return std::nullopt;
  return value;
}

std::string text(const Json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end() || !at->is_string()) return {};
  return printable(at->get_ref<const std::string&>().substr(0, kLongestText));
}

bool flag(const Json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end()) return false;
  return at->is_boolean() ? at->get<bool>() : at->is_number() && at->get<double>() > 0;
}

/// "2026-11-20T10:00:00Z", "20261120-100000" as a date.
std::string date_of(std::string when) {
  const auto digits = [&when](size_t at, size_t count) {
    return when.size() >= at + count && std::all_of(when.begin() + static_cast<std::ptrdiff_t>(at),
                                                    when.begin() + static_cast<std::ptrdiff_t>(at + count),
                                                    [](char c) { return c >= '0' && c <= '9'; });
  };
  if (digits(0, 8)) return when.substr(0, 4) + "-" + when.substr(4, 2) + "-" + when.substr(6, 2);
  if (digits(0, 4) && digits(5, 2) && digits(8, 2) && when[4] == '-' && when[7] == '-') return when.substr(0, 10);
  return {};
}

constexpr double kNanoseconds = 1e-9, kMilliseconds = 1e-3;
constexpr double kLongest = 1e18;  // nanoseconds: thirty years

/// Tokens over a time; nothing when either is missing or nothing took time.
TokensPerSecond rate(std::optional<double> tokens, std::optional<double> time, double unit) {
  if (!tokens || !time || *time <= 0) return {};
  return {*tokens / (*time * unit)};
}

}  // namespace

bool take_llama_bench(const Json& object, std::vector<MeasuredRun>& runs) {
  const auto prompt = number(object, "n_prompt"), output = number(object, "n_gen");
  const auto speed = number(object, "avg_ts", kMostSpeed);
  if (!prompt || !output || !speed) return false;
  // A test of both gives one speed for two things.
  if ((*prompt > 0) == (*output > 0)) return true;
  MeasuredRun run;
  run.source = "llama-bench";
  run.runtime = "llama.cpp";
  run.model = text(object, "model_type");
  run.date = date_of(text(object, "test_time"));
  run.build = text(object, "build_commit");
  run.prefill = *prompt > 0;
  run.speed = {*speed};
  if (const auto deviation = number(object, "stddev_ts", kMostSpeed); deviation && *speed > 0)
    run.deviation = *deviation / *speed;
  run.prompt = run.prefill ? prompt : std::optional<double>();
  run.output = run.prefill ? std::optional<double>() : output;
  run.depth = number(object, "n_depth").value_or(0);
  run.parameters = number(object, "model_n_params", 1e15);
  if (const auto bytes = number(object, "model_size", 1e16)) run.weight_bytes = Bytes{*bytes};
  run.backend = backend_in(text(object, "backends"));
  if (const auto layers = number(object, "n_gpu_layers", 1e6)) run.gpu_layers = static_cast<int>(*layers);
  if (run.gpu_layers == 0) run.backend = Backend::cpu;
  run.batch = number(object, "n_batch");
  run.ubatch = number(object, "n_ubatch");
  run.kv_type = text(object, "type_k");
  run.kv_type_v = text(object, "type_v");
  if (object.contains("flash_attn")) run.flash_attention = flag(object, "flash_attn");
  add_run(runs, std::move(run));
  return true;
}

bool take_vllm(const Json& object, std::vector<MeasuredRun>& runs) {
  const auto in = number(object, "total_input_tokens", 1e15), out = number(object, "total_output_tokens", 1e15);
  const auto completed = number(object, "completed");
  if (!in || !out || !completed || !object.contains("output_throughput") || *completed < 1) return false;
  MeasuredRun run;
  run.source = "vllm bench serve";
  run.runtime = "vllm";
  run.model = text(object, "model_id");
  run.date = date_of(text(object, "date"));
  // Without a limit nobody knows how many requests were served at a time.
  run.sequences = number(object, "max_concurrency").value_or(0);
  run.prompt = *in / *completed;
  run.output = *out / *completed;
  run.depth = *run.prompt;
  const auto each = number(object, "median_tpot_ms", kLongest);
  run.speed = rate(run.sequences, each, kMilliseconds);
  if (run.sequences == 0) run.speed = rate(1, each, kMilliseconds);
  add_run(runs, run);
  if (run.sequences != 1) return true;
  run.prefill = run.whole_first_token = true;
  run.depth = 0;
  run.speed = rate(run.prompt, number(object, "median_ttft_ms", kLongest), kMilliseconds);
  add_run(runs, std::move(run));
  return true;
}

bool take_ollama(const Json& object, std::vector<MeasuredRun>& runs) {
  const auto output = number(object, "eval_count");
  if (!output || !object.contains("eval_duration")) return false;
  MeasuredRun run;
  run.source = run.runtime = "ollama";
  run.model = text(object, "model");
  run.date = date_of(text(object, "created_at"));
  const auto prompt = number(object, "prompt_eval_count");
  run.output = output;
  run.depth = prompt.value_or(0);
  run.speed = rate(output, number(object, "eval_duration", kLongest), kNanoseconds);
  add_run(runs, run);
  run.prefill = true;
  run.prompt = prompt.value_or(0);
  run.output.reset();
  run.depth = 0;
  run.speed = rate(prompt, number(object, "prompt_eval_duration", kLongest), kNanoseconds);
  add_run(runs, std::move(run));
  return true;
}

bool take_server(const Json& object, std::vector<MeasuredRun>& runs) {
  const auto at = object.find("timings");
  if (at == object.end() || !at->is_object()) return false;
  const auto output = number(*at, "predicted_n"), prompt = number(*at, "prompt_n");
  if (!output || !prompt) return false;
  MeasuredRun run;
  run.source = "llama-server";
  run.runtime = "llama.cpp";
  run.model = text(object, "model");
  const double before = number(*at, "cache_n").value_or(0);
  run.speculative = number(*at, "draft_n").value_or(0) > 0;
  run.output = output;
  run.depth = before + *prompt;
  run.speed = rate(output, number(*at, "predicted_ms", kLongest), kMilliseconds);
  add_run(runs, run);
  run.prefill = true;
  run.speculative = false;
  run.prompt = prompt;
  run.output.reset();
  run.depth = before;
  run.speed = rate(prompt, number(*at, "prompt_ms", kLongest), kMilliseconds);
  add_run(runs, std::move(run));
  return true;
}

}  // namespace edgefit
