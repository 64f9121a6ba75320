// Real runs on a box against what was predicted for it, and what that tells about other models there.
// Runs come from what engines print themselves; a calibration is a file that `edgefit calibrate` writes.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/case.h"
#include "edgefit/result.h"
#include "edgefit/units.h"

namespace edgefit {

/// One speed that an engine measured, with what it says of the circumstances. Empty and unset = not said.
struct MeasuredRun {
  std::string source;   ///< "llama-bench" "vllm bench serve" "ollama" "llama-server"
  std::string runtime;  ///< as find_runtime takes it
  std::string model, build, date;
  bool prefill = false;                         ///< tokens of a prompt, else of an answer
  TokensPerSecond speed{};                      ///< of one request; of all of them when `sequences` is more than one
  std::optional<double> deviation;              ///< standard deviation of repeats / speed
  std::optional<double> prompt, output, depth;  ///< tokens; depth: before the prompt or the answer
  double sequences = 1;                         ///< at a time; 0 = not known
  bool whole_first_token = false;               ///< a prompt's time holds all until the first token
  bool speculative = false;                     ///< a draft proposed tokens
  std::optional<double> parameters;
  std::optional<Bytes> weight_bytes;
  std::optional<Backend> backend;
  std::optional<int> gpu_layers;
  std::optional<double> batch, ubatch;
  std::string kv_type, kv_type_v;  ///< as llama.cpp names them
  std::optional<bool> flash_attention;
};

/// Reads what llama-bench prints (JSON, JSON lines, Markdown), vllm bench serve's JSON, an answer of Ollama or
/// llama-server with its timings, or the lines that these print. By content; hostile bytes are a Problem.
Result<std::vector<MeasuredRun>> read_runs(std::string_view text, const std::string& where);

/// What decides how alike two runs are.
struct RunTraits {
  Backend backend = Backend::cpu;
  int devices = 1;
  bool prefill = false, experts = false;
  std::string model, precision;
  double seconds = 0;  ///< a token, as predicted without calibration
};

/// One run beside its prediction.
struct CalibrationRow {
  std::string runtime, release;
  RunTraits traits;
  double measured = 0, predicted = 0;  ///< tokens a second
  std::string source, build, date;
};

/// Factor on a predicted rate with the bounds that four of five cases keep.
struct Correction {
  double factor = 1, low = 1, high = 1;
  int runs = 0, models = 0;
};

/// The rows of one box. Their logarithms are taken as one normal process: what all runs of an engine share, what runs
/// of about the same time a token and the same weight format share, what is a model's own.
/// docs/formulas.md#speed.calibration
class Calibration {
 public:
  /// At most kMostRows; `box` says which one, as box_of does.
  Calibration(std::string box, std::vector<CalibrationRow> rows);
  ~Calibration();
  Calibration(const Calibration& other);
  Calibration(Calibration&& other) noexcept;
  static constexpr size_t kMostRows = 256;

  const std::string& box() const { return box_; }
  const std::vector<CalibrationRow>& rows() const { return rows_; }
  /// Nothing when no run of that engine, release, backend and number of devices is there.
  std::optional<Correction> correct(std::string_view runtime, std::string_view release, const RunTraits& traits) const;

 private:
  struct Group;
  std::string box_;
  std::vector<CalibrationRow> rows_;
  std::vector<Group> groups_;
};

/// Processor, its cores and the GPUs in words: what must be the same for a calibration to hold.
std::string box_of(const Host& host);

/// calibration.json, docs/report-format.md.
std::string write_calibration(const Calibration& calibration);
Result<Calibration> read_calibration(std::string_view text, const std::string& where);

/// A run beside the prediction for its question, or why it cannot be one.
struct ComparedRun {
  MeasuredRun run;
  TokensPerSecond predicted{};    ///< 0 = edgefit has no speed for it
  TokensPerSecond low{}, high{};  ///< the interval without calibration
  std::optional<CalibrationRow> row;
  std::string refusal;  ///< why there is no row
};
/// `question`: the model on the box; what the runs say of load and settings goes before what it says.
std::vector<ComparedRun> compare_runs(const Case& question, std::span<const MeasuredRun> runs);

}  // namespace edgefit
