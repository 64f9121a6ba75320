// Offers of suppliers, as JSON ("edgefit.offers") or as a table that a spreadsheet wrote. They name things as people
// do; add_offers finds the keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/rows.h"
#include "edgefit/catalog.h"
#include "edgefit/result.h"

namespace edgefit {

/// One line of an offer: so much for one piece, without VAT.
struct Offer {
  std::string item;  ///< key or name, as written
  Maybe quantity;    ///< most pieces that it holds for
  double price = 0;  ///< of one piece, in whole units of the currency
  std::string currency, as_of, supplier, notes;
  std::string where;  ///< "offers.csv, line 3"
};

/// JSON or CSV, told apart by content. `where` names the file.
Result<std::vector<Offer>> read_offers(std::string_view text, const std::string& where);

/// Is this JSON with the format "edgefit.offers", or no JSON at all?
bool holds_offers(std::string_view text);

/// Offers as prices in `store`, their names looked up in `catalog`.
Result<Done> add_offers(const std::vector<Offer>& offers, const Catalog& catalog, RowStore& store);

}  // namespace edgefit
