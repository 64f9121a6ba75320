#include <gtest/gtest.h>

#include <algorithm>

#include "edgefit/evidence.h"

namespace edgefit {
namespace {

const char* const kLynis =
    "# Lynis Report\nreport_version_major=1\nreport_datetime_start=2026-12-15 04:00:01\nlynis_version=3.0.8\n"
    "warning[]=PKGS-7392|Found one or more vulnerable packages.|-|-|\nwarning[]=FIRE-4512|iptables module(s) loaded, "
    "but no rules active|-|-|\n"
    "suggestion[]=BOOT-5122|Set a password on GRUB|-|-|\nhardening_index=61\nreport_datetime_end=2026-12-15 04:01:30\n";

TEST(ImportTest, LynisReport) {
  const auto record = import_evidence(kLynis, "report.dat");
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_EQ(record->kind, EvidenceKind::import);
  EXPECT_EQ(record->topic, "scan/lynis");
  EXPECT_EQ(record->as_of, "2026-12-15");
  EXPECT_EQ(record->metrics.at("hardening_index"), 61);
  EXPECT_EQ(record->metrics.at("findings"), 3);
  EXPECT_EQ(record->metrics.at("critical"), 1);
  EXPECT_EQ(record->results[0].id, "PKGS-7392");
  EXPECT_EQ(record->results[0].status, CheckStatus::fail);
  EXPECT_EQ(record->results[1].status, CheckStatus::warn);
}

TEST(ImportTest, ALynisReportCutShortOrUndatedIsRefused) {
  std::string text = kLynis;
  EXPECT_FALSE(import_evidence(text.substr(0, text.find("report_datetime_end")), "r"));
  text.replace(text.find("report_datetime_start=2026"), 26, "report_datetime_start=x026");
  EXPECT_FALSE(import_evidence(text, "r"));
}

const char* const kTrivy =
    R"({"SchemaVersion":2,"CreatedAt":"2026-12-16T05:00:00.123Z","ArtifactName":"debian:12","Results":[
 {"Target":"os","Vulnerabilities":[
  {"VulnerabilityID":"CVE-1","PkgName":"a","InstalledVersion":"1","FixedVersion":"2","Severity":"CRITICAL","Status":"fixed","PublishedDate":"2026-12-01T00:00:00Z"},
  {"VulnerabilityID":"CVE-2","PkgName":"b","InstalledVersion":"1","Severity":"CRITICAL","Status":"not_affected"},
  {"VulnerabilityID":"CVE-3","PkgName":"c","InstalledVersion":"1","Severity":"HIGH"}]},
 {"Target":"f","Misconfigurations":[{"ID":"DS002","Title":"root","Severity":"CRITICAL","Status":"FAIL"},{"ID":"DS003","Status":"PASS"}]}]})";

TEST(ImportTest, TrivyReport) {
  const auto record = import_evidence(kTrivy, "t.json");
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_EQ(record->topic, "scan/trivy debian:12");
  EXPECT_EQ(record->as_of, "2026-12-16");
  EXPECT_EQ(record->metrics.at("critical"), 2);
  EXPECT_EQ(record->metrics.at("findings"), 4);
  EXPECT_EQ(record->results[0].id, "CVE-1");
  EXPECT_EQ(record->results[0].since, "2026-12-01");
  EXPECT_EQ(record->results[1].id, "DS002");
  EXPECT_EQ(record->results[1].since, "");
}

TEST(ImportTest, ATrivyReportWithoutADayOrOfAnotherVersionIsRefused) {
  std::string text = kTrivy;
  text.replace(text.find("2026-12-16"), 10, "unknown-at");
  EXPECT_FALSE(import_evidence(text, "t"));
  text = kTrivy;
  text.replace(text.find(":2,"), 3, ":9,");
  EXPECT_FALSE(import_evidence(text, "t"));
}

TEST(ImportTest, TheWorstFindingsStayWhenThereAreTooMany) {
  std::string text = R"({"SchemaVersion":2,"CreatedAt":"2026-12-16T05:00:00Z","Results":[{"Vulnerabilities":[)";
  for (int i = 0; i < 6000; ++i) text += R"({"VulnerabilityID":"CVE-0","Severity":"LOW"},)";
  text += R"({"VulnerabilityID":"CVE-9","Severity":"CRITICAL"}]}]})";
  const auto record = import_evidence(text, "t");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->results.size(), 5000U);
  EXPECT_EQ(record->results[0].id, "CVE-9");
  EXPECT_EQ(record->metrics.at("findings"), 6001);
}

TEST(ImportTest, ALynisReportProvesNoHolesOnlyWhereItLookedForThem) {
  std::string clean = kLynis;
  clean.erase(clean.find("warning[]=PKGS"), clean.find("warning[]=FIRE") - clean.find("warning[]=PKGS"));
  const auto critical = [&clean](const std::string& told) {
    const auto record = import_evidence(clean + told, "r");
    const auto at = record->metrics.find("critical");
    return at == record->metrics.end() ? -1 : at->second;
  };
  EXPECT_EQ(critical(""), -1);
  EXPECT_EQ(critical("package_audit_tool_found=0\nvulnerable_packages_found=0\n"), -1);
  // "test not fully executed (missing apt-check output)"
  EXPECT_EQ(critical("package_audit_tool_found=1\npackage_audit_tool=apt-get\nvulnerable_packages_found=0\n"), -1);
  EXPECT_EQ(critical("package_audit_tool_found=1\npackage_audit_tool=apt-check\nvulnerable_packages_found=0\n"), 0);
  // Found ones count however the warning is worded: that of Gentoo does not call them vulnerable.
  EXPECT_EQ(critical("package_audit_tool_found=1\npackage_audit_tool=glsa-check\nvulnerable_packages_found=1\n"), 1);
}

TEST(ImportTest, ATrivyReportProvesNoHolesOnlyWhereItLookedForThem) {
  const auto tells = [](const std::string& results) {
    const auto record = import_evidence(
        R"({"SchemaVersion":2,"CreatedAt":"2026-12-16T05:00:00Z","ArtifactName":"box")" + results + "}", "t");
    return record->metrics.count("critical") > 0;
  };
  EXPECT_FALSE(tells(""));
  EXPECT_FALSE(tells(R"(,"Results":[])"));
  EXPECT_FALSE(
      tells(R"(,"Results":[{"Target":"f","Class":"secret","Secrets":[{"RuleID":"k","Severity":"CRITICAL"}]}])"));
  EXPECT_TRUE(tells(R"(,"Results":[{"Target":"debian","Class":"os-pkgs"}])"));
  EXPECT_TRUE(tells(R"(,"Results":[{"Target":"f","Class":"config"},{"Target":"pip","Class":"lang-pkgs"}])"));
}

TEST(ImportTest, GoldenCases) {
  GoldenSet set;
  set.sha256 = "abc";
  set.cases.resize(3);
  set.cases[1].critical = true;
  const auto record = evidence_of_golden(set);
  EXPECT_EQ(record.kind, EvidenceKind::import);
  EXPECT_EQ(record.topic, "golden");
  EXPECT_EQ(record.metrics.at("golden_cases"), 3);
  EXPECT_EQ(record.metrics.at("golden_critical"), 1);
  EXPECT_EQ(record.subject.at("golden"), "abc");
}

TEST(ImportTest, OtherFilesAreRefused) {
  for (const char* text : {"", "hello", "{}", "[]", "{\"format\":\"edgefit.case\"}"})
    EXPECT_FALSE(import_evidence(text, "x")) << text;
}

TEST(ImportTest, ReportsOfEdgefit) {
  const auto record = import_evidence(R"( {"format":"edgefit.audit","as_of":"2026-12-01","checks":[
    {"id":"EF-ENC-001","status":"fail","path":"/srv","message":"bare","waiver":{"in_force":true,"expires":"2027-01-01"}},
    {"id":"EF-ENC-003","status":"unknown","path":"/","message":"closed","waiver":{"in_force":false,"expires":"2020-01-01"}},
    {"id":"EF-X","status":"sideways"}]})",
                                      "a.json");
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_EQ(record->kind, EvidenceKind::audit);
  EXPECT_EQ(record->as_of, "2026-12-01");
  ASSERT_EQ(record->results.size(), 3U);
  EXPECT_EQ(record->results[0].text, "/srv: bare");
  EXPECT_EQ(record->results[0].waived_until, "2027-01-01");
  EXPECT_EQ(record->results[1].waived_until, "");
  EXPECT_EQ(record->results[1].text, "closed");
  // A word that nobody knows is no pass.
  EXPECT_EQ(record->results[2].status, CheckStatus::unknown);
}

}  // namespace
}  // namespace edgefit
