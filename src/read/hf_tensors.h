// Writes down every tensor of a model from its config, with GGUF's names and order of dimensions where llama.cpp has
// the architecture. Parameters are counted from this list, so a count and a size can never disagree.
#pragma once

#include <string>
#include <vector>

#include "read/hf_layers.h"
#include "read/tensor_list.h"

namespace edgefit {

/// What stands behind the last layer, from the class under "architectures".
enum class HfHead : uint8_t { language, none, score, masked, pretraining };

/// What the writers of the parts share.
struct HfParts {
  const HfFields& config;
  const HfFamily& row;
  const Architecture& a;
  TensorList& out;
  HfHead head = HfHead::language;
  double labels = 2;
};

void write_decoder(const HfParts& parts, const std::vector<HfLayer>& layers);
/// Attention, latent attention or a recurrent mixer of one layer; `prefix` is "blk.N.".
void write_mixer(const HfParts& parts, const HfLayer& layer, const std::string& prefix);
/// bert, vit, clip, t5 and whisper.
void write_body(const HfParts& parts);
/// The image tower with its projector into `text_hidden`; `top` holds vision_config.
void write_tower(HfTower tower, const HfFields& top, double text_hidden, TensorList& out);

}  // namespace edgefit
