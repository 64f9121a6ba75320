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

TEST(LlamaCppCompute, HostInputsAndMasks) {
  const Case c = eight_billion();
  EXPECT_EQ(LlamaCpp(c, kUntraced).host_compute(true, {0, 0}).value, 2.0 * 4096 * 512 * 4 + 8192 * 512 * 2 + 512 * 8);
}

}  // namespace
}  // namespace edgefit
