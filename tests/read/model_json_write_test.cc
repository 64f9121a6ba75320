#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/read.h"
#include "gguf_writer.h"
#include "read/gguf.h"
#include "read/model_json.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Model read_back(const Model& model) {
  const std::string text = write_model_json(model);
  auto back = read_model_json(text, "back.json");
  EXPECT_TRUE(back) << back.error().what << " | " << back.error().where << "\n" << text;
  return back ? std::move(*back) : Model{};
}

void expect_same(const Fact<double>& a, const Fact<double>& b, const char* name) {
  EXPECT_EQ(a.value, b.value) << name;
}
void expect_same(const BlockWeights& a, const BlockWeights& b) {
  EXPECT_EQ(a.dense, b.dense);
  EXPECT_EQ(a.experts, b.experts);
  EXPECT_EQ(a.largest_dense, b.largest_dense);
  EXPECT_EQ(a.largest_expert, b.largest_expert);
  EXPECT_EQ(a.cuda_padding, b.cuda_padding);
  EXPECT_EQ(a.cuda_padding_experts, b.cuda_padding_experts);
  EXPECT_EQ(a.repack, b.repack);
  EXPECT_EQ(a.repack_experts, b.repack_experts);
}
void expect_same(const Architecture& a, const Architecture& b) {
  EXPECT_EQ(a.family, b.family);
  EXPECT_EQ(a.family_known, b.family_known);
  expect_same(a.layers, b.layers, "layers");
  expect_same(a.hidden_size, b.hidden_size, "hidden_size");
  expect_same(a.heads, b.heads, "heads");
  expect_same(a.kv_heads, b.kv_heads, "kv_heads");
  expect_same(a.head_dim, b.head_dim, "head_dim");
  expect_same(a.value_head_dim, b.value_head_dim, "value_head_dim");
  expect_same(a.ffn_size, b.ffn_size, "ffn_size");
  expect_same(a.vocab_size, b.vocab_size, "vocab_size");
  expect_same(a.max_context, b.max_context, "max_context");
  expect_same(a.window, b.window, "window");
  expect_same(a.kv_layers, b.kv_layers, "kv_layers");
  EXPECT_EQ(a.kv_heads_by_layer, b.kv_heads_by_layer);
  EXPECT_EQ(a.ffn_size_by_layer, b.ffn_size_by_layer);
  EXPECT_EQ(a.attention, b.attention);
  ASSERT_EQ(a.mla.has_value(), b.mla.has_value());
  ASSERT_EQ(a.moe.has_value(), b.moe.has_value());
  ASSERT_EQ(a.ssm.has_value(), b.ssm.has_value());
  if (a.mla) {
    EXPECT_EQ(a.mla->kv_lora_rank, b.mla->kv_lora_rank);
    EXPECT_EQ(a.mla->rope_head_dim, b.mla->rope_head_dim);
    EXPECT_EQ(a.mla->nope_head_dim, b.mla->nope_head_dim);
    EXPECT_EQ(a.mla->q_lora_rank, b.mla->q_lora_rank);
  }
  if (a.moe) {
    EXPECT_EQ(a.moe->experts, b.moe->experts);
    EXPECT_EQ(a.moe->experts_used, b.moe->experts_used);
    EXPECT_EQ(a.moe->expert_ffn_size, b.moe->expert_ffn_size);
    EXPECT_EQ(a.moe->shared_ffn_size, b.moe->shared_ffn_size);
    EXPECT_EQ(a.moe->dense_layers, b.moe->dense_layers);
  }
  if (a.ssm) {
    EXPECT_EQ(a.ssm->inner, b.ssm->inner);
    EXPECT_EQ(a.ssm->state, b.ssm->state);
    EXPECT_EQ(a.ssm->conv, b.ssm->conv);
    EXPECT_EQ(a.ssm->groups, b.ssm->groups);
    EXPECT_EQ(a.ssm->heads, b.ssm->heads);
  }
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.tied_embeddings, b.tied_embeddings);
  EXPECT_EQ(a.gated_ffn, b.gated_ffn);
  EXPECT_EQ(a.fused_qkv, b.fused_qkv);
  EXPECT_EQ(a.causal, b.causal);
  EXPECT_EQ(a.mtp_layers, b.mtp_layers);
}
void expect_same(const Model& a, const Model& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.task, b.task);
  expect_same(a.parameters, b.parameters, "parameters");
  expect_same(a.active_parameters, b.active_parameters, "active_parameters");
  expect_same(a.input_embedding_parameters, b.input_embedding_parameters, "input_embedding_parameters");
  EXPECT_EQ(a.precision, b.precision);
  EXPECT_EQ(a.weight_bytes.value, b.weight_bytes.value);
  EXPECT_EQ(a.file_bytes.value, b.file_bytes.value);
  expect_same(a.architecture, b.architecture);
}

TEST(WriteModelJson, KeepsWhatAGgufSays) {
  test::GgufWriter moe = test::llama_metadata("glm4moe");
  moe.u32("glm4moe.expert_count", 8).u32("glm4moe.expert_used_count", 2).u32("glm4moe.nextn_predict_layers", 1);
  moe.f16("token_embd.weight", {64, 32}).f16("blk.0.attn_output.weight", {64, 64});
  moe.f16("blk.0.ffn_up_exps.weight", {64, 16, 8}).f16("blk.1.nextn.eh_proj.weight", {128, 64});
  test::GgufWriter hybrid = test::llama_metadata("newcomer");
  hybrid.u32("newcomer.ssm.inner_size", 128).u32("newcomer.ssm.conv_kernel", 4).u32("newcomer.ssm.state_size", 16);
  hybrid.f16("blk.0.ssm_in.weight", {64, 64}).f16("blk.1.attn_output.weight", {64, 64});
  test::GgufWriter mamba;
  mamba.text("general.architecture", "mamba2").u32("mamba2.block_count", 1).u32("mamba2.feed_forward_length", 0);
  mamba.u32("mamba2.ssm.inner_size", 128).u32("mamba2.ssm.group_count", 2).f16("blk.0.ssm_in.weight", {64, 64});
  test::GgufWriter encoder = test::llama_metadata("bert");
  encoder.f16("token_embd.weight", {64, 32}).f16("blk.0.attn_output.weight", {64, 64});
  test::GgufWriter lists = test::llama_metadata("nemotron_h");
  lists.u32("nemotron_h.ssm.inner_size", 128).f16("blk.0.ssm_in.weight", {64, 64}).f16("blk.1.ffn_up.weight", {64, 64});
  for (const auto& file : {test::tiny_llama().file(), test::tiny_llama(true).file(), moe.file(), hybrid.file(),
                           encoder.file(), lists.file(), mamba.file(), test::llama_metadata().file()}) {
    const auto model = read_gguf(MemorySource(file, "x.gguf"));
    ASSERT_TRUE(model) << model.error().what;
    SCOPED_TRACE(model->architecture.family);
    if (!model->parameters) continue;
    const Model back = read_back(*model);
    expect_same(*model, back);
    for (const auto& warning : back.warnings) EXPECT_THAT(warning, HasSubstr("no rules for family"));
  }
}

TEST(WriteModelJson, KeepsTheWeightTable) {
  Model model;
  model.name = "table";
  model.parameters = {1000, {}};
  model.weight_bytes = {Bytes{4'920'739'232}, {}};
  model.architecture.layers = {2, {}};
  WeightTable table;
  table.input = {.dense = 11, .largest_dense = 9, .cuda_padding = 1, .repack = 0};
  table.output = {.dense = 12, .largest_dense = 8, .cuda_padding = 2, .repack = 12};
  table.layers = {{.dense = 21,
                   .experts = 31,
                   .largest_dense = 5,
                   .largest_expert = 6,
                   .cuda_padding = 3,
                   .cuda_padding_experts = 4,
                   .repack = 7,
                   .repack_experts = 10},
                  {.dense = 22, .experts = 0, .largest_dense = 22}};
  table.tied_copy = 11;
  table.tied_copy_cuda_padding = 77;
  table.not_loaded = 123;
  table.exact = true;
  model.weights = table;
  const Model back = read_back(model);
  ASSERT_TRUE(back.weights);
  expect_same(table.input, back.weights->input);
  expect_same(table.output, back.weights->output);
  ASSERT_EQ(back.weights->layers.size(), 2U);
  expect_same(table.layers[0], back.weights->layers[0]);
  expect_same(table.layers[1], back.weights->layers[1]);
  EXPECT_EQ(back.weights->tied_copy, 11);
  EXPECT_EQ(back.weights->tied_copy_cuda_padding, 77);
  EXPECT_EQ(back.weights->not_loaded, 123);
  EXPECT_TRUE(back.weights->exact);
  EXPECT_EQ(back.weight_bytes->value, 4'920'739'232);
  model.weights->exact = false;
  EXPECT_FALSE(read_back(model).weights->exact);
}

TEST(WriteModelJson, KeepsTheRest) {
  const auto model = read_model_json(R"({"name":"a\"b","task":"speech-to-text","parameters":5,"precision":"my-4bit",
    "architecture":{"layers":4,"window":7,"attention":["sliding","full"],"kv_layers":2},
    "compute":{"flops_per_inference":1.5,"activation_bytes":7},
    "requires":{"gpu":"not_needed","gpu_features":["bf16"],"min_compute_capability":8.9,"min_vram":1,"min_driver":"550",
      "apis":["cuda"],"cpu_features":["avx2"],"min_ram":2,"min_disk":3,"os":["linux"]},
    "workload":{"context":1,"sequences":2,"prompt_tokens":3,"output_tokens":4,"depth":5,"kv_type":"f16","kv_type_v":"q8_0"},
    "goals":{"time_to_first_token":0.25,"tokens_per_second":1.5,"latency":2,"inferences_per_second":3},
    "lifecycle":{"source_url":"u","revision":"r","license":"l","sha256":"s","released":"d","owner":"o","next_review":"n"}})",
                                     "m.json");
  ASSERT_TRUE(model) << model.error().what;
  const Model back = read_back(*model);
  expect_same(*model, back);
  EXPECT_EQ(write_model_json(back), write_model_json(*model));
  EXPECT_EQ(back.requires_.gpu, Requirements::Gpu::not_needed);
  EXPECT_EQ(back.requires_.min_compute_capability, 8.9);
  EXPECT_EQ(*back.workload.kv_type_v, "q8_0");
  EXPECT_EQ(back.goals.time_to_first_token->value, 0.25);
  EXPECT_EQ(back.lifecycle.owner, "o");
  EXPECT_EQ(*back.flops_per_inference, 1.5);
}

TEST(WriteModelJson, WritesOnlyWhatIsKnown) {
  Model model;
  model.name = "small";
  model.parameters = {8e9, {}};
  const std::string text = write_model_json(model);
  EXPECT_EQ(text,
            "{\n  \"format\": \"edgefit.model\",\n  \"format_version\": \"1.0\",\n  \"name\": \"small\",\n"
            "  \"task\": \"text-generation\",\n  \"parameters\": 8000000000\n}\n");
}

TEST(WriteModelJson, KeepsListsOnOneLine) {
  const auto model = read_model_json(
      R"({"name":"x","parameters":1,"architecture":{"layers":2,"attention":["none","full"]}})", "m.json");
  ASSERT_TRUE(model);
  const std::string text = write_model_json(*model);
  EXPECT_THAT(text, HasSubstr("    \"attention\": [\"none\",\"full\"],\n"));
  EXPECT_THAT(model->warnings, IsEmpty());
  EXPECT_THAT(text, Not(HasSubstr("null")));
}

}  // namespace
}  // namespace edgefit
