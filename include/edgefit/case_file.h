// A whole question in one file, case.json: assessed anywhere it gives the answer that it gave where it was written.
// It holds the host, the models and the origin of every number; of the engine only name, release and settings.
#pragma once

#include <string>
#include <string_view>

#include "edgefit/case.h"
#include "edgefit/result.h"

namespace edgefit {

inline constexpr std::string_view kCaseFormat = "edgefit.case";

/// docs/schema/case.schema.json. The engine's profile must be set.
std::string write_case(const Case& question);
/// A complete Case; `where` names the file in problems. A release that this edgefit has no rules for is a Problem.
Result<Case> read_case(std::string_view text, const std::string& where);

}  // namespace edgefit
