// The speeds of one Case in the making: what a token and a prompt ask of each device, and how long that takes.
// Terms add up, for their causes take turns on a device; the largest is what bounds it. docs/formulas.md#speed
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "edgefit/assessment.h"
#include "edgefit/calibration.h"
#include "size/placement.h"

namespace edgefit {

/// Seconds of a step by what they wait for.
struct TimeParts {
  double bandwidth = 0, compute = 0, overhead = 0, link = 0;
  BoundBy largest() const;
};

class SpeedModel {
 public:
  SpeedModel(const Case& question, const LlamaCpp& engine, const Layout& layout, std::span<const Device> devices,
             Given given);
  Speed run();

 private:
  /// A step of decoding, in the two parts that further requests make longer each in its own way.
  struct Step {
    Figure<Seconds> work, cache;
    TimeParts parts;
    double least = 0;  ///< seconds that reading takes at the devices' peak: nothing is faster
  };
  /// Factors on a rate: its calibration and the bounds around what comes out.
  struct Range {
    double factor = 1, low = 1, high = 1;
    int runs = 0, models = 0;
  };
  SpeedGap gap() const;

  // speed_decode.cc
  Step decode_step(double sequences) const;
  void add_gpu(size_t i, double sequences, Step& step) const;
  void add_cpu(double sequences, Step& step) const;
  double active_bytes(LayerRange range, bool with_output, double sequences) const;
  double expert_share(double sequences) const;
  double launched_layers(LayerRange range) const;
  Figure<Seconds> batched(double sequences) const;

  // speed_prefill.cc
  std::optional<Figure<Seconds>> prefill_time() const;
  Figure<Seconds> device_prefill(size_t i) const;
  Figure<Seconds> cpu_prefill() const;
  Figure<Flops> prompt_operations(LayerRange range, bool with_output) const;
  Figure<Flops> attention_operations(LayerRange range) const;
  double matrix_share(const Gpu& gpu) const;
  double cpu_matrix_share() const;
  double pipeline_gain() const;

  // speed_parts.cc: rates that both use
  Figure<BytesPerSecond> ram_bandwidth() const;
  Figure<BytesPerSecond> link() const;
  Figure<FlopsPerSecond> cpu_peak() const;
  const Fact<FlopsPerSecond>& matrix_peak(const Gpu& gpu) const;
  double split_gain() const;

  // speed_basis.cc: what calibration needs and gives
  std::optional<SpeedBasis> decode_basis(const Step& step) const;
  std::optional<SpeedBasis> prefill_basis(double seconds) const;
  double most_prompt_tokens() const;
  bool mixed() const;
  std::optional<Correction> correction(const std::optional<SpeedBasis>& basis, bool prefill) const;

  // speed.cc
  Range range(const std::optional<Correction>& runs, double low, double high, double doubtful) const;
  void add_answers(Speed& out, const Step& step) const;
  Figure<Seconds> calibrated(Figure<Seconds> time, const Range& range) const;
  void add_prompt(Speed& out, const Figure<Seconds>& one, const Figure<Seconds>& each, const Range& pace) const;
  void add_energy(Speed& out) const;
  void add_inference(Speed& out) const;
  double doubt() const;

  const BackendProfile& profile() const { return gpu_ != nullptr && layout_.gpu_layers > 0 ? *gpu_ : *cpu_; }
  LayerRange gpu_layers() const { return {layout_.host.last, engine_.layers()}; }
  LayerRange all_layers() const { return {0, engine_.layers()}; }
  bool on_gpu() const { return layout_.gpu_layers > 0; }
  bool uses_cpu() const {
    return layout_.gpu_layers <= engine_.counted_layers() || layout_.output_device < 0 ||
           engine_.host_experts(gpu_layers()) > 0;
  }
  /// Every device holds a part of every layer: they work at the same time.
  bool shares_layers() const { return devices_.size() > 1 && case_.runtime.split_mode == SplitMode::tensor; }
  const Gpu& gpu(size_t i) const { return case_.host->gpus[static_cast<size_t>(devices_[i].gpu)]; }
  bool has_experts() const {
    return model_.architecture.moe.has_value() || *model_.active_parameters < *model_.parameters;
  }
  /// The share of the active weights that lies in these bytes.
  double share_of_active(double bytes) const { return bytes / active_bytes(all_layers(), true, 1); }

  const Case& case_;
  const Model& model_;
  const LlamaCpp& engine_;
  const Layout& layout_;
  std::span<const Device> devices_;
  Given given_;
  const BackendProfile* gpu_;
  const BackendProfile* cpu_;
};

/// fp32 operations a second of the cores that this process may use; from their number and features when not stated.
Figure<FlopsPerSecond> cpu_peak_of(const Cpu& cpu, Given given);

/// The factor of an NVIDIA generation: the newer one's unless the profile knows another.
struct GenerationRow {
  double below;  ///< compute capability
  double BackendProfile::*member;
};
double of_generation(const Gpu& gpu, const BackendProfile& profile, double newer, std::span<const GenerationRow> older);

}  // namespace edgefit
