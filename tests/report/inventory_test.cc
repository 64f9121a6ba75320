#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "report/inventory_sample.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string rendered(const char* form) {
  return render_inventory(test::sample_inventory(), "2026-11-23", form, {});
}

TEST(InventoryReport, WhatIsMissingComesFirstWithItsEffect) {
  const std::string text = rendered("terminal");
  EXPECT_THAT(text, HasSubstr("NOT AS PLANNED  2 less than planned, 1 other, 1 not seen, 1 as planned\n"));
  EXPECT_THAT(text, HasSubstr("planned 64.00 GiB, found 32.00 GiB"));
  EXPECT_THAT(text, HasSubstr("alone: ready -> not ready"));
  EXPECT_THAT(text, HasSubstr("not there: fma"));
  EXPECT_THAT(text, HasSubstr("alone it changes nothing in the answer"));
  EXPECT_THAT(text, HasSubstr("what would tell: run it as root"));
  EXPECT_THAT(text, HasSubstr("delivered not ready; no speed: the model does not fit"));
  EXPECT_THAT(text, HasSubstr("Not said by the plan  disk: kind"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b"))) << "a name steers no terminal";
  EXPECT_LT(text.find("Less than planned"), text.find("Not seen"));
  EXPECT_LT(text.find("Not seen"), text.find("Other than planned"));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST(InventoryReport, MarkdownKeepsTheTableWhole) {
  const std::string text = rendered("markdown");
  EXPECT_THAT(text, HasSubstr("## NOT AS PLANNED: 2 less than planned"));
  EXPECT_THAT(text, HasSubstr("| memory: size | fail | planned 64.00 GiB, found 32.00 GiB | alone: ready"));
  EXPECT_THAT(text, HasSubstr("Planned \\<CPU\\> \\| \\*x\\*"));
  EXPECT_THAT(text, HasSubstr("| memory: channels | ? |"));
}

TEST(InventoryReport, NothingMissingIsAsPlanned) {
  Inventory inventory = test::sample_inventory();
  inventory.rows = {inventory.rows[3]};
  inventory.after = inventory.before;
  EXPECT_THAT(render_inventory(inventory, "2026-11-23", "terminal", {}), HasSubstr("AS PLANNED  0 less"));
  inventory.rows.push_back(test::sample_inventory().rows[2]);
  EXPECT_THAT(render_inventory(inventory, "2026-11-23", "terminal", {}), HasSubstr("UNDECIDED  0 less"));
}

}  // namespace
}  // namespace edgefit
