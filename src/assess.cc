// The one verb: placement, bill, speed, checks, verdict.
#include <algorithm>
#include <cmath>

#include "edgefit/assessment.h"
#include "edgefit/size.h"
#include "size/checks.h"
#include "size/fit.h"
#include "size/onnxruntime.h"
#include "size/speed.h"
#include "size/vllm.h"

namespace edgefit {
namespace {

Verdict verdict_of(const Assessment& a, int score) {
  bool failed = score == 0, unknown = false, tight = score < 3;
  for (const Finding& f : a.findings) {
    failed = failed || f.status == CheckStatus::fail;
    unknown = unknown || (f.status == CheckStatus::unknown && f.decides);
    const bool goal = f.check >= FitCheck::goal_first_token && f.check <= FitCheck::goal_inferences;
    tight = tight || (goal && f.status == CheckStatus::warn);
  }
  if (failed) return Verdict::not_ready;
  if (unknown) return Verdict::unknown;
  return tight ? Verdict::tight : Verdict::ready;
}

Placement placement_of(const Fit& fit, int layers) {
  Placement out;
  out.layers = layers;
  out.gpu_layers = fit.layout.gpu_layers;
  for (size_t i = 0; i < fit.layout.on_device.size(); ++i) {
    const bool output = fit.layout.output_device == static_cast<int>(i);
    out.split.push_back(fit.layout.on_device[i].count() + (output ? 1 : 0));
  }
  return out;
}

/// The speed model counts ranks as devices that share every layer, and knows caches by ggml's types.
Case as_the_speed_model_sees_it(const Case& question, const Fit& fit) {
  Case out = question;
  if (!fit.server) return out;
  if (fit.server->tensor > 1) out.runtime.split_mode = SplitMode::tensor;
  if (find_ggml_type(*out.workload.kv_type) == nullptr) out.workload.kv_type.value = "q8_0";
  return out;
}

/// Largest n in [low, high] with fits(n), for a property that never returns once lost; 0 when none.
template <class Predicate>
double largest(double low, double high, Predicate fits) {
  if (!fits(low)) return 0;
  if (fits(high)) return high;
  while (high - low > 1) {
    const double middle = std::floor((low + high) / 2);
    (fits(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace

Assessment assess(const Case& question, Trace* trace) {
  Assessment out;
  const Given given(trace);
  Fit fit;
  if (has_memory_rules(question)) {
    fit = best_fit(question);
    if (trace != nullptr) fit.pools = traced_bill(question, fit, given);
    if (fit.score == 0) {
      out.speed.gap = SpeedGap::does_not_fit;
    } else if (question.model->weights && question.runtime.profile->rules != EngineRules::onnxruntime) {
      const Case shared = as_the_speed_model_sees_it(question, fit);
      const LlamaCpp engine(shared, given);
      out.speed = speed_of(shared, engine, fit.layout, fit.devices, given);
      // Without graphs each step waits for its launches: never measured here.
      if (fit.server && fit.server->eager) {
        out.speed = Speed{};
        out.speed.gap = SpeedGap::no_rule;
      }
    } else {
      out.speed = plain_speed_of(question, fit.devices, given);
    }
  } else {
    fit.devices = devices_of(question);
    fit.score = 3;
    out.speed.gap = SpeedGap::no_rule;
    // Of a network the time is told even where nobody knows what its engine holds beside the weights.
    if (!question.model->weights) out.speed = plain_speed_of(question, fit.devices, given);
  }
  const bool in_layers = question.model->weights && !runs_on_onnxruntime(question);
  out.placement = placement_of(fit, in_layers ? static_cast<int>(question.model->weights->layers.size()) : 0);
  out.findings = run_fit_checks(question, fit, out.speed);
  out.placement.server = fit.server;
  if (fit.server) out.refusal = vllm_refusal(question, *fit.server, fit.devices);
  out.pools = std::move(fit.pools);
  out.verdict = verdict_of(out, fit.score);
  return out;
}

Limits limits_of(const Case& question) {
  Limits out;
  if (!has_memory_rules(question) || !question.model->weights || !question.model->architecture.causal ||
      !counts_tokens(*question.model))
    return out;
  Case changed = question;
  const Memory& memory = question.host->memory;
  if (question.host->mode == Host::Mode::described && !memory.os_total && !devices_of(question).empty()) {
    // Unstated RAM takes whatever is moved there: only the placement as it stands can be filled up.
    changed.runtime.gpu_layers = best_fit(question).layout.gpu_layers;
  }
  const auto fits = [&changed](Fact<double>& member, double value) {
    member.value = value;
    return best_fit(changed).score > 0;
  };
  const double most = question.model->architecture.max_context.value_or(1 << 24);
  out.max_context = largest(1, std::max(1.0, most), [&](double n) { return fits(changed.workload.context, n); });
  changed.workload = question.workload;
  out.max_sequences = largest(1, kMostSequences, [&](double n) { return fits(changed.workload.sequences, n); });
  return out;
}

}  // namespace edgefit
