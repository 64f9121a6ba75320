#include <gtest/gtest.h>

#include "hf_configs.h"

namespace edgefit {
namespace {

using test::parameters_of;
using test::small_config;

/// What `vision` adds to a text model of type `type`.
double tower_of(const char* type, const char* vision, const char* more = "{}") {
  Json config = small_config(type, more);
  const double text = parameters_of(config);
  config["vision_config"] = Json::parse(vision);
  return parameters_of(config) - text;
}

constexpr double kBlock = 4 * (32 * 32 + 32) + 2 * 32 * 48 + 48 + 32 + 4 * 32;

TEST(WriteTower, Siglip) {
  EXPECT_EQ(tower_of("gemma3", R"({"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "image_size": 28,
                                   "patch_size": 14})"),
            3 * 196 * 32 + 32 + 4 * 32 + 2 * kBlock + 64 + 32 * 64 + 32);
}

TEST(WriteTower, QwenTowersAndTheirMergers) {
  const double merger = 128 * 128 + 128 + 128 * 64 + 64;
  EXPECT_EQ(tower_of("qwen2_vl", R"({"depth": 1, "embed_dim": 32, "mlp_ratio": 2, "patch_size": 2})"),
            2 * 3 * 4 * 32 + 4 * (32 * 32 + 32) + 2 * 32 * 64 + 64 + 32 + 128 + 64 + merger);
  EXPECT_EQ(tower_of("qwen3_vl", R"({"depth": 1, "hidden_size": 32, "intermediate_size": 48, "patch_size": 2,
                                     "num_position_embeddings": 9, "deepstack_visual_indexes": [0]})"),
            2 * 3 * 4 * 32 + 32 + 9 * 32 + kBlock + 64 + merger + 256 + merger);
  EXPECT_EQ(tower_of("qwen2_5_vl", R"({"depth": 1, "hidden_size": 32, "intermediate_size": 48, "patch_size": 2})"),
            2 * 3 * 4 * 32 + 4 * (32 * 32 + 32) + 3 * 32 * 48 + 2 * 48 + 32 + 64 + 32 + merger);
}

TEST(WriteTower, Llama4) {
  EXPECT_EQ(tower_of("llama4", R"({"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 1, "image_size": 28,
                                   "patch_size": 14, "projector_input_dim": 20, "projector_output_dim": 20,
                                   "vision_output_dim": 20})",
                     R"({"num_local_experts": 2, "num_experts_per_tok": 1})"),
            3 * 196 * 32 + 32 + 5 * 32 + 128 + kBlock + 48 * 20 + 20 * 20 + 20 * 64);
}

TEST(WriteTower, NoVisionConfigNoTower) {
  EXPECT_EQ(parameters_of(small_config("gemma3")), parameters_of(small_config("gemma3_text")));
}

}  // namespace
}  // namespace edgefit
