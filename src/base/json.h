// JSON from strangers: size, depth and duplicate keys are checked while parsing; errors name line and column.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
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

// For files of others whose shape is not trusted: what is not there, or of another type, is empty.

/// The member, or null.
const Json& member(const Json& json, const char* key);
/// The entries of an array, or none.
const Json& items(const Json& json);
/// A text; empty when it is none.
std::string text_at(const Json& json, const char* key);
/// A finite number.
std::optional<double> number_at(const Json& json, const char* key);

}  // namespace edgefit
