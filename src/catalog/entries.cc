#include <algorithm>
#include <array>

#include "catalog/columns.h"
#include "catalog/days.h"
#include "edgefit/catalog_entries.h"

namespace edgefit {
namespace {

constexpr std::array<std::string_view, 9> kKinds = {"gpu", "soc", "igpu", "npu", "cpu", "system", "ram", "ssd", "psu"};

template <class Row, size_t N>
std::vector<CatalogCell> cells_of(const Row& row, const RowColumn<Row> (&columns)[N]) {
  std::vector<CatalogCell> out;
  for (const auto& column : columns) {
    if (const auto* text = std::get_if<std::string_view Row::*>(&column.member)) {
      if (!(row.**text).empty()) out.push_back({column.key, row.**text});
    } else if (const auto* number = std::get_if<Maybe Row::*>(&column.member)) {
      if (row.**number) out.push_back({column.key, *(row.**number)});
    } else {
      const auto list = row.*std::get<std::span<const double> Row::*>(column.member);
      if (!list.empty()) out.push_back({column.key, list});
    }
  }
  return out;
}

template <class Row, size_t N>
CatalogEntry entry_of(std::string_view kind, const Row& row, const RowColumn<Row> (&columns)[N]) {
  CatalogEntry out{};
  out.kind = kind;
  out.key = row.key;
  out.name = row.name;
  out.as_of = row.as_of;
  out.cells = cells_of(row, columns);
  return out;
}

void add_prices(CatalogEntry& entry, const Catalog& catalog, const PriceTerms& terms) {
  for (const PriceRow& row : catalog.prices)
    if (row.item == entry.key) entry.prices.push_back(&row);
  entry.price = price_of(entry.key, 1, terms, catalog);
}

/// Was this row not there before? The same key with other texts counts as new.
template <class Row>
bool is_new(const Row& row, std::span<const Row> known) {
  return std::none_of(known.begin(), known.end(),
                      [&row](const Row& other) { return other.source.data() == row.source.data(); });
}

struct Ages {
  const Catalog& catalog;
  const Catalog* known;
  const PriceTerms& terms;
  double limit;
  std::string_view today;
  std::vector<CatalogAge> out = {};

  void add(CatalogAge::What what, std::string_view key, std::string_view as_of, double months) {
    out.push_back({what, key, std::string(as_of), months});
  }
  bool priced_here(std::string_view key) const {
    return std::any_of(catalog.prices.begin(), catalog.prices.end(),
                       [&](const PriceRow& row) { return row.item == key && is_new(row, known->prices); });
  }
  template <class Row>
  void things(std::span<const Row> rows, std::span<const Row> before) {
    for (const Row& row : rows) {
      if (row.sold != "new" || (known != nullptr && !is_new(row, before) && !priced_here(row.key))) continue;
      const Price price = price_of(row.key, 1, terms, catalog);
      const double months = months_between(price.as_of, today).value_or(0);
      if (!price.known)
        add(CatalogAge::What::no_price, row.key, "", 0);
      else if (months > limit)
        add(CatalogAge::What::old_price, row.key, price.as_of, months);
    }
  }
  template <class Row>
  void dates(std::span<const Row> rows, std::span<const Row> before, std::string_view Row::*key, bool may_age) {
    for (const Row& row : rows) {
      if (known != nullptr && !is_new(row, before)) continue;
      const double months = months_between(row.as_of, today).value_or(0);
      if (months < 0) add(CatalogAge::What::future, row.*key, row.as_of, months);
      if (may_age && months > limit) add(CatalogAge::What::old_rate, row.*key, row.as_of, months);
    }
  }
};

}  // namespace

std::span<const std::string_view> catalog_kinds() {
  return kKinds;
}

std::vector<CatalogEntry> catalog_entries(const Catalog& catalog, const PriceTerms& terms) {
  std::vector<CatalogEntry> out;
  for (const auto& row : catalog.accelerators) {
    out.push_back(entry_of(row.kind, row, kAcceleratorColumns));
    out.back().sold = row.sold;
    out.back().memory_gib = row.memory_gib;
  }
  for (const auto& row : catalog.cpus) out.push_back(entry_of("cpu", row, kCpuColumns));
  for (const auto& row : catalog.systems) {
    out.push_back(entry_of("system", row, kSystemColumns));
    out.back().sold = row.sold;
    out.back().memory_gib = row.memory_gib;
  }
  for (const auto& row : catalog.parts) {
    out.push_back(entry_of(row.kind, row, kPartColumns));
    out.back().sold = row.sold;
    out.back().memory_gib = row.memory_gib;
    out.back().disk_gb = row.disk_gb;
  }
  for (auto& entry : out)
    if (entry.kind != "cpu") add_prices(entry, catalog, terms);
  return out;
}

std::vector<CatalogAge> catalog_ages(const Catalog& catalog, const PriceTerms& terms, double months,
                                     const Catalog* known) {
  static const Catalog kNone{};
  const Catalog& before = known != nullptr ? *known : kNone;
  Ages ages{catalog, known, terms, months, terms.as_of.empty() ? catalog.date : std::string_view(terms.as_of)};
  ages.things(catalog.accelerators, before.accelerators);
  ages.things(catalog.systems, before.systems);
  ages.things(catalog.parts, before.parts);
  ages.dates(catalog.rates, before.rates, &RateRow::currency, true);
  ages.dates(catalog.prices, before.prices, &PriceRow::item, false);
  return std::move(ages.out);
}

}  // namespace edgefit
