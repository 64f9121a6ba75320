#include <gtest/gtest.h>

#include "edgefit/evidence.h"
#include "support/json_schema.h"

namespace edgefit {
namespace {

Evidence full() {
  Evidence record;
  record.number = 7;
  record.kind = EvidenceKind::attest;
  record.topic = "training";
  record.created = "2026-11-23T08:00:00Z";
  record.as_of = "2026-11-23";
  record.tool = "edgefit 1";
  record.host = "aabb";
  record.valid_until = "2027-11-23";
  record.by = "A. M\xC3\xBCller";
  record.note = "n";
  record.document = "d.pdf";
  record.document_sha256 = "ee";
  record.report_sha256 = "ff";
  record.subject = {{"model", "m"}};
  record.hardware = {{"cpu", "c"}};
  record.facts = {{"verdict", "ready"}};
  record.metrics = {{"people", 2}};
  record.dates = {{"warranty", "2028-02-29"}};
  record.lists = {{"people", {"a", "b"}}};
  record.results = {{"EF-ENC-001", CheckStatus::fail, "t", "2026-01-01", "2026-12-31"}};
  record.prev = "cc";
  return record;
}

TEST(EvidenceRecordTest, ComesBackAsItWas) {
  const auto text = write_evidence_json(full());
  const auto again = read_evidence_json(text, "r");
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(write_evidence_json(*again), text);
  EXPECT_EQ(again->results[0].waived_until, "2026-12-31");
  EXPECT_EQ(again->results[0].status, CheckStatus::fail);
  EXPECT_EQ(again->lists.at("people").size(), 2U);
  EXPECT_EQ(again->number, 7U);
}

TEST(EvidenceRecordTest, EveryValueOfTheWrongKindIsRefused) {
  const auto text = write_evidence_json(full());
  for (const auto& [from, to] : {std::pair<std::string, std::string>{"\"kind\": \"attest\"", "\"kind\": \"rumour\""},
                                 {"\"number\": 7", "\"number\": -7"},
                                 {"\"as_of\": \"2026-11-23\"", "\"as_of\": \"2026-02-29\""},
                                 {"\"as_of\": \"2026-11-23\"", "\"as_of\": null"},
                                 {"\"created\": \"2026-11-23T08:00:00Z\"", "\"created\": \"yesterday\""},
                                 {"\"warranty\": \"2028-02-29\"", "\"warranty\": \"2027-02-29\""},
                                 {"\"people\": 2.0", "\"people\": \"2\""},
                                 {"\"status\": \"fail\"", "\"status\": \"perhaps\""},
                                 {"\"valid_until\": \"2027-11-23\"", "\"valid_until\": 5"},
                                 {"\"format_version\": \"1.0\"", "\"format_version\": \"2.0\""},
                                 {"\"format\": \"edgefit.evidence\"", "\"format\": \"x\""},
                                 {"\"cpu\": \"c\"", "\"cpu\": []"}}) {
    std::string wrong = text;
    ASSERT_NE(wrong.find(from), std::string::npos) << from;
    wrong.replace(wrong.find(from), from.size(), to);
    EXPECT_FALSE(read_evidence_json(wrong, "r")) << to;
  }
}

TEST(EvidenceRecordTest, LongTextsAreRefused) {
  auto record = full();
  record.note = std::string(4097, 'x');
  EXPECT_FALSE(read_evidence_json(write_evidence_json(record), "r"));
  record.note = std::string(4096, 'x');
  EXPECT_TRUE(read_evidence_json(write_evidence_json(record), "r"));
}

TEST(EvidenceRecordTest, KeepsToItsSchema) {
  auto record = full();
  const std::string sum(64, 'a');
  record.document_sha256 = record.report_sha256 = record.prev = sum;
  record.host = "0123456789abcdef";
  const auto schema = source_file("docs/schema/evidence.schema.json");
  const auto errors = schema_errors(schema, write_evidence_json(record));
  EXPECT_TRUE(errors.empty()) << errors.front();
  Evidence bare;
  bare.number = 1;
  bare.created = "2026-11-23T08:00:00Z";
  bare.as_of = "2026-11-23";
  EXPECT_TRUE(schema_errors(schema, write_evidence_json(bare)).empty());
  bare.as_of = "soon";
  EXPECT_FALSE(schema_errors(schema, write_evidence_json(bare)).empty());
}

TEST(EvidenceRecordTest, KindsHaveNames) {
  for (const char* name : {"start", "inventory", "plan", "audit", "verify", "attest", "import", "calendar"})
    EXPECT_STREQ(name_of(*find_evidence_kind(name)), name);
  EXPECT_FALSE(find_evidence_kind("Audit"));
}

}  // namespace
}  // namespace edgefit
