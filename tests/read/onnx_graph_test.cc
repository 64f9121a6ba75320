#include "read/onnx_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onnx_writer.h"

namespace edgefit {
namespace {

using test::Proto;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<OnnxGraph> graph_of(const Proto& graph) {
  return read_onnx_graph(MemorySource(test::onnx_model(graph), "a.onnx"));
}
std::string problem_of(const Proto& graph) {
  const auto out = graph_of(graph);
  return out ? "" : out.error().what;
}

TEST(OnnxGraph, ReadsNodesWeightsAndShapes) {
  const auto graph = graph_of(test::conv_graph(-1));
  ASSERT_TRUE(graph) << graph.error().what;
  EXPECT_EQ(graph->producer, "tester");
  EXPECT_EQ(graph->producer_version, "1.0");
  EXPECT_EQ(graph->opset, 17);
  ASSERT_EQ(graph->nodes.size(), 2U);
  EXPECT_EQ(graph->nodes[0].op, "Conv");
  EXPECT_THAT(graph->nodes[0].inputs, ElementsAre("x", "w", "b"));
  EXPECT_THAT(graph->nodes[0].lists.at("pads"), ElementsAre(1, 1, 1, 1));
  ASSERT_EQ(graph->tensors.size(), 2U);
  EXPECT_EQ(graph->tensors[0].elements, 72);
  EXPECT_EQ(graph->tensors[0].bytes, 288);
  ASSERT_EQ(graph->inputs.size(), 1U);
  EXPECT_THAT(graph->inputs[0].dims, ElementsAre(-1, 2, 8, 8));
  EXPECT_EQ(graph->inputs[0].symbols[0], "n");
}

TEST(OnnxGraph, AnInitializerIsNoInput) {
  const auto graph = graph_of(test::conv_graph().part(11, test::onnx_value("w", test::kFloat, {4, 2, 3, 3})));
  ASSERT_TRUE(graph);
  EXPECT_EQ(graph->inputs.size(), 1U);
}

TEST(OnnxGraph, FindsConstantsAlsoInInnerGraphs) {
  const auto constant = [](std::string_view name, const Proto& value) {
    return test::onnx_node("Constant", {}, {std::string(name)}, {value});
  };
  const Proto tensor = Proto().text(1, "value").part(5, test::onnx_zeros("", test::kFloat, {3}, 4));
  const Proto inner = Proto().part(1, constant("k", tensor));
  const auto graph =
      graph_of(Proto()
                   .part(1, constant("a", tensor))
                   .part(1, constant("b", Proto().text(1, "value_int").number(3, 5)))
                   .part(1, constant("c", test::onnx_ints("value_ints", {4, 5})))
                   .part(1, test::onnx_node("If", {"p"}, {"y"}, {Proto().text(1, "else").part(6, inner)})));
  ASSERT_TRUE(graph) << graph.error().what;
  ASSERT_EQ(graph->tensors.size(), 4U);
  EXPECT_EQ(graph->tensors[0].name, "a");
  EXPECT_THAT(*graph->tensors[1].values, ElementsAre(5));
  EXPECT_EQ(graph->tensors[1].elements, 1);
  EXPECT_THAT(*graph->tensors[2].values, ElementsAre(4, 5));
  EXPECT_EQ(graph->tensors[3].name, "k");
  EXPECT_TRUE(graph->tensors[3].constant_node);
  EXPECT_TRUE(graph->nodes[3].has_graph);
  EXPECT_EQ(graph->all_nodes, 5);
}

TEST(OnnxGraph, RefusesWeightsThatDisagreeWithTheirShape) {
  EXPECT_EQ(problem_of(Proto().part(5, test::onnx_tensor("w", test::kFloat, {4}, "short"))),
            "the data has 5 bytes, the shape asks for 16");
  EXPECT_EQ(problem_of(Proto().part(5, test::onnx_tensor("w", test::kInt8, {1 << 20, 1 << 20}, ""))),
            "the data has 0 bytes, the shape asks for 1,099,511,627,776");
  EXPECT_EQ(problem_of(Proto().part(5, test::onnx_tensor("w", test::kFloat, {-1}, ""))), "a dimension is out of range");
  EXPECT_EQ(problem_of(Proto().part(5, test::onnx_tensor("w", test::kFloat, {INT64_MAX, INT64_MAX}, ""))),
            "the tensor size overflows");
  EXPECT_EQ(problem_of(Proto().part(5, test::onnx_tensor("w", 99, {1}, "a"))), "unknown ONNX type 99");
  const Proto twice = test::onnx_tensor("w", test::kInt8, {1}, "a");
  EXPECT_EQ(problem_of(Proto().part(5, twice).part(5, twice)), "duplicate tensor name");
  EXPECT_EQ(problem_of(Proto().part(5, test::onnx_tensor("w", 1, std::vector<int64_t>(70, 1), "abcd"))),
            "too many dimensions");
}

TEST(OnnxGraph, LargeDataIsCheckedThoughItIsNotKept) {
  const auto good = graph_of(Proto().part(5, test::onnx_zeros("w", test::kHalf, {100, 100}, 2)));
  ASSERT_TRUE(good) << good.error().what;
  EXPECT_EQ(good->tensors[0].bytes, 20'000);
  EXPECT_EQ(problem_of(Proto().part(5, test::onnx_zeros("w", test::kHalf, {100, 100}, 1))),
            "the data has 10,000 bytes, the shape asks for 20,000");
}

TEST(OnnxGraph, ReadsThePlaceOfExternalData) {
  const auto entry = [](std::string_view key, std::string_view value) { return Proto().text(1, key).text(2, value); };
  const Proto w = Proto().number(1, 8).number(2, test::kFloat).text(8, "w").number(14, 1);
  const auto graph = graph_of(Proto().part(
      5,
      Proto(w).part(13, entry("location", "w.bin")).part(13, entry("offset", "64")).part(13, entry("length", "32"))));
  ASSERT_TRUE(graph) << graph.error().what;
  EXPECT_EQ(graph->tensors[0].location, "w.bin");
  EXPECT_EQ(graph->tensors[0].offset, 64U);
  EXPECT_EQ(graph->tensors[0].length, 32U);
  EXPECT_EQ(problem_of(Proto().part(5, w)), "external data without a file name");
  EXPECT_EQ(problem_of(Proto().part(5, Proto(w).part(13, entry("location", "w")).part(13, entry("offset", "-1")))),
            "the place of external data is no number");
  EXPECT_EQ(problem_of(Proto().part(5, Proto(w).part(13, entry("location", "w")).part(13, entry("length", "8")))),
            "the external data is shorter than the shape asks for");
}

TEST(OnnxGraph, AFileWithoutAGraphIsAProblem) {
  const auto out = read_onnx_graph(MemorySource(Proto().number(1, 8).bytes(), "a.onnx"));
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().what, "the file has no graph");
}

}  // namespace
}  // namespace edgefit
