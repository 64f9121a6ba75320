#include "read/model_json_tensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/read.h"
#include "gguf_writer.h"
#include "read/families.h"
#include "read/gguf.h"
#include "read/model_json.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

Result<Model> read_with(const std::string& tensors) {
  return read_model_json(R"({"name": "x", "architecture": {"layers": 4}, "tensors": )" + tensors + "}", "x.json");
}

TEST(JsonTensors, OneRowForTheLayersThatShareIt) {
  const auto model =
      read_with(R"([{"name": "blk.*.attn_q.weight", "layers": "0-1,3", "shape": [64, 32], "type": "q8_0"},
                                   {"name": "blk.*.attn_q.weight", "layers": "2", "shape": [64, 32], "type": "f16"},
                                   {"name": "output.weight", "shape": [64], "type": "f32"}])");
  ASSERT_TRUE(model) << model.error().what;
  ASSERT_THAT(model->tensors, SizeIs(5));
  EXPECT_TRUE(model->tensors_stored);
  EXPECT_EQ(model->tensors[0].name, "output.weight");
  EXPECT_EQ(model->tensors[0].role, TensorRole::output);
  EXPECT_EQ(model->tensors[3].name, "blk.2.attn_q.weight");
  EXPECT_EQ(model->tensors[3].bytes, 64U * 32 * 2);
  EXPECT_EQ(model->tensors[4].layer, 3);
  EXPECT_EQ(model->tensors[4].bytes, 64U * 32 / 32 * 34);
  EXPECT_EQ(*model->parameters, 4 * 64 * 32 + 64);
}

TEST(JsonTensors, WithoutTypesThePrecisionDecides) {
  const auto model = read_with(R"([{"name": "blk.*.ffn_up.weight", "layers": "0-3", "shape": [64, 32]}])");
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_FALSE(model->tensors_stored);
  EXPECT_EQ(model->tensors[0].type, find_ggml_type("f16"));
}

TEST(JsonTensors, RefusesWhatCannotBe) {
  const auto refused = [](const std::string& rows, const char* why) {
    const auto model = read_with("[" + rows + "]");
    ASSERT_FALSE(model) << rows;
    EXPECT_THAT(model.error().what, HasSubstr(why)) << rows;
  };
  refused(R"({"name": "a"})", "shape");
  refused(R"({"shape": [1]})", "name");
  refused(R"({"name": "a", "shape": [0]})", "");
  refused(R"({"name": "a", "shape": [1, 2, 3, 4, 5]})", "shape");
  refused(R"({"name": "a", "shape": [1000000000, 1000000000]})", "implausibly large");
  refused(R"({"name": "a", "shape": [33, 2], "type": "q4_0"})", "whole blocks");
  refused(R"({"name": "a", "shape": [32], "type": "q99"})", "unknown tensor type");
  refused(R"({"name": "a", "shape": [32], "layers": "0"})", "blk.*");
  refused(R"({"name": "a.*.*", "shape": [32], "layers": "0"})", "blk.*");
  refused(R"({"name": "blk.*.a", "shape": [32]})", "list of layers");
  refused(R"({"name": "blk.*.a", "shape": [32], "layers": "3-1"})", "list of layers");
  refused(R"({"name": "blk.*.a", "shape": [32], "layers": "0-99999"})", "list of layers");
  refused(R"({"name": "blk.*.a", "shape": [32], "layers": "0,0"})", "two tensors");
  refused(R"({"name": "a", "shape": [32], "type": "f16"}, {"name": "b", "shape": [32]})", "some tensors");
  EXPECT_FALSE(read_with(R"({"name": "a"})"));
}

TEST(JsonTensors, SaysWhenTheCountContradicts) {
  const auto model =
      read_model_json(R"({"name": "x", "parameters": 9000, "tensors": [{"name": "a", "shape": [32]}]})", "x.json");
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_EQ(*model->parameters, 9000);
  ASSERT_THAT(model->warnings, SizeIs(1));
  EXPECT_THAT(model->warnings[0], HasSubstr("9,000"));
  const auto fewer =
      read_model_json(R"({"name": "x", "parameters": 31, "tensors": [{"name": "a", "shape": [32]}]})", "x.json");
  ASSERT_TRUE(fewer);
  EXPECT_EQ(*fewer->active_parameters, 31);
}

TEST(JsonTensors, WrittenAndReadAgain) {
  const std::string bytes = test::tiny_llama().file();
  const auto model = read_gguf(MemorySource(bytes, "x.gguf"));
  ASSERT_TRUE(model);
  EXPECT_THAT(json_tensors_of(*model), SizeIs(12));  // 21 tensors; 9 rows serve both layers
  const auto again = read_model_json(write_model_json(*model), "x.json");
  ASSERT_TRUE(again) << again.error().what;
  ASSERT_EQ(again->tensors.size(), model->tensors.size());
  EXPECT_TRUE(again->tensors_stored);
  double before = 0, after = 0;
  for (const auto& tensor : model->tensors) before += static_cast<double>(tensor.bytes);
  for (const auto& tensor : again->tensors) after += static_cast<double>(tensor.bytes);
  EXPECT_EQ(before, after);
}

TEST(JsonTensors, TowersAreLayersToo) {
  const auto model = read_with(R"([{"name": "v.blk.*.attn_q.weight", "layers": "0-2", "shape": [64, 32]}])");
  ASSERT_TRUE(model) << model.error().what;
  ASSERT_THAT(model->tensors, SizeIs(3));
  EXPECT_EQ(model->tensors[2].name, "v.blk.2.attn_q.weight");
  EXPECT_EQ(model->tensors[2].layer, -1);
  const Json rows = json_tensors_of(*model);
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0]["layers"], "0-2");
}

TEST(JsonTensors, NothingWhereTheFamilyKnows) {
  const std::string plain = R"({"name": "x", "architecture": {"family": "llama", "layers": 2, "hidden_size": 64,
    "heads": 4, "kv_heads": 2, "ffn_size": 128, "vocab_size": 32, "tied_embeddings": false}})";
  auto model = read_model_json(plain, "x.json");
  ASSERT_TRUE(model) << model.error().what;
  ASSERT_FALSE(model->tensors.empty());
  EXPECT_TRUE(json_tensors_of(*model).empty());
  model->tensors.pop_back();
  EXPECT_FALSE(json_tensors_of(*model).empty());
}

}  // namespace
}  // namespace edgefit
