// The encoder of a projector file: hyper-parameters that llama.cpp keeps under `clip.vision.` and `clip.audio.`.
// Its memory depends on the size of an image, which no other kind of model has.
#pragma once

#include <optional>
#include <vector>

#include "edgefit/model.h"
#include "read/gguf_metadata.h"

namespace edgefit {

/// Nothing when the file holds no encoder. Numbers that are impossible count as unstated.
std::optional<Encoder> read_gguf_encoder(const GgufMetadata& metadata, const std::vector<Tensor>& tensors);

}  // namespace edgefit
