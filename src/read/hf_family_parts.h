// Parts that several rows of the tables of families name.
#pragma once

#include "read/hf_families.h"

namespace edgefit {

inline constexpr HfDefault kTied[] = {{"tie_word_embeddings", 1}};
inline constexpr std::string_view kOneNorm[] = {"attn_norm"};
inline constexpr HfSwitch kAttentionBias{"attention_bias"};
inline constexpr HfSwitch kMlpBias{"mlp_bias"};
inline constexpr HfSwitch kBias{"bias"};

/// Families with LayerNorm, recurrent layers or encoders, and those whose config tells shapes only.
std::span<const HfFamily> other_hf_families();

}  // namespace edgefit
