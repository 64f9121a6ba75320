#include "read/gguf_encoder.h"

#include <gtest/gtest.h>

#include "edgefit/read.h"
#include "read/gguf_writer.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

test::GgufWriter qwen() {
  test::GgufWriter w;
  w.text("general.architecture", "clip").boolean("clip.has_vision_encoder", true);
  w.text("clip.projector_type", "qwen2.5vl_merger").u32("clip.vision.embedding_length", 64);
  w.u32("clip.vision.feed_forward_length", 96).u32("clip.vision.image_size", 560).u32("clip.vision.patch_size", 14);
  w.u32("clip.vision.n_wa_pattern", 8).u32("clip.vision.image_max_pixels", 1000000);
  w.f16("v.blk.0.ffn_gate.weight", {64, 96}).f16("v.deepstack.3.fc2.weight", {64, 32});
  w.f16("mm.0.weight", {64, 64}).f32("mm.0.bias", {64}).f16("mm.2.weight", {64, 48});
  return w;
}

std::optional<Encoder> read(const test::GgufWriter& writer) {
  const test::TempDir dir;
  const auto model = read_model(dir.write("x.gguf", writer.file()));
  EXPECT_TRUE(model) << model.error().what;
  return model ? model->encoder : std::nullopt;
}

TEST(GgufEncoder, WhatTheMemoryOfAnImageDependsOn) {
  const auto e = read(qwen());
  ASSERT_TRUE(e);
  EXPECT_EQ(e->projector, "qwen2.5vl_merger");
  EXPECT_TRUE(e->images && e->gated_ffn && e->windows);
  EXPECT_FALSE(e->sound);
  EXPECT_EQ(e->hidden_size, 64);
  EXPECT_EQ(e->ffn_size, 96);
  EXPECT_EQ(e->image_size, 560);
  EXPECT_EQ(e->patch_size, 14);
  EXPECT_EQ(e->merge, 2);  // unstated: the family's own
  EXPECT_EQ(e->max_pixels, 1e6);
  EXPECT_EQ(e->kept_layers, 1);
  EXPECT_EQ(e->output_size, 48);
}

TEST(GgufEncoder, AStatedMergeWins) {
  EXPECT_EQ(read(qwen().u32("clip.vision.spatial_merge_size", 3))->merge, 3);
  EXPECT_EQ(read(qwen().u32("clip.vision.projector.scale_factor", 4))->merge, 4);
}

TEST(GgufEncoder, SoundStatesItsOwnSizes) {
  test::GgufWriter w;
  w.text("general.architecture", "clip").boolean("clip.has_audio_encoder", true);
  w.text("clip.audio.projector_type", "ultravox").u32("clip.audio.embedding_length", 32);
  w.u32("clip.audio.feed_forward_length", 64).f16("a.blk.0.ffn_up.weight", {32, 64});
  const auto e = read(w);
  ASSERT_TRUE(e);
  EXPECT_TRUE(e->sound);
  EXPECT_FALSE(e->images);
  EXPECT_EQ(e->projector, "ultravox");
  EXPECT_EQ(e->hidden_size, 32);
}

TEST(GgufEncoder, ImpossibleNumbersCountAsUnstated) {
  test::GgufWriter w;
  w.text("general.architecture", "clip").u32("clip.vision.image_size", 0).u32("clip.vision.patch_size", 100000);
  w.u32("clip.vision.embedding_length", 4000000000U).f16("v.x", {4, 4});
  const auto e = read(w);
  ASSERT_TRUE(e);
  EXPECT_TRUE(e->images);  // files of 2023 do not say so
  EXPECT_EQ(e->image_size, 0);
  EXPECT_EQ(e->patch_size, 0);
  EXPECT_EQ(e->hidden_size, 0);
  EXPECT_EQ(e->merge, 1);
}

TEST(GgufEncoder, OtherModelsHaveNone) {
  EXPECT_FALSE(read(test::tiny_llama()));
}

}  // namespace
}  // namespace edgefit
