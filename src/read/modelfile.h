// Reads Ollama's Modelfile: FROM names the GGUF file, PARAMETER num_ctx the context. Other instructions change what
// the model says, not what it needs.
#pragma once

#include <string_view>

#include "edgefit/model.h"
#include "edgefit/result.h"

namespace edgefit {

/// Its first instruction is FROM or PARAMETER.
bool looks_like_modelfile(std::string_view head);
/// The file that FROM names is in `files`, for the caller to read.
Result<Model> read_modelfile(std::string_view text, const std::string& source);

}  // namespace edgefit
