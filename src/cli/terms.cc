#include "cli/terms.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <thread>

#include "base/parse.h"
#include "cli/choices.h"
#include "edgefit/money.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

Problem bad_value(const char* flag, const std::string& value, std::string hint) {
  return {fmt::format(fmt::runtime(tr("bad value '{}'")), value), flag, std::move(hint)};
}

bool parse_whole(const std::string& text, int least, int most, int& out) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && stop == text.data() + text.size() && out >= least && out <= most;
}

/// The maker as the catalog spells it.
Result<std::string> find_vendor(const std::string& typed, const Catalog& catalog) {
  std::set<std::string_view> makers;
  for (const auto& row : catalog.accelerators) {
    if (equals_ignoring_case(row.vendor, typed)) return std::string(row.vendor);
    makers.insert(row.vendor);
  }
  const std::vector<std::string_view> names(makers.begin(), makers.end());
  std::string hint = did_you_mean(typed, names);
  if (hint.empty()) hint = say(tr("one of {}"), fmt::join(names, " "));
  return bad_value("--vendor", typed, std::move(hint));
}

}  // namespace

void declare_terms(Flags& flags, TermFlags& typed) {
  flags.heading(tr("What may be bought"));
  flags.text("--budget", typed.budget, "MONEY", tr("like \"20000 CHF\", excluding VAT"));
  declare_price_flags(flags, typed.prices);
  flags.text("--vendor", typed.vendor, "NAME", tr("accelerators of this maker only"),
             names_of(accelerators(), &AcceleratorRow::vendor));
  flags.text("--max-watts", typed.max_watts, "N", tr("most that the purchase may draw"));
  flags.toggle("--office", typed.office, tr("people sit beside it: no server cards or racks"));
  flags.toggle("--as-asked", typed.as_asked, tr("only what reduces nothing"));
  flags.text("--limit", typed.limit, "N", tr("options at most (default: 8)"));
}

Result<PlanTerms> parse_terms(const TermFlags& typed, const std::string& date, const Catalog& catalog) {
  PlanTerms terms;
  terms.catalog = &catalog;
  terms.office = typed.office;
  terms.keep_question = typed.as_asked;
  terms.threads = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 64U));
  PriceFlags prices = typed.prices;
  Money budget;
  if (!typed.budget.empty()) {
    const auto money = parse_money(typed.budget, "--budget");
    if (!money) return money.error();
    budget = *money;
    if (prices.currency.empty()) prices.currency = budget.currency;
  }
  if (prices.currency.empty()) prices.currency = "USD";
  auto priced = price_terms(prices, date, catalog);
  if (!priced) return priced.error();
  terms.prices = std::move(*priced);
  if (!typed.budget.empty()) {
    const auto cents = exchange(static_cast<double>(budget.cents), budget.currency, terms.prices.currency, catalog);
    if (!cents) return bad_value("--budget", typed.budget, tr("there is no exchange rate for this currency"));
    terms.budget_cents = static_cast<int64_t>(*cents);
  }
  if (!typed.vendor.empty()) {
    auto vendor = find_vendor(typed.vendor, catalog);
    if (!vendor) return vendor.error();
    terms.vendor = std::move(*vendor);
  }
  int watts = 0;
  if (!typed.max_watts.empty()) {
    if (!parse_whole(typed.max_watts, 1, 1000000, watts))
      return bad_value("--max-watts", typed.max_watts, tr("a whole number of watts"));
    terms.power = Watts{static_cast<double>(watts)};
  }
  if (!typed.limit.empty() && !parse_whole(typed.limit, 1, 1000, terms.limit)) {
    return bad_value("--limit", typed.limit, tr("a whole number of at least 1"));
  }
  return terms;
}

}  // namespace edgefit
