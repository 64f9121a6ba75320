#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "edgefit/catalog_entries.h"

namespace edgefit {
namespace {

using testing::Contains;

const PriceTerms kTerms{"2026-11-23", "USD", false};

const CatalogEntry& entry(const std::vector<CatalogEntry>& all, std::string_view key) {
  static const CatalogEntry kNone{};
  const auto at = std::find_if(all.begin(), all.end(), [key](const auto& e) { return e.key == key; });
  EXPECT_NE(at, all.end()) << key;
  return at == all.end() ? kNone : *at;
}

TEST(Entries, HoldEveryRowOnce) {
  const auto all = catalog_entries(builtin_catalog(), kTerms);
  const Catalog& catalog = builtin_catalog();
  EXPECT_EQ(all.size(),
            catalog.accelerators.size() + catalog.cpus.size() + catalog.systems.size() + catalog.parts.size());
  for (const auto& e : all) EXPECT_THAT(catalog_kinds(), Contains(e.kind)) << e.key;
}

TEST(Entries, CarryFactsAndPrices) {
  const auto all = catalog_entries(builtin_catalog(), kTerms);
  const auto& card = entry(all, "geforce-rtx-5090");
  EXPECT_EQ(card.kind, "gpu");
  EXPECT_EQ(card.memory_gib, 32);
  EXPECT_EQ(card.sold, "new");
  EXPECT_GE(card.prices.size(), 3u);
  EXPECT_EQ(card.price.value_cents, price_of("geforce-rtx-5090", 1, kTerms).value_cents);
  const auto bandwidth = std::find_if(card.cells.begin(), card.cells.end(),
                                      [](const auto& cell) { return cell.column == "bandwidth_gbs"; });
  ASSERT_NE(bandwidth, card.cells.end());
  EXPECT_EQ(std::get<double>(bandwidth->value), 1792);
  EXPECT_EQ(entry(all, "ssd-nvme-2000gb").disk_gb, 2000);
  EXPECT_TRUE(entry(all, "amd-epyc-9354").prices.empty());
}

bool holds(const std::vector<CatalogAge>& ages, CatalogAge::What what, std::string_view key) {
  return std::any_of(ages.begin(), ages.end(), [&](const auto& age) { return age.what == what && age.key == key; });
}

TEST(Ages, TellWhatIsOldOrWithoutPrice) {
  using What = CatalogAge::What;
  const auto ages = catalog_ages(builtin_catalog(), kTerms, 6);
  EXPECT_TRUE(holds(ages, What::old_price, "l40s"));  // 2026-02
  EXPECT_TRUE(holds(ages, What::no_price, "ram-ddr5-rdimm-64"));
  EXPECT_FALSE(holds(ages, What::old_price, "geforce-rtx-5090"));  // 2026-06
  EXPECT_FALSE(holds(ages, What::no_price, "geforce-rtx-4090"));   // nobody is told to buy it
  EXPECT_FALSE(holds(ages, What::old_rate, "CHF"));
  EXPECT_TRUE(holds(catalog_ages(builtin_catalog(), kTerms, 1), What::old_rate, "CHF"));
  EXPECT_TRUE(holds(catalog_ages(builtin_catalog(), {"2026-05-15", "USD", false}, 6), What::future, "arc-pro-b70"));
}

TEST(Ages, OfAFileOnlyItsOwnRows) {
  const std::string file = testing::TempDir() + "edgefit_ages.csv";
  std::ofstream(file) << "id,price,date\nl4,5 USD,2026-01-20\nl40s,6 USD,2026-12-24\n";
  const auto catalog = load_catalog(file);
  ASSERT_TRUE(catalog);
  const auto ages = catalog_ages(**catalog, kTerms, 6, &builtin_catalog());
  std::filesystem::remove(file);
  EXPECT_TRUE(holds(ages, CatalogAge::What::old_price, "l4"));
  EXPECT_TRUE(holds(ages, CatalogAge::What::future, "l40s"));
  EXPECT_TRUE(holds(ages, CatalogAge::What::old_price, "l40s"));
  EXPECT_EQ(ages.size(), 3u);
  EXPECT_STREQ(name_of(CatalogAge::What::future), "future");
}

}  // namespace
}  // namespace edgefit
