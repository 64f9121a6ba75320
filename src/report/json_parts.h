// Parts that the JSON of several reports shares, so that one reader of them reads all: keys always there, base units.
#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"
#include "edgefit/assessment.h"
#include "report/why.h"

namespace edgefit {

/// Whole numbers without a decimal point, as far as a double holds them exactly (2^53); not finite = null.
Json number(double value);
template <class Q>
Json number_or_null(const std::optional<Q>& quantity) {
  return quantity ? number(quantity->value) : Json(nullptr);
}
inline Json number_or_null(const Fact<double>& fact) {
  return fact ? number(*fact) : Json(nullptr);
}
template <class Q>
Json number_or_null(const Fact<Q>& fact) {
  return number_or_null(fact.value);
}
Json text_or_null(std::string_view text);
Json text_or_null(const Fact<std::string>& fact);
Json interval(double value, double low, double high);

Json model_json(const Model& model);
Json host_json(const Host& host);
Json runtime_json(const Runtime& runtime);
Json workload_json(const Workload& load);
Json placement_json(const Placement& placement);
/// `why` is given for the question's own assessment; others are not traced.
Json memory_json(const Assessment& assessment, const Host& host, const Why* why = nullptr);
/// A speed that does not exist is left out; `reason` tells why.
Json speed_json(const Speed& speed);

}  // namespace edgefit
