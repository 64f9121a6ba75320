// Any bytes: read_offers gives a Problem or offers with a price, a currency and a date; their names never break a
// lookup.
#include "catalog/offers.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "catalog/days.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace edgefit;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (!holds_offers(bytes)) return 0;
  const auto offers = read_offers(bytes, "offers");
  if (!offers) return offers.error().what.empty() ? std::abort(), 1 : 0;
  for (const Offer& offer : *offers) {
    const bool priced = std::isfinite(offer.price) && offer.price > 0 && offer.currency.size() == 3;
    if (!priced || !first_day(offer.as_of) || offer.item.empty()) std::abort();
  }
  RowStore store;
  (void)add_offers(*offers, builtin_catalog(), store);
  return 0;
}
