// Compute buffers: the largest phase of the graph decides, since ggml reuses memory between phases.
// docs/formulas.md#llamacpp.compute
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "edgefit/text.h"
#include "size/extras.h"
#include "size/llama_cpp.h"

namespace edgefit {
namespace {

/// Where the last hidden state lies when the logits are computed differs by family: the allocator places it behind
/// what was alive before. Read off llama.cpp's own planning of these graphs.
enum class Tail : uint8_t { used_experts, whole_experts, state };
struct TailRow {
  std::string_view family;
  Tail tail;
};
constexpr std::array kTails = {TailRow{"qwen3moe", Tail::used_experts}, TailRow{"glm4moe", Tail::used_experts},
                               TailRow{"llama4", Tail::used_experts}, TailRow{"deepseek2", Tail::whole_experts},
                               TailRow{"granitehybrid", Tail::state}};

/// Families whose graph leaves attention on the CPU where the cache lies in host memory.
constexpr std::array<std::string_view, 2> kHostAttention = {"nemotron_h", "falcon-h1"};

const TailRow* find_tail(std::string_view family) {
  const auto* row = std::find_if(kTails.begin(), kTails.end(), [family](const auto& r) { return r.family == family; });
  return row == kTails.end() ? nullptr : row;
}

double convolution_channels(const Architecture& a) {
  const Ssm& s = *a.ssm;
  if (a.state == StateKind::delta_net) return 2 * s.state * s.groups + s.state * s.heads;
  return s.inner + 2 * (a.state == StateKind::mamba1 ? 0 : s.groups) * s.state;
}

constexpr double kFloat = 4;

}  // namespace

Figure<Bytes> LlamaCpp::masks() const {
  const double element = flash_ ? 2 : 4;
  const auto rows = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  Figure<Bytes> total = Bytes{0};
  const auto add = [&](double cells, std::string_view name, bool value_indices) {
    const auto columns = given_(cells, name, Origin::Kind::derived, mark("cells of the cache"));
    total = total + rows * columns * Figure<Bytes>(Bytes{element});
    if (!flash_ && value_indices) {
      double heads = arch_.kv_heads ? *arch_.kv_heads : 0;
      for (const double h : arch_.kv_heads_by_layer) heads = std::max(heads, h);
      const auto width =
          given_(heads * *arch_.value_head_dim, "value_width", Origin::Kind::derived, mark("KV heads x head size"));
      total = total + rows * width * Figure<Bytes>(Bytes{8});
    }
  };
  if (has_full_ || has_mla_) add(cells_full_, "cells", !has_mla_);
  if (has_sliding_) add(cells_sliding_, "window_cells", true);
  return total.named("masks", "llamacpp.compute.masks");
}

double LlamaCpp::logits_tail(bool device) const {
  const double hidden = *arch_.hidden_size;
  if (!arch_.moe) return has_recurrent_ || arch_.fused_qkv ? hidden : 0;
  const double used = arch_.moe->experts_used;
  const TailRow* row = find_tail(arch_.family);
  if (row == nullptr) return hidden;
  // The CPU backend lays its graph out tighter.
  switch (device ? row->tail : Tail::used_experts) {
    case Tail::used_experts:
      return std::max(used, 4.0) * hidden;
    case Tail::whole_experts:
      return std::max(3 * used * arch_.moe->expert_ffn_size, (2 * used + 1) * hidden) + hidden;
    case Tail::state:
      return 3 * hidden + state_floats();
  }
  return hidden;
}

double LlamaCpp::state_floats() const {
  if (!arch_.ssm) return 0;
  const Ssm& s = *arch_.ssm;
  return 3 * convolution_channels(arch_) + 2 * s.inner + s.heads + sequences_ * s.state * s.inner / ub_;
}

double LlamaCpp::output_rows() const {
  if (case_.runtime.logits_all) return ub_;
  return std::min(ub_, sequences_ * (case_.draft ? 1 + kDraftedTokens : 1));
}

bool LlamaCpp::borrows(double rows) const {
  constexpr double kLeastRows = 32;  // GGML_OP_OFFLOAD_MIN_BATCH in ggml-cuda.cu
  return case_.runtime.op_offload && rows >= kLeastRows;
}

Figure<Bytes> LlamaCpp::logits_phase(bool device) const {
  const double rows = output_rows();
  const auto vocab = given_(arch_.vocab_size, "vocab_size");
  const auto hidden = given_(arch_.hidden_size, "hidden_size");
  const auto outputs = given_(rows, "output_rows", Origin::Kind::derived,
                              case_.runtime.logits_all ? mark("every row of a micro-batch")
                              : case_.draft            ? mark("a sequence's drafted tokens and one")
                                                       : mark("one a sequence"));
  const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  const auto tail = given_(logits_tail(device), "tail", Origin::Kind::derived, mark("last hidden states still alive"));
  const Figure<Bytes> size(Bytes{kFloat});
  return (size * (vocab + hidden) * outputs + size * batch * tail).named("logits", "llamacpp.compute.logits");
}

Figure<Bytes> LlamaCpp::feed_forward_phase() const {
  if (arch_.moe && arch_.moe->dense_layers == 0) return Bytes{0};
  const auto hidden = given_(arch_.hidden_size, "hidden_size");
  const auto ffn = given_(arch_.ffn_size, "ffn_size");
  const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  const double query = arch_.fused_qkv ? 0 : *arch_.heads * *arch_.head_dim;
  const auto q = given_(query, "query_width", Origin::Kind::derived, mark("heads x head size"));
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
  const auto q =
      given_(*arch_.heads * *arch_.head_dim, "query_width", Origin::Kind::derived, mark("heads x head size"));
  const auto floats = max(3 * (used * ffn), 2 * (used * hidden) + hidden) + 2 * hidden + q;
  return (Figure<Bytes>(Bytes{kFloat}) * batch * floats + masks()).named("experts", "llamacpp.compute.moe");
}

Figure<Bytes> LlamaCpp::attention_phase(bool device) const {
  if (!has_full_ && !has_sliding_ && !has_mla_) return Bytes{0};
  const auto hidden = given_(arch_.hidden_size, "hidden_size");
  const auto heads = given_(arch_.heads, "heads");
  const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  const Figure<Bytes> size(Bytes{kFloat});
  if (has_mla_ && arch_.mla) {
    const Mla& m = *arch_.mla;
    const double per_head = 2 * m.kv_lora_rank + 2 * m.rope_head_dim + m.nope_head_dim + m.kv_lora_rank / 4;
    const auto width =
        given_(per_head, "latent_floats_a_head", Origin::Kind::derived, mark("2 lora + 2 rope + nope + lora/4"));
    auto bytes = size * batch * (2 * hidden + heads * width) + masks();
    if (!flash_)
      bytes = bytes +
              size * batch * heads * given_(cells_full_, "cells", Origin::Kind::derived, mark("cells of the cache"));
    return bytes.named("attention", "llamacpp.compute.attention");
  }
  const auto q = heads * given_(arch_.head_dim, "head_dim");
  auto bytes = size * batch * (2 * hidden + 2 * q) + masks();
  if (!flash_) {
    const double cells = has_full_ ? cells_full_ : cells_sliding_;
    bytes = bytes + size * batch * heads * given_(cells, "cells", Origin::Kind::derived, mark("cells of the cache"));
    if (const TailRow* row = find_tail(arch_.family); device && row != nullptr && row->tail == Tail::state) {
      bytes =
          bytes +
          size * batch * given_(state_floats(), "state_floats", Origin::Kind::derived, mark("a state layer before it"));
    }
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
                             "f16_copies", Origin::Kind::derived, mark("one layer's K and V in f16"));
  const auto hidden = given_(arch_.hidden_size, "hidden_size");
  const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  const auto q =
      given_(*arch_.heads * *arch_.head_dim, "query_width", Origin::Kind::derived, mark("heads x head size"));
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
    const auto channels = given_(2 * s.state * s.groups + value, "convolution_channels", derived,
                                 mark("2 state x groups + state x heads"));
    const auto values = given_(value, "value_width", derived, mark("state x heads"));
    const auto states =
        given_(Bytes{8 * sequences_ * s.state * value}, "live_states", derived, mark("two copies a sequence"));
    return (size * batch * (2 * hidden + 2 * channels + 4 * values) + states + masks())
        .named("state", "llamacpp.compute.delta_net");
  }
  const double groups = arch_.state == StateKind::mamba1 ? 0 : s.groups;
  const auto inner = given_(s.inner, "inner", Origin::Kind::file, "ssm");
  const auto channels =
      given_(s.inner + 2 * groups * s.state, "convolution_channels", derived, mark("inner + 2 groups x state"));
  const auto heads = given_(s.heads, "heads", Origin::Kind::file, "ssm");
  const auto states =
      given_(Bytes{4 * sequences_ * s.state * s.inner}, "live_states", derived, mark("one copy a sequence"));
  return (size * batch * (2 * hidden + (inner + channels + heads) + 2 * channels + inner) + states + masks())
      .named("state", "llamacpp.compute.state");
}

Figure<Bytes> LlamaCpp::encoder_phase() const {
  const auto hidden = given_(arch_.hidden_size, "hidden_size");
  const auto ffn = given_(arch_.ffn_size, "ffn_size");
  const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  const Figure<Bytes> size(Bytes{kFloat});
  auto bytes = size * batch * ((arch_.gated_ffn ? 3.0 : 1.0) * ffn + 2 * hidden);
  // Scores beside the hidden states; Q, K and V of one matrix stay until its last view is used.
  if (!flash_) {
    bytes = max(bytes, size * batch * ((arch_.fused_qkv ? 7.0 : 5.0) * hidden + given_(arch_.heads, "heads") * batch));
  }
  const Figure<Bytes> element(Bytes{flash_ ? 2.0 : 4.0});
  return (bytes + batch * batch * element).named("encoder", "llamacpp.compute.encoder");
}

bool LlamaCpp::attends_on_host(bool host_cache) const {
  return host_cache && std::find(kHostAttention.begin(), kHostAttention.end(), arch_.family) != kHostAttention.end();
}

Figure<Bytes> LlamaCpp::phases(const DeviceWork& work) const {
  if (!arch_.causal) return encoder_phase() + borrowed_hidden(work);
  const CacheSums own = sums(work.own), borrowed = sums(work.borrowed);
  auto feed = max(feed_forward_phase(), moe_phase());
  if (own.recurrent_layers + borrowed.recurrent_layers > 0) feed = max(feed, state_phase());
  if (const double largest = borrows(ub_) ? largest_weight(work.borrowed) : 0; largest > 0) {
    // Large batches are computed on the GPU: the largest weight still in RAM is copied for them.
    feed =
        feed + given_(Bytes{largest}, "largest_host_weight", Origin::Kind::derived, mark("copied for large batches"));
  }
  const bool own_attention = own.attention_layers > 0 && !attends_on_host(!case_.runtime.kv_offload);
  if (!own_attention && (borrowed.attention_layers == 0 || attends_on_host(true))) return feed;
  auto attention = max(attention_phase(work.device), dequantised_cache_phase(work.cuda));
  const LayerRange cached = !work.device               ? LayerRange{}
                            : case_.runtime.kv_offload ? work.borrowed
                                                       : LayerRange{0, layers_};
  if (const double kv = largest_layer_kv(cached); kv > 0) {
    // Its K and V are copied likewise; the hole that K leaves does not take V of the next layer.
    const auto copy = given_(Bytes{kv}, "host_layer_kv", Origin::Kind::derived, mark("one layer's cache in RAM"));
    attention = attention + 1.5 * copy;
    // Nor does it take a feed-forward activation that is larger.
    if (kFloat * ub_ * *arch_.ffn_size > kv / 2) feed = feed + 0.75 * copy;
  }
  return max(feed, attention);
}

Figure<Bytes> LlamaCpp::borrowed_hidden(const DeviceWork& work) const {
  // An encoder's borrowed weights fit where its activations were, but push a hidden state or two aside.
  if (!borrows(ub_) || largest_weight(work.borrowed) <= 0) return Bytes{0};
  const auto hidden = given_(arch_.hidden_size, "hidden_size");
  const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  return (arch_.gated_ffn ? 1.0 : flash_ ? 2.0 : 0.0) * (Figure<Bytes>(Bytes{kFloat}) * batch * hidden);
}

Figure<Bytes> LlamaCpp::behind_last_layer(const DeviceWork& work) const {
  // Every row asked for: the last hidden state may lie behind the last feed-forward layer and its borrowed weight.
  const bool hybrid = attends_on_host(!work.borrowed.empty() || !case_.runtime.kv_offload);
  const bool dense = work.output_on_host && !flash_ && !arch_.moe && !has_recurrent_ && !has_sliding_;
  if (!case_.runtime.logits_all || !work.device || (!hybrid && !dense)) return Bytes{0};
  const auto weight = given_(Bytes{weights_.layers.empty() ? 0 : weights_.layers.back().largest_dense},
                             "last_host_weight", Origin::Kind::derived, mark("the largest of the last layer"));
  const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  return weight + Figure<Bytes>(Bytes{kFloat}) * batch *
                      (given_(arch_.ffn_size, "ffn_size") + given_(arch_.hidden_size, "hidden_size"));
}

Figure<Bytes> LlamaCpp::device_compute(const DeviceWork& work) const {
  auto bytes = phases(work);
  const Figure<Bytes> inputs = work.several ? masks() : Figure<Bytes>(Bytes{0});
  if (work.several) bytes = bytes - inputs;
  if (work.logits && arch_.causal) {
    auto logits = logits_phase(true);
    if (work.output_on_host) {
      logits =
          logits + given_(Bytes{output_matrix()}, "output_matrix", Origin::Kind::derived, mark("copied to the GPU"));
    }
    bytes = max(bytes, logits + behind_last_layer(work));
  }
  if (work.several) {
    // Pipeline parallelism keeps four copies of what enters a device: masks and hidden states, twice behind the first.
    const auto hidden = given_(arch_.hidden_size, "hidden_size");
    const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
    const Figure<Bytes> size(Bytes{kFloat});
    bytes = bytes + 4 * inputs + (work.first ? 4.0 : 8.0) * (size * batch * hidden);
    const auto first = static_cast<size_t>(work.own.first);
    const bool states = has_recurrent_ && first < arch_.attention.size() &&
                        (arch_.attention[first] == Attention::recurrent || arch_.attention[first] == Attention::none);
    if (!work.first && states && arch_.state == StateKind::mamba2 && !arch_.moe) {
      // Read off the planning of nemotron_h and mamba2: what a state layer works on is copied too, unless the device
      // begins with attention.
      const auto width = given_(arch_.ssm->inner + convolution_channels(arch_) + arch_.ssm->heads, "state_input_width",
                                Origin::Kind::derived, mark("inner + channels + heads"));
      bytes = bytes + 6 * (size * batch * width);
    }
  }
  return bytes.named("compute", "llamacpp.compute");
}

Figure<Bytes> LlamaCpp::host_state(LayerRange host) const {
  const CacheSums sum = sums(host);
  const auto hidden = given_(arch_.hidden_size, "hidden_size");
  const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  const Figure<Bytes> size(Bytes{kFloat});
  Figure<Bytes> bytes = Bytes{0};
  const bool scans = sum.recurrent_layers > 0;
  if (arch_.ssm && (scans || (has_recurrent_ && !case_.runtime.kv_offload))) {
    const Ssm& s = *arch_.ssm;
    if (arch_.state == StateKind::delta_net) {
      bytes = (arch_.moe ? 3.0 : 1.0) * (size * batch * hidden);
    } else {
      // States kept here of layers that a GPU scans pass through without their activations.
      const auto floats = given_(scans ? 3 * convolution_channels(arch_) + 2 * s.heads : 0, "scan_floats",
                                 Origin::Kind::derived, mark("3 channels + 2 heads"));
      const auto states = given_(Bytes{12 * sequences_ * s.state * s.inner}, "live_states", Origin::Kind::derived,
                                 mark("three copies a sequence"));
      bytes = size * batch * floats + states;
    }
  }
  const double here = case_.runtime.kv_offload ? sum.attention_layers : sums({0, layers_}).attention_layers;
  if (!flash_ && here > 0 && attends_on_host(true)) {
    const auto cells = given_(cells_full_, "cells", Origin::Kind::derived, mark("cells of the cache"));
    bytes = max(bytes, size * batch * (cells * given_(arch_.heads, "heads") + 2 * hidden));
  }
  return bytes.named("host_state", "llamacpp.compute.host_state");
}

double LlamaCpp::row_width() const {
  if (has_mla_ || !arch_.kv_heads) return 0;
  const double keys = *arch_.kv_heads * *arch_.head_dim;
  if (arch_.fused_qkv) return *arch_.heads * *arch_.head_dim + keys + *arch_.kv_heads * *arch_.value_head_dim;
  return keys >= *arch_.hidden_size ? keys : 0;
}

Figure<Bytes> LlamaCpp::host_compute(bool gpu, LayerRange host, bool several) const {
  const auto hidden = given_(arch_.hidden_size, "hidden_size");
  const auto batch = given_(ub_, "micro_batch", Origin::Kind::user, "--ubatch");
  const Figure<Bytes> size(Bytes{kFloat});
  if (!gpu) {
    DeviceWork all;
    all.own = {0, layers_};
    all.logits = true;
    all.cuda = false;
    all.device = false;
    auto largest = phases(all);
    if (arch_.causal) largest = max(largest, logits_phase(false));
    return (largest + size * batch * hidden).named("compute", "llamacpp.compute.cpu");
  }
  if (!arch_.causal) {
    const Figure<Bytes> element(Bytes{flash_ ? 2.0 : 4.0});
    // Token, type and position embeddings enter; encoders with rotary positions have no third table.
    const double inputs = arch_.gated_ffn ? 2 : 3;
    return (inputs * (size * batch * hidden) + batch * batch * element).named("compute", "llamacpp.compute.host");
  }
  auto bytes = 2 * (size * batch * hidden) + (several ? 4.0 : 1.0) * masks() + batch * Figure<Bytes>(Bytes{8}) +
               host_state(host);
  // New rows of a cache in host memory pass through here; a narrow one finds room where the inputs were.
  const LayerRange cached = case_.runtime.kv_offload ? host : LayerRange{0, layers_};
  if (const double width = row_width(); sums(cached).attention_layers > 0 && width > 0) {
    bytes = bytes +
            size * batch * given_(width, "new_row_width", Origin::Kind::derived, mark("elements of a layer's new row"));
  }
  return bytes.named("compute", "llamacpp.compute.host");
}

}  // namespace edgefit
