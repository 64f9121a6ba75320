#include "edgefit/roadmap.h"

#include <gtest/gtest.h>

#include "cli/invoke.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::has;
using test::invoke;
using test::TempDir;

constexpr const char* kCase = R"({"id":"a","prompt":"p","check":"contains","expect":"x","critical":true})";

TEST(RoadmapCommand, TestQuestionsAreReadAsVerifyReadsThem) {
  const TempDir folder;
  folder.write("a.jsonl", std::string("\xEF\xBB\xBF") + kCase + "\n");
  folder.write("b.txt", kCase);
  folder.write("c.csv", "id;frage;typ;erwartet;kritisch\na;p;contains;x;ja\nb;p;contains;x;nein\n");
  const std::string e = folder.at("e");
  const auto run = invoke({"roadmap", "import", folder.at("a.jsonl"), folder.at("b.txt"), folder.at("c.csv"),
                           "--evidence", e, "--as-of", "2026-11-02"});
  ASSERT_EQ(run.code, 0) << run.err;
  const auto chain = read_evidence(e);
  ASSERT_TRUE(chain);
  ASSERT_EQ(chain->records.size(), 3U);
  for (const auto& record : chain->records) {
    EXPECT_EQ(record.topic, "golden");
    EXPECT_EQ(record.metrics.at("golden_critical"), 1);
    EXPECT_EQ(record.subject.at("golden").size(), 64U);
  }
  EXPECT_EQ(chain->records[2].metrics.at("golden_cases"), 2);
}

TEST(RoadmapCommand, OneBadFileKeepsNoneOfThem) {
  const TempDir folder;
  folder.write("a.jsonl", kCase);
  folder.write("b.jsonl", R"({"id":"a","prompt":"p","check":"sideways"})");
  const auto run =
      invoke({"roadmap", "import", folder.at("a.jsonl"), folder.at("b.jsonl"), "--evidence", folder.at("e")});
  EXPECT_EQ(run.code, 2);
  EXPECT_TRUE(has(run.err, "b.jsonl")) << run.err;
  EXPECT_FALSE(read_evidence(folder.at("e")));
}

}  // namespace
}  // namespace edgefit
