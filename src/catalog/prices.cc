#include "edgefit/price.h"

#include <cmath>

namespace edgefit {

Price price_of(std::string_view item, int quantity, const PriceTerms& terms, const Catalog& catalog) {
  Price out;
  out.currency = terms.currency;
  out.known = false;
  for (const auto& row : catalog.accelerators) {
    if (row.key != item || !row.msrp_usd) continue;
    const auto cents = static_cast<int64_t>(std::llround(*row.msrp_usd * 100 * quantity));
    out = {cents, cents, cents, true, "USD", "list", std::string(row.as_of), std::string(row.source)};
  }
  return out;
}

}  // namespace edgefit
