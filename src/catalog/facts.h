// Catalog cells as facts of a host: vendor units become base units, and the origin names the row.
#pragma once

#include <string>
#include <type_traits>

#include "edgefit/catalog.h"
#include "edgefit/fact.h"
#include "edgefit/text.h"

namespace edgefit {

/// "catalog geforce-rtx-4090, TechPowerUp".
template <class Row>
Origin origin_of(const Row& row) {
  return {Origin::Kind::catalog, "catalog " + std::string(row.key) + ", " + std::string(row.source)};
}

/// The cell x `scale` as a quantity or number; unknown when the cell is empty.
template <class T>
Fact<T> fact_of(const Maybe& cell, double scale, const Origin& origin) {
  if (!cell) return Fact<T>::unknown(tr("the catalog does not say"));
  if constexpr (std::is_same_v<T, double>)
    return {*cell * scale, origin};
  else
    return {T{*cell * scale}, origin};
}

inline Fact<std::string> fact_of(std::string_view cell, const Origin& origin) {
  if (cell.empty()) return Fact<std::string>::unknown(tr("the catalog does not say"));
  return {std::string(cell), origin};
}

}  // namespace edgefit
