#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "read/safetensors.h"

namespace edgefit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(PlaceHf, ReadsRoleAndLayerFromTheName) {
  const auto place = [](const char* name) {
    Tensor tensor;
    tensor.name = name;
    place_hf(tensor);
    return std::pair(tensor.role, tensor.layer);
  };
  EXPECT_EQ(place("model.layers.3.mlp.experts.7.up_proj.weight"), std::pair(TensorRole::expert, 3));
  EXPECT_EQ(place("model.layers.3.mlp.shared_experts.up_proj.weight"), std::pair(TensorRole::layer, 3));
  EXPECT_EQ(place("transformer.h.11.attn.c_attn.weight"), std::pair(TensorRole::layer, 11));
  EXPECT_EQ(place("model.embed_tokens.weight"), std::pair(TensorRole::input, -1));
  EXPECT_EQ(place("lm_head.weight"), std::pair(TensorRole::output, -1));
  EXPECT_EQ(place("model.visual.blocks.2.attn.qkv.weight"), std::pair(TensorRole::other, -1));
  EXPECT_EQ(place("layers.99999999999.w"), std::pair(TensorRole::other, -1));
}

TEST(SafetensorsIndex, NamesShardsOnce) {
  const auto index = read_safetensors_index(
      R"({"metadata": {"total_size": 12.0}, "weight_map": {"a": "2.safetensors", "b": "1.safetensors", "c": "2.safetensors"}})",
      "i.json");
  ASSERT_TRUE(index) << index.error().what;
  EXPECT_THAT(index->shards, ElementsAre("1.safetensors", "2.safetensors"));
  EXPECT_EQ(index->tensors, 3U);
  EXPECT_EQ(index->total->value, 12);
}

TEST(SafetensorsIndex, RefusesNamesOutsideTheFolder) {
  for (const char* name : {"../x", "/etc/passwd", "a/b", "..", "", "a\\\\b"}) {
    const auto index = read_safetensors_index(std::string(R"({"weight_map": {"a": ")") + name + "\"}}", "i.json");
    ASSERT_FALSE(index) << name;
    EXPECT_THAT(index.error().what, HasSubstr("leaves the folder"));
  }
}

TEST(SafetensorsIndex, ATotalOfNothingIsUnknown) {
  const auto index = read_safetensors_index(R"({"metadata": {"total_size": 0}, "weight_map": {"a": "m"}})", "i.json");
  ASSERT_TRUE(index);
  EXPECT_FALSE(index->total);
  EXPECT_EQ(index->warnings.size(), 1U);
}

TEST(SafetensorsIndex, RefusesWhatIsNoIndex) {
  EXPECT_FALSE(read_safetensors_index("{}", "i.json"));
  EXPECT_FALSE(read_safetensors_index(R"({"weight_map": {"a": "m", "a": "m"}})", "i.json"));
  EXPECT_FALSE(read_safetensors_index(R"({"weight_map": {"a": 1}})", "i.json"));
  EXPECT_FALSE(read_safetensors_index(R"({"metadata": {"total_size": -1}, "weight_map": {"a": "m"}})", "i.json"));
}

}  // namespace
}  // namespace edgefit
