#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "edgefit/report.h"

namespace edgefit {
namespace {

using Json = nlohmann::ordered_json;

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

const PriceTerms kTerms{"2026-11-23", "CHF", false};
const double kSizes[] = {64, 128};

/// A card with an offer and a machine without a price.
class CatalogText : public testing::Test {
 protected:
  CatalogText() {
    offer_ = {"card", 1999.5, 1999.5, "CHF", "offer", "2026-11-20", "o.csv, line 2", "net", "Muster", 4.0};
    CatalogEntry card{};
    card.kind = "gpu";
    card.key = "card";
    card.name = "A \x1b[31mCard";
    card.sold = "new";
    card.memory_gib = 32;
    card.cells = {
        {"key", "card"}, {"name", "A Card"}, {"bandwidth_gbs", 1792.0}, {"memory_options_gib", std::span(kSizes)}};
    card.prices = {&offer_};
    card.price = {199'950, 199'950, 199'950, true, "CHF", "offer", "2026-11-20", "Muster"};
    CatalogEntry box{};
    box.kind = "system";
    box.key = "box";
    box.name = "Box";
    box.sold = "discontinued";
    box.price.known = false;
    box.price.reason = "nobody says";
    entries_ = {card, box};
  }
  PriceRow offer_;
  std::vector<CatalogEntry> entries_;
};

TEST_F(CatalogText, ListsALineAThing) {
  const std::string text = render_catalog(entries_, kTerms, {false, true, 80});
  EXPECT_TRUE(has(text, "32 GiB"));
  EXPECT_TRUE(has(text, "2,000"));
  EXPECT_TRUE(has(text, "exactly"));
  EXPECT_TRUE(has(text, "not new"));
  EXPECT_TRUE(has(text, "2 found"));
  EXPECT_TRUE(has(text, "2026-11-23"));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
}

TEST_F(CatalogText, ShowsOneThingWithItsSources) {
  const std::string text = render_catalog_entry(entries_.front(), kTerms, {false, true, 80});
  EXPECT_FALSE(has(text, "\x1b"));
  EXPECT_TRUE(has(text, "1792"));
  EXPECT_TRUE(has(text, "64, 128"));
  EXPECT_TRUE(has(text, "1999.50 CHF offer, 2026-11-20, up to 4 pieces, Muster; o.csv, line 2; net"));
  EXPECT_TRUE(has(render_catalog_entry(entries_.back(), kTerms, {false, true, 80}), "unknown: nobody says"));
}

TEST_F(CatalogText, JsonKeepsCentsAndReasons) {
  const Json json = Json::parse(catalog_json(entries_, kTerms));
  EXPECT_EQ(json["format"], "edgefit.catalog");
  EXPECT_EQ(json["currency"], "CHF");
  EXPECT_EQ(json["entries"][0]["price"]["value"], 199'950);
  EXPECT_EQ(json["entries"][0]["facts"]["memory_options_gib"][1], 128);
  EXPECT_EQ(json["entries"][0]["prices"][0]["supplier"], "Muster");
  EXPECT_TRUE(json["entries"][1]["price"]["value"].is_null());
  EXPECT_EQ(json["entries"][1]["price"]["reason"], "nobody says");
}

TEST(CatalogAges, AreGroupedByWhatIsWrong) {
  using What = CatalogAge::What;
  const std::vector<CatalogAge> ages = {{What::old_price, "card", "2026-01", 10.7},
                                        {What::no_price, "kit", "", 0},
                                        {What::future, "later", "2027", -1.3}};
  const std::string text = render_catalog_ages(ages, 6, {false, true, 80});
  EXPECT_LT(text.find("future"), text.find("price is old"));
  EXPECT_TRUE(has(text, "11 months"));
  EXPECT_TRUE(has(text, "without a price"));
  EXPECT_TRUE(has(render_catalog_ages({}, 6, {false, true, 80}), "nothing is older than 6 months"));
  const Json json = Json::parse(catalog_ages_json(ages, kTerms, 6));
  EXPECT_EQ(json["ages"][0]["what"], "old_price");
  EXPECT_TRUE(json["ages"][1]["as_of"].is_null());
}

}  // namespace
}  // namespace edgefit
