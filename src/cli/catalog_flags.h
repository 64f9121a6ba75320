// The flags of every command that looks into the catalog or at prices: --catalog, --currency, --allow-used.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/flags.h"
#include "edgefit/catalog.h"
#include "edgefit/price.h"
#include "edgefit/result.h"

namespace edgefit {

struct CatalogFlags {
  std::vector<std::string> paths;
};
/// --catalog FILE|FOLDER, repeatable.
void declare_catalog_flag(Flags& flags, CatalogFlags& typed);
/// The built-in catalog with what was added; keep it as long as anything made from it.
Result<std::shared_ptr<const Catalog>> find_catalog(const CatalogFlags& typed);

struct PriceFlags {
  std::string currency = "USD";
  bool allow_used = false;
  bool operator==(const PriceFlags&) const = default;
};
/// --currency, --allow-used.
void declare_price_flags(Flags& flags, PriceFlags& typed);
/// A Problem when the catalog has no exchange rate to the currency.
Result<PriceTerms> price_terms(const PriceFlags& typed, const std::string& as_of, const Catalog& catalog);

}  // namespace edgefit
