// One step of decoding: every active weight is read and unpacked, every layer launched, the cache read.
#include <algorithm>
#include <array>
#include <cmath>

#include "edgefit/text.h"
#include "size/speed_model.h"

namespace edgefit {
namespace {

constexpr double kHop = 52e-6;  // seconds from one device of a layer split to the next, fit over published runs

// What a gated delta net launches beyond an attention layer, as a share of a layer: same fit.
constexpr double kDeltaNetLaunches = 1.0 / 3;

/// Families whose layers hold one block, attention, state or feed-forward, where others hold two.
constexpr std::array<std::string_view, 2> kOneBlockFamilies = {"nemotron_h", "nemotron_h_moe"};

/// Bytes of the caches farthest from the cores.
double last_caches(const Cpu& cpu) {
  int level = 0;
  for (const auto& cache : cpu.caches) level = std::max(level, cache.level);
  double bytes = 0;
  for (const auto& cache : cpu.caches)
    if (cache.level == level) bytes += cache.size.value * cache.count;
  return bytes;
}

constexpr std::array<GenerationRow, 1> kUnpacking = {{{7.0, &BackendProfile::decode_compute_factor_cc6}}};

}  // namespace

/// Share of the experts that a decode step of so many sequences reads: each draws its own.
double SpeedModel::expert_share(double sequences) const {
  if (const auto& moe = model_.architecture.moe; moe && moe->experts > 0) {
    return 1 - std::pow(1 - moe->experts_used / moe->experts, sequences);
  }
  if (*model_.active_parameters >= *model_.parameters) return 1;
  // Without their number the parameter counts tell: what a token needs and is not dense are experts.
  double dense = 0, experts = 0;
  for (const auto& block : model_.weights->layers) {
    dense += block.dense;
    experts += block.experts;
  }
  const double needed = (dense + experts) * *model_.active_parameters / *model_.parameters - dense;
  const double one = experts > 0 ? std::clamp(needed / experts, 0.005, 1.0) : 1;
  return 1 - std::pow(1 - one, sequences);
}

/// Bytes of weights that one step needs from a range of layers: all dense ones, used experts only.
double SpeedModel::active_bytes(LayerRange range, bool with_output, double sequences) const {
  const WeightTable& w = *model_.weights;
  const double share = expert_share(sequences);
  double bytes = 0;
  for (int layer = range.first; layer < range.last; ++layer) {
    const auto& block = w.layers[static_cast<size_t>(layer)];
    bytes += block.dense + block.experts * share;
  }
  return with_output ? bytes + w.output.total() + w.tied_copy : bytes;
}

/// Layers as launches count them.
double SpeedModel::launched_layers(LayerRange range) const {
  const auto& a = model_.architecture;
  const bool one_block =
      std::find(kOneBlockFamilies.begin(), kOneBlockFamilies.end(), a.family) != kOneBlockFamilies.end();
  double layers = range.count() * (one_block ? 0.5 : 1.0);
  if (a.state == StateKind::delta_net) layers += kDeltaNetLaunches * engine_.sums(range).recurrent_layers;
  return layers;
}

/// Reading and unpacking add up on a processor; so do its experts of GPU layers.
void SpeedModel::add_cpu(double sequences, Step& step) const {
  const bool output = layout_.output_device < 0;
  const double experts = engine_.host_experts(gpu_layers()) * expert_share(sequences);
  const double bytes = active_bytes(layout_.host, output, sequences) + experts;
  const double extra = has_experts() ? 1 + cpu_->moe_extra : 1;
  const auto derived = Origin::Kind::derived;
  const auto read =
      given_(Bytes{bytes * extra}, "host_active_bytes", derived, mark("weights in RAM that a token needs"));
  const auto kv =
      given_(Bytes{engine_.kv_bytes_read(layout_.host, *case_.workload.depth) * cpu_->kv_read_factor * sequences},
             "host_kv_bytes", derived, mark("cache that a token reads"));
  const auto operations = given_(Flops{2 * *model_.active_parameters * share_of_active(bytes)}, "host_operations",
                                 derived, mark("2 x active parameters on the CPU"));
  const auto reading = read / ram_bandwidth();
  const auto unpacking =
      operations * given_(cpu_->decode_compute_factor, "unpacking", Origin::Kind::catalog, mark("runtime profile")) /
      cpu_peak();
  const auto launching =
      given_(launched_layers(layout_.host), "host_layers", derived, mark("layers on the CPU")) *
      given_(Seconds{cpu_->seconds_per_layer}, "cpu_seconds_a_layer", Origin::Kind::catalog, mark("runtime profile"));
  const auto cache = kv / ram_bandwidth();
  step.work = step.work + (reading + unpacking + launching).named("cpu_step", "speed.cpu");
  // Nothing reads faster than the modules; what may lie in the caches has not to be read from them.
  const auto& peak = case_.host->memory.peak_bandwidth;
  if (peak && !peak.assumed()) step.least += std::max(0.0, bytes - last_caches(case_.host->cpu)) / peak->value;
  step.cache = step.cache + cache;
  step.parts.bandwidth += reading.value + cache.value;
  step.parts.compute += unpacking.value;
  step.parts.overhead += launching.value;
}

void SpeedModel::add_gpu(size_t i, double sequences, Step& step) const {
  const LayerRange own = layout_.on_device[i];
  const bool output = layout_.output_device == static_cast<int>(i);
  const double bytes = active_bytes(own, output, sequences) - engine_.host_experts(own) * expert_share(sequences);
  const double extra = has_experts() ? 1 + gpu_->moe_extra : 1;
  const auto derived = Origin::Kind::derived, catalog = Origin::Kind::catalog;
  const auto peak = given_(gpu(i).peak_bandwidth, "gpu_bandwidth");
  const auto together = [this](auto rate) {
    if (!shares_layers()) return rate;
    return rate * given_(split_gain(), "split_gain", Origin::Kind::catalog, mark("devices that work at the same time"));
  };
  const auto read = given_(Bytes{bytes * extra}, "active_bytes", derived, mark("weights that a token needs"));
  const auto reading =
      read / together(peak * given_(gpu_->bandwidth_efficiency, "bandwidth_share", catalog, mark("runtime profile")));
  auto work = reading;
  if (gpu(i).fp32_peak) {
    const double factor = of_generation(gpu(i), *gpu_, gpu_->decode_compute_factor, kUnpacking);
    const auto operations = given_(Flops{2 * *model_.active_parameters * share_of_active(bytes)}, "operations", derived,
                                   mark("2 x active parameters"));
    const auto unpacking = operations * given_(factor, "unpacking", catalog, mark("runtime profile")) /
                           together(given_(gpu(i).fp32_peak, "gpu_vector_peak"));
    step.parts.compute += unpacking.value;
    work = work + unpacking;
  }
  const auto launching = given_(launched_layers(own), "layers", derived, mark("layers on this device")) *
                         given_(Seconds{gpu_->seconds_per_layer}, "seconds_a_layer", catalog, mark("runtime profile"));
  const auto kv = given_(Bytes{engine_.kv_bytes_read(own, *case_.workload.depth) * gpu_->kv_read_factor * sequences},
                         "kv_bytes", derived, mark("cache that a token reads"));
  // A cache kept in host memory comes over the link for each token.
  const auto cache = kv / (case_.runtime.kv_offload ? together(peak) : link());
  work = work + launching;
  if (i > 0 && !shares_layers()) work = work + given_(Seconds{kHop}, "hop", catalog, mark("from device to device"));
  step.work = step.work + work.named("gpu_step", "speed.gpu");
  step.cache = step.cache + cache;
  const double readers = shares_layers() ? static_cast<double>(devices_.size()) : 1;
  step.least += bytes / (peak.value * readers);
  step.parts.bandwidth += reading.value;
  (case_.runtime.kv_offload ? step.parts.bandwidth : step.parts.link) += cache.value;
  step.parts.overhead += launching.value;
}

SpeedModel::Step SpeedModel::decode_step(double sequences) const {
  Step step{Seconds{0}, Seconds{0}, {}, 0};
  if (on_gpu()) {
    for (size_t i = 0; i < devices_.size(); ++i) add_gpu(i, sequences, step);
  }
  // The processor never gets faster by a short pause of the GPU: both parts add up.
  if (uses_cpu()) add_cpu(sequences, step);
  return step;
}

Figure<Seconds> SpeedModel::batched(double sequences) const {
  const Step step = decode_step(sequences);
  const auto cost = given_(profile().batch_cost, "batch_cost", Origin::Kind::catalog, mark("runtime profile"));
  const auto more = given_(sequences - 1, "further_sequences", Origin::Kind::user, "--sequences");
  return (step.work * (Number(Scalar{1}) + cost * more) + step.cache).named("batch_step", "speed.batch");
}

}  // namespace edgefit
