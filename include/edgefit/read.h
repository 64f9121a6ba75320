// Reads model descriptors and model files. The format is recognised by content, never by name.
#pragma once

#include <string>
#include <string_view>

#include "edgefit/model.h"
#include "edgefit/result.h"

namespace edgefit {

struct ModelProfile;

/// A file, or a folder that holds a model. Hostile bytes end in a Problem, never in a crash or hang.
Result<Model> read_model(const std::string& path);
/// A model of the catalog; its facts have the origin `catalog`.
Result<Model> read_model_profile(const ModelProfile& profile);
/// The same descriptor in edgefit's own format.
std::string write_model_json(const Model& model);

}  // namespace edgefit
