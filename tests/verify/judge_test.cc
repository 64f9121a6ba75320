#include <gtest/gtest.h>

#include "verify/measures.h"

namespace edgefit {
namespace {

/// Ten good answers of 11 tokens, 0.5 s to the first, 0.05 s each further one.
LoadResult good_load() {
  LoadResult load;
  load.plan.requests = 10;
  load.plan.prompt_tokens = 100;
  load.plan.output_tokens = 11;
  for (int i = 0; i < 10; ++i) {
    Reply reply;
    reply.scheduled = reply.sent = i;
    reply.first_token = reply.first_visible = i + 0.5;
    reply.end = i + 1.0;
    reply.prompt_tokens = 100;
    reply.output_tokens = 11;
    reply.cached_tokens = 0;
    load.replies.push_back(reply);
  }
  load.truth = {"timings", "", 0.05, 0.05, {}, {}, 0};
  summarize(load);
  return load;
}

VerifyFinding finding(LoadResult load, size_t row) {
  const auto truth = load.truth;
  summarize(load);
  load.truth = truth;
  return judge_load(load, {})[row];
}

int code_of(const LoadResult& load, bool interrupted = false) {
  Verification verification;
  verification.findings = judge_load(load, {});
  verification.interrupted = interrupted;
  return exit_code_of(verification);
}

TEST(JudgeLoad, AGoodRunPasses) {
  const auto findings = judge_load(good_load(), {});
  ASSERT_EQ(findings.size(), 7U);
  for (size_t i = 0; i < findings.size(); ++i) {
    EXPECT_EQ(findings[i].id, "EF-VER-00" + std::to_string(i + 1));
    EXPECT_EQ(findings[i].status, i == 3 ? CheckStatus::not_applicable : CheckStatus::pass) << findings[i].message;
    EXPECT_EQ(findings[i].fix, "");
  }
  EXPECT_EQ(code_of(good_load()), 0);
  EXPECT_EQ(code_of(good_load(), true), 3) << "half a run proves nothing good";
}

TEST(JudgeLoad, AFailedRequestFails) {
  auto load = good_load();
  load.replies[4].fault = ReplyFault::reset;
  load.replies[4].message = "the connection broke";
  const auto found = finding(load, 0);
  EXPECT_EQ(found.status, CheckStatus::fail);
  EXPECT_EQ(found.message, "1 of 10 requests failed; most often: the connection broke");
  summarize(load);
  EXPECT_EQ(code_of(load), 1);
  EXPECT_EQ(code_of(load, true), 1) << "what failed has failed";
}

TEST(JudgeLoad, NothingFinishedIsUnknown) {
  auto load = good_load();
  for (auto& reply : load.replies) reply.fault = ReplyFault::stopped;
  EXPECT_EQ(finding(load, 0).status, CheckStatus::unknown);
  EXPECT_EQ(finding(load, 1).status, CheckStatus::unknown);
  EXPECT_EQ(code_of(LoadResult{}), 3);
}

TEST(JudgeLoad, TooFewAnswersInTimeFail) {
  auto load = good_load();
  load.plan.slo.ttft = 0.4;
  EXPECT_EQ(finding(load, 1).status, CheckStatus::fail);
  EXPECT_EQ(finding(load, 1).message, "0 of 10 answers (0 %) within ttft <= 0.40 s, tpot <= 0.10 s; wanted are 95 %");
  load = good_load();
  load.replies[0].first_token = 2.5;
  load.replies[0].end = 3;
  EXPECT_EQ(finding(load, 1).status, CheckStatus::fail) << "9 of 10";
  load.plan.in_time = 0.9;
  EXPECT_EQ(finding(load, 1).status, CheckStatus::pass);
  load.plan.slo = {0, 0, 0};
  EXPECT_EQ(finding(load, 1).status, CheckStatus::not_applicable);
}

TEST(JudgeLoad, WithoutTokenCountsSpeedIsUnknown) {
  auto load = good_load();
  load.replies[3].output_tokens.reset();
  EXPECT_EQ(finding(load, 1).status, CheckStatus::unknown);
  EXPECT_EQ(finding(load, 6).status, CheckStatus::warn);
  summarize(load);
  EXPECT_EQ(code_of(load), 3);
}

TEST(JudgeLoad, ClocksFivePercentApartWarn) {
  auto load = good_load();
  load.truth.server_tpot = 0.0477;
  EXPECT_EQ(finding(load, 2).status, CheckStatus::pass) << "4.8 %";
  load.truth.server_tpot = 0.047;
  EXPECT_EQ(finding(load, 2).status, CheckStatus::warn) << "6.4 %";
  load.truth.client_tpot = 0.0010;
  load.truth.server_tpot = 0.0008;
  EXPECT_EQ(finding(load, 2).status, CheckStatus::pass) << "2 ms of a whole answer are the noise of clocks";
  load.truth.server_tpot.reset();
  EXPECT_EQ(finding(load, 2).status, CheckStatus::not_applicable);
  load.truth.other_requests = 3;
  EXPECT_EQ(finding(load, 2).status, CheckStatus::warn);
}

TEST(JudgeLoad, ASoakThatSlowsDownWarns) {
  auto load = good_load();
  load.plan.shape = LoadShape::soak;
  EXPECT_EQ(finding(load, 3).status, CheckStatus::pass);
  for (size_t i = 6; i < 10; ++i) load.replies[i].end += 0.06;
  EXPECT_EQ(finding(load, 3).status, CheckStatus::warn);
  load.replies.resize(5);
  load.first_third_tpot.reset();
  EXPECT_EQ(finding(load, 3).status, CheckStatus::unknown);
}

TEST(JudgeLoad, ALateClientWarns) {
  auto load = good_load();
  load.replies[2].sent += 0.006;
  EXPECT_EQ(finding(load, 4).status, CheckStatus::warn);
  load.replies[2].fault = ReplyFault::not_sent;
  EXPECT_EQ(finding(load, 4).status, CheckStatus::warn);
}

TEST(JudgeLoad, CachedPromptsWarn) {
  auto load = good_load();
  for (auto& reply : load.replies) reply.cached_tokens = 11;
  EXPECT_EQ(finding(load, 5).status, CheckStatus::warn);
  for (auto& reply : load.replies) reply.cached_tokens = 10;
  EXPECT_EQ(finding(load, 5).status, CheckStatus::pass);
  for (auto& reply : load.replies) reply.cached_tokens.reset();
  EXPECT_EQ(finding(load, 5).status, CheckStatus::not_applicable);
}

TEST(JudgeLoad, OtherLengthsThanPlannedWarn) {
  auto load = good_load();
  load.plan.prompt_tokens = 120;
  EXPECT_EQ(finding(load, 6).status, CheckStatus::warn);
  load.plan.prompt_tokens = 95;
  EXPECT_EQ(finding(load, 6).status, CheckStatus::pass);
  load.plan.output_tokens = 256;
  EXPECT_EQ(finding(load, 6).status, CheckStatus::warn);
}

}  // namespace
}  // namespace edgefit
