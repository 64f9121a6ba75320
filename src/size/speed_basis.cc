// What a speed rests on, for runs to be compared with, and what runs of other models on this box change of it.
#include <algorithm>

#include "edgefit/size.h"
#include "edgefit/text.h"
#include "size/speed_model.h"

namespace edgefit {
namespace {

// Kernels of 8 and 4 bits do two and four times the operations that the 16-bit peak counts; bytes on a processor four
// times those of its fp32 lanes.
constexpr double kNarrowFormats = 4;

bool has_tiles(const Cpu& cpu) {
  return cpu.isa &&
         std::any_of(cpu.isa->begin(), cpu.isa->end(), [](const auto& word) { return word.starts_with("amx"); });
}

}  // namespace

/// Several kinds of devices answer together: one rate says nothing of either.
bool SpeedModel::mixed() const {
  return on_gpu() && (uses_cpu() || !case_.runtime.kv_offload);
}

std::optional<SpeedBasis> SpeedModel::decode_basis(const Step& step) const {
  if (mixed()) return std::nullopt;
  SpeedBasis out;
  out.backend = profile().backend;
  out.devices = on_gpu() ? static_cast<int>(devices_.size()) : 1;
  out.seconds = step.work.value + step.cache.value;
  if (step.least > 0) out.limit = TokensPerSecond{1 / step.least};
  return out;
}

std::optional<SpeedBasis> SpeedModel::prefill_basis(double seconds) const {
  if (mixed()) return std::nullopt;
  SpeedBasis out;
  out.backend = profile().backend;
  out.devices = on_gpu() ? static_cast<int>(devices_.size()) : 1;
  out.seconds = seconds / *case_.workload.prompt_tokens;
  double peak = 0;
  if (on_gpu()) {
    for (size_t i = 0; i < devices_.size(); ++i) {
      const Gpu& device = gpu(i);
      if (!device.fp16_peak && !device.fp16_half_peak) return out;
      peak += std::max(device.fp16_peak.value_or({}), device.fp16_half_peak.value_or({})).value;
    }
  } else if (case_.host->cpu.fp32_peak && !has_tiles(case_.host->cpu)) {
    peak = case_.host->cpu.fp32_peak->value;
  }
  if (peak > 0) out.limit = TokensPerSecond{kNarrowFormats * peak / (2 * *model_.active_parameters)};
  return out;
}

/// Tokens a second at the peak of all devices' matrix units for the format of the weights; 0 when that is not known.
/// Tables are looked up, and logits made for the last token only.
double SpeedModel::most_prompt_tokens() const {
  if (!on_gpu() || uses_cpu() || !model_.active_parameters) return 0;
  double peak = 0;
  for (size_t i = 0; i < devices_.size(); ++i) {
    if (!gpu(i).fp16_peak) return 0;
    peak += matrix_peak(gpu(i))->value;
  }
  const auto& a = model_.architecture;
  const double tables = a.vocab_size.value_or(0) * a.hidden_size.value_or(0) * (a.tied_embeddings ? 1 : 2);
  const double operations = 2 * std::max(*model_.active_parameters / 2, *model_.active_parameters - tables);
  // Eight bits twice as fast, fewer at most four times.
  const double bytes = model_bytes_per_weight(model_).value_or(0);
  const double narrow = bytes >= 2 ? 1 : bytes >= 1 ? 2 : kNarrowFormats;
  return narrow * peak / operations;
}

std::optional<Correction> SpeedModel::correction(const std::optional<SpeedBasis>& basis, bool prefill) const {
  if (!basis || !case_.calibration) return std::nullopt;
  // A plan tries other devices in the same box: runs tell nothing of those.
  if (case_.calibration->box() != box_of(*case_.host)) return std::nullopt;
  const auto& engine = *case_.runtime.profile;
  return case_.calibration->correct(
      engine.name, engine.release,
      {basis->backend, basis->devices, prefill, has_experts(), model_.name, lower(model_.precision), basis->seconds});
}

}  // namespace edgefit
