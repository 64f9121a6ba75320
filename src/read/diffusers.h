// model_index.json and the parts of a diffusers pipeline. What a pipeline holds depends on the sizes of its pictures
// and on how its parts take turns: no rule here covers it, so the model is named and its sizes stay unknown.
#pragma once

#include <string>
#include <string_view>

#include "edgefit/model.h"
#include "edgefit/result.h"

namespace edgefit {

Result<Model> read_diffusers(std::string_view text, const std::string& source);

}  // namespace edgefit
