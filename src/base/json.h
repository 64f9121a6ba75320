// JSON from strangers: size, depth and duplicate keys are checked while parsing; errors name line and column.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "edgefit/result.h"

namespace edgefit {

using Json = nlohmann::ordered_json;

struct JsonLimits {
  size_t depth = 64;
  size_t values = 4'000'000;
};

/// `where` names the file in problems. Comments are not allowed; duplicate keys are a Problem.
Result<Json> parse_json(std::string_view text, const std::string& where, JsonLimits limits = {});

}  // namespace edgefit
