// ModelPack (CNCF model-spec): a config.json that describes a model, and an OCI manifest of its layers. The config is
// checked as strictly as the specification's own schema does.
#pragma once

#include <string>
#include <string_view>

#include "edgefit/model.h"
#include "edgefit/result.h"
#include "read/oci.h"

namespace edgefit {

bool is_modelpack(const OciManifest& manifest);
/// Sizes from the layers; the config is read too when it lies beside the manifest.
Result<Model> read_modelpack_manifest(const OciManifest& manifest, const std::string& source);
Result<Model> read_modelpack_config(std::string_view text, const std::string& source);

}  // namespace edgefit
