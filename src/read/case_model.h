// A model inside a case.json: its descriptor, and beside it what no descriptor says: the origin of every fact, sizes
// that were derived or assumed, warnings. Read back it is the very model that was assessed, not one completed anew.
#pragma once

#include <array>
#include <string_view>

#include "edgefit/model.h"
#include "edgefit/result.h"
#include "edgefit/text.h"
#include "read/json_fields.h"

namespace edgefit {

inline constexpr std::array<std::string_view, 10> kCaseModelKeys = {
    "descriptor",     "format",       "source",  "facts",   "has_tensors",
    "tensors_stored", "family_known", "encoder", "unknown", "warnings"};

Json case_model_json(const Model& model);
/// Failures go to `report`; `pointer` is where `value` stands in the document.
Model read_case_model(const Json* value, const std::string& pointer, JsonReport& report);

/// One fact as {"v", "kind", "text"}, or {"why", "remedy"} when it is unknown.
inline constexpr std::array<std::string_view, 5> kFactKeys = {"v", "kind", "text", "why", "remedy"};
template <class T>
Json fact_json(const Fact<T>& fact, Json value) {
  Json out = Json::object();
  if (!fact) {
    if (!fact.why.empty()) out["why"] = fact.why;
    if (!fact.remedy.empty()) out["remedy"] = fact.remedy;
    return out;
  }
  out["v"] = std::move(value);
  out["kind"] = name_of(fact.origin.kind);
  if (!fact.origin.text.empty()) out["text"] = fact.origin.text;
  return out;
}

/// The origin of a fact, or why there is none; its value is left to the caller.
template <class T>
void read_origin(const JsonFields& fields, Fact<T>& fact) {
  fact.why = fields.text("why");
  fact.remedy = fields.text("remedy");
  const std::string kind = fields.text("kind");
  fact.origin = {find_origin_kind(kind).value_or(Origin::Kind::assumed), fields.text("text")};
  if (fields.child("v") != nullptr && !find_origin_kind(kind)) {
    fields.report().fail(tr("unknown kind of origin"), fields.pointer("kind"), "measured, driver, file, user ...");
  }
}

}  // namespace edgefit
