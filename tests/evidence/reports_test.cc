#include <gtest/gtest.h>

#include "edgefit/evidence.h"

namespace edgefit {
namespace {

const std::string kAssessment = R"({"format":"edgefit.assessment","as_of":"2026-11-02",
 "model":{"name":"m","architecture":"llama","parameters":8,"active_parameters":8,"weight_bytes":4,"precision":"Q4_K_M"},
 "runtime":{"name":"llama.cpp","release":"b1"},"verdict":"ready",
 "memory":[{"pool":"ram","need":{"value":10},"have":100},{"pool":"gpu0","need":{"value":60},"have":80}],
 "speed":{"decode_tokens_per_second":{"value":20,"low":10,"high":30}},
 "checks":[{"id":"EF-FIT-001","verdict":"pass","title":"Host memory","message":"ok"},
  {"id":"EF-FIT-014","verdict":"fail","title":"Goal: time to first token","message":"slow"},
  {"id":"EF-FIT-015","verdict":"not_applicable","title":"Goal: tokens per second"}],"options":[{},{}]})";

std::string with(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(ReportsTest, AnAssessmentIsAPlan) {
  const auto record = evidence_of_report(kAssessment, "a");
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_EQ(record->kind, EvidenceKind::plan);
  EXPECT_EQ(record->as_of, "2026-11-02");
  EXPECT_DOUBLE_EQ(record->metrics.at("memory_margin"), 0.25);
  EXPECT_EQ(record->metrics.at("goals"), 1);
  EXPECT_EQ(record->metrics.at("alternatives"), 3);
  EXPECT_EQ(record->metrics.at("decode_tokens_per_second"), 20);
  EXPECT_EQ(record->facts.at("model"), "m Q4_K_M");
  EXPECT_EQ(record->results[1].status, CheckStatus::fail);
  EXPECT_EQ(record->report_sha256.size(), 64U);
}

TEST(ReportsTest, AnotherModelIsAnotherSubject) {
  const auto digest = [](const std::string& text) { return evidence_of_report(text, "a")->subject.at("model"); };
  EXPECT_EQ(digest(kAssessment), digest(with(kAssessment, "2026-11-02", "2026-11-03")));
  EXPECT_NE(digest(kAssessment), digest(with(kAssessment, "Q4_K_M", "Q8_0")));
  EXPECT_NE(digest(kAssessment), digest(with(kAssessment, "\"weight_bytes\":4", "\"weight_bytes\":5")));
}

TEST(ReportsTest, APoolOfUnknownSizeHasNoMargin) {
  const auto record = evidence_of_report(with(kAssessment, "\"have\":80", "\"have\":null"), "a");
  EXPECT_EQ(record->metrics.count("memory_margin"), 0U);
}

TEST(ReportsTest, AHostIsAnInventory) {
  const std::string text = R"({"format":"edgefit.host","taken":{"utc":"2026-11-09T08:00:00Z","mode":"live"},
   "os":{"kernel":{"v":"6.1.0"}},"cpu":{"model":{"v":"c"},"cores":{"v":8},"present_cores":{"v":16}},
   "memory":{"installed":{"v":null},"os_total":{"v":67108864},"channels":{"v":2}},
   "gpus":[{"name":{"v":"g"},"vram_total":{"v":25757220864},"pcie":{"width_max":{"v":16}},"driver":{"v":"570"}},
           {"name":{"v":"g"},"vram_total":{"v":null},"driver":{"v":"570"}}],"storage":[{"kind":{"v":"nvme"}}]})";
  const auto record = evidence_of_report(text, "h");
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_EQ(record->kind, EvidenceKind::inventory);
  EXPECT_EQ(record->as_of, "2026-11-09");
  EXPECT_EQ(record->subject.at("driver"), "570");
  EXPECT_EQ(record->subject.at("kernel"), "6.1.0");
  EXPECT_EQ(record->hardware.at("cores"), "16");
  EXPECT_EQ(record->hardware.at("gpus"), "2");
  EXPECT_EQ(record->hardware.at("gpu0_memory_bytes"), "25757220864");
  EXPECT_EQ(record->hardware.count("gpu1_memory_bytes"), 0U);
  EXPECT_EQ(record->hardware.at("memory_bytes"), "67108864");
}

TEST(ReportsTest, AVerificationTellsItsLoadAndTheGatesThatWereAskedFor) {
  const std::string text = R"({"format":"edgefit.verify","as_of":"2026-11-17","status":"complete",
   "server":{"kind":"llama.cpp","version":"b7000","model":"m","digest":"d1"},
   "load":{"plan":{"shape":"users","users":4},"wall_seconds":120,"share_in_time":0.97,
           "ttft_seconds":{"n":40,"median":0.8},"tpot_seconds":{"n":0,"median":null}},
   "checks":[{"id":"EF-VER-001","status":"pass","message":"40 of 40"},{"id":"EF-VER-004","status":"not_applicable"}]})";
  const auto record = evidence_of_report(text, "v");
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_EQ(record->kind, EvidenceKind::verify);
  EXPECT_EQ(record->subject.at("server"), "llama.cpp b7000");
  EXPECT_EQ(record->metrics.at("users"), 4);
  EXPECT_EQ(record->metrics.at("share_in_time"), 0.97);
  EXPECT_EQ(record->metrics.at("ttft_seconds"), 0.8);
  EXPECT_EQ(record->metrics.count("tpot_seconds"), 0U);
  EXPECT_EQ(record->metrics.count("soak_minutes"), 0U);
  ASSERT_EQ(record->results.size(), 1U);
  const auto soak =
      evidence_of_report(with(with(text, "\"shape\":\"users\"", "\"shape\":\"soak\""), "\"d1\"", "\"d2\""), "v");
  EXPECT_EQ(soak->metrics.at("soak_minutes"), 2);
  EXPECT_EQ(soak->metrics.count("users"), 0U);
  EXPECT_NE(soak->subject.at("served"), record->subject.at("served"));
}

TEST(ReportsTest, OtherReportsAreRefused) {
  EXPECT_FALSE(evidence_of_report(R"({"format":"edgefit.rank"})", "r"));
  EXPECT_FALSE(evidence_of_report("[1]", "r"));
  EXPECT_FALSE(evidence_of_report("{", "r"));
  EXPECT_FALSE(evidence_of_report(R"({"format":"edgefit.audit","as_of":"soon"})", "r"));
}

}  // namespace
}  // namespace edgefit
