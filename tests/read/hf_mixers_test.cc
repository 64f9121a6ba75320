#include <gtest/gtest.h>

#include "hf_configs.h"

namespace edgefit {
namespace {

using test::kEmbedding;
using test::kGated;
using test::parameters_of;
using test::small_config;

constexpr double kRest = 2 * kEmbedding + 64 + 2 * (kGated + 2 * 64);

TEST(WriteMixer, LatentAttentionWithAndWithoutAQueryRank) {
  const double kv = 64 * (32 + 8) + 32 + 32 * 4 * (16 + 12) + 4 * 12 * 64;
  const char* more = R"({"kv_lora_rank": 32, "q_lora_rank": 24, "qk_rope_head_dim": 8, "qk_nope_head_dim": 16,
                         "v_head_dim": 12, "num_key_value_heads": 4})";
  Json config = small_config("deepseek_v2", more);
  EXPECT_EQ(parameters_of(config), kRest + 2 * (kv + 64 * 24 + 24 + 24 * 4 * 24));
  config["index_n_heads"] = 2;
  config["index_head_dim"] = 8;
  EXPECT_EQ(parameters_of(config), kRest + 2 * (kv + 64 * 24 + 24 + 24 * 4 * 24 + 24 * 16 + 64 * 8 + 16 + 64 * 2));
}

TEST(WriteMixer, Mamba1) {
  const Json config = small_config("falcon_mamba", R"({"intermediate_size": 128, "expand": 16, "state_size": 8,
      "conv_kernel": 4, "time_step_rank": 6})");
  const double layer = 64 * 256 + 128 * 5 + 128 * (6 + 16) + 6 * 128 + 128 + 128 * 8 + 128 + 128 * 64 + 64;
  EXPECT_EQ(parameters_of(config), 2 * kEmbedding + 64 + 2 * layer);
  EXPECT_EQ(test::read_config(config)->architecture.ssm->inner, 128);
}

TEST(WriteMixer, Mamba2) {
  const Json config = small_config("mamba2", R"({"num_heads": 8, "head_dim": 16, "n_groups": 2, "state_size": 8,
      "conv_kernel": 4})");
  const double mixed = 128 + 2 * 2 * 8;
  const double layer = 64 * (128 + mixed + 8) + mixed * 5 + 3 * 8 + 128 + 128 * 64 + 64;
  EXPECT_EQ(parameters_of(config), 2 * kEmbedding + 64 + 2 * layer);
}

TEST(WriteMixer, GatedDeltaNetAndGatedQueries) {
  const Json config = small_config("qwen3_5_text", R"({"full_attention_interval": 2, "head_dim": 16,
      "linear_num_key_heads": 2, "linear_num_value_heads": 4, "linear_key_head_dim": 8, "linear_value_head_dim": 8,
      "linear_conv_kernel_dim": 4})");
  const double mixed = 2 * 2 * 8 + 32;
  const double delta = 64 * (mixed + 32) + 64 * 8 + mixed * 4 + 2 * 4 + 8 + 32 * 64;
  const double full = 2 * 64 * 64 + 2 * 64 * 32 + 64 * 64 + 2 * 16;
  EXPECT_EQ(parameters_of(config), kRest + delta + full);
}

TEST(WriteMixer, ShortConvolutionAndLightning) {
  EXPECT_EQ(parameters_of(small_config("lfm2", R"({"layer_types": ["conv", "conv"], "conv_L_cache": 3})")),
            kRest - kEmbedding + 2 * (4 * 64 * 64 + 3 * 64));
  EXPECT_EQ(parameters_of(small_config("minimax_m1", R"({"attn_type_list": [0, 0]})")), kRest + 2 * (5 * 64 * 64 + 64));
}

TEST(WriteMixer, SinksOnlyWhereTheyAre) {
  const char* more = R"({"hybrid_layer_pattern": [0, 1], "sliding_window": 8, "add_swa_attention_sink_bias": true})";
  Json config = small_config("mimo_v2_flash", more);
  const double with = parameters_of(config);
  config["add_swa_attention_sink_bias"] = false;
  EXPECT_EQ(with - parameters_of(config), 4);
}

}  // namespace
}  // namespace edgefit
