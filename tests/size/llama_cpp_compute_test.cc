#include <gtest/gtest.h>

#include "size/llama_cpp.h"
#include "support/cases.h"

namespace edgefit {
namespace {

const Given kUntraced(nullptr);

LlamaCpp::DeviceWork everything() {
  LlamaCpp::DeviceWork work;
  work.own = {0, 32};
  work.logits = true;
  return work;
}

Case eight_billion() {
  return testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1));
}

TEST(LlamaCppCompute, LogitsOfEveryRowDecideForTheLibrary) {
  // llama.cpp plans 258.50 MiB for Llama-3.1-8B at micro-batch 512: (vocabulary + hidden) x 512 rows x 4 B.
  Case c = eight_billion();
  c.runtime.logits_all = true;
  EXPECT_EQ(LlamaCpp(c, kUntraced).device_compute(everything()).value, 4.0 * 512 * (128256 + 4096));
}

TEST(LlamaCppCompute, TheServerNeedsOnlyTheFeedForwardPhase) {
  const Case c = eight_billion();
  const double floats = 3 * 14336 + 2 * 4096 + 4096;
  EXPECT_EQ(LlamaCpp(c, kUntraced).device_compute(everything()).value, 4 * 512 * floats + 8192 * 512 * 2);
}

TEST(LlamaCppCompute, WithoutFlashAttentionScoresAreKept) {
  Case c = eight_billion();
  c.runtime.flash_attention = FlashAttention::off;
  const double scores = 8192.0 * 32 * 512 * 4;
  EXPECT_GT(LlamaCpp(c, kUntraced).device_compute(everything()).value, scores);
}

TEST(LlamaCppCompute, BorrowedLayersBringTheirLargestWeight) {
  const Case c = eight_billion();
  const LlamaCpp engine(c, kUntraced);
  auto work = everything();
  const double full = engine.device_compute(work).value;
  work.own = {16, 32};
  work.borrowed = {0, 16};
  EXPECT_GE(engine.device_compute(work).value, full + engine.largest_weight({0, 16}));
}

TEST(LlamaCppCompute, FewRowsOfLogitsStayWithTheirMatrix) {
  Case c = eight_billion();
  EXPECT_FALSE(LlamaCpp(c, kUntraced).borrows(LlamaCpp(c, kUntraced).output_rows()));
  c.runtime.logits_all = true;
  EXPECT_TRUE(LlamaCpp(c, kUntraced).borrows(LlamaCpp(c, kUntraced).output_rows()));
  c.runtime.op_offload = false;
  EXPECT_FALSE(LlamaCpp(c, kUntraced).borrows(512));
}

TEST(LlamaCppCompute, APipelineKeepsFourCopiesOfWhatEntersADevice) {
  // llama.cpp v0.5.0 plans 180,396,032 and 213,950,976 B on two GPUs, 50,380,928 B in RAM.
  const Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 2));
  const LlamaCpp engine(c, kUntraced);
  EXPECT_TRUE(engine.pipelined(2, 33));
  EXPECT_FALSE(engine.pipelined(2, 32));
  EXPECT_FALSE(engine.pipelined(1, 33));
  auto work = everything();
  work.own = {0, 17};
  work.logits = false;
  work.several = true;
  EXPECT_NEAR(engine.device_compute(work).value, 180396032, 0.05 * kMiB);
  work.own = {17, 32};
  work.logits = true;
  work.first = false;
  EXPECT_NEAR(engine.device_compute(work).value, 213950976, 0.05 * kMiB);
  EXPECT_NEAR(engine.host_compute(true, {0, 0}, true).value, 50380928, 0.05 * kMiB);
}

TEST(LlamaCppCompute, NoPipelineWithACacheOrExpertsInRam) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 2));
  c.runtime.kv_offload = false;
  EXPECT_FALSE(LlamaCpp(c, kUntraced).pipelined(2, 33));
  c.runtime.kv_offload = true;
  c.runtime.cpu_moe_layers = 4;
  EXPECT_FALSE(LlamaCpp(c, kUntraced).pipelined(2, 33));
}

TEST(LlamaCppCompute, ACacheInRamIsCopiedLayerByLayer) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1), 32768);
  const double beside = LlamaCpp(c, kUntraced).device_compute(everything()).value;
  c.runtime.kv_offload = false;
  const double apart = LlamaCpp(c, kUntraced).device_compute(everything()).value;
  // llama.cpp v0.5.0: 140 MiB beside its layers, 256 MiB with --no-kv-offload.
  EXPECT_NEAR(beside / kMiB, 140, 0.1);
  EXPECT_NEAR(apart / kMiB, 256, 0.1);
}

TEST(LlamaCppCompute, ExpertsInRamAreBorrowed) {
  Model m = testing::llama_8b();
  m.parameters = {30e9, testing::kGiven};
  m.active_parameters = {3e9, testing::kGiven};
  m.architecture.moe = Moe{64, 4, 1024, 0, 0};
  Case c = testing::question(testing::prepared(m), testing::box(gib(64), 1));
  const double before = LlamaCpp(c, kUntraced).device_compute(everything()).value;
  c.runtime.cpu_moe_layers = 8;
  const LlamaCpp engine(c, kUntraced);
  EXPECT_EQ(engine.device_compute(everything()).value, before + engine.largest_weight({0, 0}));
  EXPECT_GT(engine.largest_weight({0, 0}), 0);
}

TEST(LlamaCppCompute, HybridsTurnFlashAttentionOffForACacheInRam) {
  // llama.cpp v0.5.0 with nemotron_h and --no-kv-offload: "Flash Attention not supported, set to disabled".
  Model m = testing::llama_8b();
  m.architecture.family = "nemotron_h";
  Case c = testing::question(testing::prepared(m), testing::box(gib(64), 1));
  EXPECT_TRUE(LlamaCpp(c, kUntraced).flash_attention());
  c.runtime.kv_offload = false;
  EXPECT_FALSE(LlamaCpp(c, kUntraced).flash_attention());
  c.runtime.flash_attention = FlashAttention::on;
  EXPECT_TRUE(LlamaCpp(c, kUntraced).flash_attention());
}

TEST(LlamaCppCompute, HostInputsAndMasks) {
  const Case c = eight_billion();
  EXPECT_EQ(LlamaCpp(c, kUntraced).host_compute(true, {0, 0}).value, 2.0 * 4096 * 512 * 4 + 8192 * 512 * 2 + 512 * 8);
}

}  // namespace
}  // namespace edgefit
