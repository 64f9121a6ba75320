#include "size/onnx_encoder.h"

#include <gtest/gtest.h>

#include <string>

#include "support/cases.h"

namespace edgefit {
namespace {

using testing::kGiven;

constexpr double kMillion = 1e6;

void add(Model& m, const std::string& name, uint64_t columns, uint64_t rows) {
  Tensor t;
  t.name = name;
  t.shape = {columns, rows, 1, 1};
  t.bytes = columns * rows * 4;
  m.tensors.push_back(t);
}

void add_layers(Model& m, const std::string& prefix, int layers, uint64_t hidden, uint64_t ffn) {
  for (int i = 0; i < layers; ++i) add(m, prefix + std::to_string(i) + ".ffn_up.weight", hidden, ffn);
}

Model bert() {
  Model m;
  m.task = Task::embedding;
  m.weights.emplace();
  Architecture& a = m.architecture;
  a.family = "bert";
  a.causal = false;
  a.gated_ffn = false;
  a.layers = {12.0, kGiven};
  a.hidden_size = {768.0, kGiven};
  a.heads = {12.0, kGiven};
  a.ffn_size = {3072.0, kGiven};
  return m;
}

Model vit() {
  Model m = bert();
  m.architecture.family = "vit";
  m.task = Task::image_classification;
  add(m, "v.patch_embd.weight", 3 * 16 * 16, 768);
  add(m, "v.position_embd.weight", 768, 197);
  add_layers(m, "blk.", 12, 768, 3072);
  return m;
}

Model whisper_tiny() {
  Model m = bert();
  m.architecture.family = "whisper";
  m.architecture.heads = {6.0, kGiven};
  m.architecture.layers = {0.0, kGiven};  // no decoder: the exported encoder alone
  m.task = Task::speech_to_text;
  add(m, "encoder.conv1.weight", 240, 384);
  add(m, "encoder.conv2.weight", 1152, 384);
  add(m, "encoder.position_embd.weight", 384, 1500);
  add_layers(m, "encoder.blk.", 4, 384, 1536);
  return m;
}

/// Operations, bytes and live values that exported encoders count (tests/accuracy/onnx.cc reads the same table).
TEST(OnnxEncoder, MeetsExportedEncoders) {
  const struct {
    const char* name;
    Model model;
    double tokens, mflop, traffic_mib, live_mib, nodes, traffic_error;
  } kCases[] = {{"BERT base, 128", bert(), 128, 22347.25, 736.9, 3.38, 602, 0.03},
                {"BERT base, 512", bert(), 512, 96636.76, 3321.3, 16.5, 602, 0.03},
                {"ViT B/16", vit(), 0, 34941.76, 1030.4, 5.17, 592, 0.05},
                {"Whisper tiny", whisper_tiny(), 0, 36937.73, 2476.4, 58.09, 210, 0.35}};
  for (const auto& c : kCases) {
    const auto towers = encoder_towers(c.model, c.tokens);
    ASSERT_EQ(towers.size(), 1U) << c.name;
    EXPECT_NEAR(encoder_flops(towers).value / kMillion / c.mflop, 1, 0.01) << c.name;
    EXPECT_NEAR(encoder_traffic(towers).value / kMiB / c.traffic_mib, 1, c.traffic_error) << c.name;
    EXPECT_NEAR(encoder_live_bytes(c.model, towers) / kMiB / c.live_mib, 1, 0.02) << c.name;
    EXPECT_NEAR(encoder_nodes(towers) / c.nodes, 1, 0.06) << c.name;
  }
}

TEST(OnnxEncoder, ClipHasTwoTowers) {
  Model m = bert();
  m.architecture.family = "clip";
  add(m, "position_embd.weight", 512, 77);
  add_layers(m, "t.blk.", 12, 512, 2048);
  EXPECT_TRUE(encoder_towers(m, 77).empty()) << "one of them is not told";
  add(m, "v.patch_embd.weight", 3 * 32 * 32, 768);
  add(m, "v.position_embd.weight", 768, 50);
  add_layers(m, "v.blk.", 12, 768, 3072);
  const auto towers = encoder_towers(m, 77);
  ASSERT_EQ(towers.size(), 2U);
  EXPECT_EQ(towers[0].tokens, 77);
  EXPECT_EQ(towers[1].tokens, 50);
  EXPECT_EQ(towers[1].heads, 12);
}

TEST(OnnxEncoder, ADecoderKeepsWhatItWroteAndHeard) {
  Model m = whisper_tiny();
  const double encoder = encoder_live_bytes(m, encoder_towers(m, 0));
  m.architecture.layers = {4.0, kGiven};
  m.architecture.max_context = {448.0, kGiven};
  EXPECT_EQ(encoder_live_bytes(m, encoder_towers(m, 0)) - encoder, 2.0 * 4 * (1500 + 448) * 384 * 4);
}

TEST(OnnxEncoder, OnlyTextCountsTokens) {
  EXPECT_TRUE(counts_tokens(bert()));
  EXPECT_FALSE(counts_tokens(vit()));
  EXPECT_FALSE(counts_tokens(whisper_tiny()));
  EXPECT_TRUE(encoder_towers(*testing::prepared(testing::llama_8b()), 512).empty());
}

}  // namespace
}  // namespace edgefit
