#include "read/hf_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hf_configs.h"
#include "read/families.h"

namespace edgefit {
namespace {

using test::kAttention;
using test::kEmbedding;
using test::kGated;
using test::parameters_of;
using test::read_config;
using test::small_config;
using ::testing::HasSubstr;

TEST(ReadHfConfig, FillsFactsWithTheirOrigin) {
  const auto model = read_config(small_config("llama"));
  ASSERT_TRUE(model) << model.error().what;
  const Architecture& a = model->architecture;
  EXPECT_EQ(model->name, "model");
  EXPECT_EQ(model->format, "config.json");
  EXPECT_EQ(model->precision, "bf16");
  EXPECT_EQ(a.family, "llama");
  EXPECT_TRUE(a.family_known);
  EXPECT_EQ(a.hidden_size.origin.kind, Origin::Kind::file);
  EXPECT_EQ(a.hidden_size.origin.text, "config.json: hidden_size");
  EXPECT_EQ(a.head_dim.value_or(0), 16);
  EXPECT_EQ(a.head_dim.origin.kind, Origin::Kind::derived);
  EXPECT_EQ(model->parameters.value_or(0), 2 * kEmbedding + 2 * (kAttention + kGated + 2 * 64) + 64);
  EXPECT_EQ(model->counts.backbone.value_or(0), 2 * (kAttention + kGated + 2 * 64));
  EXPECT_TRUE(model->warnings.empty());
}

TEST(ReadHfConfig, TensorsAreThoseOfTheFamily) {
  for (const char* type : {"llama", "qwen2", "qwen3", "gemma2", "gemma3_text", "phi3", "olmo2", "granite", "smollm3"}) {
    SCOPED_TRACE(type);
    const auto model = read_config(small_config(type, R"({"head_dim": 16, "sliding_window": 64})"));
    ASSERT_TRUE(model) << model.error().what;
    const auto tensors = tensors_of(model->architecture);
    ASSERT_TRUE(tensors) << tensors.error().what;
    ASSERT_EQ(model->tensors.size(), tensors->size());
    for (size_t i = 0; i < tensors->size(); ++i) {
      EXPECT_EQ(model->tensors[i].name, (*tensors)[i].name);
      EXPECT_EQ(model->tensors[i].shape, (*tensors)[i].shape);
      EXPECT_EQ(model->tensors[i].type, (*tensors)[i].type);
      EXPECT_EQ(model->tensors[i].role, (*tensors)[i].role);
    }
  }
}

TEST(ReadHfConfig, TakesTheDefaultsOfTransformers) {
  Json config = small_config("mistral");
  config.erase("num_key_value_heads");
  config["num_attention_heads"] = 16;
  EXPECT_EQ(read_config(config)->architecture.kv_heads.value_or(0), 8);
  config["model_type"] = "llama";
  EXPECT_EQ(read_config(config)->architecture.kv_heads.value_or(0), 16);
  EXPECT_FALSE(read_config(small_config("llama"))->architecture.tied_embeddings);
  EXPECT_TRUE(read_config(small_config("gemma2"))->architecture.tied_embeddings);
}

TEST(ReadHfConfig, ReadsTheLanguageModelInside) {
  Json config = Json::object();
  config["model_type"] = "qwen3_vl";
  config["tie_word_embeddings"] = true;
  config["text_config"] = small_config("qwen3_vl_text", R"({"head_dim": 16})");
  const double text = kEmbedding + 2 * (kAttention + kGated + 2 * 64 + 2 * 16) + 64;
  EXPECT_EQ(parameters_of(config), text);
  config["text_config"]["tie_word_embeddings"] = false;
  EXPECT_EQ(parameters_of(config), text + kEmbedding);
}

TEST(ReadHfConfig, WarnsWhenClassAndTypeContradict) {
  const auto model = read_config(small_config("llama", R"({"architectures": ["MixtralForCausalLM"]})"));
  ASSERT_TRUE(model);
  ASSERT_EQ(model->warnings.size(), 1U);
  EXPECT_THAT(model->warnings.front(), HasSubstr("contradict"));
}

TEST(ReadHfConfig, TellsTheTaskByTheClass) {
  EXPECT_EQ(read_config(small_config("llama", R"({"architectures": ["LlamaForCausalLM"]})"))->task,
            Task::text_generation);
  EXPECT_EQ(read_config(small_config("llama", R"({"architectures": ["LlamaModel"]})"))->task, Task::embedding);
  const Json reward =
      small_config("llama", R"({"architectures": ["LlamaForSequenceClassification"], "id2label": {"0": "a"}})");
  EXPECT_EQ(read_config(reward)->task, Task::reranking);
  EXPECT_EQ(parameters_of(reward), kEmbedding + 64 + 2 * (kAttention + kGated + 2 * 64) + 64);
}

TEST(ReadHfConfig, WithoutRuleParametersStayUnknown) {
  const auto model = read_config(small_config("brand_new"));
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_FALSE(model->parameters);
  EXPECT_THAT(model->parameters.why, HasSubstr("brand_new"));
  EXPECT_FALSE(model->parameters.remedy.empty());
  EXPECT_FALSE(model->architecture.family_known);
  EXPECT_EQ(model->architecture.layers.value_or(0), 2);
  EXPECT_FALSE(model->unknown.empty());
}

TEST(ReadHfConfig, RefusesWhatIsWrong) {
  const auto what = [](std::string_view more) {
    const auto model = read_config(small_config("llama", more));
    return model ? std::string("read") : model.error().what + " " + model.error().where;
  };
  EXPECT_THAT(what(R"({"hidden_size": "4096"})"), HasSubstr("string"));
  EXPECT_THAT(what(R"({"hidden_size": null})"), HasSubstr("hidden_size is missing"));
  EXPECT_THAT(what(R"({"num_hidden_layers": 0})"), HasSubstr("num_hidden_layers"));
  EXPECT_THAT(what(R"({"num_hidden_layers": -32})"), HasSubstr("out of range"));
  EXPECT_THAT(what(R"({"num_hidden_layers": 2147483648})"), HasSubstr("out of range"));
  EXPECT_THAT(what(R"({"num_attention_heads": 0})"), HasSubstr("num_attention_heads"));
  EXPECT_THAT(what(R"({"num_key_value_heads": 8})"), HasSubstr("more KV heads"));
  EXPECT_THAT(what(R"({"num_local_experts": 8, "num_experts_per_tok": 16})"), HasSubstr("more experts"));
  EXPECT_THAT(what(R"({"layer_types": ["full_attention"]})"), HasSubstr("shorter"));
  EXPECT_EQ(what(R"({"hidden_size": 64.0})"), "read");
}

TEST(ReadHfConfig, ReadsInfinityAsAbsent) {
  std::string text = small_config("llama", R"({"x": "Infinity \" NaN", "y": 0.5})").dump();
  text.replace(text.find("0.5"), 3, "[-Infinity, NaN]");
  const auto model = read_hf_config(text, "config.json");
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_EQ(model->warnings.size(), 1U);
}

TEST(ReadHfConfig, KeepsTheTablesOfStretchedPositions) {
  const auto model = read_config(small_config("llama", R"({"rope_scaling": {"rope_type": "llama3"}})"));
  ASSERT_TRUE(model);
  EXPECT_EQ(model->tensors.back().name, "rope_freqs.weight");
  EXPECT_EQ(model->tensors.back().bytes, 8U * 4);
  EXPECT_EQ(*model->parameters, parameters_of(small_config("llama")));
}

}  // namespace
}  // namespace edgefit
