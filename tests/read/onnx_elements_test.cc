#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onnx_step.h"

namespace edgefit {
namespace {

using test::numbers;
using test::run;
using test::shaped;
using ::testing::ElementsAre;

TEST(OnnxElements, SpreadTheirOperands) {
  const auto sum = run("Add", {shaped({2, 1, 4}), shaped({3, 1})});
  EXPECT_THAT(sum.out[0].dims, ElementsAre(2, 3, 4));
  EXPECT_EQ(sum.flops, 24);
  EXPECT_FALSE(run("Add", {shaped({2}), shaped({3})}).told);
  EXPECT_EQ(run("Less", {shaped({2}), shaped({2})}).out[0].type, kOnnxBool);
  EXPECT_EQ(run("Max", {shaped({2}), shaped({2}), shaped({2})}).flops, 4);
  EXPECT_EQ(run("Where", {shaped({2}, kOnnxBool), shaped({2}), shaped({1})}).out[0].type, kOnnxFloat);
}

TEST(OnnxElements, KeepShapeAndChangeType) {
  EXPECT_THAT(run("Relu", {shaped({2, 3})}).out[0].dims, ElementsAre(2, 3));
  EXPECT_EQ(run("Softmax", {shaped({2, 3})}).flops, 30);
  OnnxNode to;
  to.numbers = {{"to", kOnnxInt64}};
  EXPECT_EQ(run("Cast", {shaped({2})}, to).out[0].type, kOnnxInt64);
  EXPECT_EQ(run("QuantizeLinear", {shaped({2}), shaped({}), shaped({}, 3)}).out[0].type, 3);
  EXPECT_EQ(run("DequantizeLinear", {shaped({2}, 3), shaped({}, 10)}).out[0].type, 10);
}

TEST(OnnxElements, FollowTheValuesOfSizes) {
  EXPECT_THAT(*run("Mul", {numbers({2, 3}), numbers({4})}).out[0].values, ElementsAre(8, 12));
  EXPECT_THAT(*run("Div", {numbers({7}), numbers({2})}).out[0].values, ElementsAre(3));
  EXPECT_FALSE(run("Div", {numbers({7}), numbers({0})}).out[0].values);
  EXPECT_FALSE(run("Mul", {numbers({INT64_MAX}), numbers({2})}).out[0].values);
  EXPECT_FALSE(run("Div", {numbers({INT64_MIN}), numbers({-1})}).out[0].values);
}

}  // namespace
}  // namespace edgefit
