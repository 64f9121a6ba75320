#include "read/onnx_cost.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onnx_writer.h"

namespace edgefit {
namespace {

using test::Proto;
using ::testing::HasSubstr;

OnnxCost cost(const Proto& graph) {
  const auto read = read_onnx_graph(MemorySource(test::onnx_model(graph), "a.onnx"));
  EXPECT_TRUE(read) << read.error().what;
  return cost_of(*read, "a.onnx");
}

TEST(OnnxCost, AddsOperationsAndFindsThePeak) {
  const auto out = cost(test::conv_graph());
  // Conv: 4 x 8 x 8 outputs of 18 products and a bias; Relu one each.
  EXPECT_EQ(out.flops.value_or(0), 256 * (2 * 18 + 1) + 256);
  // The input and the convolution's output, which the activation is written over.
  EXPECT_EQ(out.activation_bytes->value, 512 + 1024);
  EXPECT_EQ(*out.network.nodes, 2);
  EXPECT_EQ(*out.network.integer_flops, 0);
  EXPECT_EQ(out.network.convolution_weight_bytes->value, 304);
  EXPECT_EQ(out.network.largest_weight_bytes->value, 0);
  EXPECT_EQ(out.network.moved_bytes->value, (512 + 304 + 1024) + 2 * 1024);
  EXPECT_EQ(out.flops.origin.kind, Origin::Kind::derived);
}

TEST(OnnxCost, NamesTheInputWithoutASize) {
  const auto out = cost(test::conv_graph(-1));
  EXPECT_FALSE(out.flops);
  EXPECT_EQ(out.flops.why, "no fixed size for input x [n, 2, 8, 8]");
  EXPECT_FALSE(out.network.moved_bytes);
  EXPECT_EQ(out.activation_bytes.why, out.flops.why);
}

TEST(OnnxCost, AnOperatorWithoutARowIsUnknownNotFree) {
  const auto out = cost(Proto()
                            .part(1, test::onnx_node("Mystery", {"x"}, {"y"}, {}, "org.example"))
                            .part(11, test::onnx_value("x", test::kFloat, {4}))
                            .part(12, test::onnx_value("y", test::kFloat, {8})));
  EXPECT_EQ(out.flops.why, "operations are not known for operator Mystery");
  // The file states the shape, so memory is known all the same.
  ASSERT_TRUE(out.activation_bytes);
  EXPECT_EQ(out.activation_bytes->value, 16 + 32);
}

TEST(OnnxCost, AnUnknownShapeIsNamed) {
  const auto out = cost(Proto()
                            .part(1, test::onnx_node("NonZero", {"x"}, {"hidden"}))
                            .part(1, test::onnx_node("Relu", {"hidden"}, {"y"}))
                            .part(11, test::onnx_value("x", test::kFloat, {4})));
  EXPECT_EQ(out.activation_bytes.why, "no shape is known for hidden");
  EXPECT_FALSE(out.flops);
}

TEST(OnnxCost, ViewsAndFoldedConstantsCostNothing) {
  const auto out = cost(Proto()
                            .part(1, test::onnx_node("Shape", {"x"}, {"s"}))
                            .part(1, test::onnx_node("Reshape", {"x", "to"}, {"r"}))
                            .part(1, test::onnx_node("Add", {"w", "w"}, {"ww"}))
                            .part(1, test::onnx_node("Add", {"r", "ww"}, {"y"}))
                            .part(5, test::onnx_int64s("to", {4, -1}))
                            .part(5, test::onnx_zeros("w", test::kFloat, {1}, 4))
                            .part(11, test::onnx_value("x", test::kFloat, {2, 8}))
                            .part(12, test::onnx_value("y", test::kFloat, {4, 4})));
  EXPECT_EQ(out.flops.value_or(-1), 16);
  EXPECT_EQ(out.activation_bytes->value, 64 + 64);
}

TEST(OnnxCost, AnEightBitConvolutionUnfoldsItsInput) {
  const auto of = [](int64_t kernel) {
    return cost(Proto()
                    .part(1, test::onnx_node("ConvInteger", {"x", "w"}, {"y"}))
                    .part(5, test::onnx_zeros("w", test::kUint8, {4, 2, kernel, kernel}, 1))
                    .part(11, test::onnx_value("x", test::kUint8, {1, 2, 8, 8})));
  };
  EXPECT_EQ(of(3).network.workspace_bytes->value, 2 * 9 * 36);
  EXPECT_EQ(of(1).network.workspace_bytes->value, 0);
  EXPECT_EQ(*of(3).network.integer_flops, 4 * 36 * 2 * 18);
}

TEST(OnnxCost, ANodeWithoutOutputsIsPassedOver) {
  EXPECT_EQ(cost(test::conv_graph().part(1, test::onnx_node("Relu", {"x"}, {}))).flops.value_or(0),
            cost(test::conv_graph()).flops.value_or(1));
}

TEST(OnnxCost, AnEmptyGraphIsUnknown) {
  EXPECT_EQ(cost(Proto().text(2, "empty")).flops.why, "the graph has no nodes");
}

TEST(OnnxCost, ImplausibleSizesAreUnknown) {
  const auto out = cost(Proto()
                            .part(1, test::onnx_node("MatMul", {"x", "x"}, {"y"}))
                            .part(11, test::onnx_value("x", test::kFloat, {INT32_MAX, INT32_MAX})));
  EXPECT_FALSE(out.flops);
  EXPECT_FALSE(out.activation_bytes);
}

}  // namespace
}  // namespace edgefit
