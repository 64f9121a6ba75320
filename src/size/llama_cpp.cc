#include "size/llama_cpp.h"

#include <algorithm>
#include <cmath>

#include "edgefit/text.h"
#include "size/extras.h"

namespace edgefit {
namespace {

double pad(double value, double step) {
  return std::ceil(value / step) * step;
}

}  // namespace

LlamaCpp::LlamaCpp(const Case& question, Given given)
    : case_(question),
      arch_(question.model->architecture),
      weights_(*question.model->weights),
      given_(given),
      layers_(static_cast<int>(weights_.layers.size())),
      flash_(question.runtime.flash_attention != FlashAttention::off) {
  const auto& asked = question.runtime;
  // llama.cpp turns it off by itself when the device of a layer cannot do it, as with a cache in host memory here.
  if (asked.flash_attention == FlashAttention::automatic && attends_on_host(!asked.kv_offload)) flash_ = false;
  const auto& w = question.workload;
  const auto& r = question.runtime;
  sequences_ = *w.sequences;
  n_ctx_ = pad(*w.context * sequences_, 256);
  ub_ = std::min({r.ubatch, r.batch, n_ctx_});
  streams_ = r.kv_unified ? 1 : sequences_;
  cells_full_ = r.kv_unified ? n_ctx_ : pad(n_ctx_ / sequences_, 256);
  const double window = arch_.window.value_or(0) * (r.kv_unified ? sequences_ : 1);
  cells_sliding_ = window > 0 && !r.swa_full ? pad(std::min(cells_full_, window + ub_), 256) : cells_full_;
  k_type_ = find_ggml_type(*w.kv_type);
  v_type_ = find_ggml_type(w.kv_type_v ? *w.kv_type_v : *w.kv_type);
  if (!arch_.causal) return;
  if (arch_.attention.empty()) has_full_ = true;
  for (const Attention kind : arch_.attention) {
    has_full_ = has_full_ || kind == Attention::full || kind == Attention::full_recurrent;
    has_sliding_ = has_sliding_ || kind == Attention::sliding;
    has_mla_ = has_mla_ || kind == Attention::mla;
    has_recurrent_ = has_recurrent_ || kind == Attention::recurrent || kind == Attention::full_recurrent;
  }
}

bool LlamaCpp::pipelined(size_t devices, int gpu_layers) const {
  // llama-context.cpp; overridden tensors are what --n-cpu-moe asks for.
  const auto& r = case_.runtime;
  return devices > 1 && gpu_layers > counted_layers() && r.kv_offload && r.cpu_moe_layers == 0 &&
         r.split_mode == SplitMode::layer;
}

CacheSums LlamaCpp::sums(LayerRange range) const {
  CacheSums out;
  if (!arch_.causal) return out;
  if (all_alike()) {
    out.attention_layers = out.full_layers = range.count();
    out.full_heads = range.count() * *arch_.kv_heads;
    return out;
  }
  for (int layer = range.first; layer < range.last; ++layer) {
    const auto at = static_cast<size_t>(layer);
    const Attention kind = at < arch_.attention.size() ? arch_.attention[at] : Attention::full;
    const double heads = at < arch_.kv_heads_by_layer.size() ? arch_.kv_heads_by_layer[at] : *arch_.kv_heads;
    switch (kind) {
      case Attention::full_recurrent:
        out.recurrent_layers += 1;
        [[fallthrough]];
      case Attention::full:
        out.full_heads += heads;
        out.attention_layers += 1;
        out.full_layers += 1;
        break;
      case Attention::sliding:
        out.sliding_heads += heads;
        out.attention_layers += 1;
        break;
      case Attention::mla:
        out.mla_layers += 1;
        out.attention_layers += 1;
        out.full_layers += 1;
        break;
      case Attention::recurrent:
        out.recurrent_layers += 1;
        break;
      case Attention::none:
        break;
    }
  }
  return out;
}

Figure<Bytes> LlamaCpp::device_weights(LayerRange range, bool with_output, bool cuda) const {
  double stored = 0, padding = 0;
  for (int layer = range.first; layer < range.last; ++layer) {
    const auto& block = weights_.layers[static_cast<size_t>(layer)];
    stored += block.dense;
    padding += block.cuda_padding;
    if (experts_on_host(layer)) continue;
    stored += block.experts;
    padding += block.cuda_padding_experts;
  }
  double output = 0;
  if (with_output) {
    output = weights_.output.total() + weights_.tied_copy;
    padding += weights_.output.cuda_padding + weights_.tied_copy_cuda_padding;
  }
  const auto& origin = case_.model->weight_bytes.origin;
  auto sum = given_(Bytes{stored}, "layer_tensors", origin.kind, origin.text) +
             given_(Bytes{output}, "output_tensors", origin.kind, origin.text);
  if (cuda && padding > 0) {
    sum = sum + given_(Bytes{padding}, "cuda_row_padding", Origin::Kind::derived,
                       mark("rows to 512 elements, tensors to 128 B"));
  }
  return sum.named("weights", "llamacpp.weights");
}

Figure<Bytes> LlamaCpp::host_weights(LayerRange range, bool with_output, bool repack) const {
  double layers = 0, copies = 0;
  for (int layer = range.first; layer < range.last; ++layer) {
    const auto& block = weights_.layers[static_cast<size_t>(layer)];
    layers += block.total();
    copies += block.repack + block.repack_experts;
  }
  if (with_output) copies += weights_.output.repack;
  const double output = with_output ? weights_.output.total() : 0;
  const auto& origin = case_.model->weight_bytes.origin;
  auto sum = given_(Bytes{weights_.input.total()}, "embedding_tensors", origin.kind, origin.text) +
             given_(Bytes{layers}, "host_layer_tensors", origin.kind, origin.text) +
             given_(Bytes{output}, "host_output_tensors", origin.kind, origin.text);
  const double experts = host_experts({range.last, layers_});
  if (experts > 0) sum = sum + given_(Bytes{experts}, "host_experts", Origin::Kind::user, "--n-cpu-moe");
  // Without mmap the repacked copy replaces the original; with mmap both stay.
  if (repack && copies > 0 && case_.runtime.mmap) {
    sum = sum + given_(Bytes{copies}, "repacked_copy", Origin::Kind::derived, mark("CPU kernels keep their own layout"))
                    .named("repacked", "llamacpp.weights.repack");
  }
  return sum.named("weights", "llamacpp.weights");
}

double LlamaCpp::largest_weight(LayerRange host) const {
  double largest = 0;
  for (int layer = host.first; layer < host.last; ++layer) {
    const auto& block = weights_.layers[static_cast<size_t>(layer)];
    largest = std::max({largest, block.largest_dense, block.largest_expert});
  }
  for (int layer = host.last; layer < std::min(layers_, case_.runtime.cpu_moe_layers); ++layer) {
    largest = std::max(largest, weights_.layers[static_cast<size_t>(layer)].largest_expert);
  }
  return largest;
}

double LlamaCpp::host_experts(LayerRange device) const {
  double bytes = 0;
  for (int layer = device.first; layer < device.last; ++layer) {
    if (experts_on_host(layer)) bytes += weights_.layers[static_cast<size_t>(layer)].experts;
  }
  return bytes;
}

double LlamaCpp::output_matrix() const {
  return std::max(weights_.tied_copy, weights_.output.largest_dense);
}

double LlamaCpp::quantised_padding(LayerRange range) const {
  // The CUDA backend completes the last row of a quantised tensor to 512 elements.
  double padding = 0;
  for (int layer = range.first; layer < range.last; ++layer) {
    const CacheSums one = sums({layer, layer + 1});
    const double heads = one.full_heads + one.sliding_heads;
    const auto rest = [](const GgmlType& type, double width) {
      const double over = std::fmod(width, 512);
      return type.block > 1 && over > 0 ? row_bytes(type, 512 - over) : 0;
    };
    if (heads > 0) padding += rest(*k_type_, heads * *arch_.head_dim) + rest(*v_type_, heads * *arch_.value_head_dim);
    if (one.mla_layers > 0 && arch_.mla) padding += rest(*k_type_, arch_.mla->kv_lora_rank + arch_.mla->rope_head_dim);
  }
  return padding;
}

Figure<Bytes> LlamaCpp::kv_cache(LayerRange range, bool cuda) const {
  const CacheSums sum = sums(range);
  if (sum.attention_layers == 0) return Bytes{0};
  const auto& w = case_.workload;
  const auto cells = given_(cells_full_, "cells", Origin::Kind::derived, mark("context rounded up to 256 tokens"));
  const auto streams = given_(streams_, "streams", w.sequences.origin.kind,
                              case_.runtime.kv_unified ? mark("one unified stream") : mark("one a sequence"));
  const auto row = [&](const GgmlType& type, double elements, std::string_view name) {
    return given_(Bytes{row_bytes(type, elements)}, name, w.kv_type.origin.kind, type.name);
  };
  const auto k_row = row(*k_type_, *arch_.head_dim, "k_head_bytes");
  const auto v_row = row(*v_type_, *arch_.value_head_dim, "v_head_bytes");
  Figure<Bytes> total = Bytes{0};
  if (sum.full_heads > 0) {
    const auto heads =
        given_(sum.full_heads, "kv_heads_all_layers", arch_.kv_heads.origin.kind, arch_.kv_heads.origin.text);
    total = total + (streams * cells * heads * (k_row + v_row)).named("kv_full", "llamacpp.kv.full");
  }
  if (sum.sliding_heads > 0) {
    const auto window = given_(cells_sliding_, "window_cells", arch_.window.origin.kind, arch_.window.origin.text);
    const auto heads =
        given_(sum.sliding_heads, "kv_heads_sliding_layers", arch_.kv_heads.origin.kind, arch_.kv_heads.origin.text);
    total = total + (streams * window * heads * (k_row + v_row)).named("kv_sliding", "llamacpp.kv.sliding");
  }
  if (sum.mla_layers > 0 && arch_.mla) {
    const auto latent = row(*k_type_, arch_.mla->kv_lora_rank + arch_.mla->rope_head_dim, "latent_bytes");
    const auto layers = given_(sum.mla_layers, "mla_layers", Origin::Kind::file, "attention");
    total = total + (streams * cells * layers * latent).named("kv_latent", "llamacpp.kv.mla");
  }
  if (cuda && (k_type_->block > 1 || v_type_->block > 1)) {
    total = total +
            given_(Bytes{quantised_padding(range)}, "row_padding", Origin::Kind::derived, mark("rows to 512 elements"));
  }
  return total.named("kv_cache", "llamacpp.kv");
}

Figure<Bytes> LlamaCpp::recurrent_state(LayerRange range) const {
  const CacheSums sum = sums(range);
  if (sum.recurrent_layers == 0) return Bytes{0};
  const auto sequences = given_(case_.workload.sequences, "sequences");
  const auto layers = given_(sum.recurrent_layers, "recurrent_layers", Origin::Kind::file, "attention");
  if (arch_.state == StateKind::short_conv || !arch_.ssm) {
    const auto hidden = given_(arch_.hidden_size, "hidden_size");
    return (layers * sequences * Number(Scalar{2}) * hidden * Figure<Bytes>(Bytes{4}))
        .named("recurrent_state", "llamacpp.recurrent");
  }
  const Ssm& s = *arch_.ssm;
  const auto file = Origin::Kind::file;
  const auto inner = given_(s.inner, "inner", file, "ssm");
  const auto state = given_(s.state, "state", file, "ssm");
  const auto groups = given_(arch_.state == StateKind::mamba1 ? 0 : s.groups, "groups", file, "ssm");
  const auto conv = given_(s.conv, "conv_kernel", file, "ssm");
  const auto elements = (conv - Number(Scalar{1})) * (inner + 2 * (groups * state)) + state * inner;
  return (layers * sequences * elements * Figure<Bytes>(Bytes{4})).named("recurrent_state", "llamacpp.recurrent");
}

Figure<Bytes> LlamaCpp::output_buffer() const {
  const auto vocab = given_(arch_.vocab_size, "vocab_size");
  const auto sequences = given_(case_.workload.sequences, "sequences");
  const Figure<Bytes> size(Bytes{4});
  if (!arch_.causal) {
    // Room for logits is kept although only the pooled embedding is read.
    return (sequences * (vocab + given_(arch_.hidden_size, "hidden_size")) * size).named("output", "llamacpp.output");
  }
  if (!case_.draft) return (sequences * vocab * size).named("output", "llamacpp.output");
  return ((1 + kDraftedTokens) * (sequences * vocab * size)).named("output", "llamacpp.output");
}

double LlamaCpp::layer_kv_bytes(int layer) const {
  const CacheSums one = sums({layer, layer + 1});
  const double width = row_bytes(*k_type_, *arch_.head_dim) + row_bytes(*v_type_, *arch_.value_head_dim);
  double bytes = streams_ * (one.full_heads * cells_full_ + one.sliding_heads * cells_sliding_) * width;
  if (one.mla_layers > 0 && arch_.mla) {
    bytes += streams_ * cells_full_ * row_bytes(*k_type_, arch_.mla->kv_lora_rank + arch_.mla->rope_head_dim);
  }
  return bytes;
}

double LlamaCpp::largest_layer_kv(LayerRange range) const {
  const int last = all_alike() ? std::min(range.last, range.first + 1) : range.last;
  double bytes = 0;
  for (int layer = range.first; layer < last; ++layer) bytes = std::max(bytes, layer_kv_bytes(layer));
  return bytes;
}

double LlamaCpp::kv_bytes_read(LayerRange range, double depth) const {
  const CacheSums sum = sums(range);
  const double width = row_bytes(*k_type_, *arch_.head_dim) + row_bytes(*v_type_, *arch_.value_head_dim);
  const double window = arch_.window ? std::min(depth, *arch_.window) : depth;
  double bytes = (sum.full_heads * depth + sum.sliding_heads * window) * width;
  if (sum.mla_layers > 0 && arch_.mla) {
    bytes += sum.mla_layers * depth * row_bytes(*k_type_, arch_.mla->kv_lora_rank + arch_.mla->rope_head_dim);
  }
  return bytes;
}

}  // namespace edgefit
