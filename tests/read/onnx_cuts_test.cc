#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onnx_step.h"

namespace edgefit {
namespace {

using test::numbers;
using test::run;
using test::shaped;
using ::testing::ElementsAre;

TEST(OnnxCuts, CutAndJoin) {
  OnnxNode axis;
  axis.numbers = {{"axis", 1}};
  EXPECT_THAT(run("Concat", {shaped({2, 3}), shaped({2, 5})}, axis).out[0].dims, ElementsAre(2, 8));
  const auto parts = run("Split", {shaped({2, 7})}, axis, 2);
  EXPECT_THAT(parts.out[0].dims, ElementsAre(2, 4));
  EXPECT_THAT(parts.out[1].dims, ElementsAre(2, 3));
}

TEST(OnnxCuts, SliceAsNumpy) {
  const auto cut = [](std::vector<int64_t> from, std::vector<int64_t> to, std::vector<int64_t> pace) {
    return run("Slice", {numbers({10, 11, 12, 13}), numbers(from), numbers(to), numbers({0}), numbers(pace)}).out[0];
  };
  EXPECT_THAT(*cut({1}, {3}, {1}).values, ElementsAre(11, 12));
  EXPECT_THAT(*cut({-2}, {INT64_MAX}, {1}).values, ElementsAre(12, 13));
  EXPECT_THAT(*cut({-1}, {INT64_MIN}, {-1}).values, ElementsAre(13, 12, 11, 10));
  EXPECT_THAT(*cut({0}, {INT64_MAX}, {3}).values, ElementsAre(10, 13));
  EXPECT_THAT(cut({3}, {1}, {1}).dims, ElementsAre(0));
  EXPECT_FALSE(cut({0}, {1}, {0}).has_shape);
}

TEST(OnnxCuts, ShapesAreFollowedAsValues) {
  EXPECT_THAT(*run("Shape", {shaped({2, 3, 4})}).out[0].values, ElementsAre(2, 3, 4));
  OnnxNode from;
  from.numbers = {{"start", -1}};
  EXPECT_THAT(*run("Shape", {shaped({2, 3, 4})}, from).out[0].values, ElementsAre(4));
  EXPECT_THAT(*run("Gather", {numbers({7, 8, 9}), numbers({-1, 0})}).out[0].values, ElementsAre(9, 7));
  OnnxNode axis;
  axis.numbers = {{"axis", 0}};
  EXPECT_THAT(*run("Concat", {numbers({1}), numbers({2, 3})}, axis).out[0].values, ElementsAre(1, 2, 3));
  EXPECT_THAT(run("ConstantOfShape", {numbers({2, 5})}).out[0].dims, ElementsAre(2, 5));
  EXPECT_THAT(run("Range", {numbers({0}), numbers({10}), numbers({3})}).out[0].dims, ElementsAre(4));
  EXPECT_THAT(run("Range", {numbers({INT64_MAX}), numbers({INT64_MIN}), numbers({1})}).out[0].dims, ElementsAre(0));
}

TEST(OnnxCuts, Reductions) {
  OnnxNode node;
  node.lists = {{"axes", {-1}}};
  EXPECT_THAT(run("ReduceMean", {shaped({2, 3})}, node).out[0].dims, ElementsAre(2, 1));
  node.numbers = {{"keepdims", 0}};
  const auto mean = run("ReduceMean", {shaped({2, 3})}, node);
  EXPECT_THAT(mean.out[0].dims, ElementsAre(2));
  EXPECT_EQ(mean.flops, 6);
  EXPECT_EQ(run("ArgMax", {shaped({2, 3})}).out[0].type, kOnnxInt64);
  EXPECT_THAT(run("TopK", {shaped({2, 30}), numbers({5})}, {}, 2).out[1].dims, ElementsAre(2, 5));
}

}  // namespace
}  // namespace edgefit
