#include "read/onnx_sizes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace edgefit {
namespace {

using ::testing::ElementsAre;

OnnxValue value(std::string name, OnnxShape dims, std::vector<std::string> symbols) {
  OnnxValue out;
  out.name = std::move(name);
  out.has_shape = true;
  out.dims = std::move(dims);
  out.symbols = std::move(symbols);
  return out;
}

OnnxGraph text_graph() {
  OnnxGraph graph;
  graph.inputs = {value("ids", {-1, -1}, {"batch", "tokens"}), value("mask", {-1, -1}, {"batch", "tokens"})};
  graph.values = {value("hidden", {-1, -1, 64}, {"batch", "tokens", "64"})};
  return graph;
}

TEST(OnnxSizes, OneNameIsOneSizeEverywhere) {
  OnnxGraph graph = text_graph();
  const auto fixed = fix_sizes(graph, {{}, {{"ids", {2, 128}}}}, "a.onnx");
  ASSERT_TRUE(fixed);
  EXPECT_EQ(fixed->text, "--input ids=2x128");
  EXPECT_FALSE(fixed->assumed);
  EXPECT_THAT(graph.inputs[1].dims, ElementsAre(2, 128));
  EXPECT_THAT(graph.values[0].dims, ElementsAre(2, 128, 64));
}

TEST(OnnxSizes, TheBatchIsTheFirstDimension) {
  OnnxGraph graph = text_graph();
  const auto fixed = fix_sizes(graph, {8, {}}, "a.onnx");
  ASSERT_TRUE(fixed);
  EXPECT_EQ(fixed->text, "--batch 8");
  EXPECT_THAT(graph.inputs[0].dims, ElementsAre(8, -1));
}

TEST(OnnxSizes, OnlyABatchOfOneIsAssumed) {
  OnnxGraph graph;
  graph.inputs = {value("x", {-1, 3, 8, 8}, {"N", "3", "8", "8"})};
  const auto fixed = fix_sizes(graph, {}, "a.onnx");
  ASSERT_TRUE(fixed);
  EXPECT_TRUE(fixed->assumed);
  EXPECT_THAT(graph.inputs[0].dims, ElementsAre(1, 3, 8, 8));
  OnnxGraph open = text_graph();
  EXPECT_EQ(fix_sizes(open, {}, "a.onnx")->text, "");
  EXPECT_THAT(open.inputs[0].dims, ElementsAre(-1, -1));
}

TEST(OnnxSizes, WhatContradictsTheFileIsRefused) {
  OnnxGraph graph = text_graph();
  EXPECT_EQ(fix_sizes(graph, {{}, {{"image", {1, 3}}}}, "a.onnx").error().what, "the graph has no input 'image'");
  EXPECT_EQ(fix_sizes(graph, {{}, {{"ids", {1, 3, 4}}}}, "a.onnx").error().what, "input ids has 2 dimensions, not 3");
  EXPECT_EQ(fix_sizes(graph, {{}, {{"ids", {1, 3}}, {"mask", {1, 4}}}}, "a.onnx").error().what,
            "tokens would be 3 and 4 at once");
  OnnxGraph fixed;
  fixed.inputs = {value("x", {1, 8}, {"1", "8"})};
  EXPECT_EQ(fix_sizes(fixed, {{}, {{"x", {2, 8}}}}, "a.onnx").error().what, "the file fixes input x 1x8");
  EXPECT_EQ(fix_sizes(fixed, {4, {}}, "a.onnx").error().what, "the file fixes its batch, it cannot be 4");
  EXPECT_TRUE(fix_sizes(fixed, {1, {}}, "a.onnx"));
}

}  // namespace
}  // namespace edgefit
