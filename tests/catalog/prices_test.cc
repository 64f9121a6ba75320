#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "edgefit/price.h"

namespace edgefit {
namespace {

using testing::HasSubstr;

/// A market of its own: a card, an old card, a kit of memory, a box.
class Prices : public testing::Test {
 protected:
  Prices() {
    card_.key = "card";
    card_.sold = "new";
    card_.msrp_usd = 2000;
    card_.msrp_year = 2025;
    card_.source = "maker";
    old_ = card_;
    old_.key = "old-card";
    old_.sold = "discontinued";
    old_.msrp_year = 2022;
    kit_.key = "kit";
    kit_.kind = "ram";
    box_.key = "box";
    box_.price_usd = 999.99;
    box_.price_date = "2026-06";
    box_.price_kind = "list";
    box_.price_source = "maker's page";
  }

  void add(std::string_view item, double low, double high, std::string_view kind, std::string_view as_of,
           std::string_view currency = "USD") {
    prices_.push_back({item, low, high, currency, kind, as_of, "shop", {}});
  }
  void offer(double price, std::string_view as_of, Maybe quantity, std::string_view supplier = "dealer") {
    prices_.push_back({"card", price, price, "USD", "offer", as_of, "file", {}, supplier, quantity});
  }

  Price ask(std::string_view item, int quantity = 1, bool allow_used = false, std::string_view currency = "USD") const {
    Catalog catalog;
    catalog.accelerators = cards_view();
    catalog.parts = {&kit_, 1};
    catalog.systems = {&box_, 1};
    catalog.prices = prices_;
    catalog.rates = rates_;
    return price_of(item, quantity, {today_, std::string(currency), allow_used}, catalog);
  }
  std::span<const AcceleratorRow> cards_view() const {
    both_ = {card_, old_};
    return both_;
  }

  AcceleratorRow card_{}, old_{};
  PartRow kit_{};
  SystemRow box_{};
  mutable std::vector<AcceleratorRow> both_;
  std::vector<PriceRow> prices_;
  std::vector<RateRow> rates_ = {
      {"USD", 1, "s", "2026-11-01"}, {"CHF", 1.25, "s", "2026-11-01"}, {"EUR", 1.1, "s", "2026-11-01"}};
  std::string today_ = "2026-11-23";
};

TEST_F(Prices, ListPriceAloneWidensWithItsAge) {
  const Price price = ask("card");
  ASSERT_TRUE(price.known);
  EXPECT_EQ(price.value_cents, 200'000);
  EXPECT_EQ(price.high_cents, 400'000);  // 22 months at 4 %: stopped at twice
  EXPECT_EQ(price.low_cents, 133'333);
  EXPECT_EQ(price.kind, "list");
  EXPECT_EQ(price.as_of, "2025");
  EXPECT_EQ(price.source, "maker");
}

TEST_F(Prices, NewestWinsAndRecentOnesSpread) {
  add("card", 3900, 4000, "street", "2026-11-23");
  add("card", 2500, 2500, "street", "2026-01");
  add("card", 1000, 1000, "street", "2025-10");  // more than a year before the newest
  const Price price = ask("card");
  EXPECT_EQ(price.value_cents, 395'000);
  EXPECT_EQ(price.low_cents, 250'000);
  EXPECT_EQ(price.high_cents, 400'000);
  EXPECT_EQ(price.as_of, "2026-11-23");
}

TEST_F(Prices, OfOneDayTheMiddleOneCounts) {
  for (const double each : {100.0, 900.0, 300.0}) add("card", each, each, "street", "2026-11-23");
  const Price price = ask("card");
  EXPECT_EQ(price.value_cents, 30'000);
  EXPECT_EQ(price.low_cents, 10'000);
  EXPECT_EQ(price.high_cents, 90'000);
}

TEST_F(Prices, MemoryRunsAwayFaster) {
  add("card", 100, 100, "street", "2026-05-23");
  add("kit", 100, 100, "street", "2026-05-23");
  EXPECT_NEAR(static_cast<double>(ask("card").high_cents), 10'000 * std::pow(1.04, 6.05), 30);
  EXPECT_NEAR(static_cast<double>(ask("kit").high_cents), 10'000 * std::pow(1.15, 6.05), 30);
  EXPECT_NEAR(static_cast<double>(ask("kit").low_cents), 10'000 / std::pow(1.10, 6.05), 30);
}

TEST_F(Prices, OldPricesAreNone) {
  EXPECT_THAT(ask("old-card").reason, HasSubstr("no recent price of old-card"));
  add("kit", 100, 100, "street", "2025-11-20");
  EXPECT_FALSE(ask("kit").known);
  add("kit", 100, 100, "street", "2025-12");
  EXPECT_TRUE(ask("kit").known);
  EXPECT_THAT(ask("nothing").reason, HasSubstr("no price of nothing"));
}

TEST_F(Prices, TheFutureDoesNotCount) {
  add("card", 1, 1, "street", "2026-12");
  offer(1, "2026-11-24", {});
  EXPECT_EQ(ask("card").value_cents, 200'000);
}

TEST_F(Prices, UsedOnlyWhenAllowedAndNeverAsNew) {
  add("old-card", 500, 800, "used", "2026-11-23");
  add("card", 50, 50, "used", "2026-11-23");
  EXPECT_FALSE(ask("old-card").known);
  EXPECT_EQ(ask("old-card", 1, true).value_cents, 65'000);
  EXPECT_EQ(ask("old-card", 1, true).kind, "used");
  EXPECT_EQ(ask("card", 1, true).kind, "list");  // it is sold new
  EXPECT_EQ(ask("card").low_cents, 133'333);
  add("old-card", 900, 900, "street", "2026-11-23");
  EXPECT_EQ(ask("old-card").value_cents, 90'000);
  EXPECT_EQ(ask("old-card", 1, true).value_cents, 65'000);
}

TEST_F(Prices, YoungOfferIsExactWhenItHoldsForSoMany) {
  offer(1799.99, "2026-11-01", 4);
  const Price three = ask("card", 3);
  EXPECT_EQ(three.low_cents, 539'997);
  EXPECT_EQ(three.value_cents, 539'997);
  EXPECT_EQ(three.high_cents, 539'997);
  EXPECT_EQ(three.kind, "offer");
  EXPECT_EQ(three.source, "dealer");
  EXPECT_EQ(ask("card", 5).kind, "list");
}

TEST_F(Prices, CheapestYoungOfferElseTheNewest) {
  offer(1900, "2026-11-20", {}, "a");
  offer(1800, "2026-11-02", {}, "b");
  offer(100, "2026-03", {}, "c");
  EXPECT_EQ(ask("card").source, "b");
  today_ = "2027-01-20";
  const Price later = ask("card");
  EXPECT_EQ(later.source, "a");
  EXPECT_EQ(later.value_cents, 190'000);
  EXPECT_GT(later.high_cents, 200'000);
  EXPECT_LT(later.low_cents, 182'000);
}

TEST_F(Prices, OtherCurrenciesWidenWithTheRate) {
  offer(1000, "2026-11-20", {});
  const Price price = ask("card", 2, false, "CHF");
  EXPECT_EQ(price.currency, "CHF");
  EXPECT_EQ(price.value_cents, 160'000);
  EXPECT_EQ(price.low_cents, 158'400);  // one started month: 1 %
  EXPECT_EQ(price.high_cents, 161'600);
  EXPECT_THAT(ask("card", 1, false, "JPY").reason, HasSubstr("no exchange rate to JPY"));
}

TEST_F(Prices, SystemsBringTheirOwn) {
  EXPECT_EQ(ask("box", 3).value_cents, 299'997);
  EXPECT_EQ(ask("box").source, "maker's page");
  EXPECT_FALSE(ask("box", 0).known);
}

TEST_F(Prices, ChipsHaveNoPriceOfTheirOwn) {
  card_.buy_as = "chip";
  EXPECT_FALSE(ask("card").known);
}

Price priced(int64_t cents, const char* kind, const char* as_of, const char* currency = "USD") {
  Price out;
  out.low_cents = cents - 1;
  out.value_cents = cents;
  out.high_cents = cents + 1;
  out.kind = kind;
  out.as_of = as_of;
  out.currency = currency;
  out.source = kind;
  return out;
}

TEST(PriceSum, AddsCentsAndKeepsTheWeaker) {
  const Price sum = priced(100, "offer", "2026-11-20") + priced(205, "list", "2026-06") + Price{};
  EXPECT_EQ(sum.low_cents, 303);
  EXPECT_EQ(sum.value_cents, 305);
  EXPECT_EQ(sum.high_cents, 307);
  EXPECT_EQ(sum.kind, "list");
  EXPECT_EQ(sum.as_of, "2026-06");
  EXPECT_EQ(sum.source, "offer; list");
  EXPECT_EQ((Price{} + priced(5, "used", "2026", "CHF")).currency, "CHF");
}

TEST(PriceSum, UnknownAndForeignStayUnknown) {
  Price unknown = priced(0, "none", "");
  unknown.known = false;
  unknown.reason = "why";
  EXPECT_FALSE((priced(5, "list", "2026") + unknown).known);
  EXPECT_EQ((unknown + priced(5, "list", "2026")).reason, "why");
  const Price mixed = priced(5, "list", "2026") + priced(5, "list", "2026", "CHF");
  EXPECT_FALSE(mixed.known);
  EXPECT_EQ(mixed.value_cents, 0);
  EXPECT_THAT(mixed.reason, HasSubstr("USD + CHF"));
}

TEST(Exchange, GoesThroughDollars) {
  EXPECT_EQ(exchange(100, "XXX", "XXX"), 100);
  EXPECT_FALSE(exchange(100, "USD", "XXX"));
  EXPECT_FALSE(exchange(100, "XXX", "USD"));
  EXPECT_NEAR(*exchange(10'000, "EUR", "USD"), 11'652, 0.1);
  EXPECT_NEAR(*exchange(*exchange(10'000, "EUR", "CHF"), "CHF", "EUR"), 10'000, 1e-6);
}

TEST(ShippedPrices, BelongToThingsThatExist) {
  std::set<std::string_view> keys;
  for (const auto& row : accelerators()) keys.insert(row.key);
  for (const auto& row : systems()) keys.insert(row.key);
  for (const auto& row : builtin_catalog().parts) keys.insert(row.key);
  EXPECT_EQ(keys.size(), accelerators().size() + systems().size() + builtin_catalog().parts.size());
  for (const auto& row : builtin_catalog().prices) {
    EXPECT_TRUE(keys.count(row.item)) << row.item;
    EXPECT_TRUE(exchange(1, row.currency, "USD")) << row.currency;
    EXPECT_NE(row.kind, "offer") << row.item;
  }
}

TEST(ShippedPrices, EverythingSaysWhetherItIsSold) {
  for (const auto& row : accelerators()) EXPECT_FALSE(row.sold.empty() || row.buy_as.empty()) << row.key;
  for (const auto& row : systems()) EXPECT_FALSE(row.sold.empty() || row.buy_as.empty()) << row.key;
  for (const auto& row : builtin_catalog().parts) EXPECT_FALSE(row.sold.empty()) << row.key;
  EXPECT_EQ((*find_accelerator("rtx 4090"))->sold, "discontinued");
  EXPECT_EQ((*find_accelerator("rtx 5090"))->sold, "new");
  EXPECT_EQ((*find_accelerator("h200-sxm-141-gb"))->buy_as, "module");
}

TEST(ShippedPrices, HoldToTheirOwnEnds) {
  const PriceTerms terms{"2026-11-23", "CHF", true};
  int known = 0;
  for (const auto& row : accelerators()) {
    const Price price = price_of(row.key, 2, terms);
    if (!price.known) continue;
    ++known;
    EXPECT_LE(price.low_cents, price.value_cents) << row.key;
    EXPECT_LE(price.value_cents, price.high_cents) << row.key;
    EXPECT_GT(price.low_cents, 0) << row.key;
  }
  EXPECT_GE(known, 40);
}

}  // namespace
}  // namespace edgefit
