#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/golden.h"
#include "support/json_schema.h"

namespace edgefit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

GoldenRun run_of(const std::vector<std::pair<std::string, GoldenState>>& states) {
  GoldenRun run;
  run.sha256 = "aa";
  run.repeats = 3;
  for (const auto& [id, state] : states) {
    GoldenResult result;
    result.id = id;
    result.digest = "d-" + id;
    result.state = state;
    run.results.push_back(result);
  }
  return run;
}
const GoldenSubject kSubject{"m", "dd", "llama.cpp b1", "tt"};

GoldenBaseline kept(const GoldenRun& run) {
  const auto read = read_golden_baseline(write_golden_baseline(run, kSubject, "2026-11-23"), "base.json");
  EXPECT_TRUE(read) << (read ? "" : read.error().what);
  return read ? *read : GoldenBaseline{};
}

TEST(GoldenBaseline, WhatIsWrittenIsReadAgain) {
  const GoldenRun run = run_of({{"a", GoldenState::pass}, {"b", GoldenState::flaky}});
  EXPECT_THAT(schema_errors(source_file("docs/schema/golden-baseline.schema.json"),
                            write_golden_baseline(run, kSubject, "2026-11-23")),
              IsEmpty());
  const GoldenBaseline base = kept(run);
  EXPECT_EQ(base.created, "2026-11-23");
  EXPECT_EQ(base.golden_sha256, "aa");
  EXPECT_EQ(base.subject.server, "llama.cpp b1");
  ASSERT_EQ(base.entries.size(), 2U);
  EXPECT_EQ(base.entries[1].state, GoldenState::flaky);
}

TEST(GoldenBaseline, BrokenIdsAreAlwaysListed) {
  const auto before = kept(run_of({{"a", GoldenState::pass}, {"b", GoldenState::pass}, {"c", GoldenState::fail}}));
  const auto now = run_of({{"a", GoldenState::pass}, {"b", GoldenState::flaky}, {"c", GoldenState::pass}});
  const GoldenComparison found = compare(now, kSubject, before);
  EXPECT_EQ(found.paired, 3U);
  EXPECT_THAT(found.broken, ElementsAre("b"));
  EXPECT_THAT(found.mended, ElementsAre("c"));
  EXPECT_FALSE(found.alarm);
  EXPECT_THAT(found.moved, IsEmpty());
}

TEST(GoldenBaseline, FiveBrokenAndNoneMendedIsAnAlarm) {
  std::vector<std::pair<std::string, GoldenState>> good, bad;
  for (const char* id : {"a", "b", "c", "d", "e"}) {
    good.emplace_back(id, GoldenState::pass);
    bad.emplace_back(id, GoldenState::fail);
  }
  EXPECT_TRUE(compare(run_of(bad), kSubject, kept(run_of(good))).alarm);
  bad.back().second = GoldenState::unknown;
  const GoldenComparison four = compare(run_of(bad), kSubject, kept(run_of(good)));
  EXPECT_FALSE(four.alarm);
  EXPECT_EQ(four.undecided, 1U);
}

TEST(GoldenBaseline, AChangedFileIsComparedByWhatIsTheSame) {
  const auto before =
      kept(run_of({{"a", GoldenState::pass}, {"gone", GoldenState::pass}, {"edited", GoldenState::pass}}));
  auto now = run_of({{"a", GoldenState::fail}, {"new", GoldenState::fail}, {"edited", GoldenState::fail}});
  now.results[2].digest = "other";
  const GoldenComparison found = compare(now, {"m", "ee", "llama.cpp b2", "tt"}, before);
  EXPECT_EQ(found.paired, 1U);
  EXPECT_EQ(found.added, 1U);
  EXPECT_EQ(found.gone, 1U);
  EXPECT_EQ(found.changed, 1U);
  EXPECT_THAT(found.broken, ElementsAre("a"));
  EXPECT_THAT(found.moved, ElementsAre("model_digest", "server"));
}

TEST(GoldenBaseline, AnotherFileIsNoBaseline) {
  for (
      const char* bad :
      {"", "[]", "{}", R"({"format":"edgefit.case"})",
       R"({"format":"edgefit.golden_baseline","format_version":"2.0","cases":[]})",
       R"({"format":"edgefit.golden_baseline","format_version":"1.0"})",
       R"({"format":"edgefit.golden_baseline","format_version":"1.0","cases":[{"id":"a"}]})",
       R"({"format":"edgefit.golden_baseline","format_version":"1.0","cases":[1]})",
       R"({"format":"edgefit.golden_baseline","format_version":"1.0","cases":[{"id":"a","digest":"d","state":"good"}]})",
       R"({"format":"edgefit.golden_baseline","format_version":"1.0","cases":[{"id":"a","digest":"d","state":"pass"},{"id":"a","digest":"d","state":"pass"}]})"}) {
    const auto read = read_golden_baseline(bad, "base.json");
    ASSERT_FALSE(read) << bad;
    EXPECT_THAT(read.error().where, HasSubstr("base.json"));
  }
}

}  // namespace
}  // namespace edgefit
