#include <gtest/gtest.h>

#include "edgefit/assessment.h"
#include "size/fit.h"
#include "size/vllm.h"
#include "support/cases.h"

namespace edgefit {
namespace {

using testing::kGiven;

constexpr BackendProfile kCards[] = {
    {Backend::cuda, 350 * kMiB, 0, 512 * kMiB, 0, 1536 * kMiB, 0, 0.02, 0.8, 70e-6, 0.2, 1.2, 0.5, 0.6, 1.4, 0.5, 1.6}};
constexpr RuntimeProfile kServer{"vllm", "v0.21", "2026-05", EngineRules::vllm, "vllm serve", 0, 0, kCards};

Case asked(int gpus, Bytes vram, double context = 8192, double sequences = 1) {
  Case c = testing::question(testing::prepared(testing::llama_8b_tensors("bf16")), testing::box(gib(64), gpus, vram),
                             context, sequences);
  c.runtime.profile = &kServer;
  return c;
}

TEST(VllmDefaults, LargeCardsTakeMore) {
  const Case question = asked(1, gib(80));
  Gpu card = question.host->gpus.front();
  EXPECT_EQ(vllm_defaults(question, card).max_requests, 1024);
  EXPECT_EQ(vllm_defaults(question, card).batched_tokens, 8192);
  card.name = {std::string("NVIDIA A100-SXM4-80GB"), kGiven};
  EXPECT_EQ(vllm_defaults(question, card).max_requests, 256) << "an A100 is in the other column, whatever its size";
  card.vram_total = {gib(24), kGiven};
  EXPECT_EQ(vllm_defaults(question, card).batched_tokens, 2048);
}

TEST(VllmBill, TakesItsShareOfTheCard) {
  const Assessment a = assess(asked(1, gib(24)));
  ASSERT_EQ(a.pools.size(), 2U);
  EXPECT_EQ(a.verdict, Verdict::ready);
  EXPECT_NEAR(a.pools[1].have->value, 0.92 * 0.98 * 24 * kGiB, 1);
  EXPECT_TRUE(a.pools[0].lines.empty()) << "what it takes of the host was never measured";
  EXPECT_FALSE(a.refusal);
  EXPECT_EQ(a.placement.server->tensor, 1);
}

TEST(VllmBill, WhatOthersHoldIsNotThere) {
  Case question = asked(1, gib(24));
  auto host = std::make_shared<Host>(*question.host);
  host->mode = Host::Mode::live;
  host->gpus.front().state = GpuState::usable;
  host->gpus.front().vram_free = {gib(18), kGiven};
  question.host = host;
  // 18 GiB less half a GiB of the driver's context, in hundredths of what the driver shows: vLLM refuses a larger
  // share.
  const Assessment a = assess(question);
  EXPECT_EQ(a.placement.server->memory_share, 0.74);
  EXPECT_NEAR(a.pools[1].have->value, 0.74 * 0.98 * 24 * kGiB, 2);
}

TEST(VllmBill, RoomForAllRequestsThatAreAsked) {
  const Assessment a = assess(asked(1, gib(80), 512, 2000));
  EXPECT_EQ(a.placement.server->max_requests, 2000) << "the default of 1,024 would let the rest wait";
  EXPECT_FALSE(a.placement.server->defaults);
}

TEST(VllmBill, TheFewestRanksThatFit) {
  EXPECT_EQ(assess(asked(4, gib(24))).placement.server->tensor, 1);
  EXPECT_EQ(assess(asked(4, gib(16))).placement.server->tensor, 2);
  EXPECT_EQ(assess(asked(3, gib(8))).placement.server->tensor, 2) << "three ranks do not divide 32 heads";
  Case question = asked(4, gib(24));
  question.runtime.tensor_parallel = 4;
  EXPECT_EQ(assess(question).pools.size(), 5U);
}

TEST(VllmBill, FewerRequestsAtATimeBeforeMoreCards) {
  Case question = asked(1, gib(80), 131072, 3);
  const Assessment roomy = assess(question);
  EXPECT_TRUE(roomy.placement.server->defaults);
  question = asked(1, gib(20), 2048, 3);
  auto host = std::make_shared<Host>(*question.host);
  host->gpus.front().vram_total = {gib(70), kGiven};       // a large card's settings ...
  host->gpus.front().vram_reserved = {gib(50.4), kGiven};  // ... of which little is left
  question.host = host;
  const Assessment tight = assess(question);
  EXPECT_FALSE(tight.placement.server->defaults);
  EXPECT_LT(tight.placement.server->max_requests, 1024);
}

TEST(VllmRefusal, NamesTheLongestContextThatStarts) {
  const Case question = asked(1, gib(24), 131072);
  const Assessment a = assess(question);
  ASSERT_TRUE(a.refusal);
  EXPECT_EQ(a.verdict, Verdict::not_ready);
  EXPECT_EQ(a.refusal->needed, gib(16));
  // The estimate's own longest context starts, one page more does not.
  const Fit fit = best_fit(question);
  Case shorter = question;
  shorter.workload.context = {a.refusal->longest, kGiven};
  EXPECT_FALSE(vllm_refusal(shorter, *fit.server, fit.pools, fit.devices));
  shorter.workload.context = {a.refusal->longest + 16, kGiven};
  EXPECT_TRUE(vllm_refusal(shorter, *fit.server, fit.pools, fit.devices));
}

TEST(VllmSupport, RanksMustDivideHeadsAndHaveCards) {
  const auto engine = [](const Case& question) {
    return assess(question).findings[static_cast<size_t>(FitCheck::engine_support)].status;
  };
  Case question = asked(4, gib(24));
  EXPECT_EQ(engine(question), CheckStatus::pass);
  question.runtime.tensor_parallel = 3;
  EXPECT_EQ(engine(question), CheckStatus::fail);
  question.runtime.tensor_parallel = 8;
  EXPECT_EQ(engine(question), CheckStatus::fail);
  EXPECT_EQ(assess(question).verdict, Verdict::not_ready);
  question.runtime.tensor_parallel = 0;
  question.workload.kv_type = {std::string("q8_0"), kGiven};
  EXPECT_EQ(engine(question), CheckStatus::unknown) << "no such cache there";
}

TEST(VllmBill, LessMemoryNeverHelps) {
  int before = 4;
  for (const double size : {48, 40, 32, 28, 24, 22, 20, 18, 16, 12, 8}) {
    const int score = best_fit(asked(2, gib(size), 16384, 2)).score;
    EXPECT_LE(score, before) << size;
    before = score;
  }
}

}  // namespace
}  // namespace edgefit
