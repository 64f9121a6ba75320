#include "cli/catalog_flags.h"

#include <gtest/gtest.h>

#include "cli/invoke.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::has;

TEST(CatalogFlags, NothingSaidIsTheBuiltInCatalog) {
  const auto catalog = find_catalog({});
  ASSERT_TRUE(catalog);
  EXPECT_EQ(catalog->get(), &builtin_catalog());
}

TEST(CatalogFlags, FilesAreAdded) {
  const test::TempDir dir;
  const auto catalog = find_catalog({{dir.write("o.csv", "id,price,date\nl4,5 USD,2026\n")}});
  ASSERT_TRUE(catalog);
  EXPECT_EQ((*catalog)->prices.size(), builtin_catalog().prices.size() + 1);
  EXPECT_FALSE(find_catalog({{dir.at("absent.csv")}}));
}

TEST(PriceFlags, CurrencyNeedsARate) {
  const auto terms = price_terms({"chf", true}, "2026-11-23", builtin_catalog());
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->currency, "CHF");
  EXPECT_TRUE(terms->allow_used);
  const auto unknown = price_terms({"XYZ", false}, "2026-11-23", builtin_catalog());
  ASSERT_FALSE(unknown);
  EXPECT_TRUE(has(unknown.error().hint, "CHF, EUR, GBP, USD")) << unknown.error().hint;
}

}  // namespace
}  // namespace edgefit
