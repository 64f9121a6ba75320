#include "size/onnx_encoder.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "edgefit/size.h"

namespace edgefit {
namespace {

constexpr double kFloat = 4;
constexpr double kHeadSize = 64;  // of every published CLIP tower

const Tensor* tensor_of(const Model& model, std::string_view name) {
  const auto at =
      std::find_if(model.tensors.begin(), model.tensors.end(), [name](const Tensor& t) { return t.name == name; });
  return at == model.tensors.end() ? nullptr : &*at;
}

double elements(const Tensor* tensor) {
  double out = tensor == nullptr ? 0 : 1;
  if (tensor != nullptr)
    for (const uint64_t size : tensor->shape) out *= static_cast<double>(size);
  return out;
}

double layers_of(const Model& model, const std::string& prefix) {
  double out = 0;
  while (tensor_of(model, prefix + std::to_string(static_cast<int>(out)) + ".ffn_up.weight") != nullptr) ++out;
  return out;
}

/// A tower whose layers are called `prefix`N and whose positions `positions`; heads 0 = hidden / 64.
EncoderTower tower_of(const Model& model, const std::string& prefix, const std::string& positions, double heads) {
  EncoderTower out;
  const Tensor* rows = tensor_of(model, positions);
  const Tensor* up = tensor_of(model, prefix + "0.ffn_up.weight");
  if (rows == nullptr || up == nullptr) return out;
  out.tokens = static_cast<double>(rows->shape[1]);
  out.hidden = static_cast<double>(up->shape[0]);
  out.ffn = static_cast<double>(up->shape[1]);
  out.heads = heads > 0 ? heads : std::max(1.0, out.hidden / kHeadSize);
  out.layers = layers_of(model, prefix);
  return out;
}

EncoderTower vision_tower(const Model& model, const std::string& prefix, double heads) {
  EncoderTower out = tower_of(model, prefix, "v.position_embd.weight", heads);
  // One class token beside the patches.
  out.convolution_flops = 2 * (out.tokens - 1) * elements(tensor_of(model, "v.patch_embd.weight"));
  return out;
}

EncoderTower sound_tower(const Model& model, double heads) {
  EncoderTower out = tower_of(model, "encoder.blk.", "encoder.position_embd.weight", heads);
  // The first convolution sees twice as many frames as the second leaves.
  out.convolution_flops =
      2 * out.tokens *
      (2 * elements(tensor_of(model, "encoder.conv1.weight")) + elements(tensor_of(model, "encoder.conv2.weight")));
  return out;
}

bool is_text_encoder(const Model& model) {
  const std::string& family = model.architecture.family;
  const bool known = family.empty() || family.find("bert") != std::string::npos;
  const bool text = model.task == Task::embedding || model.task == Task::reranking;
  return known && text && model.weights && !model.architecture.causal;
}

double matrices(const EncoderTower& t) {
  return t.layers * (4 * t.hidden * t.hidden + t.ffn_matrices * t.hidden * t.ffn);
}

}  // namespace

std::vector<EncoderTower> encoder_towers(const Model& model, double context) {
  const Architecture& a = model.architecture;
  std::vector<EncoderTower> out;
  if (is_text_encoder(model) && a.heads && a.hidden_size) {
    out.push_back({context, a.layers.value_or(0), *a.hidden_size, *a.heads, a.ffn_size.value_or(4 * *a.hidden_size),
                   a.gated_ffn ? 3.0 : 2.0, 0});
  } else if (a.family == "vit") {
    out.push_back(vision_tower(model, "blk.", a.heads.value_or(0)));
  } else if (a.family == "clip") {
    out.push_back(tower_of(model, "t.blk.", "position_embd.weight", a.heads.value_or(0)));
    out.push_back(vision_tower(model, "v.blk.", 0));
  } else if (a.family == "whisper") {
    out.push_back(sound_tower(model, a.heads.value_or(0)));
  }
  const bool told = std::all_of(out.begin(), out.end(), [](const EncoderTower& t) { return t.hidden > 0; });
  return told ? out : std::vector<EncoderTower>{};
}

double encoder_live_bytes(const Model& model, const std::vector<EncoderTower>& towers) {
  double widest = 0, kept = 0;
  for (const auto& t : towers) {
    const double scores = t.scores(t.heads) + 3 * t.tokens * t.hidden;
    widest = std::max({widest, scores, t.ffn_matrices * t.tokens * t.ffn + t.tokens * t.hidden});
    if (model.architecture.family != "whisper") continue;
    // Keys and values of the decoder's layers over the sound and over what was written.
    const double written = model.architecture.max_context.value_or(0);
    kept = 2 * model.architecture.layers.value_or(t.layers) * (t.tokens + written) * t.hidden;
  }
  return (widest + kept) * kFloat;
}

Flops encoder_flops(const std::vector<EncoderTower>& towers) {
  double sum = 0;
  for (const auto& t : towers)
    sum += 2 * matrices(t) * t.tokens + 4 * t.layers * t.scores(1) * t.hidden + t.convolution_flops;
  return Flops{sum};
}

Bytes encoder_traffic(const std::vector<EncoderTower>& towers) {
  // Values of a layer that are read or written, fitted to BERT at two lengths; ViT agrees to 2 %.
  constexpr double kRows = 67, kScores = 12.5;
  double sum = 0;
  for (const auto& t : towers)
    sum += matrices(t) + t.layers * (kRows * t.tokens * t.hidden + kScores * t.scores(t.heads));
  return Bytes{sum * kFloat};
}

double encoder_nodes(const std::vector<EncoderTower>& towers) {
  constexpr double kNodesALayer = 50;  // 49 to 52 in five exported encoders
  double sum = 0;
  for (const auto& t : towers) sum += kNodesALayer * t.layers;
  return sum;
}

Bytes encoder_convolution_bytes(const Model& model) {
  // By their shapes: a reader may count them in another format than the model's own.
  double sum = 0;
  for (const char* name : {"v.patch_embd.weight", "encoder.conv1.weight", "encoder.conv2.weight"})
    sum += elements(tensor_of(model, name)) * model_bytes_per_weight(model).value_or(kFloat);
  return Bytes{sum};
}

}  // namespace edgefit
