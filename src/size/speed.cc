#include "size/speed.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "edgefit/size.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// Share of peak that prefill kernels reach depends on the weight format. Factors on the operations, from a
/// fit over published llama.cpp runs: int8 kernels beat the FP16 peak that serves as base.
struct KernelRow {
  std::string_view prefix;
  double factor;
};
constexpr std::array kPrefillKernels = {
    KernelRow{"f16", 0.63}, KernelRow{"bf16", 0.63}, KernelRow{"q8", 0.88}, KernelRow{"q4_k", 0.61},
    KernelRow{"q4_0", 1.7}, KernelRow{"q5", 1.2},    KernelRow{"q6", 1.2},  KernelRow{"q2", 1.2},
    KernelRow{"q3", 1.2},   KernelRow{"iq", 1.2},
};
constexpr double kMoePrefill = 2.3;        // further operations of expert routing, same fit
constexpr double kPrefillReadShare = 0.7;  // of bandwidth, when a short prompt is bound by reading weights
constexpr double kLinkBandwidth = 12.5e9;  // host to device when the slot is not known: PCIe 4.0 x8

double prefill_factor(std::string_view precision) {
  for (const auto& row : kPrefillKernels) {
    if (equals_ignoring_case(precision.substr(0, row.prefix.size()), row.prefix)) return row.factor;
  }
  return 1.0;
}

/// Share of the experts that a decode step of so many sequences reads: each draws its own.
double expert_share(const Model& model, double sequences) {
  if (const auto& moe = model.architecture.moe; moe && moe->experts > 0) {
    return 1 - std::pow(1 - moe->experts_used / moe->experts, sequences);
  }
  // Without their number only the parameter counts tell: a twentieth of the experts serves a token.
  return *model.active_parameters < *model.parameters ? 0.05 : 1;
}

/// Bytes of weights that one token needs from a range of layers: all dense ones, used experts only.
double active_bytes(const Model& model, LayerRange range, bool with_output, double sequences) {
  const WeightTable& w = *model.weights;
  const double share = expert_share(model, sequences);
  double bytes = 0;
  for (int layer = range.first; layer < range.last; ++layer) {
    const auto& block = w.layers[static_cast<size_t>(layer)];
    bytes += block.dense + block.experts * share;
  }
  return with_output ? bytes + w.output.total() + w.tied_copy : bytes;
}

class SpeedModel {
 public:
  SpeedModel(const Case& question, const LlamaCpp& engine, const Layout& layout, std::span<const Device> devices,
             Given given)
      : case_(question),
        model_(*question.model),
        engine_(engine),
        layout_(layout),
        devices_(devices),
        given_(given),
        gpu_(question.runtime.profile->find(backend_of(question))),
        cpu_(question.runtime.profile->find(Backend::cpu)) {}

  Speed run() {
    Speed out;
    out.gap = gap();
    if (out.gap != SpeedGap::none) return out;
    const double sequences = *case_.workload.sequences;
    if (model_.architecture.causal) {
      const auto step = decode_step(1);
      out.bound_by = bound_;
      out.decode = estimate(Figure<Tokens>(Tokens{1}) / step, "decode", "speed.decode", profile().decode_low,
                            profile().decode_high);
      const auto batch_step = sequences > 1 ? batched(sequences) : step;
      const auto many = given_(Tokens{sequences}, "sequences", case_.workload.sequences.origin.kind,
                               case_.workload.sequences.origin.text);
      out.decode_total = estimate(many / batch_step, "decode_total", "speed.decode_total", profile().decode_low * 0.9,
                                  profile().decode_high * 1.1);
      add_prefill(out, step);
    }
    return out;
  }

 private:
  const BackendProfile& profile() const { return gpu_ != nullptr && layout_.gpu_layers > 0 ? *gpu_ : *cpu_; }
  LayerRange gpu_layers() const { return {layout_.host.last, engine_.layers()}; }
  bool uses_cpu() const {
    return layout_.gpu_layers <= engine_.counted_layers() || layout_.output_device < 0 ||
           engine_.host_experts(gpu_layers()) > 0;
  }
  const Gpu& gpu(size_t i) const { return case_.host->gpus[static_cast<size_t>(devices_[i].gpu)]; }

  SpeedGap gap() const {
    if (!model_.active_parameters || !model_.parameters) return SpeedGap::weights_unknown;
    const auto without_rule = [](const BackendProfile* p) { return p == nullptr || !p->speed_known; };
    if (layout_.gpu_layers > 0 && without_rule(gpu_)) return SpeedGap::no_rule;
    if (uses_cpu() && without_rule(cpu_)) return SpeedGap::no_rule;
    for (size_t i = 0; i < devices_.size(); ++i) {
      if (layout_.gpu_layers > 0 && !gpu(i).peak_bandwidth) return SpeedGap::bandwidth_unknown;
    }
    const auto& memory = case_.host->memory;
    if (uses_cpu() && !memory.measured_bandwidth && !memory.peak_bandwidth) return SpeedGap::bandwidth_unknown;
    return SpeedGap::none;
  }

  Figure<BytesPerSecond> ram_bandwidth() const {
    const auto& memory = case_.host->memory;
    if (memory.measured_bandwidth) return given_(memory.measured_bandwidth, "ram_read_bandwidth");
    // A read loop reaches about three quarters of the modules' peak (docs/formulas.md#speed.cpu).
    return given_(memory.peak_bandwidth, "ram_peak_bandwidth") * 0.75;
  }

  Figure<BytesPerSecond> link() const {
    const auto& stated = gpu(0).pcie_bandwidth;
    return given_(BytesPerSecond{stated ? stated->value : kLinkBandwidth}, "link_bandwidth",
                  stated ? Origin::Kind::driver : Origin::Kind::assumed, "PCIe");
  }

  Figure<FlopsPerSecond> cpu_peak() const {
    const auto& cpu = case_.host->cpu;
    if (cpu.fp32_peak) return given_(cpu.fp32_peak, "cpu_fp32_peak");
    // Unknown clock: 3 GHz and AVX2 (two 8-lane FMA units) on each core.
    const double cores = std::min(cpu.cores.value_or(8), cpu.quota_cpus.value_or(1e9));
    return given_(FlopsPerSecond{cores * 3e9 * 32}, "cpu_fp32_peak", Origin::Kind::assumed,
                  "cores x 3 GHz x 32 operations");
  }

  /// Seconds for one token on the CPU: reading and unpacking weights add up.
  Figure<Seconds> cpu_step(double sequences) const {
    const bool output = layout_.output_device < 0;
    const double experts = engine_.host_experts(gpu_layers()) * expert_share(model_, sequences);
    const double bytes = active_bytes(model_, layout_.host, output, sequences) + experts;
    const double all = active_bytes(model_, {0, engine_.layers()}, true, sequences);
    const auto read =
        given_(Bytes{bytes}, "host_active_bytes", Origin::Kind::derived, "weights in host memory that a token needs");
    const auto kv = given_(Bytes{engine_.kv_bytes_read(layout_.host, *case_.workload.depth)}, "host_kv_bytes",
                           Origin::Kind::derived, "cache that a token reads");
    const auto operations = given_(Flops{2 * *model_.active_parameters * bytes / all}, "host_operations",
                                   Origin::Kind::derived, "2 x active parameters on the CPU");
    return ((read + kv) / ram_bandwidth() + operations / cpu_peak()).named("cpu_step", "speed.cpu");
  }

  Figure<Seconds> gpu_step(size_t i, double sequences) {
    const LayerRange own = layout_.on_device[i];
    const bool output = layout_.output_device == static_cast<int>(i);
    const double bytes =
        active_bytes(model_, own, output, sequences) - engine_.host_experts(own) * expert_share(model_, sequences);
    const double all = active_bytes(model_, {0, engine_.layers()}, true, sequences);
    const bool moe = model_.architecture.moe.has_value() || *model_.active_parameters < *model_.parameters;
    const auto catalog = Origin::Kind::catalog;
    const auto peak = given_(gpu(i).peak_bandwidth, "gpu_bandwidth");
    const auto share = given_(gpu_->bandwidth_efficiency, "bandwidth_share", catalog, "runtime profile");
    const auto read = given_(Bytes{bytes * (1 + (moe ? gpu_->moe_extra : 0))}, "active_bytes", Origin::Kind::derived,
                             "weights that a token needs");
    const auto kv = given_(Bytes{engine_.kv_bytes_read(own, *case_.workload.depth) * gpu_->kv_read_factor}, "kv_bytes",
                           Origin::Kind::derived, "cache that a token reads");
    const auto overhead = given_(own.count() + 0.0, "layers", Origin::Kind::derived, "layers on this device") *
                          given_(Seconds{gpu_->seconds_per_layer}, "seconds_a_layer", catalog, "runtime profile");
    auto weights = read / (peak * share);
    if (gpu(i).fp32_peak) {
      const auto operations = given_(Flops{2 * *model_.active_parameters * bytes / all}, "operations",
                                     Origin::Kind::derived, "2 x active parameters");
      const auto factor = given_(gpu_->decode_compute_factor, "decode_compute_factor", catalog, "runtime profile");
      const auto compute = operations * factor / given_(gpu(i).fp32_peak, "gpu_vector_peak");
      if (compute.value > weights.value) bound_ = BoundBy::compute;
      weights = max(weights, compute);
    }
    // A cache kept in host memory comes over the link for each token.
    const auto cache = kv / (case_.runtime.kv_offload ? peak : link());
    if (!case_.runtime.kv_offload && cache.value > weights.value) bound_ = BoundBy::link;
    if (overhead.value > weights.value + cache.value) bound_ = BoundBy::overhead;
    return (weights + cache + overhead).named("gpu_step", "speed.gpu");
  }

  Figure<Seconds> decode_step(double sequences) {
    bound_ = BoundBy::memory_bandwidth;
    Figure<Seconds> total = Seconds{0};
    if (layout_.gpu_layers > 0) {
      for (size_t i = 0; i < devices_.size(); ++i) total = total + gpu_step(i, sequences);
    }
    if (uses_cpu()) {
      // The CPU part never gets faster by a short pause of the GPU: both parts add up.
      const auto cpu = cpu_step(sequences);
      if (cpu.value > total.value) bound_ = BoundBy::memory_bandwidth;
      total = total + cpu;
    }
    return total.named("decode_step", "speed.decode_step");
  }

  Figure<Seconds> batched(double sequences) {
    const BoundBy single = bound_;
    const auto step = decode_step(sequences);
    bound_ = single;
    const auto cost = given_(profile().batch_cost, "batch_cost", Origin::Kind::catalog, "runtime profile");
    const auto more = given_(sequences - 1, "further_sequences", Origin::Kind::user, "--sequences");
    return (step * (Number(Scalar{1}) + cost * more)).named("batch_step", "speed.batch");
  }

  /// Operations a second of prefill; nothing when the device's peak is not known.
  std::optional<Figure<FlopsPerSecond>> prefill_rate() const {
    if (layout_.gpu_layers == 0) return cpu_peak() * cpu_->compute_efficiency;
    if (gpu_ == nullptr) return std::nullopt;
    Figure<FlopsPerSecond> slowest = FlopsPerSecond{0};
    for (size_t i = 0; i < devices_.size(); ++i) {
      const auto& peak = gpu(i).fp16_peak ? gpu(i).fp16_peak : gpu(i).fp32_peak;
      if (!peak) return std::nullopt;
      const auto rate = given_(peak, "gpu_matrix_peak");
      slowest = slowest.value == 0 ? rate : min(slowest, rate);
    }
    const bool newest = gpu(0).compute_capability.value_or(0) >= 12 && gpu_->compute_efficiency_cc12 > 0;
    const double share = newest ? gpu_->compute_efficiency_cc12 : gpu_->compute_efficiency;
    return slowest * given_(share, "compute_share", Origin::Kind::catalog, "runtime profile");
  }

  void add_prefill(Speed& out, Figure<Seconds> step) const {
    const auto rate = prefill_rate();
    if (!rate) return;
    const auto& a = model_.architecture;
    const double tokens = *case_.workload.prompt_tokens;
    const double batches = std::ceil(tokens / engine_.micro_batch());
    const bool moe = a.moe.has_value() || *model_.active_parameters < *model_.parameters;
    const bool on_gpu = layout_.gpu_layers > 0;
    const double factor = (on_gpu ? prefill_factor(model_.precision) : 1) * (moe ? kMoePrefill : 1);
    const double attention =
        2 * tokens * tokens * *a.heads * *a.head_dim * engine_.sums({0, engine_.layers()}).attention_layers;
    const auto derived = Origin::Kind::derived;
    const auto operations =
        given_(Flops{2 * *model_.active_parameters * tokens * factor + attention}, "prompt_operations", derived,
               "2 x active parameters x tokens x kernel factor + attention");
    const auto all = given_(Bytes{active_bytes(model_, {0, engine_.layers()}, true, 1e6) * batches},
                            "prompt_weight_bytes", derived, "weights once a micro-batch");
    const auto bandwidth = on_gpu ? given_(gpu(0).peak_bandwidth, "gpu_bandwidth") : ram_bandwidth();
    auto time = max(operations / *rate, all / (bandwidth * kPrefillReadShare));
    if (on_gpu && uses_cpu()) {
      const double host =
          (active_bytes(model_, layout_.host, layout_.output_device < 0, 1e6) + engine_.host_experts(gpu_layers())) *
          batches;
      time = time + given_(Bytes{host}, "borrowed_bytes", derived, "host weights, copied once a micro-batch") / link();
    }
    if (on_gpu)
      time = time + given_(Seconds{batches * engine_.layers() * gpu_->prefill_seconds_per_layer}, "launches", derived,
                           "layers x micro-batches x seconds a layer");
    const auto prompt = given_(Tokens{tokens}, "prompt_tokens", case_.workload.prompt_tokens.origin.kind,
                               case_.workload.prompt_tokens.origin.text);
    const auto& p = profile();
    out.prefill = estimate(prompt / time.named("prefill_time", "speed.prefill_time"), "prefill", "speed.prefill",
                           p.prefill_low, p.prefill_high);
    const auto constant =
        given_(Seconds{case_.runtime.profile->constant_seconds}, "constant", Origin::Kind::catalog, "runtime profile");
    const auto first =
        (time.named("prefill_time", "speed.prefill_time") + step + constant).named("time_to_first_token", "speed.ttft");
    out.time_to_first_token = {first, Seconds{first.value / p.prefill_high}, Seconds{first.value / p.prefill_low}};
  }

  template <class Q>
  Estimate<Q> estimate(Figure<Q> value, std::string_view name, std::string_view rule, double low, double high) const {
    return {value.named(name, rule), Q{value.value * low}, Q{value.value * high}};
  }

  const Case& case_;
  const Model& model_;
  const LlamaCpp& engine_;
  const Layout& layout_;
  std::span<const Device> devices_;
  Given given_;
  const BackendProfile* gpu_;
  const BackendProfile* cpu_;
  BoundBy bound_ = BoundBy::memory_bandwidth;
};

}  // namespace

Speed speed_of(const Case& question, const LlamaCpp& engine, const Layout& layout, std::span<const Device> devices,
               Given given) {
  return SpeedModel(question, engine, layout, devices, given).run();
}

Speed plain_speed_of(const Case& question, std::span<const Device> devices, Given given) {
  Speed out;
  const Model& model = *question.model;
  out.gap = SpeedGap::no_rule;
  if (!model.flops_per_inference) return out;
  const BackendProfile* profile = question.runtime.profile->find(backend_of(question));
  if (profile == nullptr) return out;
  out.gap = SpeedGap::compute_unknown;
  const Gpu* gpu = devices.empty() ? nullptr : &question.host->gpus[static_cast<size_t>(devices.front().gpu)];
  const Fact<FlopsPerSecond>& peak = gpu == nullptr   ? question.host->cpu.fp32_peak
                                     : gpu->fp16_peak ? gpu->fp16_peak
                                                      : gpu->fp32_peak;
  if (!peak) return out;
  out.gap = SpeedGap::none;
  out.bound_by = BoundBy::compute;
  const auto operations = given(Flops{*model.flops_per_inference}, "flops_per_inference",
                                model.flops_per_inference.origin.kind, model.flops_per_inference.origin.text);
  const auto rate = given(peak, "peak") *
                    given(profile->compute_efficiency, "compute_share", Origin::Kind::catalog, "runtime profile");
  // Launching a network's operators takes its time whatever they compute; half a millisecond is typical on a GPU.
  const auto launches =
      given(Seconds{gpu == nullptr ? 0 : 0.5e-3}, "launches", Origin::Kind::assumed, "operators of one network");
  const auto latency = (operations / rate + launches).named("latency", "speed.latency");
  // One network on one device reaches 13 % to 46 % of peak at batch 1, by published fits: a wide interval.
  out.latency = {latency, Seconds{latency.value * 0.25}, Seconds{latency.value * 4}};
  const auto rate_of = (Number(Scalar{1}) / latency).named("inferences_per_second", "speed.inferences");
  out.inferences_per_second = {rate_of, Hertz{rate_of.value / 4}, Hertz{rate_of.value * 4}};
  return out;
}

}  // namespace edgefit
