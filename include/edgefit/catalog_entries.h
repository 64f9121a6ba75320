// The catalog as people look at it: one entry a thing, with its facts and today's price, and what has grown too old.
// `edgefit catalog` prints them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "edgefit/catalog.h"
#include "edgefit/price.h"

namespace edgefit {

/// One filled column of a row, in the words and units of profiles/.
struct CatalogCell {
  std::string_view column;
  std::variant<std::string_view, double, std::span<const double>> value;
};

struct CatalogEntry {
  std::string_view kind;  ///< gpu soc igpu npu cpu system ram ssd psu
  std::string_view key, name, sold, as_of;
  Maybe memory_gib, disk_gb;  ///< what tells things of one kind apart
  std::vector<CatalogCell> cells;
  std::vector<const PriceRow*> prices;
  Price price;  ///< of one piece today
};
/// Everything that may be bought or described, table by table in the order of the files. Processors have no prices.
std::vector<CatalogEntry> catalog_entries(const Catalog& catalog, const PriceTerms& terms);
/// The words that `kind` can be.
std::span<const std::string_view> catalog_kinds();

/// What a keeper of the catalog should look at.
struct CatalogAge {
  enum class What : uint8_t { no_price, old_price, old_rate, future } what;
  std::string_view key;
  std::string as_of;  ///< empty when there is none
  double months = 0;  ///< age, negative in the future
};
const char* name_of(CatalogAge::What what);
/// Things sold new whose newest price is older than `months`, or that have none; rates older than that; dates ahead of
/// `terms.as_of`. Only rows that are not in `known` when it is given.
std::vector<CatalogAge> catalog_ages(const Catalog& catalog, const PriceTerms& terms, double months,
                                     const Catalog* known = nullptr);

}  // namespace edgefit
