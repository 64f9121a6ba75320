// What each layer of a decoder is, worked out from a config: which mixer, which cache, how many heads, which
// feed-forward. The rules are shared by all families; a row of kHfFamilies only says which parts exist.
#pragma once

#include <vector>

#include "read/hf_families.h"

namespace edgefit {

struct HfLayer {
  HfMixer mixer = HfMixer::attention;
  Attention keeps = Attention::full;
  double heads = 0, kv_heads = 0, head_dim = 0, value_head_dim = 0;
  double ffn = 0;             ///< size of a dense feed-forward, 0 = none
  bool experts = false;       ///< a mixture of experts in its place
  bool indexer = false;       ///< sparse attention's own small heads (DeepSeek-V3.2)
  bool value_is_key = false;  ///< no value matrix (Gemma 4)
  bool shares_cache = false;  ///< uses the keys and values of an earlier layer
};

/// Fills the facts of `a` (sizes, experts, latent ranks, state) and gives one entry a layer. Failures go to the
/// report of `config`.
std::vector<HfLayer> plan_layers(const HfFields& config, const HfFamily& row, Architecture& a);

}  // namespace edgefit
