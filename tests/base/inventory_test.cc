#include "edgefit/inventory.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

int code(std::initializer_list<CheckStatus> statuses, Verdict verdict) {
  Inventory inventory;
  inventory.after.verdict = verdict;
  for (const auto status : statuses) {
    inventory.rows.push_back({"memory", "size"});
    inventory.rows.back().status = status;
  }
  return exit_code_of(inventory);
}

TEST(InventoryCode, TheWorstThatAppliesDecides) {
  using Status = CheckStatus;
  EXPECT_EQ(code({Status::pass, Status::warn, Status::not_applicable}, Verdict::tight), 0);
  EXPECT_EQ(code({Status::pass, Status::unknown}, Verdict::ready), 3);
  EXPECT_EQ(code({Status::fail, Status::unknown}, Verdict::ready), 1);
  EXPECT_EQ(code({Status::pass}, Verdict::not_ready), 1) << "as planned, but the plan was none";
  EXPECT_EQ(code({Status::unknown}, Verdict::not_ready), 1);
  EXPECT_EQ(code({Status::pass}, Verdict::unknown), 3);
}

}  // namespace
}  // namespace edgefit
