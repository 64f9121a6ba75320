#include "edgefit/price.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(Prices, PiecesCostTheirNumber) {
  const Price one = price_of("geforce-rtx-4090", 1, {}), three = price_of("geforce-rtx-4090", 3, {});
  ASSERT_TRUE(one.known);
  EXPECT_GT(one.value_cents, 0);
  EXPECT_EQ(three.value_cents, 3 * one.value_cents);
  EXPECT_FALSE(price_of("no such thing", 1, {}).known);
}

}  // namespace
}  // namespace edgefit
