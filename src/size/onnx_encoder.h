// Encoders of text, images and sound as ONNX Runtime runs them: what is alive at once, operations and traffic, from the
// shapes that a config.json tells. Exported encoders keep to a few simple sums, which docs/formulas.md states.
#pragma once

#include <string_view>
#include <vector>

#include "edgefit/case.h"
#include "edgefit/figure.h"

namespace edgefit {

/// One stack of encoder layers.
struct EncoderTower {
  double tokens = 0, layers = 0, hidden = 0, heads = 0, ffn = 0;
  double ffn_matrices = 2;       ///< 3 of a gated one
  double convolution_flops = 0;  ///< of patches or of sound
  double scores(double heads_alive) const { return tokens * tokens * heads_alive; }
};

/// The towers of a text encoder, of ViT, CLIP or Whisper; empty for all other models. `context` counts for text only.
std::vector<EncoderTower> encoder_towers(const Model& model, double context);

/// Bytes in f32 that are alive at once in the widest tower, and what a decoder behind it keeps.
double encoder_live_bytes(const Model& model, const std::vector<EncoderTower>& towers);
Flops encoder_flops(const std::vector<EncoderTower>& towers);
/// Read and written by all nodes, weights included.
Bytes encoder_traffic(const std::vector<EncoderTower>& towers);
double encoder_nodes(const std::vector<EncoderTower>& towers);
/// Weights of convolutions.
Bytes encoder_convolution_bytes(const Model& model);

}  // namespace edgefit
