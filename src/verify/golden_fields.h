// The fields of one golden case, whatever file they come from, and the table of checks that says what each one takes.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "edgefit/golden.h"
#include "edgefit/result.h"

namespace edgefit {

/// An object with the keys of docs/verify.md#golden-cases; numbers and yes or no may also be text, as a table has them.
/// `where` names file and line.
Result<GoldenCase> golden_case(const Json& fields, const std::string& where);

/// A check by its English or German name.
struct GoldenKind {
  GoldenCheck check;
  std::string_view german;
  bool list;  ///< several texts, in a table separated by |
  /// Takes what the case expects; the Problem's `what` and `hint` only.
  Result<Done> (*take)(const Json& fields, GoldenCase& out);
  NormalForm normal;  ///< where the case says nothing
};
const GoldenKind* find_golden_kind(std::string_view name);
/// "ja" "yes" "x" "1" ..., "nein" "no" "0" "" ...; nothing for other words.
std::optional<bool> yes_or_no(std::string_view word);

}  // namespace edgefit
