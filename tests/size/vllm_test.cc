#include "size/vllm.h"

#include <gtest/gtest.h>

#include <cmath>

#include "edgefit/catalog.h"
#include "support/cases.h"

namespace edgefit {
namespace {

using testing::kGiven;

Case asked(const Model& model, double context = 8192, double sequences = 1, std::string_view runtime = "vllm@0.21") {
  Case c = testing::question(testing::prepared(model), testing::box(gib(64), 1), context, sequences);
  c.runtime.profile = *find_runtime(runtime);
  return c;
}
ServerSettings ranks(int tensor, int pipeline = 1) {
  ServerSettings s;
  s.tensor = tensor;
  s.pipeline = pipeline;
  return s;
}
double weights(const Case& question, const ServerSettings& settings, int stage = 0) {
  return Vllm(question, settings, Given(nullptr)).weights(stage).value;
}
double request(const Case& question, const ServerSettings& settings, double tokens) {
  return Vllm(question, settings, Given(nullptr)).request_bytes(0, tokens);
}

TEST(Vllm, LlamaIsAsItsStartUpLogSays) {
  const Case question = asked(testing::llama_8b_tensors("bf16"));
  EXPECT_NEAR(weights(question, ranks(1)) / kGiB, 14.9889, 0.0002) << "logs of v0.6 to v0.11";
  EXPECT_EQ(request(question, ranks(1), 131072), 16 * kGiB) << "the refusal's 16.0 GiB";
}

TEST(Vllm, RanksShareWhatDividesAndKeepTheRest) {
  const Case question = asked(testing::llama_8b_tensors("bf16"));
  const double rope = 131072 * 128 * 2;
  EXPECT_NEAR((weights(question, ranks(1)) - rope) / (weights(question, ranks(4)) - rope), 4, 0.01);
  // Eight KV heads on sixteen ranks: each rank keeps one.
  const double kv = request(question, ranks(8), 4096);
  EXPECT_EQ(kv, request(question, ranks(1), 4096) / 8);
  EXPECT_EQ(request(question, ranks(16), 4096), kv);
  EXPECT_GT(weights(question, ranks(16)), (weights(question, ranks(1)) - rope) / 16 + rope);
}

TEST(Vllm, VocabularyIsPaddedTo64) {
  const double before = weights(asked(testing::llama_8b_tensors("bf16")), ranks(1));
  EXPECT_NEAR(weights(asked(testing::llama_8b_tensors("bf16", 128257)), ranks(1)) - before, 2.0 * 2 * 64 * 4096, 1);
}

TEST(Vllm, EightBitsLeaveTablesAlone) {
  const double wide = weights(asked(testing::llama_8b_tensors("bf16")), ranks(1));
  const double eight = weights(asked(testing::llama_8b_tensors("fp8")), ranks(1));
  const double tables = 2.0 * 128256 * 4096 * 2;
  EXPECT_NEAR((wide - eight) / ((wide - tables) / 2), 1, 0.01);
}

TEST(Vllm, ExpertsOfMxfp4ArePaddedForMarlin) {
  Model model = testing::llama_8b_tensors("mxfp4");
  model.architecture.moe = Moe{8, 2, 14400, 0, 0};
  model.architecture.hidden_size = {2880.0, kGiven};
  const double before = weights(asked(model), ranks(1));
  Tensor experts;
  experts.name = "blk.0.ffn_up_exps.weight";
  experts.shape = {2880, 14400, 8, 1};
  experts.role = TensorRole::expert;
  experts.layer = 0;
  model.tensors.push_back(experts);
  // 14400 rows to 14464, a hidden size of 2880 to 3072, 4.25 bits.
  EXPECT_NEAR(weights(asked(model), ranks(1)) - before, 8.0 * 14464 * 3072 * 4.25 / 8, 1);
}

TEST(Vllm, TowersMayBeWholeOnEachRank) {
  Model model = testing::llama_8b_tensors("bf16");
  EXPECT_EQ(Vllm(asked(model), ranks(4), Given(nullptr)).doubtful_weights(), 0);
  Tensor tower;
  tower.name = "v.blk.0.ffn_up.weight";
  tower.shape = {1024, 4096, 1, 1};
  model.tensors.push_back(tower);
  EXPECT_EQ(Vllm(asked(model), ranks(4), Given(nullptr)).doubtful_weights(), 2.0 * 1024 * 4096 * 3 / 4);
}

TEST(Vllm, AModelWithoutTensorsKeepsWideTables) {
  const double mean = weights(asked(testing::llama_8b("int4")), ranks(1));
  const double exact = weights(asked(testing::llama_8b_tensors("int4")), ranks(1));
  EXPECT_GE(mean, exact * 0.99) << "never too little";
  EXPECT_LE(mean, exact * 1.1);
}

TEST(Vllm, StagesAsVllmCutsThem) {
  const Case question = asked(testing::llama_8b_tensors("bf16"));
  const auto count = [&](int stages, int stage) {
    return Vllm(question, ranks(1, stages), Given(nullptr)).stage_layers(stage).count();
  };
  EXPECT_EQ(count(2, 0), 16);
  EXPECT_EQ(count(3, 0), 11);
  EXPECT_EQ(count(3, 2), 10) << "the last stage has the output besides";
  EXPECT_EQ(count(3, 0) + count(3, 1) + count(3, 2), 32);
  EXPECT_EQ(count(5, 0), 6);
  EXPECT_EQ(count(5, 2), 7);
  EXPECT_EQ(Vllm(question, ranks(1, 5), Given(nullptr)).stage_layers(4).last, 32);
  const double rope = 131072 * 128 * 2;
  EXPECT_NEAR(weights(question, ranks(1, 2), 0) + weights(question, ranks(1, 2), 1) - rope, weights(question, ranks(1)),
              4);
}

Model mixed(Attention other, int full_each) {
  Model m = testing::llama_8b("bf16");
  m.architecture.attention.assign(32, other);
  for (int i = full_each - 1; i < 32; i += full_each)
    m.architecture.attention[static_cast<size_t>(i)] = Attention::full;
  m.architecture.window = {1024.0, kGiven};
  return m;
}

TEST(Vllm, SlidingLayersKeepTheirWindowInGroups) {
  // 24 sliding and 8 full layers: four groups of eight, each with pages of its own from one pool.
  const Case question = asked(mixed(Attention::sliding, 4));
  const double page = 16.0 * 8 * 256 * 2, live = std::ceil((1024 - 1 + 2048) / 16.0) + 1;
  EXPECT_EQ(request(question, ranks(1), 65536), 8 * page * (65536 / 16 + 3 * live));
  EXPECT_EQ(request(question, ranks(1), 16), 8 * page * (1 + 3 * 2)) << "a short text fills no window";
}

TEST(Vllm, PagesGrowUntilAStateFits) {
  // Qwen3.5-27B: 48 gated delta nets and 16 attention layers of 4 heads of 256; logs say 784 tokens a block on 4 ranks.
  Model m = testing::llama_8b("bf16");
  auto& a = m.architecture;
  a.layers = {64.0, kGiven};
  a.kv_heads = {4.0, kGiven};
  a.head_dim = {256.0, kGiven};
  a.attention.assign(64, Attention::recurrent);
  for (size_t i = 3; i < 64; i += 4) a.attention[i] = Attention::full;
  a.state = StateKind::delta_net;
  a.ssm = Ssm{48 * 128, 128, 4, 16, 48};
  const Case question = asked(m);
  const double block = 784, page = block * 256 * 2 * 2;
  EXPECT_EQ(request(question, ranks(4), 32768), 16 * page * (std::ceil(32768 / block) + 3));
}

TEST(Vllm, LatentCachesAreNotShared) {
  Model m = testing::llama_8b("bf16");
  m.architecture.attention.assign(32, Attention::mla);
  m.architecture.mla = Mla{512, 64, 128, 1536};
  const Case question = asked(m);
  EXPECT_EQ(request(question, ranks(1), 64), 32.0 * 64 * 576 * 2);
  EXPECT_EQ(request(question, ranks(8), 64), request(question, ranks(1), 64));
}

Tensor matrix(const char* name, uint64_t columns, uint64_t rows, int layer) {
  Tensor t;
  t.name = name;
  t.shape = {columns, rows, 1, 1};
  t.role = TensorRole::layer;
  t.layer = layer;
  return t;
}

TEST(Vllm, SparseAttentionKeepsItsIndexersKeys) {
  // GLM-5 in a log: 78 layers x (1152 + 132) B a token; GLM-5.2 has indexers in some layers only.
  Model m = testing::llama_8b_tensors("bf16");
  m.architecture.attention.assign(32, Attention::mla);
  m.architecture.mla = Mla{512, 64, 128, 1536};
  m.tensors.push_back(matrix("blk.0.indexer.attn_k.weight", 4096, 128, 0));
  m.tensors.push_back(matrix("blk.1.indexer.attn_k.weight", 4096, 128, 1));
  Case question = asked(m);
  EXPECT_NEAR(request(question, ranks(1), 6400), 6400.0 * (32 * 1152 + 2 * 132), 1);
  question.workload.kv_type = {std::string("fp8"), kGiven};
  EXPECT_NEAR(request(question, ranks(1), 6400), 6400.0 * (32 * 656 + 2 * 132), 1);
}

TEST(Vllm, ReleasesDiffer) {
  const Model plain = testing::llama_8b_tensors("bf16");
  const auto sampler = [&](std::string_view runtime) {
    const Case question = asked(plain, 8192, 1, runtime);
    ServerSettings s = ranks(1);
    s.max_requests = 256;
    return Vllm(question, s, Given(nullptr)).activations().value.value / (256.0 * 128256 * 4);
  };
  EXPECT_NEAR(sampler("vllm@0.6.6.post1"), 9.65, 1e-6) << "1.40 GiB with 152k tokens of vocabulary in its log";
  EXPECT_NEAR(sampler("vllm@0.15"), 9.65, 1e-6);
  EXPECT_NEAR(sampler("vllm@0.17.1"), 4.05, 1e-6);
  // Sliding layers are whole ones before the hybrid cache manager.
  const Model sliding = mixed(Attention::sliding, 4);
  const double page = 16.0 * 8 * 256 * 2;
  EXPECT_EQ(request(asked(sliding, 8192, 1, "vllm@0.9.1"), ranks(1), 65536), 32 * page * 65536 / 16);
  EXPECT_LT(request(asked(sliding, 8192, 1, "vllm@0.10.2"), ranks(1), 65536), 16 * page * 65536 / 16);
}

TEST(Vllm, GraphsBesideTheShareCountWhereTheyFindNoRoom) {
  const Case question = asked(testing::llama_8b_tensors("bf16"));
  const ServerSettings s = ranks(1);
  const Vllm engine(question, s, Given(nullptr));
  const auto all = engine.overhead(0), half = engine.overhead(gib(0.4).value), none = engine.overhead(gib(4).value);
  EXPECT_NEAR((all.value.value - none.value.value) / kGiB, 0.5, 1e-6);
  EXPECT_NEAR((half.value.value - none.value.value) / kGiB, 0.1, 1e-6);
  EXPECT_NEAR((half.high - none.high).value / kGiB, 2.0, 1e-6) << "their upper end does not fit there";
  ServerSettings eager = s;
  eager.eager = true;
  EXPECT_EQ(Vllm(question, eager, Given(nullptr)).overhead(0).value.value, none.value.value);
}

TEST(Vllm, WholeExpertsAreDealtOut) {
  Model m = testing::llama_8b_tensors("bf16");
  m.architecture.moe = Moe{10, 2, 1024, 0, 0};
  const double before = weights(asked(m), ranks(4));
  Tensor experts = matrix("blk.0.ffn_up_exps.weight", 4096, 1024, 0);
  experts.shape[2] = 10;
  experts.role = TensorRole::expert;
  m.tensors.push_back(experts);
  const double all = 10.0 * 4096 * 1024 * 2;
  EXPECT_NEAR(weights(asked(m), ranks(4)) - before, all / 4, 1);
  ServerSettings dealt = ranks(4);
  dealt.expert = 4;
  EXPECT_NEAR(weights(asked(m), dealt) - before, all * 3 / 10, 1) << "ten experts: one rank has three";
  const Case question = asked(m);
  EXPECT_GT(Vllm(question, dealt, Given(nullptr)).overhead(0).value.value,
            Vllm(question, ranks(4), Given(nullptr)).overhead(0).value.value);
  dealt.expert = 2;
  EXPECT_FALSE(vllm_deals(question, dealt)) << "vLLM deals to all tensor ranks";
  EXPECT_TRUE(vllm_deals(asked(m, 8192, 1, "tensorrt-llm"), dealt)) << "and others to a part";
  EXPECT_NEAR(weights(asked(m, 8192, 1, "tensorrt-llm"), dealt) - weights(asked(m, 8192, 1, "tensorrt-llm"), ranks(4)),
              0, 1)
      << "five experts, each cut in two";
}

TEST(Vllm, EightBitCacheIsHalf) {
  Case question = asked(testing::llama_8b_tensors("bf16"));
  const double wide = request(question, ranks(1), 4096);
  question.workload.kv_type = {std::string("fp8"), kGiven};
  EXPECT_EQ(request(question, ranks(1), 4096), wide / 2);
}

TEST(Vllm, SamplerRulesForManyRequestsForwardForFew) {
  const Case question = asked(testing::llama_8b_tensors("bf16"));
  ServerSettings s = ranks(1);
  s.max_requests = 1024;
  s.batched_tokens = 8192;
  const auto many = Vllm(question, s, Given(nullptr)).activations();
  EXPECT_NEAR(many.value.value, 4.05 * 1024 * 128256 * 4, 1);
  s.max_requests = 16;
  const auto few = Vllm(question, s, Given(nullptr)).activations();
  EXPECT_NEAR(few.value.value, 8192.0 * (3 * 14336 + 4 * 4096) * 2, 1);
  for (const auto& range : {many, few}) {
    EXPECT_LE(range.low.value, range.value.value);
    EXPECT_GE(range.high.value, range.value.value);
  }
}

TEST(Vllm, HeadsDecideHowManyRanks) {
  Architecture a = testing::llama_8b().architecture;
  for (const int good : {1, 2, 4, 8, 16, 32}) EXPECT_TRUE(vllm_divides(a, good)) << good;
  for (const int bad : {3, 5, 6, 64}) EXPECT_FALSE(vllm_divides(a, bad)) << bad;
  a.heads = {12.0, kGiven};
  a.kv_heads = {2.0, kGiven};
  EXPECT_TRUE(vllm_divides(a, 6));
  EXPECT_FALSE(vllm_divides(a, 8));
}

}  // namespace
}  // namespace edgefit
