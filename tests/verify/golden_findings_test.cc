#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/verify.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;

GoldenReport report_of(int pass, int fail, int unknown = 0, bool critical = false) {
  GoldenReport out;
  for (int i = 0; i < pass + fail + unknown; ++i) {
    GoldenResult result;
    result.id = "c" + std::to_string(i);
    result.critical = critical;
    result.state = i < pass ? GoldenState::pass : i < pass + fail ? GoldenState::fail : GoldenState::unknown;
    out.run.results.push_back(result);
  }
  out.run.repeats = 3;
  out.run.asked_for = out.run.results.size();
  out.gate = gate(out.run, 0.9);
  return out;
}
const VerifyFinding& row(const std::vector<VerifyFinding>& rows, std::string_view id) {
  for (const auto& finding : rows)
    if (id == finding.id) return finding;
  ADD_FAILURE() << id;
  return rows.front();
}

TEST(GoldenFindings, SaysWhatIsProvenAndWhatCannotBe) {
  const auto good = judge_golden(report_of(50, 0));
  EXPECT_EQ(row(good, "EF-VER-102").status, CheckStatus::pass);
  EXPECT_THAT(row(good, "EF-VER-102").message,
              HasSubstr("50 of 50 pass every time; with 95 % confidence at least 92.9 %"));
  EXPECT_TRUE(row(good, "EF-VER-102").fix.empty());
  EXPECT_EQ(row(good, "EF-VER-101").status, CheckStatus::not_applicable);
  EXPECT_EQ(good.size(), 3U) << "no baseline, no row for it";
  const auto few = judge_golden(report_of(20, 0));
  EXPECT_EQ(row(few, "EF-VER-102").status, CheckStatus::unknown);
  EXPECT_THAT(row(few, "EF-VER-102").message, HasSubstr("20 cases can never prove that, 35 that all pass can"));
}

TEST(GoldenFindings, NamesCriticalCases) {
  const auto bad = judge_golden(report_of(0, 12, 0, true));
  EXPECT_EQ(row(bad, "EF-VER-101").status, CheckStatus::fail);
  EXPECT_THAT(row(bad, "EF-VER-101").message, HasSubstr("c7 and 4 more"));
  const auto open = judge_golden(report_of(3, 0, 1, true));
  EXPECT_EQ(row(open, "EF-VER-101").status, CheckStatus::unknown);
  EXPECT_THAT(row(open, "EF-VER-101").message, HasSubstr("c3"));
}

TEST(GoldenFindings, TellsWhatMovedSinceTheBaseline) {
  GoldenReport report = report_of(45, 5);
  GoldenComparison comparison;
  comparison.created = "2026-10-01";
  comparison.paired = 48;
  comparison.added = 2;
  comparison.broken = {"c45"};
  comparison.moved = {"server"};
  comparison.p = 0.5;
  report.gate = gate(report.run, 0.5, comparison);
  const auto rows = judge_golden(report);
  EXPECT_EQ(row(rows, "EF-VER-103").status, CheckStatus::warn);
  for (const char* part : {"48 pairs with 2026-10-01", "broken: c45", "2 new", "changed since: server"})
    EXPECT_THAT(row(rows, "EF-VER-103").message, HasSubstr(part));
}

TEST(GoldenFindings, FlakyWarns) {
  GoldenReport report = report_of(40, 0);
  report.run.results[0].state = GoldenState::flaky;
  report.gate = gate(report.run, 0.5);
  EXPECT_EQ(row(judge_golden(report), "EF-VER-104").status, CheckStatus::warn);
  report.run.repeats = 1;
  EXPECT_EQ(row(judge_golden(report), "EF-VER-104").status, CheckStatus::not_applicable);
}

}  // namespace
}  // namespace edgefit
