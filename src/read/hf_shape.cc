#include "read/hf_shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/limits.h"

namespace edgefit {

namespace {

bool attends(HfMixer mixer) {
  return mixer == HfMixer::attention || mixer == HfMixer::mla || mixer == HfMixer::parallel;
}

void derive(Fact<double>& fact, double value, const char* how) {
  if (!fact) fact = {value, {Origin::Kind::derived, how}};
}

/// A number, or a list of which the largest is the fact.
void fill_largest(const HfFields& config, Fact<double>& fact, std::string_view key, Range range) {
  if (!config.is_list(key)) return config.fill(fact, key, range);
  const auto list = config.numbers(key, range);
  if (!list.empty()) fact = {*std::max_element(list.begin(), list.end()), config.origin(key)};
}

void need(const HfFields& config, const Fact<double>& fact, std::string_view key) {
  if (!fact && !config.report().problem)
    config.fail(fmt::format("{} {}", key, tr("is missing")), key,
                tr("this is not the config.json of a model of this kind"));
}

void fill_layers(const HfFields& config, Architecture& a) {
  config.fill(a.layers, "num_hidden_layers", {1, kMaxLayers});
  const auto words = config.texts("layer_types");
  const size_t listed = std::max(words.size(), config.text("hybrid_override_pattern").size());
  if (!a.layers && listed > 0 && static_cast<double>(listed) <= kMaxLayers)
    a.layers = {static_cast<double>(listed), config.origin("layer_types")};
  need(config, a.layers, "num_hidden_layers");
}

void fill_heads(const HfFields& config, const HfFamily& row, Architecture& a) {
  fill_largest(config, a.heads, "num_attention_heads", {1, kMaxHeads});
  need(config, a.heads, "num_attention_heads");
  if (!a.heads) return;
  fill_largest(config, a.kv_heads, "num_key_value_heads", {1, kMaxHeads});
  // Falcon and GPT-BigCode: one KV head for all; Falcon's newer layout counts them.
  if (config.flag("multi_query") && !config.flag("new_decoder_architecture"))
    a.kv_heads = {1.0, config.origin("multi_query")};
  // ChatGLM states groups that count only with grouped attention on.
  if (config.find("multi_query_attention") != nullptr && !config.flag("multi_query_attention")) a.kv_heads = {};
  derive(a.kv_heads, *a.heads, mark("as many as heads"));
  if (*a.kv_heads > *a.heads) config.fail(tr("more KV heads than heads"), "num_key_value_heads");
  if (row.mixer == HfMixer::mla) return;
  config.fill(a.head_dim, "head_dim", {1, kMaxHeadDim});
  if (!a.head_dim && a.hidden_size && *a.hidden_size >= *a.heads)
    derive(a.head_dim, std::floor(*a.hidden_size / *a.heads), mark("hidden size / heads"));
  need(config, a.head_dim, "head_dim");
  config.fill(a.value_head_dim, "v_head_dim", {0, kMaxHeadDim});
  if (a.value_head_dim && *a.value_head_dim == 0) a.value_head_dim = {};
  if (a.head_dim) derive(a.value_head_dim, *a.head_dim, mark("as the head size"));
}

void fill_mla(const HfFields& config, Architecture& a) {
  const Range dims{0, kMaxHeadDim}, ranks{0, kMaxHidden};
  Mla mla;
  mla.kv_lora_rank = config.need("kv_lora_rank", {1, kMaxHidden});
  // DeepSeek-V2-Lite says null: its query matrix is whole.
  mla.q_lora_rank = config.says_none("q_lora_rank") ? 0 : config.number("q_lora_rank", ranks).value_or(0);
  mla.rope_head_dim = config.need("qk_rope_head_dim", dims);
  mla.nope_head_dim = config.need("qk_nope_head_dim", dims);
  const double value = config.need("v_head_dim", dims);
  a.mla = mla;
  a.head_dim = {mla.nope_head_dim + mla.rope_head_dim, config.origin("qk_nope_head_dim")};
  a.value_head_dim = {value, config.origin("v_head_dim")};
}

void fill_ffn(const HfFields& config, const HfFamily& row, Architecture& a) {
  fill_largest(config, a.ffn_size, "intermediate_size", {0, kMaxFfn});
  if (a.ffn_size && row.ffn_divisor > 1) *a.ffn_size.value /= row.ffn_divisor;
  if (!a.ffn_size && row.ffn_per_hidden > 0)
    derive(a.ffn_size, row.ffn_per_hidden * *a.hidden_size, mark("times the hidden size, the default of transformers"));
  // LFM2: the stated size is the one of a plain MLP; the gated one has two thirds, rounded up.
  if (a.ffn_size && config.flag("block_auto_adjust_ff_dim")) {
    const double multiple = config.number("block_multiple_of", {1, kMaxFfn}).value_or(256);
    const double wish = std::floor(config.number("block_ffn_dim_multiplier", {0, 1e4, false}).value_or(1) *
                                   std::floor(2 * *a.ffn_size / 3));
    a.ffn_size = {std::ceil(wish / multiple) * multiple, config.origin("block_auto_adjust_ff_dim")};
  }
}

void fill_experts(const HfFields& config, const HfFamily& row, Architecture& a) {
  const double experts = config.number("num_experts", {0, kMaxExperts}).value_or(0);
  if (experts <= 0) return;
  Moe moe;
  moe.experts = experts;
  moe.experts_used = config.need("num_experts_per_tok", {0, kMaxExperts});
  if (moe.experts_used > experts)
    config.fail(say(tr("more experts used than there are ({:.0f} / {:.0f})"), moe.experts_used, experts),
                "num_experts_per_tok");
  if (moe.experts_used < 1) config.fail(tr("no expert is used"), "num_experts_per_tok");
  moe.expert_ffn_size = config.number("moe_intermediate_size", {1, kMaxFfn}).value_or(a.ffn_size.value_or(0));
  if (moe.expert_ffn_size <= 0) config.fail(tr("the size of an expert is missing"), "moe_intermediate_size");
  const double shared = config.number("n_shared_experts", {0, kMaxExperts}).value_or(0);
  const std::string_view key = row.shared_key.empty() ? "shared_expert_intermediate_size" : row.shared_key;
  moe.shared_ffn_size = config.number(key, {0, kMaxFfn}).value_or(shared * moe.expert_ffn_size);
  if (moe.shared_ffn_size > kMaxFfn) config.fail(tr("number out of range"), "n_shared_experts");
  a.moe = moe;
}

double ssm_inner(const HfFields& config, const Architecture& a, const Ssm& ssm, double head_dim) {
  const Range widths{1, kMaxFfn};
  if (const auto inner = config.number("mamba_d_ssm", widths)) return *inner;
  if (ssm.heads > 0 && head_dim > 0) return ssm.heads * head_dim;
  for (const std::string_view key : {"mamba_expand", "expand", "expansion_factor"})
    if (const auto times = config.number(key, {1, 1024})) return *times * *a.hidden_size;
  return 2 * *a.hidden_size;
}

void fill_mamba2(const HfFields& config, Architecture& a) {
  const Range counts{1, kMaxHeads}, widths{1, kMaxFfn};
  Ssm ssm;
  ssm.heads = config.number("mamba_n_heads", counts).value_or(0);
  ssm.state = config.need("mamba_d_state", widths);
  ssm.conv = config.number("mamba_d_conv", {1, 1024}).value_or(4);
  ssm.groups = config.number("mamba_n_groups", counts).value_or(1);
  const double head_dim = config.number("mamba_d_head", {1, kMaxHeadDim}).value_or(64);
  ssm.inner = ssm_inner(config, a, ssm, head_dim);
  if (ssm.heads == 0) ssm.heads = std::floor(ssm.inner / head_dim);
  if (ssm.inner > kMaxFfn) config.fail(tr("number out of range"), "mamba_n_heads");
  a.ssm = ssm;
  a.state = StateKind::mamba2;
}

void fill_state(const HfFields& config, HfMixer mixer, Architecture& a) {
  const Range counts{1, kMaxHeads}, dims{1, kMaxHeadDim};
  switch (mixer) {
    case HfMixer::mamba1: {
      // The inner width rules over `expand`: falcon-mamba's says 16 and is not used.
      const double inner = config.number("intermediate_size", {1, kMaxFfn}).value_or(ssm_inner(config, a, {}, 0));
      a.ssm = Ssm{inner, config.need("mamba_d_state", {1, kMaxFfn}),
                  config.number("mamba_d_conv", {1, 1024}).value_or(4), 0, 0};
      a.state = StateKind::mamba1;
      return;
    }
    case HfMixer::mamba2:
      return fill_mamba2(config, a);
    case HfMixer::delta: {
      const double values = config.need("linear_num_value_heads", counts);
      a.ssm =
          Ssm{values * config.need("linear_value_head_dim", {1, kMaxFfn / kMaxHeads * 100}),
              config.need("linear_key_head_dim", dims), config.number("linear_conv_kernel_dim", {1, 1024}).value_or(4),
              config.need("linear_num_key_heads", counts), values};
      a.state = StateKind::delta_net;
      return;
    }
    case HfMixer::conv:
      a.ssm = Ssm{*a.hidden_size, 0, config.need("conv_L_cache", {1, 1024}), 0, 0};
      a.state = StateKind::short_conv;
      return;
    case HfMixer::lightning:
      // One matrix of head size squared a head, no convolution (a kernel of 1 keeps nothing).
      a.ssm = Ssm{a.heads.value_or(0) * a.head_dim.value_or(0), a.head_dim.value_or(0), 1, 0, a.heads.value_or(0)};
      a.state = StateKind::delta_net;
      return;
    default:
      return;
  }
}

void fill_window(const HfFields& config, Architecture& a) {
  // qwen2 and its relatives state a window and switch it off beside it.
  const bool off = config.find("use_sliding_window") != nullptr && !config.flag("use_sliding_window");
  if (!off) config.fill(a.window, "sliding_window", {0, kMaxTokens});
}

}  // namespace

bool is_on(const HfFields& config, const HfSwitch& part) {
  return part.key.empty() ? part.otherwise : config.flag(part.key, part.otherwise) != part.inverted;
}

bool fill_sizes(const HfFields& config, const HfFamily& row, Architecture& a) {
  fill_layers(config, a);
  config.fill(a.hidden_size, "hidden_size", {1, kMaxHidden});
  need(config, a.hidden_size, "hidden_size");
  config.fill(a.vocab_size, "vocab_size", {1, kMaxVocab});
  config.fill(a.max_context, "max_position_embeddings", {1, kMaxTokens});
  a.tied_embeddings = config.flag("tie_word_embeddings");
  if (config.report().problem) return false;
  fill_window(config, a);
  fill_ffn(config, row, a);
  if (attends(row.mixer)) fill_heads(config, row, a);
  if (row.mixer == HfMixer::mla) fill_mla(config, a);
  fill_experts(config, row, a);
  if (config.report().problem) return false;
  fill_state(config, attends(row.mixer) ? row.other_mixer : row.mixer, a);
  return !config.report().problem;
}

}  // namespace edgefit
