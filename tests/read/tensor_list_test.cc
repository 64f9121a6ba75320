#include "read/tensor_list.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(TensorList, MatricesAreHalfAsWideAsVectors) {
  TensorList list;
  list.linear("blk.3.attn_q", 64, 32, true);
  list.add("blk.3.ffn_gate_inp.weight", {64, 8}, true);
  list.norm("output_norm", 64, false);
  ASSERT_EQ(list.list.size(), 4U);
  EXPECT_EQ(list.list[0].bytes, 64U * 32 * 2);
  EXPECT_EQ(list.list[1].bytes, 32U * 4);
  EXPECT_EQ(list.list[2].bytes, 64U * 8 * 4) << "a router stays f32";
  EXPECT_EQ(list.list[0].layer, 3);
  EXPECT_EQ(list.list[3].role, TensorRole::output);
  EXPECT_EQ(list.elements, 64 * 32 + 32 + 64 * 8 + 64);
}

}  // namespace
}  // namespace edgefit
