#include <gtest/gtest.h>

#include "edgefit/calibration.h"

namespace edgefit {
namespace {

std::vector<MeasuredRun> runs_of(const char* text) {
  const auto runs = read_runs(text, "file");
  EXPECT_TRUE(runs) << (runs ? "" : runs.error().what);
  return runs ? *runs : std::vector<MeasuredRun>();
}

TEST(RunsJson, LlamaBench) {
  const auto runs = runs_of(R"([
    {"build_commit":"abc1234","backends":"CUDA","model_filename":"m.gguf","model_type":"llama 8B Q4_K - Medium",
     "model_size":4912898048,"model_n_params":8030261248,"n_batch":2048,"n_ubatch":512,"type_k":"q8_0","type_v":"f16",
     "n_gpu_layers":99,"flash_attn":true,"n_prompt":512,"n_gen":0,"n_depth":4096,"test_time":"2026-11-20T10:00:00Z",
     "avg_ts":2500.0,"stddev_ts":25.0},
    {"backends":"CUDA","n_gpu_layers":0,"n_prompt":0,"n_gen":128,"avg_ts":9.5},
    {"backends":"CUDA","n_gpu_layers":99,"n_prompt":512,"n_gen":128,"avg_ts":800}])");
  ASSERT_EQ(runs.size(), 2U);  // a prompt and an answer in one test are no speed of either
  const auto& first = runs[0];
  EXPECT_EQ(first.source, "llama-bench");
  EXPECT_EQ(first.runtime, "llama.cpp");
  EXPECT_TRUE(first.prefill);
  EXPECT_DOUBLE_EQ(first.speed.value, 2500);
  EXPECT_DOUBLE_EQ(*first.deviation, 0.01);
  EXPECT_EQ(*first.prompt, 512);
  EXPECT_FALSE(first.output);
  EXPECT_EQ(*first.depth, 4096);
  EXPECT_EQ(*first.parameters, 8030261248.0);
  EXPECT_EQ(first.weight_bytes->value, 4912898048.0);
  EXPECT_EQ(first.backend, Backend::cuda);
  EXPECT_EQ(first.gpu_layers, 99);
  EXPECT_EQ(first.kv_type, "q8_0");
  EXPECT_EQ(first.flash_attention, true);
  EXPECT_EQ(first.date, "2026-11-20");
  EXPECT_EQ(runs[1].backend, Backend::cpu);  // no layer on the GPU
}

TEST(RunsJson, VllmWithOneRequestAtATime) {
  const auto runs = runs_of(R"({"date":"20261120-101112","model_id":"Qwen/Qwen3-8B","max_concurrency":1,"completed":10,
    "total_input_tokens":10240,"total_output_tokens":2560,"output_throughput":60.0,"median_tpot_ms":12.5,
    "median_ttft_ms":80.0})");
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].runtime, "vllm");
  EXPECT_DOUBLE_EQ(runs[0].speed.value, 80);
  EXPECT_EQ(*runs[0].depth, 1024);
  EXPECT_EQ(runs[0].date, "2026-11-20");
  EXPECT_TRUE(runs[1].prefill);
  EXPECT_TRUE(runs[1].whole_first_token);
  EXPECT_DOUBLE_EQ(runs[1].speed.value, 1024 / 0.08);
}

TEST(RunsJson, VllmWithManyOrAnUnknownNumber) {
  const auto many =
      runs_of(R"({"max_concurrency":8,"completed":64,"total_input_tokens":65536,"total_output_tokens":16384,
    "output_throughput":400,"median_tpot_ms":20,"median_ttft_ms":300})");
  ASSERT_EQ(many.size(), 1U);
  EXPECT_DOUBLE_EQ(many[0].speed.value, 400);
  EXPECT_EQ(many[0].sequences, 8);
  const auto unknown = runs_of(R"({"max_concurrency":null,"completed":64,"total_input_tokens":65536,
    "total_output_tokens":16384,"output_throughput":400,"median_tpot_ms":20})");
  ASSERT_EQ(unknown.size(), 1U);
  EXPECT_EQ(unknown[0].sequences, 0);
}

TEST(RunsJson, Ollama) {
  const auto runs = runs_of(R"({"model":"llama3.1:8b","created_at":"2026-11-21T08:00:00.1Z","done":true,
    "prompt_eval_count":512,"prompt_eval_duration":250000000,"eval_count":128,"eval_duration":2000000000})");
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].runtime, "ollama");
  EXPECT_DOUBLE_EQ(runs[0].speed.value, 64);
  EXPECT_EQ(*runs[0].depth, 512);
  EXPECT_DOUBLE_EQ(runs[1].speed.value, 2048);
  EXPECT_EQ(runs[1].date, "2026-11-21");
}

TEST(RunsJson, LlamaServerWithCacheAndDraft) {
  const auto runs = runs_of(R"({"model":"m","timings":{"cache_n":1000,"prompt_n":100,"prompt_ms":50.0,
    "predicted_n":64,"predicted_ms":1280.0,"draft_n":40}})");
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_DOUBLE_EQ(runs[0].speed.value, 50);
  EXPECT_EQ(*runs[0].depth, 1100);
  EXPECT_TRUE(runs[0].speculative);
  EXPECT_DOUBLE_EQ(runs[1].speed.value, 2000);
  EXPECT_EQ(*runs[1].depth, 1000);
}

TEST(RunsJson, HostileNumbersAreNoSpeeds) {
  for (const char* text : {R"({"n_prompt":512,"n_gen":0,"avg_ts":-5})", R"({"n_prompt":512,"n_gen":0,"avg_ts":1e300})",
                           R"({"n_prompt":"512","n_gen":0,"avg_ts":5})", R"({"eval_count":100,"eval_duration":0})",
                           R"({"eval_count":1e308,"eval_duration":1})",
                           R"({"timings":{"predicted_n":-3,"prompt_n":1}})", R"({"timings":[]})",
                           R"({"output_throughput":1,"total_input_tokens":1,"total_output_tokens":1,"completed":0})"}) {
    EXPECT_FALSE(read_runs(text, "file")) << text;
  }
}

}  // namespace
}  // namespace edgefit
