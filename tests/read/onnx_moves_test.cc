#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onnx_step.h"

namespace edgefit {
namespace {

using test::numbers;
using test::run;
using test::shaped;
using ::testing::ElementsAre;

TEST(OnnxMoves, ReshapeFillsTheOpenSize) {
  EXPECT_THAT(run("Reshape", {shaped({2, 3, 4}), numbers({0, -1})}).out[0].dims, ElementsAre(2, 12));
  EXPECT_FALSE(run("Reshape", {shaped({2, 3, 4}), numbers({5, -1})}).told);
  EXPECT_FALSE(run("Reshape", {shaped({2, 3}), numbers({7})}).told);
  EXPECT_FALSE(run("Reshape", {shaped({2, 3}), numbers({-1, -1})}).told);
  EXPECT_FALSE(run("Reshape", {shaped({2, 3}), shaped({1}, kOnnxInt64)}).told);
}

TEST(OnnxMoves, AxesComeAndGo) {
  OnnxNode axis;
  axis.lists = {{"axes", {0, -1}}};
  EXPECT_THAT(run("Unsqueeze", {shaped({3})}, axis).out[0].dims, ElementsAre(1, 3, 1));
  EXPECT_THAT(run("Squeeze", {shaped({1, 3, 1}), numbers({0})}).out[0].dims, ElementsAre(3, 1));
  EXPECT_THAT(run("Squeeze", {shaped({1, 3, 1})}).out[0].dims, ElementsAre(3));
  EXPECT_FALSE(run("Squeeze", {shaped({1, 3}), numbers({1})}).told);
  EXPECT_THAT(run("Flatten", {shaped({2, 3, 4})}).out[0].dims, ElementsAre(2, 12));
  EXPECT_THAT(run("Transpose", {shaped({2, 3, 4})}).out[0].dims, ElementsAre(4, 3, 2));
}

TEST(OnnxMoves, PadAndRepeat) {
  EXPECT_THAT(run("Pad", {shaped({2, 2}), numbers({0, 1, 0, 2})}).out[0].dims, ElementsAre(2, 5));
  EXPECT_FALSE(run("Pad", {shaped({2, 2}), numbers({INT64_MAX, 0, INT64_MAX, 0})}).told);
  EXPECT_FALSE(run("Tile", {shaped({2}), numbers({INT64_MAX})}).told);
  EXPECT_THAT(run("Expand", {shaped({3, 1}), numbers({2, 1, 6})}).out[0].dims, ElementsAre(2, 3, 6));
  OnnxNode block;
  block.numbers = {{"blocksize", 2}};
  EXPECT_THAT(run("DepthToSpace", {shaped({1, 8, 3, 3})}, block).out[0].dims, ElementsAre(1, 2, 6, 6));
}

}  // namespace
}  // namespace edgefit
