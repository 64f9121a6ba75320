// Load on a server whose delays are known: what the client measures is what the server did.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <set>
#include <thread>

#include "edgefit/verify.h"
#include "support/chat_server.h"

namespace edgefit {
namespace {

using test::ChatServer;
using test::Script;
using test::steady_answer;

constexpr double kTolerance = 2e-3;

Endpoint open(const ChatServer& server, EndpointOptions options = {}) {
  options.url = server.url();
  auto endpoint = Endpoint::open(std::move(options));
  EXPECT_TRUE(endpoint) << endpoint.error().what;
  return std::move(*endpoint);
}

LoadPlan plan_of(LoadShape shape, int requests) {
  LoadPlan plan = load_plan(shape);
  plan.requests = requests;
  plan.warmups = 0;
  plan.prompt_tokens = 50;
  plan.output_tokens = 5;
  return plan;
}

double median(std::vector<double> values) {
  return distribution_of(std::move(values)).median;
}

TEST(Load, FiguresAreThoseOfTheServerToTwoMilliseconds) {
  constexpr int kTokens = 6, kRequests = 15;
  const ChatServer server([](size_t index, const std::string&, double) {
    return steady_answer(0.03 + 0.002 * static_cast<double>(index % 5), 0.01, kTokens);
  });
  const LoadResult load = open(server).run(plan_of(LoadShape::single, kRequests));
  const auto exchanges = server.exchanges();
  ASSERT_EQ(load.replies.size(), static_cast<size_t>(kRequests));
  std::vector<double> ttft, latency, tpot;
  for (size_t i = 0; i < load.replies.size(); ++i) {
    const Reply& reply = load.replies[i];
    ASSERT_TRUE(reply.good()) << reply.message;
    // Steps: the headers, the role, then the tokens, the last event and the end.
    const auto& sent = exchanges[i].sent;
    ASSERT_EQ(sent.size(), static_cast<size_t>(2 + kTokens + 2));
    const double first = sent[2] - reply.sent, whole = sent.back() - reply.sent;
    EXPECT_GE(*reply.ttft(), first) << "nothing is seen before it was sent";
    EXPECT_GE(reply.latency(), whole);
    ttft.push_back(*reply.ttft() - first);
    latency.push_back(reply.latency() - whole);
    tpot.push_back(std::abs(*reply.tpot() - (whole - first) / (kTokens - 1)));
  }
  // The median: on a busy machine a single thread may have to wait for its turn.
  EXPECT_LT(median(ttft), kTolerance);
  EXPECT_LT(median(latency), kTolerance);
  EXPECT_LT(median(tpot), kTolerance);
  EXPECT_EQ(load.ttft.n, static_cast<size_t>(kRequests));
  EXPECT_EQ(load.output_tokens, kRequests * kTokens);
  EXPECT_EQ(load.tokens_per_second(), kRequests * kTokens / load.wall);
}

TEST(Load, GoodputIsExact) {
  // Every third answer begins too late, every fifth fails: of 15, 0 3 6 9 12 are late, 4 and 14 fail, 9 is late.
  const ChatServer server([](size_t index, const std::string&, double) {
    if (index % 5 == 4) return Script::page(500, "text/plain", "no");
    return steady_answer(index % 3 == 0 ? 0.4 : 0.005, 0.001, 4);
  });
  LoadPlan plan = plan_of(LoadShape::single, 15);
  plan.slo = {0.2, 0.1, 0};
  const LoadResult load = open(server).run(plan);
  EXPECT_EQ(load.attempted, 15U);
  EXPECT_EQ(load.failed, 3U);   // 4, 9, 14
  EXPECT_EQ(load.in_time, 8U);  // 1 2 5 7 8 10 11 13
  EXPECT_DOUBLE_EQ(load.share_in_time().value(), 8.0 / 15);
  EXPECT_DOUBLE_EQ(load.goodput(), 8 / load.wall);
}

TEST(Load, WarmupsDoNotCountAndPromptsAreNeverTheSame) {
  const ChatServer server([](size_t, const std::string&, double) { return steady_answer(0.001, 0, 3); });
  LoadPlan plan = plan_of(LoadShape::single, 5);
  plan.warmups = 3;
  const LoadResult load = open(server).run(plan);
  EXPECT_EQ(load.attempted, 5U);
  const auto exchanges = server.exchanges();
  ASSERT_EQ(exchanges.size(), 9U) << "three before, and the last prompt once more";
  std::set<std::string> prompts;
  for (const auto& exchange : exchanges) {
    const auto at = exchange.request.find("\"content\":\"");
    prompts.insert(exchange.request.substr(at, 27));
  }
  EXPECT_EQ(prompts.size(), 8U) << "only the last is asked twice";
  EXPECT_TRUE(load.warm_ttft);
}

TEST(Load, UsersTakeTurnsAndThink) {
  std::atomic<int> open_now = 0, most = 0;
  const ChatServer server([&](size_t, const std::string&, double) {
    most = std::max(most.load(), ++open_now);
    std::this_thread::sleep_for(std::chrono::milliseconds(40));
    --open_now;
    return steady_answer(0, 0, 3);
  });
  LoadPlan plan = plan_of(LoadShape::users, 24);
  plan.users = 4;
  const LoadResult load = open(server).run(plan);
  EXPECT_EQ(load.attempted, 24U);
  EXPECT_EQ(load.failed, 0U);
  EXPECT_EQ(most, 4) << "never more questions than users";
  // Six rounds of 40 ms, side by side.
  EXPECT_LT(load.wall, 24 * 0.04);
  EXPECT_GE(load.wall, 6 * 0.04);

  plan.think = 0.2;
  plan.requests = 8;
  const LoadResult slow = open(server).run(plan);
  EXPECT_GT(slow.wall, load.wall / 3 + 0.1) << "thinking takes time";
}

TEST(Load, TheOpenLoopDoesNotWaitForAStalledServer) {
  // One request each 10 ms on average; for half a second the server answers nobody.
  constexpr double kStall = 0.5, kFrom = 0.2;
  double begin = 0;
  std::once_flag once;
  const ChatServer server([&](size_t, const std::string&, double at) {
    std::call_once(once, [&] { begin = at; });
    const double since = at - begin;
    const bool stalled = since >= kFrom && since < kFrom + kStall;
    return steady_answer(stalled ? kFrom + kStall - since : 0.001, 0, 2);
  });
  LoadPlan plan = plan_of(LoadShape::open, 100);
  plan.rate = 100;
  plan.seed = 3;
  const LoadResult load = open(server).run(plan);
  ASSERT_EQ(load.attempted, 100U);
  ASSERT_EQ(load.failed, 0U);
  // A closed loop would have one slow answer; the truth is that all that came during the stall waited.
  size_t during = 0;
  double waited = 0;
  for (const auto& reply : load.replies) {
    const double since = reply.scheduled - load.begin;
    if (since < kFrom || since >= kFrom + kStall) continue;
    ++during;
    waited += *reply.ttft();
    EXPECT_GE(*reply.ttft(), kFrom + kStall - since - 0.05) << since;
  }
  EXPECT_GT(during, 30U);
  EXPECT_NEAR(waited / static_cast<double>(during), kStall / 2, 0.08);
  EXPECT_LT(load.late.value_or(1), 0.1) << "the client itself was not stalled";
}

TEST(Load, PoissonGapsFollowTheSeed) {
  const ChatServer server([](size_t, const std::string&, double) { return steady_answer(0, 0, 2); });
  LoadPlan plan = plan_of(LoadShape::open, 40);
  plan.rate = 200;
  Endpoint endpoint = open(server);
  const auto schedule = [&](uint64_t seed) {
    plan.seed = seed;
    const LoadResult load = endpoint.run(plan);
    std::vector<double> out;
    for (const auto& reply : load.replies) out.push_back(std::round((reply.scheduled - load.begin) * 1e6));
    return out;
  };
  const auto first = schedule(7);
  EXPECT_EQ(first, schedule(7));
  EXPECT_NE(first, schedule(8));
  EXPECT_TRUE(std::is_sorted(first.begin(), first.end()));
}

TEST(Load, ADurationEndsWhatRequestsDoNot) {
  const ChatServer server([](size_t, const std::string&, double) { return steady_answer(0.02, 0, 2); });
  LoadPlan plan = plan_of(LoadShape::soak, 1'000'000);
  plan.duration = 0.5;
  const LoadResult load = open(server).run(plan);
  EXPECT_GT(load.attempted, 5U);
  EXPECT_LT(load.attempted, 26U);
  EXPECT_EQ(load.failed, 0U) << "what was begun is finished";
  EXPECT_TRUE(load.first_third_tpot);
}

TEST(Load, StoppingKeepsWhatIsThere) {
  const ChatServer server(
      [](size_t index, const std::string&, double) { return steady_answer(index < 3 ? 0.01 : 30, 0, 2); });
  std::atomic<bool> stop = false;
  EndpointOptions options;
  options.stop = &stop;
  Endpoint endpoint = open(server, std::move(options));
  const LoadResult load = endpoint.run(plan_of(LoadShape::single, 20), [&](double share) { stop = share >= 0.15; });
  EXPECT_TRUE(load.interrupted);
  EXPECT_EQ(load.attempted, 4U);
  EXPECT_EQ(load.stopped, 1U);
  EXPECT_EQ(load.failed, 0U);
  EXPECT_EQ(load.ttft.n, 3U);
}

TEST(Load, TextsAreKeptOnlyWhenAsked) {
  const ChatServer server([](size_t, const std::string&, double) { return steady_answer(0, 0, 2); });
  const LoadResult without = open(server).run(plan_of(LoadShape::single, 2));
  EXPECT_TRUE(without.prompts.empty());
  EXPECT_EQ(without.replies[0].text, "");
  EndpointOptions options;
  options.keep_texts = true;
  const LoadResult with = open(server, std::move(options)).run(plan_of(LoadShape::single, 2));
  EXPECT_EQ(with.prompts.size(), 2U);
  EXPECT_EQ(with.replies[0].text, "word word ");
}

TEST(Load, TheServersClockIsComparedWithOurs) {
  const auto answer = [](double server_ms) {
    return [server_ms](size_t, const std::string&, double) {
      Script script = Script::stream();
      for (int i = 0; i < 5; ++i) script.content(0.01 + 0.02 * i, "x");
      return script
          .data(
              0.09,
              R"({"choices":[{"delta":{},"finish_reason":"length"}],"usage":{"prompt_tokens":50,"completion_tokens":5},)"
              R"("timings":{"prompt_ms":10,"predicted_n":5,"predicted_ms":)" +
                  std::to_string(server_ms) + "}}")
          .end(0.09);
    };
  };
  const ChatServer honest(answer(80), "llamacpp"), fast(answer(40), "llamacpp");
  const auto status = [](const LoadResult& load) { return judge_load(load, {})[2].status; };
  LoadResult load = open(honest).run(plan_of(LoadShape::single, 5));
  EXPECT_EQ(load.truth.source, "timings");
  EXPECT_NEAR(load.truth.server_tpot.value(), 0.02, 1e-9);
  EXPECT_EQ(status(load), CheckStatus::pass) << load.truth.client_tpot.value();
  load = open(fast).run(plan_of(LoadShape::single, 5));
  EXPECT_EQ(status(load), CheckStatus::warn);
}

TEST(Load, VllmsCountersTellOfOthers) {
  ChatServer* self = nullptr;
  const auto metrics = [](int count) {
    const std::string n = std::to_string(count);
    return "vllm:time_to_first_token_seconds_sum{model_name=\"test-model\"} " + n +
           "\nvllm:time_to_first_token_seconds_count{model_name=\"test-model\"} " + n +
           "\nvllm:inter_token_latency_seconds_sum{model_name=\"test-model\"} " + n +
           "\nvllm:inter_token_latency_seconds_count{model_name=\"test-model\"} " + n + "\n";
  };
  ChatServer server(
      [&](size_t, const std::string&, double) {
        self->set_page("/metrics", metrics(50));
        return steady_answer(0.001, 0.001, 3);
      },
      "vllm");
  self = &server;
  server.set_page("/metrics", metrics(40));
  const LoadResult load = open(server).run(plan_of(LoadShape::single, 4));
  EXPECT_EQ(load.truth.source, "/metrics");
  EXPECT_EQ(load.truth.other_requests, 6);
  EXPECT_EQ(judge_load(load, {})[2].status, CheckStatus::warn);
}

}  // namespace
}  // namespace edgefit
