#include <gtest/gtest.h>

#include "edgefit/golden.h"

namespace edgefit {
namespace {

GoldenSet set_of(std::initializer_list<const char*> ids) {
  GoldenSet set;
  set.sha256 = "s";
  for (const char* id : ids) {
    GoldenCase c;
    c.id = c.prompt = id;
    c.expect = {"ok"};
    set.cases.push_back(c);
  }
  return set;
}

/// Answers that differ by case and repeat.
GoldenRun run_with(const GoldenSet& set, const std::function<GoldenReply(const std::string&, int)>& answer,
                   GoldenOptions options = {}) {
  int asked = 0;
  return run_golden(set, options, [&](const GoldenCase& c) { return answer(c.id, asked++ % options.repeats); });
}

TEST(GoldenRun, OnlyWhatPassesEveryTimePasses) {
  const auto run = run_with(set_of({"good", "bad", "flaky", "dead", "half"}), [](const std::string& id, int repeat) {
    const bool dead = id == "dead" || (id == "half" && repeat == 1);
    const bool right = id == "good" || id == "half" || (id == "flaky" && repeat != 1);
    return GoldenReply{!dead, dead ? "gone" : "", right ? "ok" : "no", {}, 1.0 + repeat};
  });
  ASSERT_EQ(run.results.size(), 5U);
  EXPECT_EQ(run.results[0].state, GoldenState::pass);
  EXPECT_EQ(run.results[1].state, GoldenState::fail);
  EXPECT_EQ(run.results[2].state, GoldenState::flaky);
  EXPECT_EQ(run.results[2].passes, 2);
  EXPECT_EQ(run.results[3].state, GoldenState::unknown);
  EXPECT_EQ(run.results[3].why, "gone");
  EXPECT_EQ(run.results[4].state, GoldenState::unknown) << "two passes and no answer prove no third";
  EXPECT_EQ(run.results[0].seconds, 3);
  EXPECT_TRUE(run.results[0].texts.empty()) << "kept only when asked for";
  EXPECT_FALSE(run.interrupted);
}

TEST(GoldenRun, AStopLeavesWhatIsWhole) {
  int asked = 0;
  GoldenOptions options;
  options.stopped = [&] { return asked >= 4; };
  const auto run = run_golden(set_of({"a", "b", "c"}), options, [&](const GoldenCase&) {
    ++asked;
    return GoldenReply{true, "", "ok", {}, 1};
  });
  EXPECT_TRUE(run.interrupted);
  EXPECT_EQ(run.results.size(), 1U);
  EXPECT_EQ(run.asked_for, 3U);
}

TEST(GoldenRun, TextsAreKeptWhenAsked) {
  GoldenOptions options;
  options.keep_texts = true;
  options.repeats = 2;
  double share = 0;
  options.progress = [&](double now) { share = now; };
  const auto run = run_with(
      set_of({"a"}),
      [](const std::string&, int) {
        return GoldenReply{true, "", "ok", {}, 1};
      },
      options);
  EXPECT_EQ(run.results[0].texts.size(), 2U);
  EXPECT_EQ(share, 1);
}

TEST(GoldenRun, AServerThatIsGoneIsNotWaitedForAgainAndAgain) {
  GoldenSet set;
  for (int i = 0; i < 10; ++i) {
    GoldenCase one;
    one.id = "c" + std::to_string(i);
    set.cases.push_back(one);
  }
  int asked = 0;
  const auto ask = [&asked](const GoldenCase&) {
    ++asked;
    GoldenReply out;
    out.fault = "gone";
    out.lost = true;
    return out;
  };
  const GoldenRun run = run_golden(set, GoldenOptions{}, ask);
  EXPECT_EQ(asked, 3) << "three cases, once each";
  ASSERT_EQ(run.results.size(), 10U) << "no case is left out";
  EXPECT_EQ(run.results[9].state, GoldenState::unknown);
  EXPECT_NE(run.results[9].why.find("not asked"), std::string::npos);
}

}  // namespace
}  // namespace edgefit
