#include "catalog/offers.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "edgefit/price.h"

namespace edgefit {
namespace {

using testing::HasSubstr;

TEST(Offers, TablesAreRead) {
  const auto offers = read_offers(
      "Name;Menge;Preis;Währung;Datum;Lieferant\n"
      "RTX 5090;4;\"2.899,00\";chf;20.11.2026;Händler AG\n"
      "ram-ddr5-udimm-2x32;;649,5;EUR;2026-11;\n",
      "o.csv");
  ASSERT_TRUE(offers) << offers.error().what << offers.error().where;
  ASSERT_EQ(offers->size(), 2u);
  const Offer& card = offers->front();
  EXPECT_EQ(card.item, "RTX 5090");
  EXPECT_EQ(card.quantity, 4);
  EXPECT_EQ(card.price, 2899);
  EXPECT_EQ(card.currency, "CHF");
  EXPECT_EQ(card.as_of, "2026-11-20");
  EXPECT_EQ(card.supplier, "Händler AG");
  EXPECT_EQ(card.where, "o.csv, line 2");
  EXPECT_FALSE((*offers)[1].quantity);
  EXPECT_EQ((*offers)[1].price, 649.5);
  EXPECT_EQ((*offers)[1].as_of, "2026-11");
}

TEST(Offers, JsonIsRead) {
  const auto offers = read_offers(R"({"format":"edgefit.offers","format_version":"1.0","rows":[
    {"id":"geforce-rtx-5090","price":1.234,"currency":"USD","date":"2026-11-01","quantity":2},
    {"name":"L4","price":"2'500.- CHF","date":"2026-11-01","supplier":"s"}]})",
                                  "o.json");
  ASSERT_TRUE(offers) << offers.error().what;
  EXPECT_EQ(offers->front().price, 1.234);  // a number has one meaning
  EXPECT_EQ(offers->back().currency, "CHF");
  EXPECT_EQ(offers->back().price, 2500);
}

TEST(Offers, IdWinsOverName) {
  const auto offers = read_offers("id,name,price,date\nl4,Something,5 USD,2026\n,L4,6 USD,2026\n", "o.csv");
  ASSERT_TRUE(offers) << offers.error().what;
  EXPECT_EQ(offers->front().item, "l4");
  EXPECT_EQ(offers->back().item, "L4");
}

struct Bad {
  std::string text, what, where, hint;
};

TEST(Offers, TroubleIsTold) {
  const auto json = [](const char* rows) {
    return fmt::format(R"({{"format":"edgefit.offers","format_version":"1.0","rows":{}}})", rows);
  };
  for (const auto& [text, what, where, hint] : {
           Bad{"name,price,currency,date\nL4,1.234,EUR,2026\n", "two ways", "line 2", "1234.00"},
           Bad{"name,price,currency,date\nL4,abc,EUR,2026\n", "no amount", "line 2", ""},
           Bad{"name,price,currency,date\nL4,5,,2026\n", "currency is missing", "line 2", "CHF"},
           Bad{"name,price,currency,date\nL4,5,Euro,2026\n", "no currency", "line 2", ""},
           Bad{"name,price,currency,date\nL4,5 USD,EUR,2026\n", "two currencies", "line 2", ""},
           Bad{"name,price,currency,date\nL4,5,EUR,\n", "needs its date", "line 2", "2026-11-23"},
           Bad{"name,price,currency,date\nL4,5,EUR,11/20/2026\n", "needs its date", "line 2", ""},
           Bad{"name,price,currency,date\nL4,5,EUR,31.02.2026\n", "needs its date", "line 2", ""},
           Bad{"name,price,currency,date\n,5,EUR,2026\n", "of what", "line 2", "name or id"},
           Bad{"name,quantity,price,currency,date\nL4,0,5,EUR,2026\n", "whole number", "line 2", ""},
           Bad{"name,quantity,price,currency,date\nL4,1.5,5,EUR,2026\n", "whole number", "line 2", ""},
           Bad{"name,quantity,price,currency,date\nL4,two,5,EUR,2026\n", "whole number", "line 2", ""},
           Bad{"name,prise,currency,date\nL4,5,EUR,2026\n", "no column \"prise\"", "line 1", "price"},
           Bad{"name,price,preis,date\nL4,5,5,2026\n", "second column", "o.x", ""},
           Bad{json("7"), "list", "/rows", ""},
           Bad{json("[7]"), "object", "/rows/0", ""},
           Bad{json(R"([{"name":"L4","price":-5,"currency":"USD","date":"2026"}])"), "out of range", "/rows/0", ""},
           Bad{json(R"([{"name":"L4","price":1e300,"currency":"USD","date":"2026"}])"), "out of range", "/rows/0", ""},
           Bad{json(R"([{"name":["L4"],"price":5}])"), "text", "/rows/0/name", ""},
           Bad{json(R"([{"name":"L4\u001b[31m","price":5}])"), "control", "/rows/0/name", ""},
           Bad{json(R"([{"name":"L4","prize":5}])"), "prize", "/rows/0", "price"},
           Bad{R"({"format":"edgefit.offers","rows":[]})", "version", "/format_version", ""},
           Bad{R"({"format":"edgefit.offers","format_version":"1.0","rows":[],"more":1})", "unknown key", "o.x", ""},
       }) {
    const auto offers = read_offers(text, "o.x");
    ASSERT_FALSE(offers) << text;
    EXPECT_THAT(offers.error().what, HasSubstr(what)) << text;
    EXPECT_THAT(offers.error().where, HasSubstr(where)) << text;
    EXPECT_THAT(offers.error().hint, HasSubstr(hint)) << text;
  }
}

TEST(Offers, AreToldFromFactsByContent) {
  EXPECT_TRUE(holds_offers("name,price\n"));
  EXPECT_TRUE(holds_offers(R"(  {"format":"edgefit.offers"})"));
  EXPECT_FALSE(holds_offers(R"({"format":"edgefit.prices"})"));
  EXPECT_FALSE(holds_offers("{"));
  EXPECT_FALSE(holds_offers("[]"));
}

/// Through the door that commands use.
class LoadOffers : public testing::Test {
 protected:
  Result<std::shared_ptr<const Catalog>> load(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name) << text;
    return load_catalog(folder_ + "/" + name);
  }
  void SetUp() override {
    folder_ = testing::TempDir() + "edgefit_offers_" + testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string folder_;
};

TEST_F(LoadOffers, OverrideTheShippedPrice) {
  const auto catalog =
      load("o.csv", "\xef\xbb\xbfname;quantity;price;date;supplier\nRTX 5090;4;2'999.50 CHF;2026-11-20;us\n");
  ASSERT_TRUE(catalog) << catalog.error().what << catalog.error().where;
  const PriceTerms terms{"2026-11-23", "CHF", false};
  const Price four = price_of("geforce-rtx-5090", 4, terms, **catalog);
  EXPECT_EQ(four.value_cents, 1'199'800);
  EXPECT_EQ(four.low_cents, four.high_cents);
  EXPECT_EQ(four.source, "us");
  EXPECT_NE(price_of("geforce-rtx-5090", 5, terms, **catalog).kind, "offer");
  EXPECT_NE(price_of("geforce-rtx-5090", 4, terms).kind, "offer");
}

TEST_F(LoadOffers, NamesAreLookedUpAmongAllThings) {
  const auto catalog = load("o.csv",
                            "name,price,currency,date\n32 GB DDR5 UDIMM,5,USD,2026\nFramework Desktop 128,5,USD,2026\n"
                            "psu-atx-1000,5,USD,2026\ndgx-spark-2026,5,USD,2026\n");
  ASSERT_TRUE(catalog) << catalog.error().what << catalog.error().where << catalog.error().hint;
  const auto prices = (*catalog)->prices.last(4);
  EXPECT_EQ(prices[0].item, "ram-ddr5-udimm-32");
  EXPECT_EQ(prices[1].item, "framework-desktop-128");
  EXPECT_EQ(prices[2].item, "psu-atx-1000");
  EXPECT_EQ(prices[3].item, "dgx-spark-2026");
}

TEST_F(LoadOffers, NearMissesAreSuggested) {
  const auto missed = load("o.csv", "name,price,currency,date\nRTX 5091,5,USD,2026\n");
  ASSERT_FALSE(missed);
  EXPECT_THAT(missed.error().what, HasSubstr("no \"RTX 5091\""));
  EXPECT_THAT(missed.error().where, HasSubstr("line 2"));
  EXPECT_THAT(missed.error().hint, HasSubstr("geforce-rtx-50"));
  const auto several = load("o.csv", "name,price,currency,date\nRTX PRO 6000,5,USD,2026\n");
  ASSERT_FALSE(several);
  EXPECT_THAT(several.error().hint, HasSubstr("rtx-pro-6000-blackwell-max-q"));
}

TEST_F(LoadOffers, PricesOfNothingAreRefused) {
  const auto catalog = load("p.json", R"({"format":"edgefit.prices","format_version":"1.0","rows":[
    {"item":"geforce-rtx-5091","low":1,"high":2,"currency":"USD","kind":"street","as_of":"2026","source":"s"}]})");
  ASSERT_FALSE(catalog);
  EXPECT_THAT(catalog.error().what, HasSubstr("unknown item \"geforce-rtx-5091\""));
  EXPECT_THAT(catalog.error().where, HasSubstr("p.json"));
}

TEST_F(LoadOffers, SeveralFilesStandTogether) {
  std::ofstream(folder_ + "/a.csv") << "id,price,date\nl4,5 USD,2026-11-20\n";
  std::ofstream(folder_ + "/b.json") << R"({"format":"edgefit.rates","format_version":"1.0","rows":[
    {"currency":"JPY","usd":0.01,"source":"s","as_of":"2026-11-20"}]})";
  const std::vector<std::string> paths{folder_ + "/a.csv", folder_ + "/b.json"};
  const auto catalog = load_catalog(paths);
  ASSERT_TRUE(catalog) << catalog.error().what;
  EXPECT_EQ(price_of("l4", 1, {"2026-11-23", "JPY", false}, **catalog).value_cents, 50'000);
  const auto folder = load_catalog(folder_);
  ASSERT_TRUE(folder) << folder.error().what;
  EXPECT_EQ((*folder)->prices.size(), (*catalog)->prices.size());
}

}  // namespace
}  // namespace edgefit
