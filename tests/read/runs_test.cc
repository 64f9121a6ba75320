#include "read/runs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(Runs, EmptyAndForeignFilesAreProblems) {
  for (const char* text :
       {"", "  \n", "hello", "{}", "[]", "[1,2,3]", "{\"a\":{\"b\":1}}", "{\"n_prompt\":", "\x00\xff"}) {
    const auto runs = read_runs(text, "file");
    ASSERT_FALSE(runs) << text;
    EXPECT_FALSE(runs.error().what.empty());
    EXPECT_EQ(runs.error().where.substr(0, 4), "file");
  }
}

TEST(Runs, OneDocumentALine) {
  const auto runs =
      read_runs("{\"n_prompt\":512,\"n_gen\":0,\"avg_ts\":900.5}\n\n{\"n_prompt\":0,\"n_gen\":128,\"avg_ts\":50}\n",
                "bench.jsonl");
  ASSERT_TRUE(runs);
  ASSERT_EQ(runs->size(), 2U);
  EXPECT_TRUE(runs->front().prefill);
  EXPECT_DOUBLE_EQ(runs->back().speed.value, 50);
}

TEST(Runs, AbsurdSpeedsAndTooFewTokensAreNone) {
  std::vector<MeasuredRun> runs;
  const auto add = [&runs](double speed, bool prefill, double tokens) {
    MeasuredRun run;
    run.speed = {speed};
    run.prefill = prefill;
    (prefill ? run.prompt : run.output) = tokens;
    add_run(runs, run);
  };
  add(0, false, 128);
  add(-1, false, 128);
  add(std::nan(""), false, 128);
  add(1e300, false, 128);
  add(50, false, 1);
  add(500, true, 4);
  EXPECT_TRUE(runs.empty());
  add(50, false, 128);
  EXPECT_EQ(runs.size(), 1U);
}

TEST(Runs, BackendsByTheirNames) {
  EXPECT_EQ(backend_in("CUDA"), Backend::cuda);
  EXPECT_EQ(backend_in("Metal,BLAS"), Backend::metal);
  EXPECT_EQ(backend_in("ROCm"), Backend::rocm);
  EXPECT_EQ(backend_in("Vulkan"), Backend::vulkan);
  EXPECT_EQ(backend_in("BLAS"), Backend::cpu);
  EXPECT_EQ(backend_in("CPU"), Backend::cpu);
  EXPECT_EQ(backend_in(""), std::nullopt);
}

}  // namespace
}  // namespace edgefit
