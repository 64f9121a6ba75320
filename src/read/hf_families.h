// Every model_type of Hugging Face's config.json that edgefit knows, one row each: what a layer is made of, what
// transformers assumes when a key is absent, and which parts stand around the layers. No rule names a model.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "read/families.h"
#include "read/hf_fields.h"

namespace edgefit {

/// A part that some models have: never, always, or as a key of the config says.
struct HfSwitch {
  std::string_view key;
  bool otherwise = false;  ///< without a key, and what an absent key means
  bool inverted = false;   ///< the key says when the part is left out
};
inline constexpr HfSwitch kNever{};
inline constexpr HfSwitch kAlways{"", true};

/// A vector of `hidden_size`, or with LayerNorm's bias two.
enum class HfNorm : uint8_t { rms, layer };

/// What mixes tokens in a layer.
enum class HfMixer : uint8_t {
  attention,
  mla,  ///< DeepSeek's latent attention
  mamba1,
  mamba2,
  delta,      ///< gated delta net
  conv,       ///< short convolution
  lightning,  ///< MiniMax's linear attention
  parallel,   ///< attention and mamba2 side by side
  cross,      ///< attends to the image tokens only
  linear,     ///< one matrix in place of attention
  none,
};

/// What the model is around its layers.
enum class HfBody : uint8_t {
  decoder,
  bert,     ///< encoder with position and type tables
  vit,      ///< image encoder with a class token
  clip,     ///< a text and an image encoder
  t5,       ///< encoder and decoder with relative positions
  whisper,  ///< speech: convolutions, encoder, decoder
  facts,    ///< shapes are read, parameters cannot be counted from the config
};

/// The image tower, by the model_type of vision_config or of the whole.
enum class HfTower : uint8_t {
  none,
  siglip,
  qwen2_vl,
  qwen2_5_vl,
  qwen3_vl,
  llama4,
  mllama,
  intern_vit,
  moon_vit,
  gemma4
};

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): the order in which a row is read.
struct HfFamily {
  std::string_view model_type;
  std::string_view family;  ///< row of kArchitectures; empty = model_type itself, without rules of llama.cpp
  std::span<const HfDefault> defaults = {};
  HfBody body = HfBody::decoder;
  HfMixer mixer = HfMixer::attention;
  HfMixer other_mixer = HfMixer::none;           ///< of layers that the config calls linear_attention, mamba, conv ...
  std::span<const std::string_view> norms = {};  ///< GGUF names; empty = before attention and before feed-forward
  HfNorm norm = HfNorm::rms;
  HfSwitch norm_bias = kAlways;  ///< of LayerNorm
  QkNorm qk_norm = QkNorm::none;
  HfSwitch qk_norm_if = kAlways;
  HfSwitch qkv_bias = kNever, output_bias = kNever, ffn_bias = kNever, head_bias = kNever;
  HfSwitch score_bias = kNever;  ///< of the one output of a reward model
  HfSwitch gated = kAlways;      ///< gate and up matrices; else a plain MLP
  HfSwitch router_bias = kNever, expert_bias = kNever, sinks = kNever, sliding_sinks = kNever;
  HfSwitch second_norm = kAlways, second_norm_too = kNever;  ///< either is enough
  HfSwitch ssm_norm = kAlways;
  bool embedding_norm = false;
  bool one_part = false;  ///< a layer is a mixer or a feed-forward, not both (Nemotron-H)
  bool fused_qkv = false, fused_gate_up = false;
  bool gated_query = false;          ///< the query matrix also makes a gate of the output
  bool shared_gate = false;          ///< one vector gates the shared expert
  bool layer_scalar = false;         ///< one number a layer (Gemma 4)
  bool router_scales = false;        ///< a vector before and one behind the router, three norms more (Gemma 4)
  bool mtp_copies = false;           ///< further-token layers store embedding and head again
  std::string_view dense_key = {};   ///< where the size of dense feed-forwards stands, when not under intermediate_size
  std::string_view shared_key = {};  ///< where the shared expert's size stands, when not under its own key
  double ffn_per_hidden = 0;         ///< feed-forward size when absent: this many hidden sizes
  double ffn_divisor = 1;            ///< the config states this many times the real feed-forward size
  double position_rows = -1;         ///< learned positions: that many rows more than the context; negative = no table
  double extra_rows = 0;             ///< of the embedding, beyond the vocabulary (special image tokens)
  HfTower tower = HfTower::none;
};

/// Two tables: decoders of the LLaMA kind, and all others.
std::array<std::span<const HfFamily>, 2> hf_families();
/// Nothing when there is no row.
const HfFamily* find_hf_family(std::string_view model_type);

}  // namespace edgefit
