// Writes down every tensor of a model from its config, with GGUF's names and order of dimensions where llama.cpp has
// the architecture. Parameters are counted from this list, so a count and a size can never disagree.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "read/hf_layers.h"

namespace edgefit {

/// Matrices are f16, vectors and routers f32, as llama.cpp's converter stores them.
class HfTensors {
 public:
  explicit HfTensors(bool embedding_norm_is_last = false);
  void add(std::string name, std::initializer_list<double> shape, bool f32 = false);
  /// A matrix `name`.weight from `in` to `out`, and its bias.
  void linear(const std::string& name, double in, double out, bool bias);
  /// A LayerNorm (weight and bias) or its relative with a weight alone.
  void norm(const std::string& name, double size, bool bias);

  std::vector<Tensor> list;
  double elements = 0;

 private:
  const GgmlType* f16_;
  const GgmlType* f32_;
  bool embedding_norm_is_last_;
};

/// What stands behind the last layer, from the class under "architectures".
enum class HfHead : uint8_t { language, none, score, masked, pretraining };

/// What the writers of the parts share.
struct HfParts {
  const HfFields& config;
  const HfFamily& row;
  const Architecture& a;
  HfTensors& out;
  HfHead head = HfHead::language;
  double labels = 2;
};

void write_decoder(const HfParts& parts, const std::vector<HfLayer>& layers);
/// Attention, latent attention or a recurrent mixer of one layer; `prefix` is "blk.N.".
void write_mixer(const HfParts& parts, const HfLayer& layer, const std::string& prefix);
/// bert, vit, clip, t5 and whisper.
void write_body(const HfParts& parts);
/// The image tower with its projector into `text_hidden`; `top` holds vision_config.
void write_tower(HfTower tower, const HfFields& top, double text_hidden, HfTensors& out);

}  // namespace edgefit
