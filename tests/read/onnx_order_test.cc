#include "read/onnx_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace edgefit {
namespace {

using ::testing::ElementsAre;

OnnxNode node(std::vector<std::string> inputs, std::vector<std::string> outputs) {
  OnnxNode out;
  out.op = "Relu";
  out.inputs = std::move(inputs);
  out.outputs = std::move(outputs);
  return out;
}

TEST(OnnxOrder, MakersComeBeforeReaders) {
  OnnxGraph graph;
  graph.nodes = {node({"b"}, {"c"}), node({"a"}, {"b"}), node({"x"}, {"a"})};
  EXPECT_THAT(execution_order(graph), ElementsAre(2, 1, 0));
}

TEST(OnnxOrder, TheLaterBranchRunsFirst) {
  OnnxGraph graph;
  graph.nodes = {node({"x"}, {"left"}), node({"x"}, {"right"}), node({"left", "right"}, {"y"})};
  EXPECT_THAT(execution_order(graph), ElementsAre(1, 0, 2));
}

TEST(OnnxOrder, ACircleEnds) {
  OnnxGraph graph;
  graph.nodes = {node({"b"}, {"a"}), node({"a"}, {"b"}), node({"x"}, {"y"}), node({"z", "z"}, {"z"})};
  EXPECT_THAT(execution_order(graph), ElementsAre(3, 2, 0, 1));
  EXPECT_TRUE(execution_order({}).empty());
}

}  // namespace
}  // namespace edgefit
