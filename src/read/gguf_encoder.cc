#include "read/gguf_encoder.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "edgefit/text.h"
#include "read/limits.h"

namespace edgefit {

namespace {

constexpr double kMaxSide = 8192;  // of an image, as llama.cpp's clip.cpp has it
constexpr double kMaxPixels = kMaxSide * kMaxSide;
constexpr double kMaxMerge = 64;

/// A whole number in 1..most, else 0.
double number(const GgufMetadata& metadata, const std::string& key, double most) {
  const double value = metadata.number(key).value_or(0);
  return std::isfinite(value) && value == std::floor(value) && value >= 1 && value <= most ? value : 0;
}

/// `projector.scale_factor` in some families, `spatial_merge_size` in others; 2 for the Qwen family, which may leave it
/// out, 4 for gemma3 (clip.cpp, load_hparams).
double merge_of(const GgufMetadata& metadata, const std::string& projector) {
  for (const char* key : {"clip.vision.projector.scale_factor", "clip.vision.spatial_merge_size"}) {
    if (const double stated = number(metadata, key, kMaxMerge); stated > 0) return stated;
  }
  if (projector.starts_with("qwen")) return 2;
  return projector == "gemma3" ? 4 : 1;
}

}  // namespace

std::optional<Encoder> read_gguf_encoder(const GgufMetadata& metadata, const std::vector<Tensor>& tensors) {
  if (metadata.text("general.architecture") != "clip") return std::nullopt;
  Encoder out;
  // Files of 2023 and 2024 do not say that they hold a vision encoder otherwise.
  out.sound = metadata.number("clip.has_audio_encoder").value_or(0) != 0;
  out.images = metadata.number("clip.has_vision_encoder").value_or(out.sound ? 0 : 1) != 0;
  const std::string part = out.images ? "clip.vision." : "clip.audio.";
  out.projector = printable(metadata.text("clip.projector_type"));
  if (out.projector.empty()) out.projector = printable(metadata.text(part + "projector_type"));
  out.hidden_size = number(metadata, part + "embedding_length", kMaxHidden);
  out.ffn_size = number(metadata, part + "feed_forward_length", kMaxFfn);
  out.image_size = number(metadata, "clip.vision.image_size", kMaxSide);
  out.patch_size = number(metadata, "clip.vision.patch_size", kMaxSide);
  out.max_pixels = number(metadata, "clip.vision.image_max_pixels", kMaxPixels);
  out.windows = number(metadata, "clip.vision.n_wa_pattern", kMaxLayers) > 0;
  out.merge = merge_of(metadata, out.projector);
  for (const auto& tensor : tensors) {
    const std::string_view name = tensor.name;
    if (name.ends_with(".blk.0.ffn_gate.weight")) out.gated_ffn = true;
    if (name.starts_with("v.deepstack.") && name.ends_with(".fc2.weight")) out.kept_layers += 1;
    // The last matrix of the projector makes the tokens.
    if (name.starts_with("mm.") && name.ends_with(".weight") && tensor.shape[1] > 1) {
      out.output_size = static_cast<double>(tensor.shape[1]);
    }
  }
  return out;
}

}  // namespace edgefit
