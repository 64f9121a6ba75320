// What mixes tokens in a layer: attention in its kinds, and the recurrent mixers.
#include <fmt/format.h>

#include <cmath>

#include "read/hf_shape.h"
#include "read/hf_tensors.h"
#include "read/limits.h"

namespace edgefit {

namespace {

void write_projections(const HfParts& p, const HfLayer& layer, const std::string& prefix) {
  const double hidden = *p.a.hidden_size;
  const bool bias = is_on(p.config, p.row.qkv_bias), own = !layer.shares_cache;
  const double q = layer.heads * layer.head_dim * (p.row.gated_query ? 2 : 1);
  const double k = own ? layer.kv_heads * layer.head_dim : 0;
  const double v = own && !layer.value_is_key ? layer.kv_heads * layer.value_head_dim : 0;
  if (p.row.fused_qkv) {
    p.out.linear(prefix + "attn_qkv", hidden, q + k + v, bias);
    return;
  }
  const std::pair<const char*, double> matrices[] = {{"attn_q", q}, {"attn_k", k}, {"attn_v", v}};
  for (const auto& [name, width] : matrices)
    if (width > 0) p.out.add(fmt::format("{}{}.weight", prefix, name), {hidden, width});
  if (!bias) return;
  for (const auto& [name, width] : matrices)
    if (width > 0) p.out.add(fmt::format("{}{}.bias", prefix, name), {width});
}

void write_attention(const HfParts& p, const HfLayer& layer, const std::string& prefix) {
  const double hidden = *p.a.hidden_size;
  write_projections(p, layer, prefix);
  p.out.linear(prefix + "attn_output", layer.heads * layer.value_head_dim, hidden, is_on(p.config, p.row.output_bias));
  const bool cross = layer.mixer == HfMixer::cross;
  if (cross || (p.row.qk_norm != QkNorm::none && is_on(p.config, p.row.qk_norm_if))) {
    const bool full = p.row.qk_norm == QkNorm::full;
    p.out.add(prefix + "attn_q_norm.weight", {full ? layer.heads * layer.head_dim : layer.head_dim});
    if (!layer.shares_cache)
      p.out.add(prefix + "attn_k_norm.weight", {full ? layer.kv_heads * layer.head_dim : layer.head_dim});
  }
  if (is_on(p.config, layer.keeps == Attention::sliding ? p.row.sliding_sinks : p.row.sinks))
    p.out.add(prefix + "attn_sinks.weight", {layer.heads});
  if (cross) {
    p.out.add(prefix + "cross_attn_attn_gate.weight", {1});
    p.out.add(prefix + "cross_attn_mlp_gate.weight", {1});
  }
}

void write_mla(const HfParts& p, const HfLayer& layer, const std::string& prefix) {
  const Mla& m = *p.a.mla;
  const double hidden = *p.a.hidden_size, heads = layer.heads, value = layer.value_head_dim;
  const double q = heads * (m.nope_head_dim + m.rope_head_dim);
  const bool bias = is_on(p.config, p.row.qkv_bias);
  if (m.q_lora_rank > 0) {
    p.out.linear(prefix + "attn_q_a", hidden, m.q_lora_rank, bias);
    p.out.norm(prefix + "attn_q_a_norm", m.q_lora_rank, false);
    p.out.linear(prefix + "attn_q_b", m.q_lora_rank, q, false);
  } else {
    p.out.linear(prefix + "attn_q", hidden, q, false);
  }
  p.out.linear(prefix + "attn_kv_a_mqa", hidden, m.kv_lora_rank + m.rope_head_dim, bias);
  p.out.norm(prefix + "attn_kv_a_norm", m.kv_lora_rank, false);
  p.out.add(prefix + "attn_k_b.weight", {m.nope_head_dim, m.kv_lora_rank, heads});
  p.out.add(prefix + "attn_v_b.weight", {m.kv_lora_rank, value, heads});
  p.out.linear(prefix + "attn_output", heads * value, hidden, is_on(p.config, p.row.output_bias));
  if (!layer.indexer) return;
  const double count = p.config.need("index_n_heads", {1, kMaxHeads});
  const double dim = p.config.need("index_head_dim", {1, kMaxHeadDim});
  p.out.linear(prefix + "indexer.attn_q_b", m.q_lora_rank, count * dim, false);
  p.out.linear(prefix + "indexer.attn_k", hidden, dim, false);
  p.out.norm(prefix + "indexer.k_norm", dim, true);
  p.out.linear(prefix + "indexer.proj", hidden, count, false);
}

void write_mamba1(const HfParts& p, const std::string& prefix) {
  const Ssm& s = *p.a.ssm;
  const double hidden = *p.a.hidden_size;
  // "auto", also when absent: a sixteenth of the hidden size, rounded up.
  const bool stated = p.config.find("time_step_rank") != nullptr && p.config.text("time_step_rank").empty();
  const double rank = stated ? p.config.need("time_step_rank", {1, kMaxHidden}) : std::ceil(hidden / 16);
  const bool bias = p.config.flag("use_bias");
  p.out.linear(prefix + "ssm_in", hidden, 2 * s.inner, bias);
  p.out.add(prefix + "ssm_conv1d.weight", {s.conv, s.inner}, true);
  if (p.config.flag("use_conv_bias", true)) p.out.add(prefix + "ssm_conv1d.bias", {s.inner});
  p.out.linear(prefix + "ssm_x", s.inner, rank + 2 * s.state, false);
  p.out.linear(prefix + "ssm_dt", rank, s.inner, true);
  p.out.add(prefix + "ssm_a", {s.state, s.inner}, true);
  p.out.add(prefix + "ssm_d", {s.inner});
  p.out.linear(prefix + "ssm_out", s.inner, hidden, bias);
}

void write_mamba2(const HfParts& p, const std::string& prefix) {
  const Ssm& s = *p.a.ssm;
  const double hidden = *p.a.hidden_size, mixed = s.inner + 2 * s.groups * s.state;
  const bool bias = p.config.flag("mamba_proj_bias") || p.config.flag("use_bias");
  p.out.linear(prefix + "ssm_in", hidden, s.inner + mixed + s.heads, bias);
  p.out.add(prefix + "ssm_conv1d.weight", {s.conv, mixed}, true);
  if (p.config.flag("use_conv_bias", true) && p.config.flag("mamba_conv_bias", true))
    p.out.add(prefix + "ssm_conv1d.bias", {mixed});
  p.out.add(prefix + "ssm_dt.bias", {s.heads});
  p.out.add(prefix + "ssm_a", {1, s.heads}, true);
  p.out.add(prefix + "ssm_d", {1, s.heads}, true);
  if (is_on(p.config, p.row.ssm_norm)) p.out.add(prefix + "ssm_norm.weight", {s.inner});
  p.out.linear(prefix + "ssm_out", s.inner, hidden, bias);
}

void write_delta(const HfParts& p, const std::string& prefix) {
  const Ssm& s = *p.a.ssm;
  const double hidden = *p.a.hidden_size, mixed = s.inner + 2 * s.groups * s.state;
  p.out.linear(prefix + "attn_qkv", hidden, mixed, false);
  p.out.linear(prefix + "attn_gate", hidden, s.inner, false);
  p.out.linear(prefix + "ssm_ba", hidden, 2 * s.heads, false);
  p.out.add(prefix + "ssm_conv1d.weight", {s.conv, mixed}, true);
  p.out.add(prefix + "ssm_dt.bias", {s.heads});
  p.out.add(prefix + "ssm_a", {s.heads});
  p.out.add(prefix + "ssm_norm.weight", {s.inner / s.heads});
  p.out.linear(prefix + "ssm_out", s.inner, hidden, false);
}

void write_conv(const HfParts& p, const std::string& prefix) {
  const double hidden = *p.a.hidden_size;
  const bool bias = p.config.flag("conv_bias");
  p.out.linear(prefix + "shortconv.in_proj", hidden, 3 * hidden, bias);
  p.out.add(prefix + "shortconv.conv.weight", {p.a.ssm->conv, hidden}, true);
  if (bias) p.out.add(prefix + "shortconv.conv.bias", {hidden});
  p.out.linear(prefix + "shortconv.out_proj", hidden, hidden, bias);
}

void write_lightning(const HfParts& p, const HfLayer& layer, const std::string& prefix) {
  const double hidden = *p.a.hidden_size, inner = layer.heads * layer.head_dim;
  p.out.linear(prefix + "attn_qkv", hidden, 3 * inner, false);
  p.out.linear(prefix + "attn_gate", hidden, inner, false);
  p.out.linear(prefix + "attn_output", inner, hidden, false);
  p.out.norm(prefix + "attn_output_norm", inner, false);
}

}  // namespace

void write_mixer(const HfParts& parts, const HfLayer& layer, const std::string& prefix) {
  switch (layer.mixer) {
    case HfMixer::attention:
    case HfMixer::cross:
      return write_attention(parts, layer, prefix);
    case HfMixer::mla:
      return write_mla(parts, layer, prefix);
    case HfMixer::mamba1:
      return write_mamba1(parts, prefix);
    case HfMixer::mamba2:
      return write_mamba2(parts, prefix);
    case HfMixer::delta:
      return write_delta(parts, prefix);
    case HfMixer::conv:
      return write_conv(parts, prefix);
    case HfMixer::lightning:
      return write_lightning(parts, layer, prefix);
    case HfMixer::parallel:
      write_attention(parts, layer, prefix);
      return write_mamba2(parts, prefix);
    case HfMixer::linear:
      return parts.out.linear(prefix + "attn_output", *parts.a.hidden_size, *parts.a.hidden_size, false);
    case HfMixer::none:
      return;
  }
}

}  // namespace edgefit
