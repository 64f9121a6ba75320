// A run beside the prediction for its own question: the same engine, load and settings, on the same box.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "edgefit/assessment.h"
#include "edgefit/calibration.h"
#include "edgefit/precision.h"
#include "edgefit/size.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr double kSameParameters = 0.03, kSameBytes = 0.1;
constexpr double kAboveLimit = 1.02;  // rounding of published peaks
constexpr double kMostFactor = 8;     // twice the worst that published runs differ from what others predict
const Origin kSaid{Origin::Kind::user, "measured run"};

template <class... Values>
std::string say(const char* translated, const Values&... values) {
  return fmt::format(fmt::runtime(translated), values...);
}

/// Does a run of this engine tell of the question's? llama.cpp's own tools measure what is built from it, but Ollama's
/// server adds its own.
bool same_engine(const MeasuredRun& run, const RuntimeProfile& profile) {
  if (run.runtime == profile.name) return true;
  return run.runtime == "llama.cpp" && (profile.name == "llamafile" || profile.name == "ik_llama.cpp");
}

bool differs(double a, double b, double share) {
  return a > 0 && b > 0 && std::abs(a / b - 1) > share;
}

/// Why this run cannot be of the question; empty when it can.
std::string mismatch(const MeasuredRun& run, const Case& question) {
  const Model& model = *question.model;
  if (!same_engine(run, *question.runtime.profile))
    return say(tr("a run of {}, the question is about {}: --runtime {}"), run.runtime, question.runtime.profile->name,
               run.runtime);
  if (run.backend && *run.backend != backend_of(question))
    return say(tr("ran on {}, the question is about {}: --backend {}"), name_of(*run.backend),
               name_of(backend_of(question)), name_of(*run.backend));
  if (run.parameters && model.parameters && differs(*run.parameters, *model.parameters, kSameParameters))
    return say(tr("another model: {} parameters in the run, {} in {}"), show_parameters(*run.parameters),
               show_parameters(*model.parameters), model.name);
  if (run.weight_bytes && model.weight_bytes && differs(run.weight_bytes->value, model.weight_bytes->value, kSameBytes))
    return say(tr("other weights: {} in the run, {} in {}: --quant"), show(*run.weight_bytes),
               show(*model.weight_bytes), model.name);
  if (run.speculative) return tr("a draft proposed tokens: no rate of reading the model");
  if (run.sequences == 0) return tr("nobody knows how many requests were served at a time: --max-concurrency 1");
  return {};
}

/// The question that the run answered.
Case asked_by(const MeasuredRun& run, const Case& question) {
  Case out = question;
  out.calibration = nullptr;
  out.goals = {};
  Workload& w = out.workload;
  const double prompt = run.prompt.value_or(*w.prompt_tokens), output = run.output.value_or(0);
  const double before = run.depth.value_or(0);
  w.sequences = {run.sequences, kSaid};
  w.prompt_tokens = {std::max(1.0, prompt), kSaid};
  w.output_tokens = {std::max(1.0, output), kSaid};
  w.depth = {run.prefill ? before + prompt : before + output / 2, kSaid};
  w.context = {std::max(512.0, before + (run.prefill ? prompt : output) + 64), kSaid};
  if (find_precision(run.kv_type) != nullptr) w.kv_type = {run.kv_type, kSaid};
  if (find_precision(run.kv_type_v) != nullptr) w.kv_type_v = {run.kv_type_v, kSaid};
  // llama-bench says 99 for "all": more layers than the model has.
  const double layers = question.model->architecture.layers.value_or(0);
  if (run.gpu_layers) out.runtime.gpu_layers = *run.gpu_layers > layers ? 9999 : *run.gpu_layers;
  if (run.batch && *run.batch >= 1) out.runtime.batch = *run.batch;
  if (run.ubatch && *run.ubatch >= 1) out.runtime.ubatch = *run.ubatch;
  if (run.flash_attention)
    out.runtime.flash_attention = *run.flash_attention ? FlashAttention::on : FlashAttention::off;
  out.assume_idle = true;  // the run did fit
  return out;
}

/// Why no hardware of this kind does that, or why it is no factor; empty when it is.
std::string beyond(const MeasuredRun& run, const SpeedBasis& basis, double predicted) {
  const double factor = run.speed.value / predicted;
  if (basis.limit.value > 0 && run.speed > basis.limit * kAboveLimit)
    return say(run.prefill
                   ? tr("more than the peak of this hardware computes, {}: a prompt from the cache, or another "
                        "device")
                   : tr("more than the peak of this memory reads, {}: proposed tokens, another device or model"),
               show(basis.limit));
  if (factor > kMostFactor || factor < 1 / kMostFactor)
    return say(tr("{:.2g} times the prediction: another model, box or setting, or other work beside it"), factor);
  return {};
}

ComparedRun compare(const Case& question, const MeasuredRun& run) {
  ComparedRun out;
  out.run = run;
  out.refusal = mismatch(run, question);
  if (!out.refusal.empty()) return out;
  const Case asked = asked_by(run, question);
  const Speed speed = assess(asked).speed;
  const auto& estimate = run.prefill ? speed.prefill : run.sequences > 1 ? speed.decode_total : speed.decode;
  if (!estimate) {
    out.refusal = say(tr("no prediction to compare with ({})"), name_of(speed.gap));
    return out;
  }
  const auto& basis = run.prefill ? speed.prefill_basis : speed.decode_basis;
  double measured = run.speed.value;
  if (run.whole_first_token && speed.decode) {
    const double time =
        *run.prompt / measured - question.runtime.profile->constant_seconds - 1 / speed.decode->value.value;
    if (time > 0) measured = *run.prompt / time;
  }
  out.run.speed = {measured};
  out.predicted = estimate->value.quantity();
  out.low = estimate->low;
  out.high = estimate->high;
  if (!basis) {
    out.refusal = tr("a part of the model lay in RAM: one rate does not tell two devices apart");
  } else if (run.sequences > 1) {
    out.refusal = tr("several requests at a time: compared, not kept");
  } else {
    out.refusal = beyond(out.run, *basis, out.predicted.value);
  }
  if (!out.refusal.empty()) return out;
  const auto& engine = *question.runtime.profile;
  const Model& model = *question.model;
  const bool experts = model.architecture.moe.has_value() ||
                       (model.active_parameters && model.parameters && *model.active_parameters < *model.parameters);
  out.row = CalibrationRow{
      std::string(engine.name),
      std::string(engine.release),
      {basis->backend, basis->devices, run.prefill, experts, model.name, lower(model.precision), basis->seconds},
      measured,
      out.predicted.value,
      run.source,
      run.build,
      run.date};
  return out;
}

}  // namespace

std::vector<ComparedRun> compare_runs(const Case& question, std::span<const MeasuredRun> runs) {
  std::vector<ComparedRun> out;
  out.reserve(runs.size());
  for (const auto& run : runs) out.push_back(compare(question, run));
  return out;
}

}  // namespace edgefit
