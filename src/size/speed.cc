#include "size/speed.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "edgefit/size.h"
#include "edgefit/text.h"
#include "size/speed_model.h"

namespace edgefit {
namespace {

// Intervals come from runs of whole models on one device or evenly on several, with the catalog's facts. What those
// runs do not cover makes them wider: the factors' logarithms grow by these shares.
constexpr double kDoubtPlacement = 0.5;  // a part in RAM: few published runs say how much was there
constexpr double kDoubtAssumed = 0.25;   // a rate that nothing states
constexpr double kBatchDoubt = 0.2;      // the cost of further requests was measured on one board

/// Bytes a second that a cold file comes in at, by kind of disk, where none was measured: below the interface's rate.
struct DiskRow {
  std::string_view kind;
  double rate;
};
constexpr std::array kDisks = {DiskRow{"nvme", 2.0e9}, DiskRow{"sata-ssd", 0.45e9}, DiskRow{"hdd", 0.14e9},
                               DiskRow{"emmc", 0.2e9}, DiskRow{"sd", 0.06e9},       DiskRow{"usb", 0.1e9}};
constexpr double kDiskLow = 0.4, kDiskHigh = 2.5;  // measured against that, drives of one kind differ as much

template <class Q>
Estimate<Q> between(Figure<Q> value, double low, double high) {
  return {value, Q{value.value * low}, Q{value.value * high}};
}

/// An estimate of a time from factors on the rate.
Estimate<Seconds> time_between(Figure<Seconds> value, double rate_low, double rate_high) {
  return between(value, 1 / rate_high, 1 / rate_low);
}

}  // namespace

SpeedModel::SpeedModel(const Case& question, const LlamaCpp& engine, const Layout& layout,
                       std::span<const Device> devices, Given given)
    : case_(question),
      model_(*question.model),
      engine_(engine),
      layout_(layout),
      devices_(devices),
      given_(given),
      gpu_(question.runtime.profile->find(backend_of(question))),
      cpu_(question.runtime.profile->find(Backend::cpu)) {}

SpeedGap SpeedModel::gap() const {
  if (!model_.active_parameters || !model_.parameters) return SpeedGap::weights_unknown;
  const auto without_rule = [](const BackendProfile* p) { return p == nullptr || !p->speed_known; };
  if (on_gpu() && without_rule(gpu_)) return SpeedGap::no_rule;
  if (uses_cpu() && without_rule(cpu_)) return SpeedGap::no_rule;
  for (size_t i = 0; i < devices_.size(); ++i) {
    if (on_gpu() && !gpu(i).peak_bandwidth) return SpeedGap::bandwidth_unknown;
  }
  const auto& memory = case_.host->memory;
  if (uses_cpu() && !memory.measured_bandwidth && !memory.peak_bandwidth) return SpeedGap::bandwidth_unknown;
  return SpeedGap::none;
}

/// The exponent on an interval's factors: 1 for a situation that the published runs cover.
double SpeedModel::doubt() const {
  double out = 1;
  if (on_gpu() && (uses_cpu() || !case_.runtime.kv_offload)) out += kDoubtPlacement;
  if (uses_cpu() && !case_.host->cpu.fp32_peak && !case_.host->cpu.cores) out += kDoubtAssumed;
  const auto& memory = case_.host->memory;
  // A measured rate that is in doubt itself (a virtual machine, other programs) counts as an assumed one.
  if (uses_cpu() &&
      (memory.measured_bandwidth ? !memory.measured_bandwidth.why.empty() : memory.peak_bandwidth.assumed()))
    out += kDoubtAssumed;
  for (size_t i = 0; on_gpu() && i < devices_.size(); ++i) {
    if (!gpu(i).fp32_peak || gpu(i).peak_bandwidth.assumed()) return out + kDoubtAssumed;
  }
  return out;
}

/// Runs on this box replace the published interval; what they do not cover widens either.
SpeedModel::Range SpeedModel::range(const std::optional<Correction>& runs, double low, double high,
                                    double doubtful) const {
  if (!runs) return {1, std::pow(low, doubtful), std::pow(high, doubtful)};
  return {runs->factor, std::pow(runs->low / runs->factor, doubtful), std::pow(runs->high / runs->factor, doubtful),
          runs->runs, runs->models};
}

Figure<Seconds> SpeedModel::calibrated(Figure<Seconds> time, const Range& range) const {
  if (range.runs == 0) return time;
  const auto factor =
      given_(range.factor, "calibration", Origin::Kind::measured,
             range.models == 1 ? mark("runs of one model on this box") : mark("runs of several models on this box"));
  return (time / factor).named("calibrated", "speed.calibration");
}

void SpeedModel::add_prompt(Speed& out, const Figure<Seconds>& one, const Figure<Seconds>& each,
                            const Range& pace) const {
  const auto plain_time = prefill_time();
  if (!plain_time) return;
  out.prefill_basis = prefill_basis(plain_time->value);
  Range prompts = range(correction(out.prefill_basis, true), profile().prefill_low, profile().prefill_high, doubt());
  const auto prompt_time = calibrated(*plain_time, prompts);
  const auto& prompt = case_.workload.prompt_tokens;
  const auto tokens = given_(Tokens{*prompt}, "prompt_tokens", prompt.origin.kind, prompt.origin.text);
  // The good end is no faster than the matrix units.
  if (const double most = most_prompt_tokens(); most > 0)
    prompts.high = std::clamp(most * prompt_time.value / *prompt, 1.0, std::max(1.0, prompts.high));
  out.prefill = between((tokens / prompt_time).named("prefill", "speed.prefill"), prompts.low, prompts.high);
  const auto constant = given_(Seconds{case_.runtime.profile->constant_seconds}, "constant", Origin::Kind::catalog,
                               mark("runtime profile"));
  const auto first = (prompt_time + one + constant).named("time_to_first_token", "speed.ttft");
  out.time_to_first_token = time_between(first, prompts.low, prompts.high);
  const auto& output = case_.workload.output_tokens;
  const auto rest = given_(std::max(0.0, *output - 1), "further_tokens", output.origin.kind, output.origin.text) * each;
  out.answer_time = {(first + rest).named("answer_time", "speed.answer"),
                     Seconds{first.value / prompts.high + rest.value / pace.high},
                     Seconds{first.value / prompts.low + rest.value / pace.low}};
}

void SpeedModel::add_answers(Speed& out, const Step& step) const {
  const auto& p = profile();
  const double doubtful = doubt();
  out.decode_basis = decode_basis(step);
  const auto runs = correction(out.decode_basis, false);
  const Range pace = range(runs, p.decode_low, p.decode_high, doubtful);
  const auto one = calibrated((step.work + step.cache).named("decode_step", "speed.decode_step"), pace);
  out.decode = between((Figure<Tokens>(Tokens{1}) / one).named("decode", "speed.decode"), pace.low, pace.high);
  if (step.least > 0) out.decode->high = std::min(out.decode->high, TokensPerSecond{1 / step.least});
  const double sequences = *case_.workload.sequences;
  const auto& asked = case_.workload.sequences.origin;
  const auto many = given_(Tokens{sequences}, "sequences", asked.kind, asked.text);
  const Range crowd = range(runs, p.decode_low, p.decode_high, sequences > 1 ? doubtful + kBatchDoubt : doubtful);
  const auto all = sequences > 1 ? calibrated(batched(sequences), crowd) : one;
  out.decode_total = between((many / all).named("decode_total", "speed.decode_total"), crowd.low, crowd.high);
  add_prompt(out, one, all, crowd);
}

/// Decoding all requests at the power limits of the devices; they stay below them when memory is the limit.
void SpeedModel::add_energy(Speed& out) const {
  constexpr double kLeastDraw = 0.5;  // of the limit, under decode
  if (!on_gpu() || uses_cpu() || !out.decode_total) return;
  Figure<Watts> power = Watts{0};
  for (size_t i = 0; i < devices_.size(); ++i) {
    if (!gpu(i).power_limit) return;
    power = power + given_(gpu(i).power_limit, "power_limit");
  }
  out.tokens_per_joule = {(out.decode_total->value / power).named("tokens_per_joule", "speed.energy"),
                          TokensPerJoule{out.decode_total->low.value / power.value},
                          TokensPerJoule{out.decode_total->high.value / (power.value * kLeastDraw)}};
}

/// An encoder answers a request with one pass over its text.
void SpeedModel::add_inference(Speed& out) const {
  const auto time = prefill_time();
  if (!time) {
    out.gap = SpeedGap::compute_unknown;
    return;
  }
  const double low = std::pow(profile().prefill_low, doubt()), high = std::pow(profile().prefill_high, doubt());
  const auto latency = time->named("latency", "speed.latency");
  out.latency = time_between(latency, low, high);
  out.inferences_per_second =
      between((Number(Scalar{1}) / latency).named("inferences_per_second", "speed.inferences"), low, high);
  out.bound_by = BoundBy::compute;
}

Speed SpeedModel::run() {
  Speed out;
  out.gap = gap();
  if (out.gap != SpeedGap::none) return out;
  if (!model_.architecture.causal) {
    add_inference(out);
    return out;
  }
  const Step step = decode_step(1);
  out.bound_by = step.parts.largest();
  add_answers(out, step);
  add_energy(out);
  return out;
}

std::optional<Estimate<Seconds>> load_time(const Case& question, Given given) {
  const auto& bytes = question.model->file_bytes ? question.model->file_bytes : question.model->weight_bytes;
  if (!bytes || question.host->storage.empty()) return std::nullopt;
  const Storage& disk = question.host->storage.front();
  const auto size = given(bytes, "file_bytes");
  if (disk.read_bandwidth) {
    const auto time = (size / given(disk.read_bandwidth, "disk_read")).named("load", "speed.load");
    return time_between(time, 0.8, 1.2);
  }
  for (const auto& row : kDisks) {
    if (!disk.kind || !equals_ignoring_case(*disk.kind, row.kind)) continue;
    const auto rate = given(BytesPerSecond{row.rate}, "disk_read", Origin::Kind::assumed, mark("drives of this kind"));
    return time_between((size / rate).named("load", "speed.load"), kDiskLow, kDiskHigh);
  }
  return std::nullopt;
}

Speed speed_of(const Case& question, const LlamaCpp& engine, const Layout& layout, std::span<const Device> devices,
               Given given) {
  Speed out = SpeedModel(question, engine, layout, devices, given).run();
  if (out.gap == SpeedGap::none) out.load = load_time(question, given);
  return out;
}

}  // namespace edgefit
