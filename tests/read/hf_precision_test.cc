#include <gtest/gtest.h>

#include "hf_configs.h"

namespace edgefit {
namespace {

std::string precision_of(const char* quantization, const char* dtype = "bfloat16") {
  Json config = test::small_config("llama");
  config["torch_dtype"] = dtype;
  config["quantization_config"] = Json::parse(quantization);
  const auto model = test::read_config(config);
  return model ? model->precision : "problem: " + model.error().what;
}

TEST(HfPrecision, ReadsEveryDialect) {
  EXPECT_EQ(precision_of("null"), "bf16");
  EXPECT_EQ(precision_of("null", "torch.float16"), "f16");
  EXPECT_EQ(precision_of(R"({"quant_method": "fp8", "weight_block_size": [128, 128]})"), "fp8");
  EXPECT_EQ(precision_of(R"({"quant_method": "mxfp4"})"), "mxfp4");
  EXPECT_EQ(precision_of(R"({"quant_method": "gptq", "bits": 4, "group_size": -1})"), "int4");
  EXPECT_EQ(precision_of(R"({"quant_method": "bitsandbytes", "load_in_8bit": true})"), "int8");
  EXPECT_EQ(precision_of(R"({"group_size": 64, "bits": 8})"), "int8");
  EXPECT_EQ(precision_of(R"({"quant_algo": "NVFP4"})"), "nvfp4");
}

TEST(HfPrecision, OfSeveralGroupsTheWidest) {
  EXPECT_EQ(precision_of(R"({"config_groups": {
      "a": {"weights": {"num_bits": 4, "type": "float", "group_size": 16}},
      "b": {"weights": {"num_bits": 8, "type": "float"}}}})"),
            "fp8");
  EXPECT_EQ(precision_of(R"({"config_groups": {"a": {"weights": {"num_bits": 4, "type": "int", "group_size": 32}}}})"),
            "int4");
}

TEST(HfPrecision, RefusesAGroupOfNothing) {
  EXPECT_EQ(precision_of(R"({"quant_method": "gptq", "bits": 4, "group_size": 0})"), "problem: group_size 0");
}

TEST(HfQuantisedBytes, OnlyMatricesOfTheLayersShrink) {
  Json config = test::small_config("llama", R"({"quantization_config": {"quant_method": "mxfp4"}})");
  const double matrices = 2 * (test::kAttention + test::kGated), rest = 2 * test::kEmbedding + 5 * 64;
  EXPECT_EQ(test::read_config(config)->weight_bytes->value, matrices * 17 / 32 + 2 * rest);
  config["quantization_config"]["modules_to_not_convert"] = Json::parse(R"(["model.layers.*.self_attn", "lm_head"])");
  EXPECT_EQ(test::read_config(config)->weight_bytes->value,
            2 * test::kGated * 17 / 32 + 2 * (rest + 2 * test::kAttention));
  config.erase("quantization_config");
  EXPECT_FALSE(test::read_config(config)->weight_bytes);
}

TEST(HfQuantConfig, ModeloptsFileSaysPrecisionAndBytes) {
  auto model = test::read_config(test::small_config("llama"));
  ASSERT_TRUE(model);
  ASSERT_TRUE(apply_hf_quant_config(
      R"({"producer": {}, "quantization": {"quant_algo": "NVFP4", "group_size": 16, "exclude_modules": ["lm_head"]}})",
      "q.json", *model));
  EXPECT_EQ(model->precision, "nvfp4");
  const double matrices = 2 * (test::kAttention + test::kGated), rest = 2 * test::kEmbedding + 5 * 64;
  EXPECT_EQ(model->weight_bytes->value, matrices * 9 / 16 + 2 * rest);
}

TEST(HfQuantConfig, SaysNothingOrIsBroken) {
  auto model = test::read_config(test::small_config("llama"));
  ASSERT_TRUE(model);
  const std::string before = model->precision;
  EXPECT_TRUE(apply_hf_quant_config(R"({"producer": {}})", "q.json", *model));
  EXPECT_EQ(model->precision, before);
  EXPECT_FALSE(model->weight_bytes);
  EXPECT_FALSE(apply_hf_quant_config("{", "q.json", *model));
}

}  // namespace
}  // namespace edgefit
