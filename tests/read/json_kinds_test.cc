#include "read/json_kinds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hf_configs.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;

TEST(ReadJson, ChoosesTheReaderByKeys) {
  const auto format = [](const std::string& text) {
    const auto model = read_json(text, "x.json");
    return model ? model->format : model.error().what;
  };
  EXPECT_EQ(format(test::small_config("llama").dump()), "config.json");
  EXPECT_EQ(format(R"({"name": "x", "parameters": "8B"})"), "model.json");
  EXPECT_EQ(format(R"({"weight_map": {"a": "b"}})"), "safetensors index");
}

TEST(ReadJson, SaysWhatALookAlikeIs) {
  const auto problem = [](const char* text) {
    const auto model = read_json(text, "x.json");
    return model ? "read" : model.error().what;
  };
  EXPECT_THAT(problem(R"({"peft_type": "LORA", "r": 8})"), HasSubstr("adapter_config.json"));
  EXPECT_THAT(problem(R"({"tokenizer_class": "X"})"), HasSubstr("tokenizer_config.json"));
  EXPECT_THAT(problem(R"({"eos_token_id": 2, "transformers_version": "4.1"})"), HasSubstr("generation_config.json"));
  EXPECT_THAT(problem(R"({"name": "x", "version": "1.0.0", "dependencies": {}})"), HasSubstr("package.json"));
  EXPECT_THAT(problem(R"({"n_embd": 768})"), HasSubstr("no model_type"));
  EXPECT_NE(problem("{}"), "read");
  EXPECT_NE(problem("{\"a\":"), "read");
}

}  // namespace
}  // namespace edgefit
