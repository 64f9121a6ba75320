// Networks that state their operations and answer at once: vision, speech, small classifiers.
#include <algorithm>

#include "edgefit/size.h"
#include "edgefit/text.h"
#include "size/onnxruntime.h"
#include "size/speed.h"

namespace edgefit {
namespace {

// Where the engine was not measured with such networks: one on one device reaches 13 % to 46 % of peak at batch 1 by
// published fits, and launching its operators takes half a millisecond on a GPU. A wide interval says so.
constexpr double kUnmeasuredLow = 0.25, kUnmeasuredHigh = 4;
constexpr double kOperatorLaunches = 0.5e-3;

struct Rates {
  double efficiency, seconds, low, high;
};

/// The share of peak in the network's own number format; formats without a figure compute as 16 bits do.
double share_of(const BackendProfile& profile, const Model& model) {
  const double bytes = model.weight_bytes && model.parameters ? model.weight_bytes->value / *model.parameters : 2;
  const double share = bytes < 1.5   ? profile.inference_efficiency_int8
                       : bytes > 3.5 ? profile.inference_efficiency_fp32
                                     : 0;
  return share > 0 ? share : profile.inference_efficiency;
}

std::optional<Rates> rates_of(const BackendProfile* profile, const Model& model, bool gpu) {
  if (profile == nullptr) return std::nullopt;
  if (profile->inference_efficiency > 0)
    return Rates{share_of(*profile, model), profile->inference_seconds, profile->inference_low,
                 profile->inference_high};
  if (!profile->speed_known) return std::nullopt;
  return Rates{profile->compute_efficiency, gpu ? kOperatorLaunches : 0, kUnmeasuredLow, kUnmeasuredHigh};
}

}  // namespace

Speed plain_speed_of(const Case& question, std::span<const Device> devices, Given given) {
  Speed out;
  const Model& model = *question.model;
  out.gap = SpeedGap::no_rule;
  if (const auto latency = runs_on_onnxruntime(question) ? onnxruntime_latency(question, given) : std::nullopt) {
    out.gap = SpeedGap::none;
    out.bound_by = BoundBy::compute;
    out.latency = latency;
    const auto rate = (Number(Scalar{1}) / latency->value).named("inferences_per_second", "speed.inferences");
    out.inferences_per_second = {rate, Hertz{1 / latency->high.value}, Hertz{1 / latency->low.value}};
    out.load = load_time(question, given);
    return out;
  }
  const Gpu* gpu = devices.empty() ? nullptr : &question.host->gpus[static_cast<size_t>(devices.front().gpu)];
  const auto rates = rates_of(question.runtime.profile->find(backend_of(question)), model, gpu != nullptr);
  const Fact<Flops> stated = network_operations(question);
  if (!stated || !rates) return out;
  out.gap = SpeedGap::compute_unknown;
  const Npu* npu = npu_of(question);
  const Fact<FlopsPerSecond>& peak = npu != nullptr   ? npu->int8_peak
                                     : gpu == nullptr ? question.host->cpu.fp32_peak
                                     : gpu->fp16_peak ? gpu->fp16_peak
                                                      : gpu->fp32_peak;
  if (!peak) return out;
  out.gap = SpeedGap::none;
  const auto catalog = Origin::Kind::catalog;
  const auto operations = given(stated, "flops_per_inference");
  const auto computing =
      operations / (given(peak, "peak") * given(rates->efficiency, "compute_share", catalog, mark("runtime profile")));
  const auto launches = given(Seconds{rates->seconds}, "launches", catalog, mark("operators of one network"));
  const auto latency = (computing + launches).named("latency", "speed.latency");
  out.bound_by = launches.value > computing.value ? BoundBy::overhead : BoundBy::compute;
  out.latency = {latency, Seconds{latency.value / rates->high}, Seconds{latency.value / rates->low}};
  const auto rate = (Number(Scalar{1}) / latency).named("inferences_per_second", "speed.inferences");
  out.inferences_per_second = {rate, Hertz{rate.value * rates->low}, Hertz{rate.value * rates->high}};
  out.load = load_time(question, given);
  return out;
}

}  // namespace edgefit
