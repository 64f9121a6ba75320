// Small configs for the tests of the Hugging Face readers: one decoder of 2 layers, changed key by key.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/json.h"
#include "read/hf_config.h"

namespace edgefit::test {

/// hidden 64, 2 layers, 4 heads of 16, 2 KV heads, feed-forward 128, vocabulary 100.
inline Json small_config(std::string_view model_type, std::string_view more = "{}") {
  Json config = Json::parse(
      R"({"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
          "intermediate_size": 128, "vocab_size": 100, "max_position_embeddings": 512, "torch_dtype": "bfloat16"})");
  config["model_type"] = std::string(model_type);
  const Json changes = Json::parse(more);
  for (const auto& item : changes.items()) config[item.key()] = item.value();
  return config;
}

inline Result<Model> read_config(const Json& config) {
  return read_hf_config(config.dump(), "some/model/config.json");
}

/// Parameters of the config; -1 and a failure when it cannot be read.
inline double parameters_of(const Json& config) {
  const auto model = read_config(config);
  EXPECT_TRUE(model) << model.error().what << " " << model.error().where;
  return model ? model->parameters.value_or(-1) : -1;
}

// The parts of small_config: embedding (or head), attention without biases, a gated and a plain feed-forward.
inline constexpr double kEmbedding = 100 * 64;
inline constexpr double kAttention = 64 * 64 + 2 * 64 * 32 + 64 * 64;
inline constexpr double kGated = 3 * 64 * 128;
inline constexpr double kPlain = 2 * 64 * 128;

}  // namespace edgefit::test
