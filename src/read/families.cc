#include "read/families.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "edgefit/text.h"
#include "read/hf_families.h"

namespace edgefit {

namespace {

constexpr std::array<std::string_view, 2> kNormsBefore = {"attn_norm", "ffn_norm"};
constexpr std::array<std::string_view, 2> kNormsAfter = {"post_attention_norm", "post_ffw_norm"};
constexpr std::array<std::string_view, 4> kNormsAround = {"attn_norm", "ffn_norm", "post_attention_norm",
                                                          "post_ffw_norm"};
constexpr std::array<std::string_view, 2> kNormsPost = {"attn_norm", "post_attention_norm"};

// Tensor lists as the loaders of llama.cpp (src/models/*.cpp) and its converter write them.
constexpr LayerShape kPlain{.norms = kNormsBefore};
constexpr LayerShape kQwen2{.norms = kNormsBefore, .qkv_bias = true};
constexpr LayerShape kQwen3{.norms = kNormsBefore, .qk_norm = QkNorm::head};
constexpr LayerShape kGemma2{.norms = kNormsAround};
constexpr LayerShape kGemma3{.norms = kNormsAround, .qk_norm = QkNorm::head};
constexpr LayerShape kPhi3{.norms = kNormsBefore, .fused_gate_up = true};
constexpr LayerShape kOlmo2{.norms = kNormsAfter, .qk_norm = QkNorm::full};
constexpr LayerShape kOlmoe{.norms = kNormsBefore, .qk_norm = QkNorm::full};
constexpr LayerShape kGptOss{
    .norms = kNormsPost, .qkv_bias = true, .output_bias = true, .expert_bias = true, .sinks = true};

// Which layers slide or recur: the load_arch_hparams functions of llama.cpp v0.5.0. phi3, llama (Mistral 7B v0.1)
// and qwen2 files may state a sliding window; llama.cpp keeps the whole context for them all the same.
constexpr ArchitectureRow kArchitectures[] = {
    {.name = "llama", .head_dim_divides = true, .shape = &kPlain},
    {.name = "qwen2", .head_dim_divides = true, .shape = &kQwen2},
    {.name = "qwen2moe", .head_dim_divides = true},
    {.name = "qwen3", .shape = &kQwen3},
    {.name = "qwen3moe", .shape = &kQwen3},
    {.name = "gemma"},
    {.name = "gemma2", .plan = LayerPlan::sliding_cycle, .period = 2, .default_window = 4096, .shape = &kGemma2},
    {.name = "gemma3", .plan = LayerPlan::sliding_cycle, .period = 6, .shape = &kGemma3},
    {.name = "phi3", .fused_qkv = true, .head_dim_divides = true, .shape = &kPhi3},
    {.name = "gpt-oss", .plan = LayerPlan::sliding_cycle, .period = 2, .shape = &kGptOss},
    {.name = "deepseek2", .plan = LayerPlan::mla},
    {.name = "glm4moe"},
    {.name = "llama4", .plan = LayerPlan::sliding_cycle, .period = 4, .default_window = 8192},
    {.name = "cohere2", .plan = LayerPlan::sliding_cycle, .period = 4},
    {.name = "olmo2",
     .plan = LayerPlan::sliding_cycle,
     .period = 4,
     .head_dim_divides = true,
     .shape = &kOlmo2},  // OLMo 3 is olmo2 with a window
    {.name = "olmoe", .head_dim_divides = true, .shape = &kOlmoe},
    {.name = "mamba", .plan = LayerPlan::recurrent, .state = StateKind::mamba1, .gated_ffn = false},
    {.name = "mamba2", .plan = LayerPlan::recurrent, .state = StateKind::mamba2, .gated_ffn = false},
    {.name = "jamba", .plan = LayerPlan::by_kv_heads, .state = StateKind::mamba1},
    {.name = "falcon-h1", .plan = LayerPlan::full_recurrent, .state = StateKind::mamba2},
    {.name = "granitehybrid", .plan = LayerPlan::by_kv_heads, .state = StateKind::mamba2},
    {.name = "nemotron_h", .plan = LayerPlan::by_kv_heads, .state = StateKind::mamba2, .gated_ffn = false},
    {.name = "nemotron_h_moe", .plan = LayerPlan::by_kv_heads, .state = StateKind::mamba2, .gated_ffn = false},
    {.name = "lfm2", .plan = LayerPlan::by_kv_heads, .state = StateKind::short_conv, .embedding_norm_is_last = true},
    {.name = "lfm2moe", .plan = LayerPlan::by_kv_heads, .state = StateKind::short_conv, .embedding_norm_is_last = true},
    {.name = "qwen3next", .plan = LayerPlan::recurrent_cycle, .period = 4, .state = StateKind::delta_net},
    {.name = "qwen35", .plan = LayerPlan::recurrent_cycle, .period = 4, .state = StateKind::delta_net},
    {.name = "qwen35moe", .plan = LayerPlan::recurrent_cycle, .period = 4, .state = StateKind::delta_net},
    {.name = "bert", .plan = LayerPlan::encoder, .gated_ffn = false, .head_dim_divides = true},
    {.name = "nomic-bert", .plan = LayerPlan::encoder, .fused_qkv = true, .head_dim_divides = true},
    // The layers of these keep what their name or config says; shapes only where they are those of a row above.
    {.name = "granite", .head_dim_divides = true, .shape = &kPlain},
    {.name = "smollm3", .head_dim_divides = true, .shape = &kPlain},
    {.name = "internlm2", .head_dim_divides = true, .shape = &kPlain},
    {.name = "pangu-embedded", .head_dim_divides = true},
    {.name = "deci", .head_dim_divides = true},
    {.name = "exaone4"},
    {.name = "hunyuan-dense", .shape = &kQwen3},
    {.name = "chatglm", .fused_qkv = true},
    {.name = "nemotron", .gated_ffn = false},
    {.name = "openelm", .fused_qkv = true},
    {.name = "qwen", .fused_qkv = true, .head_dim_divides = true},
    {.name = "qwen2vl", .head_dim_divides = true, .shape = &kQwen2},
    {.name = "qwen3vl", .shape = &kQwen3},
    {.name = "qwen3vlmoe", .shape = &kQwen3},
    {.name = "mimo2"},
    {.name = "gemma4"},
    {.name = "phi2", .gated_ffn = false, .head_dim_divides = true},
    {.name = "phimoe", .head_dim_divides = true},
    {.name = "mllama", .head_dim_divides = true, .sized = false},
    {.name = "glm-dsa", .plan = LayerPlan::mla},
    {.name = "minimax_m1", .state = StateKind::delta_net, .sized = false},
    {.name = "minimax-m2"},
    {.name = "granitemoe", .head_dim_divides = true},
    {.name = "dbrx", .fused_qkv = true, .head_dim_divides = true},
    {.name = "falcon", .gated_ffn = false, .fused_qkv = true, .head_dim_divides = true},
    {.name = "mpt", .gated_ffn = false, .fused_qkv = true, .head_dim_divides = true},
    {.name = "gpt2", .gated_ffn = false, .fused_qkv = true, .head_dim_divides = true},
    {.name = "starcoder", .gated_ffn = false, .fused_qkv = true, .head_dim_divides = true},
    {.name = "gptneo", .gated_ffn = false, .head_dim_divides = true},
    {.name = "gptj", .gated_ffn = false, .head_dim_divides = true},
    {.name = "gptneox", .gated_ffn = false, .fused_qkv = true, .head_dim_divides = true},
    {.name = "opt", .gated_ffn = false, .head_dim_divides = true},
    {.name = "bloom", .gated_ffn = false, .fused_qkv = true, .head_dim_divides = true},
    {.name = "vit", .plan = LayerPlan::encoder, .gated_ffn = false, .head_dim_divides = true, .sized = false},
    {.name = "clip", .plan = LayerPlan::encoder, .gated_ffn = false, .head_dim_divides = true, .sized = false},
    {.name = "t5", .gated_ffn = false, .sized = false},
    {.name = "whisper", .gated_ffn = false, .head_dim_divides = true, .sized = false},
    {.name = "internvl_chat"},
    {.name = "yuan", .head_dim_divides = true},
    {.name = "deepseek", .head_dim_divides = true},
    {.name = "deepseek_v4", .sized = false},
    {.name = "minimax_m3", .sized = false},
    {.name = "step3p7", .sized = false},
    {.name = "zamba2", .state = StateKind::mamba2, .sized = false},
    {.name = "git", .gated_ffn = false, .head_dim_divides = true, .sized = false},
};

struct AliasRow {
  std::string_view other, name;
};
// model_type of Hugging Face's config.json, and names of models that are another architecture's.
constexpr AliasRow kAliases[] = {
    {"mistral", "llama"},
    {"mixtral", "llama"},
    {"qwen2_moe", "qwen2moe"},
    {"qwen3_moe", "qwen3moe"},
    {"gemma3_text", "gemma3"},
    {"gpt_oss", "gpt-oss"},
    {"deepseek_v2", "deepseek2"},
    {"deepseek_v3", "deepseek2"},
    {"glm4_moe", "glm4moe"},
    {"llama4_text", "llama4"},
    {"olmo3", "olmo2"},
    {"falcon_h1", "falcon-h1"},
    {"granitemoehybrid", "granitehybrid"},
    {"qwen3_next", "qwen3next"},
    {"qwen3_5", "qwen35"},
    {"qwen3_5_moe", "qwen35moe"},
    {"nomic_bert", "nomic-bert"},
    {"lfm2_moe", "lfm2moe"},
};

void derive(Fact<double>& fact, double value, const char* how) {
  if (!fact) fact = {value, {Origin::Kind::derived, how}};
}

std::vector<Attention> by_kv_heads(const Architecture& a, size_t layers) {
  if (a.kv_heads_by_layer.size() != layers) return {};
  std::vector<Attention> out(layers, Attention::full);
  for (size_t i = 0; i < layers; ++i) {
    // Nemotron-H gives a feed-forward size to the layers that are nothing else (its loader: no KV heads and a
    // feed-forward size of 0 means recurrent).
    const bool only_ffn = a.ffn_size_by_layer.size() == layers && a.ffn_size_by_layer[i] > 0;
    if (a.kv_heads_by_layer[i] == 0) out[i] = only_ffn ? Attention::none : Attention::recurrent;
  }
  return out;
}

}  // namespace

std::span<const ArchitectureRow> architecture_rows() {
  return kArchitectures;
}

const ArchitectureRow* find_architecture(std::string_view name) {
  for (const auto& alias : kAliases)
    if (equals_ignoring_case(alias.other, name)) name = alias.name;
  if (const HfFamily* family = find_hf_family(name)) name = family->family;
  for (const auto& row : kArchitectures)
    if (equals_ignoring_case(row.name, name)) return &row;
  return nullptr;
}

void slide(std::vector<Attention>& layers, int period) {
  if (period < 1) return;
  for (size_t i = 0; i < layers.size(); ++i) {
    const bool slides = i % static_cast<size_t>(period) + 1 < static_cast<size_t>(period);
    if (slides && layers[i] == Attention::full) layers[i] = Attention::sliding;
  }
}

std::vector<Attention> attention_of(const ArchitectureRow& row, const Architecture& a) {
  if (!a.layers) return {};
  const auto layers = static_cast<size_t>(*a.layers);
  std::vector<Attention> out;
  switch (row.plan) {
    case LayerPlan::full:
      return {};
    case LayerPlan::encoder:
      return std::vector<Attention>(layers, Attention::none);
    case LayerPlan::mla:
      return a.mla ? std::vector<Attention>(layers, Attention::mla) : out;
    case LayerPlan::recurrent:
      return std::vector<Attention>(layers, Attention::recurrent);
    case LayerPlan::full_recurrent:
      return std::vector<Attention>(layers, Attention::full_recurrent);
    case LayerPlan::sliding_cycle:
      if (a.window.value_or(row.default_window) <= 0) return {};
      out.assign(layers, Attention::full);
      slide(out, row.period);
      return out;
    case LayerPlan::recurrent_cycle:
      out.assign(layers, Attention::full);
      slide(out, row.period);
      std::replace(out.begin(), out.end(), Attention::sliding, Attention::recurrent);
      return out;
    case LayerPlan::by_kv_heads:
      return by_kv_heads(a, layers);
  }
  return out;
}

void apply_family(Architecture& a, bool with_attention) {
  const ArchitectureRow* row = find_architecture(a.family);
  a.family_known = row != nullptr && row->sized;
  if (row == nullptr) return;
  a.family = row->name;
  a.causal = row->plan != LayerPlan::encoder;
  a.state = row->state;
  a.gated_ffn = row->gated_ffn;
  a.fused_qkv = row->fused_qkv;
  if (with_attention) {
    a.attention = attention_of(*row, a);
    const bool slides = std::find(a.attention.begin(), a.attention.end(), Attention::sliding) != a.attention.end();
    if (slides) derive(a.window, row->default_window, mark("default of the family in llama.cpp"));
  }
  const bool attends = row->plan != LayerPlan::recurrent && row->plan != LayerPlan::mla;
  if (attends && a.heads && a.kv_heads_by_layer.empty()) derive(a.kv_heads, *a.heads, mark("as many as heads"));
  const bool divides = a.hidden_size && a.heads && *a.heads > 0 && std::fmod(*a.hidden_size, *a.heads) == 0;
  if (row->head_dim_divides && divides) derive(a.head_dim, *a.hidden_size / *a.heads, mark("hidden size / heads"));
  if (attends && a.head_dim) derive(a.value_head_dim, *a.head_dim, mark("as the head size"));
}

}  // namespace edgefit
