#include "read/hf_tensors.h"

#include <gtest/gtest.h>

#include "hf_configs.h"

namespace edgefit {
namespace {

using test::kAttention;
using test::kEmbedding;
using test::kGated;
using test::kPlain;
using test::parameters_of;
using test::small_config;

TEST(WriteDecoder, AddsWhatASwitchTurnsOn) {
  const double plain = parameters_of(small_config("llama"));
  EXPECT_EQ(parameters_of(small_config("llama", R"({"attention_bias": true})")), plain + 2 * (64 + 32 + 32 + 64));
  EXPECT_EQ(parameters_of(small_config("llama", R"({"mlp_bias": true})")), plain + 2 * (128 + 128 + 64));
  EXPECT_EQ(parameters_of(small_config("llama", R"({"tie_word_embeddings": true})")), plain - kEmbedding);
  EXPECT_EQ(parameters_of(small_config("qwen2")), plain + 2 * (64 + 32 + 32));
  EXPECT_EQ(parameters_of(small_config("qwen", R"({"num_key_value_heads": 2})")),
            plain + 2 * (64 + 32 + 32) - 2 * kGated / 2);
}

TEST(WriteDecoder, CountsPositionsAndPlainFeedForwards) {
  const double layer = 64 * 64 * 4 + 4 * 64 + kPlain + 128 + 64 + 4 * 64;
  Json config = small_config("gpt2", R"({"num_key_value_heads": null})");
  EXPECT_EQ(parameters_of(config), kEmbedding + 512 * 64 + 2 * layer + 2 * 64);
  config["model_type"] = "opt";
  EXPECT_EQ(parameters_of(config), kEmbedding + 514 * 64 + 2 * layer + 2 * 64);
}

TEST(WriteDecoder, CountsExpertsAndTheActiveOnes) {
  const Json config = small_config("qwen2_moe", R"({"num_experts": 8, "num_experts_per_tok": 2,
      "moe_intermediate_size": 16, "shared_expert_intermediate_size": 32})");
  const double one = 3 * 64 * 16, shared = 3 * 64 * 32 + 64;
  const double rest = 2 * kEmbedding + 64 + 2 * (kAttention + 128 + 2 * 64 + 64 * 8 + shared);
  const auto model = test::read_config(config);
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_EQ(*model->parameters, rest + 2 * 8 * one);
  EXPECT_EQ(*model->active_parameters, rest + 2 * 2 * one);
}

TEST(WriteDecoder, FurtherTokenLayersAreNotActive) {
  const auto with = test::read_config(small_config("mimo", R"({"num_nextn_predict_layers": 1})"));
  const double without = parameters_of(small_config("mimo"));
  ASSERT_TRUE(with);
  EXPECT_EQ(*with->parameters, without + kAttention + 128 + kGated + 2 * 64 + 2 * 64 * 64 + 3 * 64);
  EXPECT_EQ(*with->active_parameters, without);
  EXPECT_EQ(with->architecture.mtp_layers, 1);
}

TEST(WriteDecoder, AFurtherTokenLayerOfPartsHasEachOfItsParts) {
  Json config = small_config("nemotron_h", R"({"hybrid_override_pattern": "*-", "num_nextn_predict_layers": 1,
      "mtp_layers_block_type": ["attention", "mlp"], "ssm_state_size": 8})");
  const double trunk = 2 * kEmbedding + 64 + (kAttention + 64) + (kPlain + 64);
  EXPECT_EQ(parameters_of(config), trunk + (kAttention + 64) + (kPlain + 64) + 2 * 64 * 64 + 3 * 64);
  EXPECT_EQ(*test::read_config(config)->active_parameters, trunk);
}

TEST(WriteDecoder, FollowsSearchedBlocks) {
  const Json config = small_config("nemotron-nas", R"({"block_configs": [
      {"attention": {"no_op": true}, "ffn": {"ffn_mult": 3}},
      {"attention": {"n_heads_in_group": 4}, "ffn": {"no_op": true}}]})");
  // 2 x 3 x 64 / 3 = 128, rounded up to 256; one KV head; a norm only before what is there.
  EXPECT_EQ(parameters_of(config), 2 * kEmbedding + 64 + (3 * 64 * 256 + 64) + (2 * 64 * 64 + 2 * 64 * 16 + 64));
}

TEST(WriteDecoder, AMissingVocabularyIsAProblemAlsoWithCopiesOfIt) {
  const auto model =
      test::read_config(small_config("deepseek_v3", R"({"vocab_size": null, "num_nextn_predict_layers": 1})"));
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().what, "vocab_size is missing");
}

TEST(TensorList, ImplausibleSumsAreRefused) {
  EXPECT_FALSE(test::read_config(small_config("mixtral", R"({"num_hidden_layers": 10000, "hidden_size": 1000000,
      "intermediate_size": 10000000, "num_local_experts": 100000})")));
}

}  // namespace
}  // namespace edgefit
