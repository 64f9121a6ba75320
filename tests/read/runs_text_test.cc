#include <gtest/gtest.h>

#include "edgefit/calibration.h"

namespace edgefit {
namespace {

std::vector<MeasuredRun> runs_of(const char* text) {
  const auto runs = read_runs(text, "file");
  EXPECT_TRUE(runs) << (runs ? "" : runs.error().what);
  return runs ? *runs : std::vector<MeasuredRun>();
}

TEST(RunsText, LlamaBenchTable) {
  const auto runs = runs_of(
      "ggml_cuda_init: found 1 CUDA devices\n"
      "| model                  |       size |     params | backend    | ngl | fa |            test |              t/s "
      "|\n"
      "| ---------------------- | ---------: | ---------: | ---------- | --: | -: | --------------: | ---------------: "
      "|\n"
      "| llama 8B Q4_K - Medium |   4.58 GiB |     8.03 B | CUDA       |  99 |  1 |           pp512 | 5342.12 \xC2\xB1 "
      "53.42 |\n"
      "| llama 8B Q4_K - Medium |   4.58 GiB |     8.03 B | CUDA       |  99 |  1 |   tg128 @ d4096 |   110.20 "
      "\xC2\xB1 0.00 |\n"
      "| llama 8B Q4_K - Medium |   4.58 GiB |     8.03 B | CUDA       |  99 |  1 |    pp512+tg128 |   900.00 \xC2\xB1 "
      "0.00 |\n"
      "\nbuild: abc1234 (4567)\n");
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_TRUE(runs[0].prefill);
  EXPECT_DOUBLE_EQ(runs[0].speed.value, 5342.12);
  EXPECT_NEAR(*runs[0].deviation, 0.01, 1e-4);
  EXPECT_NEAR(runs[0].weight_bytes->value, 4.58 * kGiB, 1e6);
  EXPECT_NEAR(*runs[0].parameters, 8.03e9, 1e6);
  EXPECT_EQ(runs[0].backend, Backend::cuda);
  EXPECT_EQ(runs[0].flash_attention, true);
  EXPECT_EQ(runs[0].build, "abc1234 (4567)");
  EXPECT_FALSE(runs[1].prefill);
  EXPECT_EQ(*runs[1].output, 128);
  EXPECT_EQ(*runs[1].depth, 4096);
}

TEST(RunsText, LlamaServerLines) {
  const auto runs = runs_of(
      "slot print_timing: id  0 | task 0 | \n"
      "prompt eval time =     250.00 ms /   512 tokens (    0.49 ms per token,  2048.00 tokens per second)\n"
      "       eval time =    2000.00 ms /   128 tokens (   15.63 ms per token,    64.00 tokens per second)\n"
      "      total time =    2250.00 ms /   640 tokens\n");
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].source, "llama-server");
  EXPECT_DOUBLE_EQ(runs[0].speed.value, 2048);
  EXPECT_DOUBLE_EQ(runs[1].speed.value, 64);
  EXPECT_EQ(*runs[1].depth, 512);
}

TEST(RunsText, OllamaVerbose) {
  const auto runs = runs_of(
      "total duration:       2.5s\nload duration:        12.5ms\nprompt eval count:    512 token(s)\n"
      "prompt eval duration: 250ms\nprompt eval rate:     2048.00 tokens/s\neval count:           4800 token(s)\n"
      "eval duration:        1m15s\neval rate:            64.00 tokens/s\n");
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].runtime, "ollama");
  EXPECT_DOUBLE_EQ(runs[0].speed.value, 2048);
  EXPECT_DOUBLE_EQ(runs[1].speed.value, 64);
}

TEST(RunsText, SeveralAnswersInOneLog) {
  const char* one = "prompt eval time = 100.0 ms / 100 tokens (x)\n       eval time = 1000.0 ms / 50 tokens (x)\n";
  EXPECT_EQ(runs_of((std::string(one) + one).c_str()).size(), 4U);
}

TEST(RunsText, BrokenTablesAndLinesAreNone) {
  for (const char* text :
       {"| model | test | t/s |\n| x | pp512 | fast |\n", "| model | test | t/s |\n| x | pp512 @ 5 | 100 |\n",
        "| model | test | t/s |\n| x | pp99999999999999999999 | 100 |\n", "| pp512 | 100 |\n", "|", "| t/s |\n|",
        "eval duration: 1x\neval count: 5\n", "prompt eval time = / ms\n eval time = 5\n",
        "eval duration: 1.2.3s\neval count: 64"}) {
    EXPECT_FALSE(read_runs(text, "file")) << text;
  }
}

}  // namespace
}  // namespace edgefit
