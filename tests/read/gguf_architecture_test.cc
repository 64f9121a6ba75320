#include "read/gguf_architecture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gguf_writer.h"
#include "read/gguf.h"

namespace edgefit {
namespace {

using test::GgufWriter;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Model model_of(const GgufWriter& w) {
  const std::string bytes = w.file();
  auto model = read_gguf(MemorySource(bytes, "dir/x.gguf"));
  EXPECT_TRUE(model) << model.error().what << " | " << model.error().where;
  return model ? std::move(*model) : Model{};
}
Architecture architecture_of(const GgufWriter& w) {
  return model_of(w).architecture;
}
std::string problem_of(const GgufWriter& w) {
  const std::string bytes = w.file();
  const auto model = read_gguf(MemorySource(bytes, "x.gguf"));
  return model ? "" : model.error().what + " | " + model.error().where;
}
std::string letters(const Architecture& a) {
  std::string out;
  for (const Attention x : a.attention) out += "fsmrb-"[static_cast<size_t>(x)];
  return out;
}
/// Adds the tensors that tell what layer `i` is: a attention, r recurrent, b both, f feed-forward only.
void add_layers(GgufWriter& w, const std::string& kinds, const std::string& state = "ssm_in.weight") {
  for (size_t i = 0; i < kinds.size(); ++i) {
    const std::string p = "blk." + std::to_string(i) + ".";
    if (kinds[i] == 'a' || kinds[i] == 'b') w.f16(p + "attn_output.weight", {64, 64});
    if (kinds[i] == 'r' || kinds[i] == 'b') w.f16(p + state, {64, 64});
    if (kinds[i] == 'f') w.f16(p + "ffn_up.weight", {64, 64});
  }
}
/// Metadata of `family` with as many layers as `kinds`, and their tensors.
GgufWriter layered(const std::string& family, const std::string& kinds, const std::string& state = "ssm_in.weight") {
  GgufWriter w;
  w.text("general.architecture", family).u32(family + ".block_count", static_cast<uint32_t>(kinds.size()));
  w.u32(family + ".embedding_length", 64).u32(family + ".attention.head_count", 4);
  add_layers(w, kinds, state);
  return w;
}

TEST(GgufArchitecture, ReadsEverySize) {
  const Architecture a = architecture_of(test::tiny_llama());
  EXPECT_EQ(a.family, "llama");
  EXPECT_TRUE(a.family_known);
  EXPECT_EQ(*a.layers, 2);
  EXPECT_EQ(*a.hidden_size, 64);
  EXPECT_EQ(*a.heads, 4);
  EXPECT_EQ(*a.kv_heads, 2);
  EXPECT_EQ(*a.head_dim, 16);
  EXPECT_EQ(*a.value_head_dim, 16);
  EXPECT_EQ(*a.ffn_size, 128);
  EXPECT_EQ(*a.vocab_size, 32);
  EXPECT_EQ(*a.max_context, 256);
  EXPECT_FALSE(a.window);
  EXPECT_FALSE(a.tied_embeddings);
  EXPECT_TRUE(a.gated_ffn);
  EXPECT_TRUE(a.causal);
  EXPECT_THAT(a.attention, IsEmpty());
  EXPECT_EQ(a.layers.origin.kind, Origin::Kind::file);
  EXPECT_EQ(a.layers.origin.text, "x.gguf: llama.block_count");
  EXPECT_EQ(a.head_dim.origin.kind, Origin::Kind::derived);
}

TEST(GgufArchitecture, StatedHeadSizesWin) {
  GgufWriter w = test::llama_metadata();
  w.u32("llama.attention.key_length", 128).u32("llama.attention.value_length", 96);
  const Architecture a = architecture_of(w);
  EXPECT_EQ(*a.head_dim, 128);
  EXPECT_EQ(*a.value_head_dim, 96);
}

TEST(GgufArchitecture, CountsTokensOfTheVocabularyFirst) {
  GgufWriter w = test::llama_metadata();
  w.texts("tokenizer.ggml.tokens", {"a", "b", "c"});
  EXPECT_EQ(*architecture_of(w).vocab_size, 3);
  GgufWriter bare;
  bare.text("general.architecture", "llama").f16("token_embd.weight", {64, 40});
  EXPECT_EQ(*architecture_of(bare).vocab_size, 40);
}

TEST(GgufArchitecture, SlidesByTheFamilyOrTheFile) {
  EXPECT_EQ(letters(architecture_of(layered("gemma2", "aaaa"))), "sfsf");
  EXPECT_EQ(*architecture_of(layered("gemma2", "aaaa")).window, 4096);
  EXPECT_EQ(letters(architecture_of(layered("gemma3", "aaaaaaaa").u32("gemma3.attention.sliding_window", 512))),
            "sssssfss");
  EXPECT_EQ(letters(architecture_of(layered("gemma3", "aaaaaaaa"))), "") << "no window, no sliding";
  EXPECT_EQ(letters(architecture_of(layered("olmo2", "aaaa"))), "");
  EXPECT_EQ(letters(architecture_of(layered("olmo2", "aaaa").u32("olmo2.attention.sliding_window", 4096))), "sssf");
  EXPECT_EQ(letters(architecture_of(layered("phi3", "aaaa").u32("phi3.attention.sliding_window", 2047))), "")
      << "llama.cpp ignores it";
  GgufWriter period = layered("cohere2", "aaaaa");
  period.u32("cohere2.attention.sliding_window", 4096).u32("cohere2.attention.sliding_window_pattern", 2);
  EXPECT_EQ(letters(architecture_of(period)), "sfsfs");
  GgufWriter list = layered("newcomer", "aaaa");
  list.u32("newcomer.attention.sliding_window", 128).numbers("newcomer.attention.sliding_window_pattern", {1, 0, 0, 1});
  EXPECT_EQ(letters(architecture_of(list)), "sffs");
  const Model unclear = model_of(layered("newcomer", "aaaa").u32("newcomer.attention.sliding_window", 128));
  EXPECT_EQ(letters(unclear.architecture), "") << "never under-estimated";
  EXPECT_THAT(unclear.unknown, ElementsAre(HasSubstr("sliding_window"), HasSubstr("newcomer")));
}

TEST(GgufArchitecture, TellsRecurrentLayersByTheirTensors) {
  EXPECT_EQ(letters(architecture_of(layered("granitehybrid", "rrar"))), "rrfr");
  EXPECT_EQ(letters(architecture_of(layered("nemotron_h", "rfa"))), "r-f");
  EXPECT_EQ(letters(architecture_of(layered("falcon-h1", "bb"))), "bb");
  EXPECT_EQ(letters(architecture_of(layered("lfm2", "ra", "shortconv.conv.weight"))), "rf");
  EXPECT_EQ(letters(architecture_of(layered("bert", "aa"))), "--");
  EXPECT_FALSE(architecture_of(layered("bert", "aa")).causal);
  const Architecture delta = architecture_of(layered("newcomer", "ra", "ssm_beta.weight"));
  EXPECT_EQ(letters(delta), "rf");
  EXPECT_EQ(delta.state, StateKind::delta_net);
  EXPECT_EQ(architecture_of(layered("newcomer", "r", "ssm_x.weight")).state, StateKind::mamba1);
  GgufWriter bare;
  bare.text("general.architecture", "qwen3next").u32("qwen3next.block_count", 5);
  EXPECT_EQ(letters(architecture_of(bare)), "rrrfr") << "by the family, without tensors";
}

TEST(GgufArchitecture, ReadsListsOfOneALayer) {
  GgufWriter w = layered("nemotron_h", "rfa");
  w.numbers("nemotron_h.attention.head_count_kv", {0, 0, 2}).numbers("nemotron_h.feed_forward_length", {0, 256, 0});
  const Architecture a = architecture_of(w);
  EXPECT_THAT(a.kv_heads_by_layer, ElementsAre(0, 0, 2));
  EXPECT_EQ(*a.kv_heads, 2);
  EXPECT_THAT(a.ffn_size_by_layer, ElementsAre(0, 256, 0));
  EXPECT_EQ(*a.ffn_size, 256);
  GgufWriter no_layers;
  no_layers.text("general.architecture", "x").numbers("x.feed_forward_length", {1, 2});
  EXPECT_THAT(architecture_of(no_layers).ffn_size_by_layer, IsEmpty());
  EXPECT_EQ(*architecture_of(no_layers).ffn_size, 2);
  GgufWriter longer = layered("x", "aaa");
  longer.u32("x.nextn_predict_layers", 1).numbers("x.feed_forward_length", {1, 2, 3});
  EXPECT_THAT(architecture_of(longer).ffn_size_by_layer, ElementsAre(1, 2));
  EXPECT_EQ(*architecture_of(longer).ffn_size, 2);
  EXPECT_THAT(problem_of(layered("x", "aaa").numbers("x.feed_forward_length", {1, 2})),
              HasSubstr("shorter than the number of layers | x.gguf, metadata key x.feed_forward_length"));
}

TEST(GgufArchitecture, ReadsLatentAttention) {
  const auto deepseek = [] {
    GgufWriter w = layered("deepseek2", "aa");
    w.u32("deepseek2.attention.kv_lora_rank", 512).u32("deepseek2.rope.dimension_count", 64);
    w.u32("deepseek2.attention.key_length", 576).u32("deepseek2.attention.value_length", 512);
    w.u32("deepseek2.attention.head_count_kv", 1).u32("deepseek2.attention.q_lora_rank", 1536);
    return w;
  };
  GgufWriter w = deepseek();
  w.u32("deepseek2.attention.key_length_mla", 192).u32("deepseek2.attention.value_length_mla", 128);
  const Architecture a = architecture_of(w);
  ASSERT_TRUE(a.mla);
  EXPECT_EQ(a.mla->kv_lora_rank, 512);
  EXPECT_EQ(a.mla->rope_head_dim, 64);
  EXPECT_EQ(a.mla->nope_head_dim, 128);
  EXPECT_EQ(a.mla->q_lora_rank, 1536);
  EXPECT_EQ(*a.head_dim, 192);
  EXPECT_EQ(*a.value_head_dim, 128);
  EXPECT_EQ(letters(a), "mm");
  const Architecture old = architecture_of(deepseek());
  EXPECT_FALSE(old.mla) << "files of early 2025 are cached head by head";
  EXPECT_EQ(letters(old), "");
  EXPECT_EQ(*old.head_dim, 576);
}

TEST(GgufArchitecture, ReadsExpertsAndStates) {
  GgufWriter w = layered("deepseek2", "aa");
  w.u32("deepseek2.expert_count", 64).u32("deepseek2.expert_used_count", 6).u32("deepseek2.expert_shared_count", 2);
  w.u32("deepseek2.expert_feed_forward_length", 1408).u32("deepseek2.leading_dense_block_count", 1);
  const auto moe = architecture_of(w).moe;
  ASSERT_TRUE(moe);
  EXPECT_EQ(moe->experts, 64);
  EXPECT_EQ(moe->experts_used, 6);
  EXPECT_EQ(moe->expert_ffn_size, 1408);
  EXPECT_EQ(moe->shared_ffn_size, 2816);
  EXPECT_EQ(moe->dense_layers, 1);
  GgufWriter mixtral = test::llama_metadata();
  mixtral.u32("llama.expert_count", 8).u32("llama.expert_used_count", 2);
  EXPECT_EQ(architecture_of(mixtral).moe->expert_ffn_size, 128) << "as the dense size";
  EXPECT_THAT(problem_of(test::llama_metadata().u32("llama.expert_count", 8).u32("llama.expert_used_count", 9)),
              HasSubstr("implausible number (9)"));

  GgufWriter ssm = layered("mamba2", "rr");
  ssm.u32("mamba2.ssm.inner_size", 128).u32("mamba2.ssm.state_size", 16).u32("mamba2.ssm.conv_kernel", 4);
  ssm.u32("mamba2.ssm.time_step_rank", 8).u32("mamba2.ssm.group_count", 2);
  const auto state = architecture_of(ssm).ssm;
  ASSERT_TRUE(state);
  EXPECT_EQ(state->inner, 128);
  EXPECT_EQ(state->state, 16);
  EXPECT_EQ(state->conv, 4);
  EXPECT_EQ(state->groups, 2);
  EXPECT_EQ(state->heads, 8);
  const auto conv = architecture_of(layered("lfm2", "ra", "shortconv.x").u32("lfm2.shortconv.l_cache", 3)).ssm;
  ASSERT_TRUE(conv);
  EXPECT_EQ(conv->inner, 64);
  EXPECT_EQ(conv->conv, 3);
  EXPECT_EQ(conv->groups, 0);
}

TEST(GgufArchitecture, TakesPredictionLayersOffTheCount) {
  GgufWriter w = test::llama_metadata("glm4moe");
  w.u32("glm4moe.nextn_predict_layers", 1);
  const Architecture a = architecture_of(w);
  EXPECT_EQ(*a.layers, 1);
  EXPECT_EQ(a.mtp_layers, 1);
  EXPECT_THAT(problem_of(test::llama_metadata().u32("llama.nextn_predict_layers", 2)), HasSubstr("as many layers"));
}

TEST(GgufArchitecture, RefusesImpossibleNumbers) {
  const auto with = [](const char* key, uint32_t value) {
    GgufWriter w;
    w.text("general.architecture", "llama").u32(key, value);
    return problem_of(w);
  };
  EXPECT_THAT(with("llama.block_count", 0),
              HasSubstr("implausible number (0) | x.gguf, metadata key llama.block_count"));
  EXPECT_THAT(with("llama.block_count", 10'001), HasSubstr("implausible"));
  EXPECT_THAT(with("llama.embedding_length", 0xffffffff), HasSubstr("implausible"));
  GgufWriter nan;
  nan.text("general.architecture", "llama").raw("llama.block_count", test::kF32, std::string("\0\0\xc0\x7f", 4));
  EXPECT_THAT(problem_of(nan), HasSubstr("implausible number (nan)"));
  EXPECT_EQ(with("llama.block_count", 10'000), "");
}

TEST(GgufArchitecture, UnknownIsNotZero) {
  GgufWriter w;
  w.text("general.architecture", "llama").u32("llama.block_count", 1).u32("llama.attention.head_count", 0);
  w.f16("blk.0.attn_output.weight", {64, 64});
  const Model model = model_of(w);
  EXPECT_FALSE(model.architecture.heads);
  EXPECT_FALSE(model.architecture.kv_heads);
  EXPECT_FALSE(model.architecture.heads.why.empty());
  EXPECT_THAT(model.warnings, ElementsAre(HasSubstr("head_count 0")));
  GgufWriter mamba = layered("mamba2", "r");
  EXPECT_THAT(model_of(mamba).warnings, IsEmpty());
}

TEST(GgufArchitecture, DoubtsHeadsAndExperts) {
  EXPECT_THAT(problem_of(GgufWriter()
                             .text("general.architecture", "llama")
                             .u32("llama.attention.head_count", 4)
                             .u32("llama.attention.head_count_kv", 8)),
              HasSubstr("more KV heads than heads"));
  const Model all = model_of(test::llama_metadata().u32("llama.expert_count", 8).f32("t", {4}));
  EXPECT_EQ(all.architecture.moe->experts_used, 8) << "unknown is not zero";
  EXPECT_THAT(all.warnings, ElementsAre(HasSubstr("expert_used_count")));
  EXPECT_THAT(problem_of(test::llama_metadata().u32("llama.expert_count", 8).u32("llama.expert_used_count", 0)),
              HasSubstr("implausible number (0)"));
}

TEST(GgufArchitecture, WorksForFamiliesWithoutARow) {
  GgufWriter w = test::llama_metadata("newcomer");
  w.f16("blk.0.attn_qkv.weight", {64, 128}).f16("blk.0.attn_output.weight", {64, 64});
  w.f16("blk.0.ffn_up.weight", {64, 128}).f16("blk.0.ffn_down.weight", {128, 64});
  const Architecture a = architecture_of(w);
  EXPECT_FALSE(a.family_known);
  EXPECT_EQ(a.family, "newcomer");
  EXPECT_EQ(*a.kv_heads, 2);
  EXPECT_TRUE(a.fused_qkv);
  EXPECT_FALSE(a.gated_ffn);
  EXPECT_TRUE(a.tied_embeddings);
}

}  // namespace
}  // namespace edgefit
