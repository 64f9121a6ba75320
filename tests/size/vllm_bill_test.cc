#include <gtest/gtest.h>

#include "edgefit/assessment.h"
#include "edgefit/catalog.h"
#include "size/fit.h"
#include "size/vllm.h"
#include "support/cases.h"

namespace edgefit {
namespace {

using testing::kGiven;

Case asked(int gpus, Bytes vram, double context = 8192, double sequences = 1, std::string_view runtime = "vllm@0.21") {
  Case c = testing::question(testing::prepared(testing::llama_8b_tensors("bf16")), testing::box(gib(64), gpus, vram),
                             context, sequences);
  c.runtime.profile = *find_runtime(runtime);
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
  EXPECT_NEAR(a.pools[1].have->value, 0.92 * 0.967 * 24 * kGiB, 2);
  EXPECT_EQ(a.pools[0].need.value, gib(4.5)) << "the server and one rank";
  EXPECT_GE(a.pools[0].need.high, gib(10)) << "rarely measured";
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
  EXPECT_EQ(a.placement.server->memory_share, 0.75);
  EXPECT_NEAR(a.pools[1].have->value, 0.75 * 0.967 * 24 * kGiB, 2);
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
  EXPECT_FALSE(vllm_refusal(shorter, *fit.server, fit.devices));
  shorter.workload.context = {a.refusal->longest + 16, kGiven};
  EXPECT_TRUE(vllm_refusal(shorter, *fit.server, fit.devices));
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

TEST(VllmDefaults, BelongToTheRelease) {
  const auto on = [](std::string_view runtime, double context, double card) {
    const Case question = asked(1, gib(card), context, 1, runtime);
    return vllm_defaults(question, question.host->gpus.front());
  };
  EXPECT_EQ(on("vllm@0.22", 8192, 24).memory_share, 0.92);
  EXPECT_EQ(on("vllm@0.20", 8192, 24).memory_share, 0.90);
  EXPECT_EQ(on("vllm@0.8.2", 8192, 24).max_requests, 1024) << "on every card for some weeks";
  EXPECT_EQ(on("vllm@0.8.5", 8192, 24).max_requests, 256);
  EXPECT_EQ(on("vllm@0.6.3", 20000, 80).batched_tokens, 20000) << "a prompt in one step";
  EXPECT_EQ(on("vllm@0.6.3", 131072, 80).batched_tokens, 2048) << "long ones in pieces";
}

TEST(VllmBill, SwapSpaceOfTheOldEngineIsPinned) {
  const double now = assess(asked(2, gib(24))).pools[0].need.low.value;
  Case question = asked(2, gib(24), 8192, 1, "vllm@0.7");
  question.runtime.tensor_parallel = 2;
  EXPECT_GE(assess(question).pools[0].need.low.value - now, 8 * kGiB);
  question = asked(1, gib(24));
  auto host = std::make_shared<Host>(*question.host);
  host->memory.os_total = {gib(3), kGiven};
  question.host = host;
  EXPECT_EQ(assess(question).verdict, Verdict::not_ready) << "too little RAM is no silent pass";
}

TEST(VllmShare, MoreThanIsFreeIsRefused) {
  Case question = asked(1, gib(24));
  question.runtime.memory_share = 0.95;
  EXPECT_EQ(assess(question).placement.server->memory_share, 0.95);
  EXPECT_EQ(assess(question).verdict, Verdict::ready);
  question.runtime.memory_share = 0.99;
  EXPECT_EQ(assess(question).verdict, Verdict::not_ready) << "the driver's context is there already";
}

TEST(VllmBill, StatedRequestsStay) {
  Case question = asked(1, gib(24));
  question.runtime.max_requests = 64;
  EXPECT_EQ(assess(question).placement.server->max_requests, 64);
  EXPECT_FALSE(assess(question).placement.server->defaults);
}

TEST(VllmBill, EagerHasNoGraphsAndNoEstimateOfSpeed) {
  Case question = asked(1, gib(24));
  const Assessment captured = assess(question);
  question.runtime.eager = true;
  const Assessment eager = assess(question);
  EXPECT_NEAR((captured.pools[1].need.value - eager.pools[1].need.value).value / kGiB, 0.5, 1e-6);
  EXPECT_TRUE(captured.speed.decode);
  EXPECT_FALSE(eager.speed.decode);
}

/// server_args.py of SGLang, PR 10975: 80 GB cards keep 10 GiB and more, small ones a little over 3.
TEST(SglangSettings, KeepRoomForStepsByCard) {
  const auto on = [](double card, int tensor) {
    const Case question = asked(1, gib(card), 8192, 1, "sglang");
    return vllm_defaults(question, question.host->gpus.front(), tensor);
  };
  EXPECT_EQ(on(80, 1).batched_tokens, 8192);
  EXPECT_NEAR(on(80, 1).memory_share, 1 - (512 + 8192 * 1.5 + 256 * 2 + 128) / (80 * 1024), 0.0006);
  EXPECT_NEAR(on(24, 1).memory_share, 1 - (512 + 2048 * 1.5 + 24 * 2 + 128) / (24 * 1024), 0.0006);
  EXPECT_EQ(on(24, 4).max_requests, 80);
  EXPECT_EQ(on(16, 1).max_requests, 8);
}

TEST(SglangBill, CacheGetsWhatTheShareLeaves) {
  const Case question = asked(1, gib(24), 8192, 1, "sglang");
  const Assessment a = assess(question);
  EXPECT_EQ(a.verdict, Verdict::tight) << "graphs of 4 GiB would not fit";
  const ServerSettings& s = *a.placement.server;
  const PoolFit& card = a.pools[1];
  double rest = 0;
  for (const Line& line : card.lines)
    if (line.term == Term::compute || line.term == Term::runtime) rest += line.bytes.value;
  EXPECT_NEAR(rest, card.have->value * (1 - s.memory_share), 2);
  EXPECT_FALSE(a.speed.decode) << "never measured";
  Case longer = asked(1, gib(24), 131072, 1, "sglang");
  const Assessment refused = assess(longer);
  ASSERT_TRUE(refused.refusal);
  EXPECT_EQ(refused.verdict, Verdict::not_ready);
  const Fit fit = best_fit(longer);
  longer.workload.context = {refused.refusal->longest, kGiven};
  EXPECT_FALSE(vllm_refusal(longer, *fit.server, fit.devices));
}

TEST(TensorrtBill, CacheGetsNineTenthsOfWhatIsLeft) {
  const Case question = asked(1, gib(24), 8192, 1, "tensorrt-llm");
  const Assessment a = assess(question);
  double cache = 0;
  for (const Line& line : a.pools[1].lines)
    if (line.term == Term::kv_cache) cache = line.bytes.value;
  EXPECT_EQ(cache, gib(1).value);
  const double kept = cache / 0.9 - cache;
  EXPECT_NEAR(a.pools[1].lines.back().bytes.value, kept + (0.07 + 1.0) * kGiB, 4);
  EXPECT_GT(a.pools[1].need.high - a.pools[1].need.value, gib(3)) << "no start of it was ever measured";
}

TEST(VllmGap, IsNamed) {
  Case question = asked(1, gib(24));
  EXPECT_EQ(vllm_gap(question), "");
  question.workload.kv_type = {std::string("q8_0"), kGiven};
  EXPECT_EQ(vllm_gap(question), "this --kv-type");
  question = asked(1, gib(24), 8192, 1, "tensorrt-llm");
  question.workload.kv_type = {std::string("fp8"), kGiven};
  EXPECT_EQ(vllm_gap(question), "this --kv-type");
  Model hybrid = testing::llama_8b();
  hybrid.architecture.attention.assign(32, Attention::recurrent);
  question = asked(1, gib(24), 8192, 1, "sglang");
  question.model = std::make_shared<const Model>(hybrid);
  EXPECT_EQ(vllm_gap(question), "recurrent layers");
  question.runtime.profile = *find_runtime("vllm");
  EXPECT_EQ(vllm_gap(question), "");
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
