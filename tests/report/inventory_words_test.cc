#include <gtest/gtest.h>

#include "report/inventory_reports.h"
#include "report/inventory_sample.h"

namespace edgefit {
namespace {

TEST(InventoryWords, EveryPropertyHasATitleOfItsOwn) {
  EXPECT_EQ(title_of(InventoryRow{"gpu0", "pcie_width"}), "gpu0: PCIe lanes");
  EXPECT_EQ(title_of(InventoryRow{"memory", "module_rate"}), "memory: rate of the modules");
}

TEST(InventoryWords, ValuesHaveTheirUnits) {
  InventoryRow row{"memory", "module_rate", "MT/s"};
  row.planned.number = 5600;
  EXPECT_EQ(values_of(row), "planned 5600 MT/s");
  row.found.number = 4800;
  EXPECT_EQ(values_of(row), "planned 5600 MT/s, found 4800 MT/s");
  row = {"memory", "bandwidth", "B/s"};
  row.planned.number = 83.2e9;
  EXPECT_EQ(values_of(row), "planned 83 GB/s");
  row = {"gpus", "count", "1"};
  row.planned.number = 2;
  row.found.number = 1;
  row.why = "Card X";
  EXPECT_EQ(values_of(row), "planned 2, found 1; missing: Card X");
}

TEST(InventoryWords, AnEffectNamesOnlyWhatMoves) {
  const Inventory inventory = test::sample_inventory();
  EXPECT_EQ(effect_of(inventory.rows[3], inventory.before), "");
  EXPECT_EQ(effect_of(inventory.rows[1], inventory.before), "alone it changes nothing in the answer");
  EXPECT_EQ(effect_of(inventory.rows[0], inventory.before).find("alone: ready -> not ready; each request "), 0U);
}

}  // namespace
}  // namespace edgefit
