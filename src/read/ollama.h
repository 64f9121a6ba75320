// Models of an Ollama or Docker store: the manifest names the GGUF file by its digest. Where the store lies beside the
// manifest the GGUF file itself is read; a manifest alone tells sizes only.
#pragma once

#include <string>

#include "edgefit/model.h"
#include "edgefit/result.h"
#include "read/oci.h"

namespace edgefit {

bool is_ollama(const OciManifest& manifest);
Result<Model> read_ollama(const OciManifest& manifest, const std::string& source);

}  // namespace edgefit
