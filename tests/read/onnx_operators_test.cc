#include "read/onnx_operators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onnx_step.h"

namespace edgefit {
namespace {

using ::testing::ElementsAre;

TEST(OnnxOperators, EachOperatorHasOneRow) {
  const auto rows = onnx_operators();
  ASSERT_GT(rows.size(), 100U);
  for (size_t i = 1; i < rows.size(); ++i) EXPECT_NE(rows[i - 1].name, rows[i].name);
  for (const auto& row : rows) EXPECT_EQ(find_onnx_operator(row.name), &row);
  EXPECT_EQ(find_onnx_operator("NoSuchOperator"), nullptr);
  EXPECT_EQ(find_onnx_operator("zzz"), nullptr);
}

/// Rules must stand any number of inputs of any rank: nodes come from strangers.
TEST(OnnxOperators, EveryRowStandsOddInputs) {
  const std::vector<OnnxFact> odd = {test::unknown(),
                                     test::shaped({}),
                                     test::shaped({0}),
                                     test::numbers({}),
                                     test::numbers({INT64_MIN, INT64_MAX}),
                                     test::shaped({INT32_MAX, INT32_MAX, 1, 1})};
  for (const auto& row : onnx_operators())
    for (size_t count = 0; count <= 4; ++count)
      for (const auto& a : odd)
        for (const auto& b : odd) {
          std::vector<OnnxFact> in(count, b);
          if (count > 0) in[0] = a;
          const auto out = test::run(row.name, in);
          if (out.told) {
            EXPECT_TRUE(out.out[0].has_shape) << row.name;
          }
        }
}

TEST(OnnxOperators, Broadcast) {
  EXPECT_THAT(*broadcast({2, 1}, {3}), ElementsAre(2, 3));
  EXPECT_THAT(*broadcast({}, {3}), ElementsAre(3));
  EXPECT_FALSE(broadcast({2}, {3}));
  EXPECT_EQ(axis_of(-1, 3), 2);
  EXPECT_EQ(axis_of(3, 3), -1);
  EXPECT_EQ(axis_of(-4, 3), -1);
}

}  // namespace
}  // namespace edgefit
