#include "evidence/ledger.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(LedgerTest, ComesBackAsItWas) {
  Ledger ledger;
  ledger.rows[1] = {"audit", "aa"};
  ledger.rows[7] = {"attest/training", "bb"};
  ledger.rebuilt = {3};
  const auto again = read_ledger(write_ledger(ledger), "l");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->last(), 7U);
  EXPECT_EQ(again->rows.at(7).topic, "attest/training");
  EXPECT_EQ(again->rows.at(1).sha256, "aa");
  EXPECT_EQ(again->rebuilt, ledger.rebuilt);
}

TEST(LedgerTest, BadOnesAreRefused) {
  const std::string head = R"({"format":"edgefit.ledger","rebuilt":[],"records":)";
  EXPECT_TRUE(read_ledger(head + R"([{"number":1,"topic":"audit","sha256":"aa"}]})", "l"));
  for (const char* rows :
       {R"([{"number":0,"topic":"audit","sha256":"aa"}]})", R"([{"number":-1,"topic":"audit","sha256":"aa"}]})",
        R"([{"number":65537,"topic":"audit","sha256":"aa"}]})", R"([{"number":1,"topic":2,"sha256":"aa"}]})",
        R"([{"number":1,"topic":"a","sha256":"aa"},{"number":1,"topic":"b","sha256":"aa"}]})", "[1]}", "{}}"})
    EXPECT_FALSE(read_ledger(head + rows, "l")) << rows;
  EXPECT_FALSE(read_ledger("[]", "l"));
  EXPECT_FALSE(read_ledger(R"({"format":"edgefit.ledger","records":[],"rebuilt":[9999999]})", "l"));
}

}  // namespace
}  // namespace edgefit
