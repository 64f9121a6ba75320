#include "plan/inventory_match.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

Gpu named(const char* key, const char* pci, const char* name) {
  Gpu gpu;
  gpu.catalog_key = key;
  gpu.pci = pci;
  gpu.name = {name, {Origin::Kind::os, "test"}};
  return gpu;
}

TEST(InventoryMatch, TheCatalogKnowsBestThenPciThenTheName) {
  EXPECT_TRUE(same_card(named("a", "1:1", "x"), named("a", "1:2", "y")));
  EXPECT_FALSE(same_card(named("a", "1:1", "x"), named("b", "1:1", "x")));
  EXPECT_TRUE(same_card(named("", "1:1", "x"), named("b", "1:1", "y")));
  EXPECT_FALSE(same_card(named("", "1:1", "x"), named("", "1:2", "x")));
  EXPECT_TRUE(same_card(named("", "", "Card X"), named("a", "1:1", "card x")));
  EXPECT_FALSE(same_card({}, {})) << "two unknown cards are not known to be the same";
}

TEST(InventoryMatch, ANameMayBeShorterButNotAnother) {
  EXPECT_TRUE(same_product("AMD Ryzen 7 5800X", "AMD Ryzen 7 5800X 8-Core Processor"));
  EXPECT_TRUE(same_product("Intel Core i5-8250U", "Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz"));
  EXPECT_FALSE(same_product("AMD Ryzen 7 5800X", "AMD Ryzen 7 5800X3D"));
  EXPECT_FALSE(same_product("", "AMD"));
}

TEST(InventoryMatch, WhatOnlyShowsPicturesIsNoCard) {
  Host host;
  host.gpus = {named("a", "", "x"), named("b", "", "y")};
  host.gpus[0].kind = GpuClass::display_only;
  EXPECT_EQ(cards_of(host), std::vector<size_t>{1});
}

TEST(InventoryMatch, TheSameModelGoesFirstThenWhatIsLeft) {
  Host plan, box;
  plan.gpus = {named("a", "", "a"), named("b", "", "b"), named("c", "", "c")};
  box.gpus = {named("x", "", "x"), named("a", "", "a")};
  const auto pairs = matched(plan, {0, 1, 2}, box, {0, 1});
  ASSERT_EQ(pairs.size(), 3U);
  EXPECT_EQ(pairs[0], 1U);
  EXPECT_EQ(pairs[1], 0U);
  EXPECT_EQ(pairs[2], std::nullopt);
}

TEST(InventoryMatch, DisksByWhatLoadingTakes) {
  EXPECT_GT(disk_rank("nvme"), disk_rank("sata-ssd"));
  EXPECT_GT(disk_rank("sata-ssd"), disk_rank("hdd"));
  EXPECT_EQ(disk_rank("net"), std::nullopt);
}

}  // namespace
}  // namespace edgefit
