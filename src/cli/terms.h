// The flags that bound a purchase: budget, currency, maker, watts, noise (docs/plan.md).
#pragma once

#include <string>

#include "cli/catalog_flags.h"
#include "cli/flags.h"
#include "edgefit/plan.h"
#include "edgefit/result.h"

namespace edgefit {

/// Exactly what was typed.
struct TermFlags {
  std::string budget, vendor, max_watts, limit;
  PriceFlags prices{"", false};  ///< no currency: the budget's
  bool office = false, as_asked = false;
  bool operator==(const TermFlags&) const = default;
};
void declare_terms(Flags& flags, TermFlags& typed);

/// What was typed, checked; prices as of `date`. Searches with as many threads as this process may run at once.
Result<PlanTerms> parse_terms(const TermFlags& typed, const std::string& date, const Catalog& catalog);

}  // namespace edgefit
