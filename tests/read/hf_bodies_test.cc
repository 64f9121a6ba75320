#include <gtest/gtest.h>

#include "hf_configs.h"

namespace edgefit {
namespace {

using test::parameters_of;
using test::read_config;
using test::small_config;

constexpr double kLayer = 4 * (64 * 64 + 64) + 2 * 64 * 128 + 128 + 64 + 4 * 64;

TEST(WriteBody, BertWithEachHead) {
  const auto with = [](const std::string& name) {
    return small_config("bert", "{\"type_vocab_size\": 2, \"architectures\": [\"" + name + "\"]}");
  };
  const auto bert = [&with](const char* name) { return parameters_of(with(name)); };
  const double trunk = (100 + 512 + 2) * 64 + 128 + 2 * kLayer, dense = 64 * 64 + 64;
  EXPECT_EQ(bert("BertModel"), trunk + dense);
  EXPECT_EQ(bert("BertForMaskedLM"), trunk + dense + 128 + 100);
  EXPECT_EQ(bert("BertForPreTraining"), trunk + 2 * dense + 128 + 100 + 2 * 65);
  EXPECT_EQ(bert("BertForSequenceClassification"), trunk + dense + 2 * 65);
  const auto model = read_config(with("BertModel"));
  EXPECT_FALSE(model->architecture.causal);
  EXPECT_EQ(model->task, Task::embedding);
}

TEST(WriteBody, Vit) {
  const Json config = small_config("vit", R"({"image_size": 32, "patch_size": 16, "architectures": ["ViTModel"]})");
  EXPECT_EQ(parameters_of(config), 64 + 3 * 256 * 64 + 64 + 5 * 64 + 2 * kLayer + 128 + 64 * 64 + 64);
}

TEST(WriteBody, T5) {
  const Json config = small_config("t5", R"({"d_model": 64, "d_kv": 16, "d_ff": 128, "num_heads": 4,
      "relative_attention_num_buckets": 8, "hidden_size": null})");
  const double attention = 4 * 64 * 64, mlp = 2 * 64 * 128;
  EXPECT_EQ(parameters_of(config),
            100 * 64 + 2 * (attention + mlp + 2 * 64) + 2 * (2 * attention + mlp + 3 * 64) + 2 * 8 * 4 + 2 * 64);
}

TEST(WriteBody, Whisper) {
  const Json config = small_config("whisper", R"({"d_model": 64, "encoder_layers": 1, "decoder_layers": 1,
      "encoder_ffn_dim": 128, "decoder_ffn_dim": 128, "num_mel_bins": 8, "max_source_positions": 10,
      "max_target_positions": 20})");
  const double attention = 4 * 64 * 64 + 3 * 64 + 128, mlp = 2 * 64 * 128 + 128 + 64 + 128;
  EXPECT_EQ(parameters_of(config), 3 * 8 * 64 + 64 + 3 * 64 * 64 + 64 + 10 * 64 + 100 * 64 + 20 * 64 +
                                       (attention + mlp + 128) + (2 * attention + mlp + 128));
  EXPECT_EQ(read_config(config)->task, Task::speech_to_text);
}

}  // namespace
}  // namespace edgefit
