#include "read/tflite_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tflite_writer.h"

namespace edgefit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<TfliteGraph> graph_of(const std::string& bytes) {
  return read_tflite_graph(MemorySource(bytes, "a.tflite"));
}
std::string problem_of(const std::string& bytes) {
  const auto out = graph_of(bytes);
  return out ? "" : out.error().what;
}

TEST(TfliteGraph, ReadsTensorsAndOperators) {
  const auto graph = graph_of(test::tiny_tflite({-1, 8, 8, 2}));
  ASSERT_TRUE(graph) << graph.error().what;
  EXPECT_EQ(graph->description, "tiny");
  ASSERT_EQ(graph->subgraphs.size(), 1U);
  const TfliteSubgraph& main = graph->subgraphs[0];
  ASSERT_EQ(main.tensors.size(), 5U);
  EXPECT_THAT(main.tensors[1].dims, ElementsAre(4, 3, 3, 2));
  EXPECT_EQ(main.tensors[1].stored, 288U);
  EXPECT_EQ(main.tensors[0].stored, 0U);
  EXPECT_TRUE(main.tensors[0].open);
  ASSERT_EQ(main.nodes.size(), 2U);
  EXPECT_EQ(main.nodes[0].code, 3);
  EXPECT_THAT(main.nodes[0].inputs, ElementsAre(0, 1, 2));
}

TEST(TfliteGraph, RefusesWhatPointsNowhere) {
  EXPECT_EQ(problem_of(test::tflite_file({{{1}, 0, "", {}}}, {{19, {7}, {0}}}, {0}, {0})), "no such tensor");
  EXPECT_EQ(problem_of(test::tflite_file({{{1}, 0, "", {}}}, {}, {5}, {0})), "no such tensor");
  EXPECT_EQ(problem_of(test::tflite_file({{{1}, 0, "", {}}}, {{19, {0}, {-1}}}, {0}, {0})), "no such tensor");
  EXPECT_THAT(problem_of(test::tflite_file({{{4}, 0, "abc", {}}}, {}, {0}, {0})), HasSubstr("shorter than the shape"));
  EXPECT_THAT(problem_of(test::tflite_file({{{-4}, 0, "", {}}}, {}, {0}, {0})), HasSubstr("out of range"));
  EXPECT_THAT(problem_of(test::tflite_file({{{1}, 77, "", {}}}, {}, {0}, {0})), HasSubstr("unknown TFLite type 77"));
  const std::vector<int32_t> vast(8, INT32_MAX);
  EXPECT_THAT(problem_of(test::tflite_file({{vast, 0, "", {}}}, {}, {0}, {0})), HasSubstr("overflows"));
}

TEST(TfliteGraph, EveryCutOfAFileIsRefused) {
  const std::string whole = test::tiny_tflite();
  // The last two buffers, 18 bytes each, belong to no weight and are not looked at.
  for (size_t length = 0; length < whole.size() - 36; ++length)
    EXPECT_NE(problem_of(whole.substr(0, length)), "") << length;
}

}  // namespace
}  // namespace edgefit
