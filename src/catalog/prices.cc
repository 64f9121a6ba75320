// The rules of docs/formulas.md#prices: which of an item's dated prices counts today, and how far it may be off.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/parse.h"
#include "catalog/days.h"
#include "edgefit/price.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// How fast prices of a class of goods run away. Chosen from what the dated sources did in 2025 and 2026.
struct Ageing {
  double up, down;  ///< factors a month
  double most_up, most_down;
  double window;  ///< months: sources this much older than the newest still count for the spread
  double oldest;  ///< months: older prices are no price any more
};
// GeForce RTX 5090: 2000 USD in 2025-07, 3950 in 2026-06, 6 % a month; most cards moved less.
constexpr Ageing kGoods{1.04, 1.03, 2.0, 1.5, 12, 36};
// DDR5 2 x 16 GB: 73 USD in 2025-07, 500 in 2026-02, 32 % a month; since then 1 %.
constexpr Ageing kMemory{1.15, 1.10, 4.0, 3.0, 4, 12};
/// An offer binds for about a month.
constexpr double kOfferMonths = 1.03;
// EUR/USD: 1.1699 on 2026-08-21, 1.1355 on 2026-09-29.
constexpr double kRateAMonth = 0.01, kMostRate = 0.10;
constexpr double kMostCents = 9e15;  ///< beyond it a double no longer holds every cent

/// One dated price in hundredths of the asked currency, for all pieces.
struct Quote {
  const PriceRow* row;
  double low, high, months;
  double drift;  ///< of the exchange rate: a share of the price
  double middle() const { return (low + high) / 2; }
};

/// Everything the catalog says about one item.
struct Item {
  Item(std::string_view key, const Catalog& catalog);
  Item(const Item&) = delete;  // rows point to `year`
  Item& operator=(const Item&) = delete;

  std::vector<PriceRow> rows;
  std::string_view sold;
  const Ageing* ageing = &kGoods;
  std::string year;
};

PriceRow list_price(std::string_view item, double usd, std::string_view date, std::string_view source) {
  return {item, usd, usd, "USD", "list", date, source, {}};
}

Item::Item(std::string_view key, const Catalog& catalog) {
  for (const auto& row : catalog.prices)
    if (row.item == key) rows.push_back(row);
  for (const auto& row : catalog.accelerators) {
    if (row.key != key) continue;
    sold = row.sold;
    year = fmt::format("{:.0f}", row.msrp_year.value_or(0));
    // The table gives chips the price of the machine that they come in.
    if (row.msrp_usd.value_or(0) > 0 && row.msrp_year && row.buy_as != "chip")
      rows.push_back(list_price(key, *row.msrp_usd, year, row.source));
  }
  for (const auto& row : catalog.systems) {
    if (row.key != key) continue;
    sold = row.sold;
    const Maybe low = row.price_usd ? row.price_usd : row.price_low_usd;
    const Maybe high = row.price_usd ? row.price_usd : row.price_high_usd;
    if (!(low.value_or(0) > 0) || !(high.value_or(0) >= *low)) continue;
    rows.push_back(list_price(key, *low, row.price_date, row.price_source));
    rows.back().high = high;
    if (!row.price_kind.empty()) rows.back().kind = row.price_kind;
  }
  for (const auto& row : catalog.parts) {
    if (row.key != key) continue;
    sold = row.sold;
    if (row.kind == "ram" || row.kind == "ssd") ageing = &kMemory;
  }
}

const RateRow* find_rate(std::string_view currency, const Catalog& catalog) {
  const auto at = std::find_if(catalog.rates.begin(), catalog.rates.end(),
                               [currency](const RateRow& row) { return row.currency == currency && row.usd; });
  return at == catalog.rates.end() ? nullptr : &*at;
}

/// How far a converted price may be off because the rate is old.
double drift_of(std::string_view from, std::string_view to, std::string_view today, const Catalog& catalog) {
  if (from == to) return 0;
  double months = 0;
  for (const auto currency : {from, to})
    if (const RateRow* rate = find_rate(currency, catalog))
      months = std::max(months, months_between(rate->as_of, today).value_or(0));
  return std::min(kMostRate, kRateAMonth * (1 + std::floor(months)));
}

double widening(double a_month, double months, double most) {
  return std::min(most, std::pow(a_month, std::max(0.0, months)));
}

int64_t whole_cents(double cents) {
  return std::llround(std::min(cents, kMostCents));
}

/// Prices that count today for so many pieces, in the asked currency.
std::vector<Quote> quotes_of(const Item& item, int quantity, const PriceTerms& terms, std::string_view today,
                             const Catalog& catalog) {
  std::vector<Quote> out;
  for (const PriceRow& row : item.rows) {
    const auto months = months_between(row.as_of, today);
    if (!months || *months < 0 || *months > item.ageing->oldest) continue;
    if (row.quantity && *row.quantity < quantity) continue;
    // Cents of one piece first, then pieces, then the rate: nothing is rounded in between.
    const auto all = [&](double units) {
      return exchange(static_cast<double>(std::llround(units * 100)) * quantity, row.currency, terms.currency, catalog);
    };
    const auto low = all(*row.low), high = all(*row.high);
    if (low && high)
      out.push_back({&row, *low, *high, *months, drift_of(row.currency, terms.currency, today, catalog)});
  }
  return out;
}

Price price_from(const Quote& newest, double value, double low, double high, const PriceTerms& terms) {
  Price out;
  out.low_cents = whole_cents(low * (1 - newest.drift));
  out.value_cents = whole_cents(value);
  out.high_cents = whole_cents(high * (1 + newest.drift));
  out.currency = terms.currency;
  out.kind = std::string(newest.row->kind);
  out.as_of = std::string(newest.row->as_of);
  out.source = std::string(newest.row->supplier.empty() ? newest.row->source : newest.row->supplier);
  return out;
}

/// The cheapest young offer as it stands, else the newest one with its age.
std::optional<Price> from_offers(const std::vector<Quote>& quotes, const PriceTerms& terms, const Ageing& ageing) {
  const Quote* best = nullptr;
  for (const Quote& quote : quotes) {
    if (quote.row->kind != "offer") continue;
    const bool young = quote.months <= kOfferMonths, best_young = best != nullptr && best->months <= kOfferMonths;
    const bool better = best == nullptr || (young && !best_young) || (young && quote.high < best->high) ||
                        (!young && !best_young && quote.months < best->months);
    if (better) best = &quote;
  }
  if (best == nullptr) return std::nullopt;
  const double age = best->months <= kOfferMonths ? 0 : best->months;
  return price_from(*best, best->middle(), best->low / widening(ageing.down, age, ageing.most_down),
                    best->high * widening(ageing.up, age, ageing.most_up), terms);
}

/// The newest price of these kinds; low and high from all that are not much older, widened by its age.
std::optional<Price> from_sources(std::vector<Quote> quotes, bool used, const PriceTerms& terms, const Ageing& ageing) {
  std::erase_if(
      quotes, [used](const Quote& quote) { return quote.row->kind == "offer" || (quote.row->kind == "used") != used; });
  if (quotes.empty()) return std::nullopt;
  const double youngest = std::min_element(quotes.begin(), quotes.end(), [](const Quote& a, const Quote& b) {
                            return a.months < b.months;
                          })->months;
  std::erase_if(quotes, [&](const Quote& quote) { return quote.months > youngest + ageing.window; });
  const auto dearer = [](const Quote& a, const Quote& b) { return a.high < b.high; };
  const auto cheaper = [](const Quote& a, const Quote& b) { return a.low < b.low; };
  const double low = std::min_element(quotes.begin(), quotes.end(), cheaper)->low;
  const double high = std::max_element(quotes.begin(), quotes.end(), dearer)->high;
  const double drift = std::max_element(quotes.begin(), quotes.end(), [](const Quote& a, const Quote& b) {
                         return a.drift < b.drift;
                       })->drift;
  // Several sources of the very same day: the middle one.
  std::erase_if(quotes, [youngest](const Quote& quote) { return quote.months > youngest; });
  std::sort(quotes.begin(), quotes.end(), [](const Quote& a, const Quote& b) { return a.middle() < b.middle(); });
  Quote newest = quotes[quotes.size() / 2];
  newest.drift = drift;
  return price_from(newest, newest.middle(), low / widening(ageing.down, youngest, ageing.most_down),
                    high * widening(ageing.up, youngest, ageing.most_up), terms);
}

Price unknown_price(const PriceTerms& terms, std::string reason) {
  Price out;
  out.known = false;
  out.currency = terms.currency;
  out.reason = std::move(reason);
  return out;
}

/// Least to most binding.
constexpr std::array<std::string_view, 4> kStrength = {"used", "list", "street", "offer"};

size_t strength(std::string_view kind) {
  return static_cast<size_t>(std::find(kStrength.begin(), kStrength.end(), kind) - kStrength.begin());
}

bool nothing_bought(const Price& price) {
  return price.known && price.kind == "none" && price.high_cents == 0;
}

}  // namespace

std::optional<double> exchange(double cents, std::string_view from, std::string_view to, const Catalog& catalog) {
  if (from == to) return cents;
  const RateRow *have = find_rate(from, catalog), *want = find_rate(to, catalog);
  if (have == nullptr || want == nullptr || !(*want->usd > 0)) return std::nullopt;
  return cents * *have->usd / *want->usd;
}

Price price_of(std::string_view key, int quantity, const PriceTerms& terms, const Catalog& catalog) {
  const Item item(key, catalog);
  const std::string_view today = terms.as_of.empty() ? catalog.date : std::string_view(terms.as_of);
  if (quantity < 1) return unknown_price(terms, tr("nothing is bought"));
  if (item.rows.empty()) return unknown_price(terms, say(tr("the catalog has no price of {}"), key));
  const auto quotes = quotes_of(item, quantity, terms, today, catalog);
  if (auto price = from_offers(quotes, terms, *item.ageing)) return *price;
  const bool used_first = terms.allow_used && (item.sold == "used" || item.sold == "discontinued");
  for (const bool used : {used_first, !used_first}) {
    if (used && !terms.allow_used) continue;
    if (auto price = from_sources(quotes, used, terms, *item.ageing)) return *price;
  }
  const bool convertible = std::any_of(item.rows.begin(), item.rows.end(), [&](const PriceRow& row) {
    return exchange(1, row.currency, terms.currency, catalog).has_value();
  });
  if (!convertible) return unknown_price(terms, say(tr("the catalog has no exchange rate to {}"), terms.currency));
  return unknown_price(terms, say(tr("the catalog has no recent price of {}"), key));
}

Price operator+(const Price& a, const Price& b) {
  if (nothing_bought(a)) return b;
  if (nothing_bought(b)) return a;
  if (!a.known || !b.known) return a.known ? b : a;
  Price out = a;
  if (a.currency != b.currency) {
    out = Price{};
    out.known = false;
    out.currency = a.currency;
    out.reason = say(tr("prices in different currencies: {} + {}"), a.currency, b.currency);
    return out;
  }
  out.low_cents += b.low_cents;
  out.value_cents += b.value_cents;
  out.high_cents += b.high_cents;
  if (strength(b.kind) < strength(a.kind)) out.kind = b.kind;
  if (first_day(b.as_of).value_or(0) < first_day(a.as_of).value_or(0)) out.as_of = b.as_of;
  if (b.source != a.source) out.source = fmt::format("{}; {}", a.source, b.source);
  return out;
}

}  // namespace edgefit
