#include "read/hf_layers.h"

#include <gtest/gtest.h>

#include "hf_configs.h"

namespace edgefit {
namespace {

using test::read_config;
using test::small_config;

std::vector<Attention> attention_of_config(const Json& config) {
  const auto model = read_config(config);
  EXPECT_TRUE(model) << model.error().what << " " << model.error().where;
  return model ? model->architecture.attention : std::vector<Attention>{};
}

constexpr Attention kFull = Attention::full, kSliding = Attention::sliding, kRecurrent = Attention::recurrent;

TEST(PlanLayers, ReadsEveryWayToTellTheKinds) {
  EXPECT_TRUE(attention_of_config(small_config("llama")).empty());
  EXPECT_EQ(attention_of_config(small_config("gemma2", R"({"sliding_window": 32})")), (std::vector{kSliding, kFull}));
  EXPECT_EQ(
      attention_of_config(small_config("gemma3_text", R"({"num_hidden_layers": 3, "sliding_window_pattern": 3})")),
      (std::vector{kSliding, kSliding, kFull}));
  EXPECT_EQ(
      attention_of_config(small_config("lfm2", R"({"conv_L_cache": 3, "layer_types": ["conv", "full_attention"]})")),
      (std::vector{kRecurrent, kFull}));
  EXPECT_EQ(attention_of_config(small_config("lfm2", R"({"conv_L_cache": 3, "full_attn_idxs": [0]})")),
            (std::vector{kFull, kRecurrent}));
  EXPECT_EQ(attention_of_config(small_config("minimax_m1", R"({"attn_type_list": [0, 1]})")),
            (std::vector{kRecurrent, kFull}));
  EXPECT_EQ(attention_of_config(small_config("qwen3_5_text", R"({"full_attention_interval": 2})")),
            (std::vector{kRecurrent, kFull}));
  EXPECT_EQ(
      attention_of_config(small_config("falcon_h1", R"({"mamba_d_state": 8, "mamba_n_heads": 4, "mamba_d_head": 16})")),
      (std::vector{Attention::full_recurrent, Attention::full_recurrent}));
  EXPECT_EQ(attention_of_config(small_config(
                "nemotron_h", R"({"num_hidden_layers": 3, "hybrid_override_pattern": "M*-", "ssm_state_size": 8})")),
            (std::vector{kRecurrent, kFull, Attention::none}));
}

TEST(PlanLayers, SlidingLayersMayHaveHeadsOfTheirOwn) {
  const auto model = read_config(small_config(
      "mimo_v2_flash", R"({"hybrid_layer_pattern": [0, 1], "sliding_window": 8, "head_dim": 16, "v_head_dim": 8,
                           "swa_num_key_value_heads": 4})"));
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_EQ(model->architecture.kv_heads_by_layer, (std::vector<double>{2, 4}));
  EXPECT_EQ(model->architecture.value_head_dim.value_or(0), 8);
}

TEST(PlanLayers, FullLayersWithLargerHeadsCountAsMoreHeads) {
  const auto model = read_config(small_config(
      "gemma4_text", R"({"layer_types": ["sliding_attention", "full_attention"], "sliding_window": 8, "head_dim": 16,
                         "global_head_dim": 32, "num_global_key_value_heads": 1, "num_kv_shared_layers": 0})"));
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_TRUE(model->architecture.kv_heads_by_layer.empty());  // 2 heads of 16 are 1 of 32
}

TEST(PlanLayers, ACacheRowIsNeverUnderestimated) {
  const auto model = read_config(small_config(
      "gemma4_text", R"({"layer_types": ["sliding_attention", "full_attention"], "sliding_window": 8, "head_dim": 16,
                         "global_head_dim": 64, "num_kv_shared_layers": 0})"));
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_EQ(model->architecture.head_dim.value_or(0), 64);  // 2 heads of 64 would be 8 of 16, more than the 4 heads
  EXPECT_EQ(model->architecture.kv_heads_by_layer, (std::vector<double>{1, 2}));
}

TEST(PlanLayers, LayersThatShareACacheKeepNothing) {
  EXPECT_EQ(attention_of_config(small_config(
                "gemma4_text", R"({"layer_types": ["full_attention", "full_attention"], "num_kv_shared_layers": 1})")),
            (std::vector{kFull, Attention::none}));
}

TEST(PlanLayers, TellsDenseFromSparseLayers) {
  const auto dense = [](std::string_view more) {
    Json config = small_config("qwen3_moe", more);
    config["num_hidden_layers"] = 4;
    config["moe_intermediate_size"] = 16;
    const auto model = read_config(config);
    EXPECT_TRUE(model) << model.error().what;
    return model ? model->architecture.moe->dense_layers : -1;
  };
  EXPECT_EQ(dense("{}"), 0);
  EXPECT_EQ(dense(R"({"first_k_dense_replace": 2})"), 2);
  EXPECT_EQ(dense(R"({"mlp_only_layers": [0]})"), 1);
  EXPECT_EQ(dense(R"({"moe_layer_freq": [0, 0, 0, 1]})"), 3);
  EXPECT_EQ(dense(R"({"mlp_layer_types": ["dense", "sparse", "sparse", "sparse"]})"), 1);
  EXPECT_EQ(dense(R"({"decoder_sparse_step": 2})"), 1);
}

TEST(PlanLayers, RefusesWordsAndListsThatDoNotFit) {
  EXPECT_FALSE(read_config(small_config("llama", R"({"layer_types": ["full_attention", "mamba"]})")));
  EXPECT_FALSE(read_config(small_config("llama", R"({"layer_types": ["full_attention", "\u001b[31m"]})")));
  EXPECT_FALSE(read_config(small_config("llama", R"({"layer_types": ["full_attention"]})")));
  EXPECT_FALSE(read_config(small_config("llama", R"({"layer_types": ["full_attention", "sliding_attention"]})")));
}

}  // namespace
}  // namespace edgefit
