// Compute buffers: the largest phase of the graph decides, since ggml reuses memory between phases.
// docs/formulas.md#llamacpp.compute
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "size/llama_cpp.h"

namespace edgefit {
namespace {

/// Families whose last feed-forward output lives beside the logits, and how many rows of it.
struct TailRow {
  std::string_view family;
  double at_least;
};
constexpr std::array kWideTails = {TailRow{"qwen3moe", 4}, TailRow{"deepseek2", 4}, TailRow{"glm4moe", 4},
                                   TailRow{"llama4", 4}};

constexpr double kFloat = 4;

}  // namespace

Figure<Bytes> LlamaCpp::masks() const {
  const double element = flash_ ? 2 : 4;
  const auto rows = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  Figure<Bytes> total = Bytes{0};
  const auto add = [&](double cells, std::string_view name, bool value_indices) {
    const auto columns = given_(cells, name, Origin::Kind::derived, "cells of the cache");
    total = total + rows * columns * Figure<Bytes>(Bytes{element});
    if (!flash_ && value_indices) {
      double heads = arch_.kv_heads ? *arch_.kv_heads : 0;
      for (const double h : arch_.kv_heads_by_layer) heads = std::max(heads, h);
      const auto width =
          given_(heads * *arch_.value_head_dim, "value_width", Origin::Kind::derived, "KV heads x head size");
      total = total + rows * width * Figure<Bytes>(Bytes{8});
    }
  };
  if (has_full_ || has_mla_) add(cells_full_, "cells", !has_mla_);
  if (has_sliding_) add(cells_sliding_, "window_cells", true);
  return total.named("masks", "llamacpp.compute.masks");
}

double LlamaCpp::logits_tail() const {
  const double hidden = *arch_.hidden_size;
  if (arch_.moe) {
    for (const auto& row : kWideTails) {
      if (arch_.family == row.family) return std::max(arch_.moe->experts_used, row.at_least) * hidden;
    }
    return hidden;
  }
  return has_recurrent_ || arch_.fused_qkv ? hidden : 0;
}

Figure<Bytes> LlamaCpp::logits_phase() const {
  const double rows = case_.runtime.logits_all ? ub_ : std::min(ub_, sequences_);
  const auto vocab = given_(arch_.vocab_size, "vocab_size");
  const auto hidden = given_(arch_.hidden_size, "hidden_size");
  const auto outputs = given_(rows, "output_rows", Origin::Kind::derived,
                              case_.runtime.logits_all ? "every row of a micro-batch" : "one a sequence");
  const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  const auto tail = given_(logits_tail(), "tail", Origin::Kind::derived, "last hidden states still alive");
  const Figure<Bytes> size(Bytes{kFloat});
  return (size * (vocab + hidden) * outputs + size * batch * tail).named("logits", "llamacpp.compute.logits");
}

Figure<Bytes> LlamaCpp::feed_forward_phase() const {
  if (arch_.moe && arch_.moe->dense_layers == 0) return Bytes{0};
  const auto hidden = given_(arch_.hidden_size, "hidden_size");
  const auto ffn = given_(arch_.ffn_size, "ffn_size");
  const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  const double query = arch_.fused_qkv ? 0 : *arch_.heads * *arch_.head_dim;
  const auto q = given_(query, "query_width", Origin::Kind::derived, "heads x head size");
  const auto floats = (arch_.gated_ffn ? 3.0 : 2.0) * ffn + 2 * hidden + q;
  return (Figure<Bytes>(Bytes{kFloat}) * batch * floats + masks()).named("feed_forward", "llamacpp.compute.ffn");
}

Figure<Bytes> LlamaCpp::moe_phase() const {
  if (!arch_.moe) return Bytes{0};
  const Moe& m = *arch_.moe;
  const auto hidden = given_(arch_.hidden_size, "hidden_size");
  const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  const auto used = given_(m.experts_used, "experts_used", Origin::Kind::file, "moe");
  const auto ffn =
      given_(m.expert_ffn_size > 0 ? m.expert_ffn_size : *arch_.ffn_size, "expert_ffn_size", Origin::Kind::file, "moe");
  const auto q = given_(*arch_.heads * *arch_.head_dim, "query_width", Origin::Kind::derived, "heads x head size");
  const auto floats = max(3 * (used * ffn), 2 * (used * hidden) + hidden) + 2 * hidden + q;
  return (Figure<Bytes>(Bytes{kFloat}) * batch * floats + masks()).named("experts", "llamacpp.compute.moe");
}

Figure<Bytes> LlamaCpp::attention_phase() const {
  if (!has_full_ && !has_sliding_ && !has_mla_) return Bytes{0};
  const auto hidden = given_(arch_.hidden_size, "hidden_size");
  const auto heads = given_(arch_.heads, "heads");
  const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  const Figure<Bytes> size(Bytes{kFloat});
  if (has_mla_ && arch_.mla) {
    const Mla& m = *arch_.mla;
    const double per_head = 2 * m.kv_lora_rank + 2 * m.rope_head_dim + m.nope_head_dim + m.kv_lora_rank / 4;
    const auto width =
        given_(per_head, "latent_floats_a_head", Origin::Kind::derived, "2 lora + 2 rope + nope + lora/4");
    auto bytes = size * batch * (2 * hidden + heads * width) + masks();
    if (!flash_)
      bytes = bytes + size * batch * heads * given_(cells_full_, "cells", Origin::Kind::derived, "cells of the cache");
    return bytes.named("attention", "llamacpp.compute.attention");
  }
  const auto q = heads * given_(arch_.head_dim, "head_dim");
  auto bytes = size * batch * (2 * hidden + 2 * q) + masks();
  if (!flash_) {
    const double cells = has_full_ ? cells_full_ : cells_sliding_;
    bytes = bytes + size * batch * heads * given_(cells, "cells", Origin::Kind::derived, "cells of the cache");
  }
  return bytes.named("attention", "llamacpp.compute.attention");
}

Figure<Bytes> LlamaCpp::dequantised_cache_phase(bool cuda) const {
  const bool quantised = k_type_->block > 1 || v_type_->block > 1;
  if (!cuda || !flash_ || !quantised || (!has_full_ && !has_sliding_)) return Bytes{0};
  double heads = arch_.kv_heads ? *arch_.kv_heads : 0;
  for (const double h : arch_.kv_heads_by_layer) heads = std::max(heads, h);
  const double cells = has_full_ ? cells_full_ : cells_sliding_;
  const auto copy = [&](const GgmlType& type, double head_dim) {
    if (type.block == 1) return 0.0;
    return std::ceil(2 * cells * streams_ * heads * head_dim / 128) * 128;
  };
  const auto copies = given_(Bytes{copy(*k_type_, *arch_.head_dim) + copy(*v_type_, *arch_.value_head_dim)},
                             "f16_copies", Origin::Kind::derived, "one layer's K and V in f16");
  const auto hidden = given_(arch_.hidden_size, "hidden_size");
  const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  const auto q = given_(*arch_.heads * *arch_.head_dim, "query_width", Origin::Kind::derived, "heads x head size");
  return (Figure<Bytes>(Bytes{kFloat}) * batch * (2 * hidden + 2 * q) + masks() + copies)
      .named("dequantised_cache", "llamacpp.compute.dequantised");
}

Figure<Bytes> LlamaCpp::state_phase() const {
  if (!has_recurrent_ || !arch_.ssm) return Bytes{0};
  const Ssm& s = *arch_.ssm;
  const auto hidden = given_(arch_.hidden_size, "hidden_size");
  const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  const Figure<Bytes> size(Bytes{kFloat});
  const auto derived = Origin::Kind::derived;
  if (arch_.state == StateKind::delta_net) {
    const double value = s.state * s.heads;
    const auto channels =
        given_(2 * s.state * s.groups + value, "convolution_channels", derived, "2 state x groups + state x heads");
    const auto values = given_(value, "value_width", derived, "state x heads");
    const auto states =
        given_(Bytes{8 * sequences_ * s.state * value}, "live_states", derived, "two copies a sequence");
    return (size * batch * (2 * hidden + 2 * channels + 4 * values) + states + masks())
        .named("state", "llamacpp.compute.delta_net");
  }
  const double groups = arch_.state == StateKind::mamba1 ? 0 : s.groups;
  const auto inner = given_(s.inner, "inner", Origin::Kind::file, "ssm");
  const auto channels =
      given_(s.inner + 2 * groups * s.state, "convolution_channels", derived, "inner + 2 groups x state");
  const auto heads = given_(s.heads, "heads", Origin::Kind::file, "ssm");
  const auto states = given_(Bytes{4 * sequences_ * s.state * s.inner}, "live_states", derived, "one copy a sequence");
  return (size * batch * (2 * hidden + (inner + channels + heads) + 2 * channels + inner) + states + masks())
      .named("state", "llamacpp.compute.state");
}

Figure<Bytes> LlamaCpp::encoder_phase() const {
  const auto hidden = given_(arch_.hidden_size, "hidden_size");
  const auto ffn = given_(arch_.ffn_size, "ffn_size");
  const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  const Figure<Bytes> size(Bytes{kFloat});
  auto bytes = size * batch * ((arch_.gated_ffn ? 3.0 : 1.0) * ffn + 2 * hidden);
  if (!flash_) bytes = max(bytes, size * batch * (4 * hidden + given_(arch_.heads, "heads") * batch));
  const Figure<Bytes> element(Bytes{flash_ ? 2.0 : 4.0});
  return (bytes + batch * batch * element).named("encoder", "llamacpp.compute.encoder");
}

Figure<Bytes> LlamaCpp::phases(const DeviceWork& work) const {
  if (!arch_.causal) return encoder_phase();
  auto largest = max(max(feed_forward_phase(), moe_phase()), max(attention_phase(), state_phase()));
  return max(largest, dequantised_cache_phase(work.cuda));
}

Figure<Bytes> LlamaCpp::device_compute(const DeviceWork& work) const {
  auto bytes = phases(work);
  if (!work.borrowed.empty() || work.output_on_host) {
    // Large batches are computed on the GPU: the largest weight still in RAM is copied for them.
    auto borrowed = bytes + given_(Bytes{largest_weight(work.borrowed)}, "largest_host_weight", Origin::Kind::derived,
                                   "copied to the GPU for large batches");
    if (!case_.runtime.kv_offload || !work.borrowed.empty()) {
      double kv = 0;
      const LayerRange range = case_.runtime.kv_offload ? work.borrowed : LayerRange{0, layers_};
      for (int layer = range.first; layer < range.last; ++layer) kv = std::max(kv, layer_kv_bytes(layer));
      borrowed =
          borrowed + given_(Bytes{kv}, "host_layer_kv", Origin::Kind::derived, "one layer's cache, copied likewise");
    }
    bytes = borrowed;
  }
  if (work.logits && arch_.causal) {
    auto logits = logits_phase();
    if (work.output_on_host) {
      logits = logits + given_(Bytes{output_matrix()}, "output_matrix", Origin::Kind::derived, "copied to the GPU");
    }
    bytes = max(bytes, logits);
  }
  if (work.several) {
    // Pipeline parallelism keeps four copies of each device's inputs.
    const auto hidden =
        given_(work.first ? 0 : *arch_.hidden_size, "hidden_size", Origin::Kind::file, "embedding length");
    const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
    bytes = bytes + 4 * (Figure<Bytes>(Bytes{kFloat}) * batch * hidden) + 4 * masks();
  }
  return bytes.named("compute", "llamacpp.compute");
}

Figure<Bytes> LlamaCpp::host_compute(bool gpu) const {
  const auto hidden = given_(arch_.hidden_size, "hidden_size");
  const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  const Figure<Bytes> size(Bytes{kFloat});
  if (!gpu) {
    DeviceWork all;
    all.own = {0, layers_};
    all.logits = true;
    all.cuda = false;
    auto largest = phases(all);
    if (arch_.causal) largest = max(largest, logits_phase());
    return (largest + size * batch * hidden).named("compute", "llamacpp.compute.cpu");
  }
  if (!arch_.causal) {
    const Figure<Bytes> element(Bytes{flash_ ? 2.0 : 4.0});
    // Token, type and position embeddings enter; encoders with rotary positions have no third table.
    const double inputs = arch_.gated_ffn ? 2 : 3;
    return (inputs * (size * batch * hidden) + batch * batch * element).named("compute", "llamacpp.compute.host");
  }
  return (2 * (size * batch * hidden) + masks() + batch * Figure<Bytes>(Bytes{8}))
      .named("compute", "llamacpp.compute.host");
}

}  // namespace edgefit
