// A small subset of JSON Schema for answers that must be JSON. Keywords outside of it are refused when the case is
// read: a rule that nobody checks would look like one that holds.
#pragma once

#include <string>

#include "base/json.h"
#include "edgefit/result.h"

namespace edgefit {

/// type, required, properties, additionalProperties (true, false), items, enum, const, minimum, maximum, minLength,
/// maxLength, minItems, maxItems, pattern; title, description and $schema say nothing.
Result<Done> check_schema(const Json& schema);
/// What is wrong with the value, "iban: must be string"; empty when nothing is.
std::string schema_fault(const Json& schema, const Json& value);

}  // namespace edgefit
