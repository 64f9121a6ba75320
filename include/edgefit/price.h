// What something costs, from the dated prices of the catalog: an interval, because sources differ and prices age.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "edgefit/catalog.h"

namespace edgefit {

/// Money in hundredths of its currency, excluding VAT. Whole cents, so that sums add up.
struct Price {
  int64_t low_cents = 0, value_cents = 0, high_cents = 0;
  bool known = true;
  std::string currency = "USD";
  std::string kind = "none";  ///< list street offer used; none = nothing is bought; the weakest of a sum
  std::string as_of;          ///< ISO month or day of the newest price used; the oldest of a sum
  std::string source;
  std::string reason = {};  ///< why it is not known
};

/// In which money, at which day, and whether used goods count.
struct PriceTerms {
  std::string as_of;  ///< ISO date; prices age until then
  std::string currency = "USD";
  bool allow_used = false;
};

/// `quantity` pieces of the accelerator, system or part with this key. An offer that holds for so many wins; else the
/// newest price, between the ends of all recent ones, widened by their age (docs/formulas.md#prices). Unknown without a
/// recent price or an exchange rate; then `reason` says why.
Price price_of(std::string_view key, int quantity, const PriceTerms& terms, const Catalog& catalog = builtin_catalog());
/// Both together; unknown when one is, or when the currencies differ. Buying nothing adds nothing.
Price operator+(const Price& a, const Price& b);
/// Cents of `from` as cents of `to`; nothing without a rate.
std::optional<double> exchange(double cents, std::string_view from, std::string_view to,
                               const Catalog& catalog = builtin_catalog());

}  // namespace edgefit
