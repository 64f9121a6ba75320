#include "edgefit/baseline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/sample.h"

namespace edgefit {
namespace {

using Json = nlohmann::ordered_json;
using test::sample_answer;

Json json_of(const Answer& answer) {
  return Json::parse(find_reporter("json")->render(answer, {}));
}

/// "memory gpu0.have": what moved when `edit` was applied to the old report.
template <class Edit>
std::vector<std::string> moved_by(Edit edit) {
  const Answer now = sample_answer();
  Json old_one = json_of(now);
  edit(old_one);
  const auto moves = moved_since(old_one.dump(), "old.json", now);
  EXPECT_TRUE(moves) << moves.error().what;
  std::vector<std::string> out;
  if (moves) {
    for (const auto& move : moves->list) out.push_back(move.part + " " + move.what);
  }
  return out;
}

TEST(Baseline, NothingMovedFromItself) {
  EXPECT_THAT(moved_by([](Json&) {}), testing::IsEmpty());
  EXPECT_THAT(moved_by([](Json& j) { j["as_of"] = "2020-01-01", j["edgefit"] = "0.0.1", j["warnings"] = {"x"}; }),
              testing::IsEmpty());
}

TEST(Baseline, EveryPartIsLookedAt) {
  using testing::ElementsAre;
  EXPECT_THAT(moved_by([](Json& j) { j["verdict"] = "tight"; }), ElementsAre("verdict verdict"));
  EXPECT_THAT(moved_by([](Json& j) { j["model"]["precision"] = "f16"; }), ElementsAre("question precision"));
  EXPECT_THAT(moved_by([](Json& j) { j["runtime"]["release"] = "2024-05"; }), ElementsAre("question release"));
  EXPECT_THAT(moved_by([](Json& j) { j["workload"]["context"] = 4096; }), ElementsAre("question context"));
  EXPECT_THAT(moved_by([](Json& j) { j["memory"][1]["need"]["value"] = 1; }), ElementsAre("memory gpu0.need"));
  EXPECT_THAT(moved_by([](Json& j) { j["memory"][1]["need"]["high"] = 9e12; }), ElementsAre("memory gpu0.need.high"));
  EXPECT_THAT(moved_by([](Json& j) { j["memory"][0]["have"] = 1; }), ElementsAre("memory ram.have"));
  EXPECT_THAT(moved_by([](Json& j) { j["memory"].erase(1); }), ElementsAre("memory gpu0.need", "memory gpu0.have"));
  EXPECT_THAT(moved_by([](Json& j) { j["speed"]["decode_tokens_per_second"]["value"] = 1; }),
              ElementsAre("speed decode_tokens_per_second"));
  EXPECT_THAT(moved_by([](Json& j) { j["speed"].erase("decode_tokens_per_second"); }),
              ElementsAre("speed decode_tokens_per_second"));
  EXPECT_THAT(moved_by([](Json& j) { j["limits"]["max_context"] = 1; }), ElementsAre("limits max_context"));
  EXPECT_THAT(moved_by([](Json& j) { j["checks"][0]["verdict"] = "fail"; }),
              ElementsAre("checks " + json_of(sample_answer())["checks"][0]["id"].get<std::string>()));
  EXPECT_EQ(moved_by([](Json& j) { j["options"] = Json::array(); }).size(), json_of(sample_answer())["options"].size());
}

TEST(Baseline, FreeMemoryOfARunningBoxIsNeverTwiceTheSame) {
  Answer now = sample_answer();
  for (auto& pool : now.assessment.pools) pool.basis = HaveBasis::free_now;
  Json old_one = json_of(now);
  const auto count = [&] { return moved_since(old_one.dump(), "old.json", now)->list.size(); };
  const double have = old_one["memory"][0]["have"].get<double>();
  old_one["memory"][0]["have"] = have * 1.005;
  EXPECT_EQ(count(), 0U);
  old_one["memory"][0]["have"] = have * 1.02;
  EXPECT_EQ(count(), 1U);
}

TEST(Baseline, WhatIsNoBaselineIsRefused) {
  const Answer now = sample_answer();
  const auto problem_of = [&now](const std::string& text) {
    const auto moves = moved_since(text, "old.json", now);
    return moves ? std::string() : moves.error().what;
  };
  EXPECT_THAT(problem_of("READY"), testing::HasSubstr("not valid JSON"));
  EXPECT_THAT(problem_of("[]"), testing::HasSubstr("no assessment"));
  EXPECT_THAT(problem_of(R"({"format":"edgefit.case","format_version":"1.0"})"), testing::HasSubstr("no assessment"));
  EXPECT_THAT(problem_of(R"({"format":"edgefit.assessment","format_version":"2.0"})"),
              testing::HasSubstr("needs another edgefit"));
}

TEST(Baseline, AnyShapeOfJsonIsSurvived) {
  const Answer now = sample_answer();
  for (const char* rest : {R"("memory":3,"checks":{},"options":[1,{"changes":7}],"speed":[])",
                           R"("memory":[{"pool":3},null],"checks":[{"id":"x"}],"verdict":{"a":1},"limits":null)"}) {
    const std::string text = std::string(R"({"format":"edgefit.assessment","format_version":"1.7",)") + rest + "}";
    const auto moves = moved_since(text, "old.json", now);
    ASSERT_TRUE(moves) << rest;
    EXPECT_FALSE(moves->list.empty());
  }
}

}  // namespace
}  // namespace edgefit
