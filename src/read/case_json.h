// case.json: a whole question in one file, docs/report-format.md; its host and its engine are read by other rooms, see
// edgefit/case_file.h. Here stands what only this room needs of it: its model, where any MODEL may be named.
#pragma once

#include <string>
#include <string_view>

#include "edgefit/model.h"
#include "edgefit/result.h"

namespace edgefit {

/// What its descriptor says, as if that stood alone.
Result<Model> read_model_of_case(std::string_view text, const std::string& source);

}  // namespace edgefit
