// Every model of profiles/models reads without a complaint and says what its row says.
#include <gtest/gtest.h>

#include "edgefit/catalog.h"
#include "edgefit/read.h"
#include "read/families.h"

namespace edgefit {
namespace {

Model model_of(std::string_view key) {
  const auto profile = find_model_profile(key);
  EXPECT_TRUE(profile) << key;
  auto model = read_model_profile(**profile);
  EXPECT_TRUE(model) << key;
  return std::move(*model);
}

TEST(Profile, EveryModelReadsWithoutAWarning) {
  ASSERT_FALSE(model_profiles().empty());
  for (const auto& profile : model_profiles()) {
    SCOPED_TRACE(profile.key);
    const auto model = read_model_profile(profile);
    ASSERT_TRUE(model) << model.error().what << " " << model.error().where;
    EXPECT_TRUE(model->warnings.empty()) << model->warnings.front();
    EXPECT_TRUE(model->unknown.empty()) << model->unknown.front();
    EXPECT_EQ(model->parameters.value, profile.parameters);
    EXPECT_GT(*model->parameters, 0);
    ASSERT_TRUE(model->active_parameters);
    EXPECT_LE(*model->active_parameters, *model->parameters);
    EXPECT_EQ(model->architecture.moe.has_value(), *model->active_parameters < 0.9 * *model->parameters);
    EXPECT_NE(find_precision(model->precision), nullptr) << model->precision;
    EXPECT_NE(find_architecture(model->architecture.family), nullptr) << model->architecture.family;
    EXPECT_FALSE(model->tensors.empty());
    EXPECT_FALSE(model->tensors_stored);
    EXPECT_FALSE(model->weights);
    EXPECT_TRUE(model->lifecycle.source_url.starts_with("https://"));
    EXPECT_TRUE(model->lifecycle.source_url.ends_with(profile.hub));
  }
}

TEST(Profile, FactsComeFromTheCatalog) {
  const Model model = model_of("llama-3.1-8b");
  EXPECT_EQ(model.format, "profile");
  EXPECT_EQ(model.source.find("huggingface.co/meta-llama/Llama-3.1-8B, as of 20"), 0U) << model.source;
  EXPECT_EQ(model.parameters.origin.kind, Origin::Kind::catalog);
  EXPECT_EQ(model.architecture.kv_heads.origin.kind, Origin::Kind::catalog);
  EXPECT_EQ(model.architecture.kv_heads.origin.text, "llama-3.1-8b: architecture/kv_heads");
  EXPECT_EQ(*model.architecture.kv_heads, 8);
  const Model quantised = model_of("gpt-oss-20b");
  EXPECT_EQ(quantised.weight_bytes.origin.kind, Origin::Kind::catalog);
}

TEST(Profile, AllKindsAreThere) {
  EXPECT_EQ(model_of("qwen2.5-0.5b").architecture.attention.size(), 0U);
  EXPECT_EQ(model_of("gemma-3-27b").architecture.attention[0], Attention::sliding);
  EXPECT_TRUE(model_of("qwen3-30b-a3b").architecture.moe);
  EXPECT_TRUE(model_of("deepseek-v3.2").architecture.mla);
  EXPECT_GT(*model_of("kimi-k2.5").parameters, 1e12);
  EXPECT_EQ(model_of("granite-4.0-h-tiny").architecture.state, StateKind::mamba2);
  EXPECT_EQ(model_of("bge-m3").task, Task::embedding);
  EXPECT_EQ(model_of("bge-reranker-v2-m3").task, Task::reranking);
  EXPECT_EQ(model_of("whisper-large-v3").task, Task::speech_to_text);
}

TEST(Profile, ABrokenOneIsAProblem) {
  ModelProfile profile{"mine", "Mine", "me/mine", 7, "me", "2026", R"({"name":"Mine","parameters":-1})"};
  const auto model = read_model_profile(profile);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().where, "mine#/parameters");
}

}  // namespace
}  // namespace edgefit
