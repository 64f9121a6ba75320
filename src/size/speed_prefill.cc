// The prompt: operations of all its tokens, weights once a micro-batch, launches, attention over what is there.
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "edgefit/text.h"
#include "size/speed_model.h"

namespace edgefit {
namespace {

/// The share of peak that a prompt's kernels reach depends on the weight format. Factors on the operations, from a
/// fit over published llama.cpp runs; formats that are not here have 1.
struct KernelRow {
  std::string_view prefix;
  double factor;
};
constexpr std::array kKernels = {KernelRow{"f16", 0.75},  KernelRow{"bf16", 0.75}, KernelRow{"q8", 0.83},
                                 KernelRow{"int8", 0.83}, KernelRow{"fp8", 0.83},  KernelRow{"q4_k", 0.89},
                                 KernelRow{"q4_0", 1.2},  KernelRow{"q2", 1.3},    KernelRow{"q3", 1.3},
                                 KernelRow{"iq", 0.85},   KernelRow{"int4", 0.83}};

constexpr double kReadShare = 0.7;       // of bandwidth, for weights that a micro-batch reads; same fit
constexpr double kPipelineShare = 0.65;  // of what a perfect pipeline over several GPUs gains; same fit
constexpr double kAttentionCost = 2.2;   // operations of attention against peak x this; same fit

constexpr std::array<GenerationRow, 2> kMatrixShares = {
    {{7.0, &BackendProfile::compute_efficiency_cc6}, {8.0, &BackendProfile::compute_efficiency_cc7}}};

double kernel_factor(std::string_view precision) {
  for (const auto& row : kKernels) {
    if (equals_ignoring_case(precision.substr(0, row.prefix.size()), row.prefix)) return row.factor;
  }
  return 1.0;
}

/// Elements of queries and outputs of a layer's attention, the mean of both; of MLA in its latent form.
double attention_width(const Architecture& a) {
  if (a.mla && a.mla->kv_lora_rank > 0) return *a.heads * (a.mla->kv_lora_rank + a.mla->rope_head_dim / 2);
  return *a.heads * (*a.head_dim + *a.value_head_dim) / 2;
}

}  // namespace

double SpeedModel::matrix_share(const Gpu& gpu) const {
  if (gpu.compute_capability.value_or(0) >= 12 && gpu_->compute_efficiency_cc12 > 0)
    return gpu_->compute_efficiency_cc12;
  return of_generation(gpu, *gpu_, gpu_->compute_efficiency, kMatrixShares);
}

/// Operations of the prompt in these layers, as multiples of what the matrix units do at their share of peak.
Figure<Flops> SpeedModel::prompt_operations(LayerRange range, bool with_output) const {
  const double tokens = *case_.workload.prompt_tokens;
  const double share = share_of_active(active_bytes(range, with_output, 1));
  double factor = on_gpu() ? kernel_factor(model_.precision) : 1;
  if (has_experts()) factor *= profile().prefill_moe_factor;
  return given_(Flops{2 * *model_.active_parameters * share * tokens * factor}, "prompt_operations",
                Origin::Kind::derived, mark("2 x active parameters x tokens x kernel factor"));
}

/// Each token of the prompt looks at all before it, in sliding layers at the window only.
Figure<Flops> SpeedModel::attention_operations(LayerRange range) const {
  const auto& a = model_.architecture;
  const CacheSums sums = engine_.sums(range);
  const double tokens = *case_.workload.prompt_tokens;
  // A prompt that ends at the asked depth has the rest of it before.
  const double seen = std::max(0.0, *case_.workload.depth - tokens) + tokens / 2;
  const double in_window = std::min(seen, a.window.value_or(seen));
  // In an encoder each token looks at all of them.
  const double rows = a.causal ? seen * sums.full_layers + in_window * (sums.attention_layers - sums.full_layers)
                               : tokens * range.count();
  return given_(Flops{4 * tokens * rows * attention_width(a)}, "attention_operations", Origin::Kind::derived,
                mark("4 x tokens x tokens before x heads x head size x layers"));
}

/// How much faster several devices are with micro-batches that follow each other through them.
double SpeedModel::pipeline_gain() const {
  const auto n = static_cast<double>(devices_.size());
  if (shares_layers()) return std::pow(n, gpu_->split_exponent);
  if (!engine_.pipelined(devices_.size(), layout_.gpu_layers)) return 1;
  const double batches = std::ceil(*case_.workload.prompt_tokens / engine_.micro_batch());
  return 1 + (batches * n / (batches + n - 1) - 1) * kPipelineShare;
}

Figure<Seconds> SpeedModel::device_prefill(size_t i) const {
  const LayerRange own = layout_.on_device[i];
  const bool output = layout_.output_device == static_cast<int>(i);
  const double tokens = *case_.workload.prompt_tokens;
  const double batches = std::ceil(tokens / engine_.micro_batch());
  const auto derived = Origin::Kind::derived, catalog = Origin::Kind::catalog;
  const auto peak = given_(matrix_peak(gpu(i)), "gpu_matrix_peak");
  const auto share = given_(matrix_share(gpu(i)), "compute_share", catalog, mark("runtime profile"));
  const auto attention = attention_operations(own);
  const double resident = active_bytes(own, output, 1e6) - engine_.host_experts(own);
  const auto weights =
      given_(Bytes{resident * batches}, "prompt_weight_bytes", derived, mark("weights once a micro-batch"));
  const double launched = launched_layers(own) * batches;
  const auto launches = given_(Seconds{launched * gpu_->prefill_seconds_per_layer}, "launches", derived,
                               mark("layers x micro-batches x seconds a layer"));
  return prompt_operations(own, output) / (peak * share) + attention * kAttentionCost / peak +
         weights / (given_(gpu(i).peak_bandwidth, "gpu_bandwidth") * kReadShare) + launches;
}

/// 8-bit dot products do four times the work of an fp32 lane, which the peak counts.
double SpeedModel::cpu_matrix_share() const {
  const auto& isa = case_.host->cpu.isa;
  const auto vnni = [](const std::string& feature) { return feature.ends_with("_vnni"); };
  const bool fast = isa && std::any_of(isa->begin(), isa->end(), vnni);
  return fast && cpu_->compute_efficiency_vnni > 0 ? cpu_->compute_efficiency_vnni : cpu_->compute_efficiency;
}

Figure<Seconds> SpeedModel::cpu_prefill() const {
  const double tokens = *case_.workload.prompt_tokens;
  const double batches = std::ceil(tokens / engine_.micro_batch());
  const bool output = layout_.output_device < 0;
  const auto derived = Origin::Kind::derived;
  const auto rate =
      cpu_peak() * given_(cpu_matrix_share(), "cpu_compute_share", Origin::Kind::catalog, mark("runtime profile"));
  const auto attention = attention_operations(layout_.host);
  const auto weights = given_(Bytes{active_bytes(layout_.host, output, 1e6) * batches}, "prompt_weight_bytes", derived,
                              mark("weights once a micro-batch"));
  const auto launches = given_(Seconds{launched_layers(layout_.host) * batches * cpu_->prefill_seconds_per_layer},
                               "launches", derived, mark("layers x micro-batches x seconds a layer"));
  return (prompt_operations(layout_.host, output) + attention * kAttentionCost) / rate + weights / ram_bandwidth() +
         launches;
}

std::optional<Figure<Seconds>> SpeedModel::prefill_time() const {
  if (!on_gpu()) return cpu_prefill().named("prefill_time", "speed.prefill_time");
  Figure<Seconds> time = Seconds{0};
  for (size_t i = 0; i < devices_.size(); ++i) {
    if (!matrix_peak(gpu(i))) return std::nullopt;
    time = time + device_prefill(i);
  }
  const double gain = pipeline_gain();
  if (gain > 1)
    time = time / given_(gain, "pipeline_gain", Origin::Kind::derived, mark("micro-batches on several devices"));
  if (uses_cpu()) {
    const double tokens = *case_.workload.prompt_tokens;
    if (engine_.borrows(std::min(tokens, engine_.micro_batch()))) {
      const double batches = std::ceil(tokens / engine_.micro_batch());
      const bool output = layout_.output_device < 0;
      const double host = (active_bytes(layout_.host, output, 1e6) + engine_.host_experts(gpu_layers())) * batches;
      const auto peak = given_(matrix_peak(gpu(0)), "gpu_matrix_peak") *
                        given_(matrix_share(gpu(0)), "compute_share", Origin::Kind::catalog, mark("runtime profile"));
      time = time + prompt_operations(layout_.host, output) / peak +
             given_(Bytes{host}, "borrowed_bytes", Origin::Kind::derived,
                    mark("host weights, copied once a micro-batch")) /
                 link();
    } else {
      time = time + cpu_prefill();
    }
  }
  return time.named("prefill_time", "speed.prefill_time");
}

}  // namespace edgefit
