// Speeds out of what engines print themselves: one reader a form, chosen by content in runs.cc.
// Everything in such a file is a stranger's word: numbers are checked, lists and texts are bounded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/calibration.h"
#include "read/json_fields.h"

namespace edgefit {

inline constexpr size_t kMostRuns = 4096;
/// What any engine on any hardware stays below; a number beyond is no speed.
inline constexpr double kMostSpeed = 1e9, kMostTokens = 1e9;
/// Prompts below this are over before anything can be timed.
inline constexpr double kLeastPrompt = 32, kLeastOutput = 8;

/// Adds a run when its speed is one.
void add_run(std::vector<MeasuredRun>& runs, MeasuredRun run);
/// "CUDA", "Metal,BLAS", "ROCm" as the backend that computes.
std::optional<Backend> backend_in(std::string_view words);

// One JSON object each; false when it is not of this form.
bool take_llama_bench(const Json& object, std::vector<MeasuredRun>& runs);
bool take_vllm(const Json& object, std::vector<MeasuredRun>& runs);
bool take_ollama(const Json& object, std::vector<MeasuredRun>& runs);
bool take_server(const Json& object, std::vector<MeasuredRun>& runs);

// Text; nothing is added when it is not of this form.
void take_bench_table(std::string_view text, std::vector<MeasuredRun>& runs);
void take_timing_lines(std::string_view text, std::vector<MeasuredRun>& runs);

}  // namespace edgefit
