#include "size/llama_cpp.h"

#include <gtest/gtest.h>

#include "support/cases.h"

namespace edgefit {
namespace {

const Given kUntraced(nullptr);

TEST(LlamaCppCache, LlamaEightBillionAt8192IsOneGibibyte) {
  const Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1));
  EXPECT_EQ(LlamaCpp(c, kUntraced).kv_cache({0, 32}, true).value, kGiB);
  EXPECT_EQ(LlamaCpp(c, kUntraced).kv_cache({16, 32}, true).value, kGiB / 2);
}

TEST(LlamaCppCache, ContextIsPaddedTo256CellsAStream) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64)), 100, 4);
  const double cell = 32 * 8 * 128 * 2 * 2;
  EXPECT_EQ(LlamaCpp(c, kUntraced).kv_cache({0, 32}, false).value, 4 * 256 * cell);
  c.runtime.kv_unified = true;  // 400 tokens in one stream of 512 cells
  EXPECT_EQ(LlamaCpp(c, kUntraced).kv_cache({0, 32}, false).value, 512 * cell);
}

TEST(LlamaCppCache, QuantisedTypesUseTheirBlocks) {
  Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64)));
  c.workload.kv_type = {"q8_0", testing::kGiven};
  EXPECT_EQ(LlamaCpp(c, kUntraced).kv_cache({0, 32}, false).value, kGiB * 34 / 64);
}

TEST(LlamaCppCache, SlidingLayersHoldTheirWindowAndAMicroBatch) {
  Model m = testing::llama_8b();
  m.architecture.attention.assign(32, Attention::sliding);
  m.architecture.attention[31] = Attention::full;
  m.architecture.window = {1024.0, testing::kGiven};
  const Case c = testing::question(testing::prepared(m), testing::box(gib(64)));
  const double cell = 8 * 128 * 2 * 2;
  EXPECT_EQ(LlamaCpp(c, kUntraced).kv_cache({0, 32}, false).value, (31 * 1536 + 8192) * cell);
}

TEST(LlamaCppCache, RecurrentStateDoesNotGrowWithContext) {
  Model m = testing::llama_8b();
  m.architecture.attention.assign(32, Attention::recurrent);
  m.architecture.ssm = Ssm{3072, 128, 4, 1, 48};
  m.architecture.state = StateKind::mamba2;
  const auto model = testing::prepared(m);
  const auto state = [&](double context, double sequences) {
    const Case c = testing::question(model, testing::box(gib(64)), context, sequences);
    return LlamaCpp(c, kUntraced).recurrent_state({0, 32}).value;
  };
  EXPECT_EQ(state(8192, 1), 32.0 * 4 * (3 * (3072 + 2 * 128) + 128 * 3072));
  EXPECT_EQ(state(131072, 1), state(8192, 1));
  EXPECT_EQ(state(8192, 4), 4 * state(8192, 1));
}

TEST(LlamaCppCache, EncodersKeepNothing) {
  Model m = testing::llama_8b();
  m.architecture.causal = false;
  const Case c = testing::question(testing::prepared(m), testing::box(gib(64)), 512);
  EXPECT_EQ(LlamaCpp(c, kUntraced).kv_cache({0, 32}, false).value, 0);
}

TEST(LlamaCppWeights, EveryByteHasOnePlace) {
  const Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), 1));
  const LlamaCpp engine(c, kUntraced);
  const double total = c.model->weight_bytes->value;
  for (int first = 0; first <= 32; first += 8) {
    const double gpu = engine.device_weights({first, 32}, true, false).value;
    const double host = engine.host_weights({0, first}, false, false).value;
    EXPECT_EQ(gpu + host, total) << first;
  }
}

TEST(LlamaCppOutput, OneRowOfLogitsASequence) {
  const Case c = testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64)), 8192, 4);
  EXPECT_EQ(LlamaCpp(c, kUntraced).output_buffer().value, 4 * 128256 * 4);
}

}  // namespace
}  // namespace edgefit
