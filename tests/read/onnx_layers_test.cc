#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onnx_step.h"

namespace edgefit {
namespace {

using test::run;
using test::shaped;
using ::testing::ElementsAre;

TEST(OnnxLayers, ConvolutionFollowsStridesPadsAndGroups) {
  OnnxNode node;
  node.lists = {{"strides", {2, 2}}, {"pads", {1, 1, 1, 1}}};
  const auto conv = run("Conv", {shaped({1, 3, 224, 224}), shaped({64, 3, 7, 7})}, node);
  ASSERT_TRUE(conv.told);
  EXPECT_THAT(conv.out[0].dims, ElementsAre(1, 64, 110, 110));
  EXPECT_EQ(conv.flops, 64.0 * 110 * 110 * 2 * 3 * 49);
  // Depthwise: the filter has one channel. The bias adds one operation an output.
  const auto depthwise = run("Conv", {shaped({1, 8, 5, 5}), shaped({8, 1, 3, 3}), shaped({8})});
  EXPECT_THAT(depthwise.out[0].dims, ElementsAre(1, 8, 3, 3));
  EXPECT_EQ(depthwise.flops, 8 * 9 * (2 * 9 + 1));
  OnnxNode same;
  same.texts = {{"auto_pad", "SAME_UPPER"}};
  same.lists = {{"strides", {2}}};
  EXPECT_THAT(run("Conv", {shaped({1, 1, 9}), shaped({1, 1, 3})}, same).out[0].dims, ElementsAre(1, 1, 5));
}

TEST(OnnxLayers, AKernelLargerThanItsInputIsNotFollowed) {
  EXPECT_FALSE(run("Conv", {shaped({1, 1, 2}), shaped({1, 1, 3})}).told);
  OnnxNode node;
  node.lists = {{"dilations", {INT64_MAX}}};
  EXPECT_FALSE(run("Conv", {shaped({1, 1, 9}), shaped({1, 1, 3})}, node).told);
  EXPECT_FALSE(run("Conv", {test::unknown(), shaped({1, 1, 3})}).told);
}

TEST(OnnxLayers, TransposedConvolutionGrows) {
  OnnxNode node;
  node.lists = {{"strides", {2, 2}}};
  const auto out = run("ConvTranspose", {shaped({1, 16, 10, 10}), shaped({16, 8, 2, 2})}, node);
  ASSERT_TRUE(out.told);
  EXPECT_THAT(out.out[0].dims, ElementsAre(1, 8, 20, 20));
  EXPECT_EQ(out.flops, 2.0 * 16 * 100 * 8 * 4);
}

TEST(OnnxLayers, MatrixProductsAsNumpy) {
  const auto batched = run("MatMul", {shaped({8, 1, 4, 16}), shaped({2, 16, 5})});
  EXPECT_THAT(batched.out[0].dims, ElementsAre(8, 2, 4, 5));
  EXPECT_EQ(batched.flops, 2.0 * 8 * 2 * 4 * 5 * 16);
  EXPECT_THAT(run("MatMul", {shaped({16}), shaped({16, 5})}).out[0].dims, ElementsAre(5));
  EXPECT_FALSE(run("MatMul", {shaped({4, 3}), shaped({4, 3})}).told);
  OnnxNode turned;
  turned.numbers = {{"transB", 1}};
  const auto gemm = run("Gemm", {shaped({1, 128}), shaped({10, 128}), shaped({10})}, turned);
  EXPECT_THAT(gemm.out[0].dims, ElementsAre(1, 10));
  EXPECT_EQ(gemm.flops, 10 * (2 * 128 + 1));
}

TEST(OnnxLayers, QuantisedFormsTakeTheirOperandsElsewhere) {
  const OnnxFact scale = shaped({}), zero = shaped({}, 2);
  const auto conv = run("QLinearConv", {shaped({1, 2, 4, 4}, 2), scale, zero, shaped({4, 2, 1, 1}, 3), scale, zero,
                                        scale, zero, shaped({4}, kOnnxInt32)});
  ASSERT_TRUE(conv.told);
  EXPECT_THAT(conv.out[0].dims, ElementsAre(1, 4, 4, 4));
  EXPECT_EQ(conv.out[0].type, 2);
  EXPECT_EQ(conv.flops, 64 * (2 * 2 + 1));
  EXPECT_EQ(run("MatMulInteger", {shaped({2, 3}, 2), shaped({3, 4}, 2)}).out[0].type, kOnnxInt32);
}

TEST(OnnxLayers, PoolsAndRecurrentLayers) {
  OnnxNode pool;
  pool.lists = {{"kernel_shape", {2, 2}}, {"strides", {2, 2}}};
  const auto max = run("MaxPool", {shaped({1, 3, 7, 7})}, pool);
  EXPECT_THAT(max.out[0].dims, ElementsAre(1, 3, 3, 3));
  EXPECT_EQ(max.flops, 27 * 4);
  pool.numbers = {{"ceil_mode", 1}};
  EXPECT_THAT(run("MaxPool", {shaped({1, 3, 7, 7})}, pool).out[0].dims, ElementsAre(1, 3, 4, 4));
  EXPECT_THAT(run("GlobalAveragePool", {shaped({1, 3, 7, 7})}).out[0].dims, ElementsAre(1, 3, 1, 1));
  const auto lstm = run("LSTM", {shaped({10, 1, 64}), shaped({1, 512, 64}), shaped({1, 512, 128})}, {}, 3);
  EXPECT_THAT(lstm.out[0].dims, ElementsAre(10, 1, 1, 128));
  EXPECT_THAT(lstm.out[1].dims, ElementsAre(1, 1, 128));
  EXPECT_EQ(lstm.flops, 2.0 * 10 * (512 * 64 + 512 * 128));
}

}  // namespace
}  // namespace edgefit
