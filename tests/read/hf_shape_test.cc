#include "read/hf_shape.h"

#include <gtest/gtest.h>

#include "hf_configs.h"

namespace edgefit {
namespace {

using test::read_config;
using test::small_config;

TEST(FillSizes, KvHeadsOfFalcon) {
  Json config = small_config("falcon", R"({"num_key_value_heads": null, "num_kv_heads": 2})");
  EXPECT_EQ(read_config(config)->architecture.kv_heads.value_or(0), 1);
  config["new_decoder_architecture"] = true;
  EXPECT_EQ(read_config(config)->architecture.kv_heads.value_or(0), 2);
}

TEST(FillSizes, AdjustedFeedForwardOfLfm2) {
  const Json config = small_config("lfm2", R"({"layer_types": ["conv", "conv"], "conv_L_cache": 3,
      "intermediate_size": 600, "block_auto_adjust_ff_dim": true, "block_multiple_of": 256,
      "block_ffn_dim_multiplier": 1.0})");
  EXPECT_EQ(read_config(config)->architecture.ffn_size.value_or(0), 512);
}

TEST(FillSizes, AWindowCountsOnlyWhenItIsOn) {
  EXPECT_FALSE(read_config(small_config("qwen2", R"({"sliding_window": 32, "use_sliding_window": false})"))
                   ->architecture.window);
  EXPECT_EQ(read_config(small_config("mistral", R"({"sliding_window": 32})"))->architecture.window.value_or(0), 32);
}

TEST(FillSizes, LayersByTheirListWhenNotStated) {
  Json config = small_config("nemotron_h", R"({"hybrid_override_pattern": "M*-", "ssm_state_size": 8})");
  config.erase("num_hidden_layers");
  EXPECT_EQ(read_config(config)->architecture.layers.value_or(0), 3);
}

TEST(IsOn, FollowsKeyDefaultAndInversion) {
  JsonReport report{"config.json", {}, {}};
  const Json json = Json::parse(R"({"no_bias": true, "bias": true})");
  const HfFields fields(&json, "", {}, report);
  EXPECT_TRUE(is_on(fields, kAlways));
  EXPECT_FALSE(is_on(fields, kNever));
  EXPECT_TRUE(is_on(fields, {"bias"}));
  EXPECT_FALSE(is_on(fields, {"no_bias", true, true}));
  EXPECT_TRUE(is_on(fields, {"absent", true}));
}

}  // namespace
}  // namespace edgefit
