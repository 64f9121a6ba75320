// `edgefit catalog` as text and JSON: what there is, what it costs today, what has grown old.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/json.h"
#include "base/parse.h"
#include "edgefit/report.h"
#include "edgefit/text.h"
#include "report/page.h"
#include "report/table.h"

namespace edgefit {
namespace {

using Align = Column::Align;
constexpr size_t kMonth = 7;  ///< "2026-11"

const char* sold_word(std::string_view sold) {
  if (sold == "new") return tr("new");
  if (sold == "used") return tr_in("price", "used");
  if (sold == "discontinued") return tr("not new");
  return sold == "part_of_system" ? tr("built in") : "";
}

std::string show_cents(int64_t cents) {
  return show_count(std::round(static_cast<double>(cents) / 100));
}

std::string range_of(const Price& price) {
  if (price.low_cents == price.high_cents) return tr("exactly");
  return fmt::format("{}..{}", show_cents(price.low_cents), show_cents(price.high_cents));
}

std::string size_of(const CatalogEntry& entry) {
  if (entry.memory_gib) return fmt::format("{:g} GiB", *entry.memory_gib);
  return entry.disk_gb ? fmt::format("{:g} GB", *entry.disk_gb) : std::string();
}

std::string cell_text(const CatalogCell& cell) {
  if (const auto* text = std::get_if<std::string_view>(&cell.value)) return printable(*text);
  if (const auto* number = std::get_if<double>(&cell.value)) return fmt::format("{:g}", *number);
  return fmt::format("{:g}", fmt::join(std::get<std::span<const double>>(cell.value), ", "));
}

std::string price_line(const PriceRow& row) {
  std::string text = fmt::format("{:.2f}", *row.low);
  if (*row.high > *row.low) text += fmt::format("..{:.2f}", *row.high);
  text += fmt::format(" {} {}, {}", row.currency, tr_in("price", std::string(row.kind).c_str()), row.as_of);
  if (row.quantity) text += fmt::format(fmt::runtime(tr(", up to {:g} pieces")), *row.quantity);
  if (!row.supplier.empty()) text += fmt::format(", {}", printable(row.supplier));
  text += fmt::format("; {}", printable(row.source));
  if (!row.notes.empty()) text += fmt::format("; {}", printable(row.notes));
  return text;
}

std::string price_today(const Price& price) {
  if (!price.known) return say(tr("unknown: {}"), printable(price.reason));
  const bool exact = price.low_cents == price.high_cents;
  const std::string range = exact ? std::string()
                                  : fmt::format(fmt::runtime(tr(", between {} and {}")), show_cents(price.low_cents),
                                                show_cents(price.high_cents));
  return fmt::format(fmt::runtime(tr("{} {}{} ({}, {}), excluding VAT")), show_cents(price.value_cents), price.currency,
                     range, tr_in("price", price.kind.c_str()), price.as_of);
}

const char* sentence_of(CatalogAge::What what) {
  constexpr std::array kSentences = {mark("sold new, without a price that still counts"),
                                     mark("sold new, price is old"), mark("exchange rate is old"),
                                     mark("dated in the future")};
  return tr(kSentences.at(static_cast<size_t>(what)));
}

Json price_json(const Price& price) {
  const auto cents = [&price](int64_t n) { return price.known ? Json(n) : Json(nullptr); };
  return {{"low", cents(price.low_cents)},
          {"value", cents(price.value_cents)},
          {"high", cents(price.high_cents)},
          {"currency", price.currency},
          {"kind", price.kind},
          {"as_of", price.as_of.empty() ? Json(nullptr) : Json(price.as_of)},
          {"source", price.source.empty() ? Json(nullptr) : Json(price.source)},
          {"reason", price.known ? Json(nullptr) : Json(price.reason)}};
}

Json row_json(const PriceRow& row) {
  Json out = {{"low", *row.low},
              {"high", *row.high},
              {"currency", row.currency},
              {"kind", row.kind},
              {"as_of", row.as_of},
              {"source", row.source},
              {"supplier", row.supplier.empty() ? Json(nullptr) : Json(row.supplier)},
              {"quantity", row.quantity ? Json(*row.quantity) : Json(nullptr)},
              {"notes", row.notes.empty() ? Json(nullptr) : Json(row.notes)}};
  return out;
}

Json entry_json(const CatalogEntry& entry) {
  Json facts = Json::object();
  for (const auto& cell : entry.cells)
    std::visit([&](const auto& value) { facts[std::string(cell.column)] = value; }, cell.value);
  Json prices = Json::array();
  for (const PriceRow* row : entry.prices) prices.push_back(row_json(*row));
  return {{"kind", entry.kind},
          {"key", entry.key},
          {"facts", std::move(facts)},
          {"prices", std::move(prices)},
          {"price", price_json(entry.price)}};
}

Json head_json(const char* format, const PriceTerms& terms) {
  return {{"format", format}, {"format_version", "1.0"}, {"as_of", terms.as_of}, {"currency", terms.currency}};
}

}  // namespace

std::string render_catalog(std::span<const CatalogEntry> entries, const PriceTerms& terms, const Style& style) {
  Page page(style);
  Table table({{Align::left, 24, true}, {Align::right}, {Align::left}, {Align::right}, {Align::right}, {Align::left}});
  table.row({{tr("key")}, {tr("memory")}, {tr("sold")}, {terms.currency}, {tr("between")}, {tr("dated")}});
  for (const auto& entry : entries) {
    const bool priced = entry.price.known;
    const char* const without = entry.kind == "cpu" ? "" : "?";
    table.row({{std::string(entry.key)},
               {size_of(entry)},
               {sold_word(entry.sold)},
               {priced ? show_cents(entry.price.value_cents) : without},
               {priced ? range_of(entry.price) : std::string()},
               {priced ? entry.price.as_of.substr(0, kMonth) : std::string()}});
  }
  table.print(page);
  page.gap();
  page.paragraph(
      {}, fmt::format(fmt::runtime(tr("{} found; prices of one piece in {} at {}, excluding VAT; edgefit catalog "
                                      "show KEY tells their sources")),
                      entries.size(), terms.currency, terms.as_of));
  return std::move(page).text();
}

std::string render_catalog_entry(const CatalogEntry& entry, const PriceTerms& terms, const Style& style) {
  Page page(style);
  page.paragraph({}, fmt::format("{} ({})", printable(entry.name), entry.key));
  size_t width = 0;
  for (const auto& cell : entry.cells) width = std::max(width, cell.column.size());
  for (const auto& cell : entry.cells)
    if (cell.column != "key" && cell.column != "name")
      page.paragraph({{fmt::format("  {:<{}}  ", cell.column, width)}}, cell_text(cell));
  if (entry.kind == "cpu") return std::move(page).text();
  page.gap();
  page.paragraph({}, fmt::format(fmt::runtime(tr("Price at {}: {}")), terms.as_of, price_today(entry.price)));
  for (const PriceRow* row : entry.prices) page.paragraph({{"  "}}, price_line(*row));
  return std::move(page).text();
}

std::string render_catalog_ages(std::span<const CatalogAge> ages, double months, const Style& style) {
  Page page(style);
  if (ages.empty()) {
    page.paragraph({}, fmt::format(fmt::runtime(tr("nothing is older than {:g} months")), months));
    return std::move(page).text();
  }
  for (const auto what : {CatalogAge::What::future, CatalogAge::What::old_rate, CatalogAge::What::old_price,
                          CatalogAge::What::no_price}) {
    Table table({{Align::left, 30, true}, {Align::left}, {Align::right}});
    for (const auto& age : ages) {
      if (age.what != what) continue;
      const bool dated = !age.as_of.empty();
      table.row({{std::string(age.key)},
                 {age.as_of},
                 {dated ? fmt::format(fmt::runtime(tr("{:.0f} months")), std::abs(age.months)) : std::string()}});
    }
    if (table.empty()) continue;
    page.gap();
    page.line(sentence_of(what));
    table.print(page, 2);
  }
  return std::move(page).text();
}

std::string catalog_json(std::span<const CatalogEntry> entries, const PriceTerms& terms) {
  Json out = head_json("edgefit.catalog", terms);
  out["entries"] = Json::array();
  for (const auto& entry : entries) out["entries"].push_back(entry_json(entry));
  return out.dump(2) + "\n";
}

std::string catalog_ages_json(std::span<const CatalogAge> ages, const PriceTerms& terms, double months) {
  Json out = head_json("edgefit.catalog-check", terms);
  out["months"] = months;
  out["ages"] = Json::array();
  for (const auto& age : ages) {
    const bool dated = !age.as_of.empty();
    out["ages"].push_back({{"what", name_of(age.what)},
                           {"key", age.key},
                           {"as_of", dated ? Json(age.as_of) : Json(nullptr)},
                           {"months", dated ? Json(age.months) : Json(nullptr)}});
  }
  return out.dump(2) + "\n";
}

}  // namespace edgefit
