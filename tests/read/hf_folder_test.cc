#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/read.h"
#include "hf_configs.h"
#include "safetensors_writer.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::safetensors;
using test::small_config;
using test::TempDir;
using ::testing::HasSubstr;

const char* const kHeader = R"({"model.layers.0.w": {"dtype": "BF16", "shape": [4], "data_offsets": [0, 8]}})";
const char* const kIndex =
    R"({"metadata": {"total_size": 1000}, "weight_map": {"a": "m-1.safetensors", "b": "m-2.safetensors"}})";

TEST(HfFolder, ConfigAlone) {
  const TempDir dir;
  dir.write("config.json", small_config("llama").dump());
  dir.write("tokenizer.json", "{}");
  const auto model = read_model(dir.path());
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_TRUE(model->parameters);
  EXPECT_FALSE(model->weight_bytes);
}

TEST(HfFolder, HeadersTellBytesAndOtherCounts) {
  const TempDir dir;
  dir.write("config.json", small_config("llama").dump());
  dir.write("model.safetensors", safetensors(kHeader, 8));
  dir.write("consolidated.safetensors", "not read");
  const auto model = read_model(dir.path());
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_EQ(model->weight_bytes->value, 8);
  EXPECT_EQ(model->weight_bytes.origin.kind, Origin::Kind::file);
  EXPECT_EQ(model->counts.stored.value_or(0), 4);
  EXPECT_EQ(*model->parameters, test::parameters_of(small_config("llama")));
  ASSERT_EQ(model->warnings.size(), 1U);
  EXPECT_THAT(model->warnings.front(), HasSubstr("store 4 weights"));
}

TEST(HfFolder, WithoutCountTheFilesTellParametersAndTensors) {
  const TempDir dir;
  dir.write("config.json", small_config("brand_new").dump());
  dir.write("model.safetensors", safetensors(kHeader, 8));
  const auto model = read_model(dir.path());
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_EQ(model->parameters.value_or(0), 4);
  EXPECT_TRUE(model->tensors_stored);
  ASSERT_EQ(model->tensors.size(), 1U);
  EXPECT_EQ(model->tensors[0].layer, 0);
}

TEST(HfFolder, NamesMissingShards) {
  const TempDir dir;
  dir.write("config.json", small_config("llama").dump());
  dir.write("model.safetensors.index.json", kIndex);
  const auto index_only = read_model(dir.path());
  ASSERT_TRUE(index_only) << index_only.error().what;
  EXPECT_EQ(index_only->weight_bytes->value, 1000);
  dir.write("m-1.safetensors", safetensors(kHeader, 8));
  const auto partial = read_model(dir.path());
  ASSERT_FALSE(partial);
  EXPECT_THAT(partial.error().what, HasSubstr("1 of 2 shards are missing: m-2.safetensors"));
  dir.write("m-2.safetensors", safetensors(kHeader, 8));
  const auto whole = read_model(dir.path());
  ASSERT_TRUE(whole) << whole.error().what;
  EXPECT_EQ(whole->weight_bytes->value, 16);
}

TEST(HfFolder, QuantisationStandsBeside) {
  const TempDir dir;
  dir.write("config.json", small_config("llama").dump());
  dir.write("hf_quant_config.json", R"({"quantization": {"quant_algo": "NVFP4"}})");
  const auto model = read_model(dir.path());
  ASSERT_TRUE(model);
  EXPECT_EQ(model->precision, "nvfp4");
  EXPECT_TRUE(model->weight_bytes);
}

TEST(HfFolder, AGgufBesideAConfigIsTheModel) {
  EXPECT_FALSE(is_hf_folder({"config.json", "x.gguf"}));
  EXPECT_TRUE(is_hf_folder({"config.json", "model.safetensors", "x.gguf"}));
  EXPECT_FALSE(is_hf_folder({"x.safetensors"}));
}

}  // namespace
}  // namespace edgefit
