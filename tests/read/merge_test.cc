#include "read/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gguf_writer.h"
#include "read/gguf.h"
#include "read/model_json.h"

namespace edgefit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Model merged(const std::string& text, const test::GgufWriter& w = test::tiny_llama()) {
  auto model = read_model_json(text, "m.json");
  EXPECT_TRUE(model) << model.error().what;
  const std::string bytes = w.file();
  auto file = read_gguf(MemorySource(bytes, "x.gguf"));
  EXPECT_TRUE(file) << file.error().what;
  merge_file(*model, std::move(*file));
  return std::move(*model);
}

TEST(MergeFile, FillsADescriptorThatOnlyNamesIt) {
  const Model m = merged(R"({"name":"mine","files":["x.gguf"]})");
  EXPECT_EQ(m.name, "mine");
  EXPECT_EQ(m.format, "model.json");
  EXPECT_EQ(*m.parameters, test::kTinyParameters);
  EXPECT_EQ(m.precision, "F16");
  EXPECT_EQ(m.architecture.family, "llama");
  EXPECT_TRUE(m.architecture.family_known);
  EXPECT_EQ(*m.architecture.layers, 2);
  EXPECT_TRUE(m.tensors_stored);
  EXPECT_EQ(m.tensors.size(), 21U);
  EXPECT_TRUE(m.weight_bytes);
  EXPECT_TRUE(m.file_bytes);
  EXPECT_THAT(m.warnings, IsEmpty());
}

TEST(MergeFile, TheDescriptorWinsWithAWarning) {
  const Model m = merged(R"({"name":"mine","parameters":5000,"weight_bytes":7,"precision":"q8_0","files":["x.gguf"],
    "architecture":{"family":"qwen2","layers":3,"max_context":99}})");
  EXPECT_EQ(*m.parameters, 5000);
  EXPECT_EQ(m.weight_bytes->value, 7);
  EXPECT_EQ(*m.architecture.layers, 3);
  EXPECT_EQ(*m.architecture.max_context, 99);
  EXPECT_EQ(m.architecture.family, "qwen2");
  EXPECT_EQ(*m.architecture.hidden_size, 64) << "the file fills the gap";
  EXPECT_THAT(m.warnings, ElementsAre(HasSubstr("parameters: the descriptor says 5000"), HasSubstr("weight_bytes"),
                                      HasSubstr("precision"), HasSubstr("family"),
                                      HasSubstr("layers: the descriptor says 3"), HasSubstr("max_context")));
}

TEST(MergeFile, StatedSizesAreKeptWithoutAFamily) {
  const Model m = merged(R"({"name":"mine","files":["x.gguf"],"architecture":{"max_context":128}})");
  EXPECT_EQ(m.architecture.family, "llama");
  EXPECT_EQ(*m.architecture.max_context, 128);
  EXPECT_EQ(*m.architecture.layers, 2);
  EXPECT_THAT(m.warnings, ElementsAre(HasSubstr("max_context")));
}

TEST(MergeFile, TheFileReplacesWhatWasOnlyDerived) {
  test::GgufWriter w = test::tiny_llama();
  w.u32("llama.attention.key_length", 32);
  const Model m = merged(R"({"name":"mine","files":["x.gguf"],"architecture":{"family":"llama","layers":2,
    "hidden_size":64,"heads":4}})",
                         w);
  EXPECT_EQ(*m.architecture.head_dim, 32);
  EXPECT_EQ(*m.architecture.kv_heads, 2);
  EXPECT_THAT(m.warnings, IsEmpty());
}

TEST(MergeFile, TakesTheLayersOfTheFile) {
  test::GgufWriter w = test::llama_metadata("granitehybrid");
  w.u32("granitehybrid.ssm.inner_size", 64)
      .f16("blk.0.ssm_in.weight", {64, 64})
      .f16("blk.1.attn_output.weight", {64, 64});
  const Model m =
      merged(R"({"name":"mine","files":["x.gguf"],"architecture":{"family":"granitehybrid","layers":2}})", w);
  EXPECT_THAT(m.architecture.attention, ElementsAre(Attention::recurrent, Attention::full));
  ASSERT_TRUE(m.architecture.ssm);
  EXPECT_EQ(m.architecture.state, StateKind::mamba2);
}

}  // namespace
}  // namespace edgefit
