// Hyper-parameters from GGUF's metadata, by llama.cpp's key names: they are the same for every architecture.
// What each layer keeps is told by its tensors; which layers slide, by the metadata or by the family's row.
#pragma once

#include <string>
#include <vector>

#include "edgefit/model.h"
#include "edgefit/result.h"
#include "read/gguf_metadata.h"

namespace edgefit {

/// Fills model.architecture from the metadata and model.tensors (whose role and layer are set). `name` is the
/// file's, for origins and problems. A Problem when a number is impossible.
Result<Done> read_gguf_architecture(const GgufMetadata& metadata, const std::string& name, Model& model);

}  // namespace edgefit
