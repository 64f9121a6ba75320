// All reports of an audit, on one sample: what each promises to whoever reads it.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/json.h"
#include "report/audit_reporters.h"
#include "report/audit_sample.h"
#include "report/width.h"
#include "support/json_schema.h"

namespace edgefit {
namespace {

const Style kStyle{false, true, 80};

std::string render(std::string_view form, bool all = false) {
  const Audit audit = test::sample_audit();
  for (const auto& reporter : audit_reporters())
    if (reporter.name == form) return reporter.render(AuditView{audit, 1, all}, kStyle);
  return {};
}
Json json_of(const std::string& text) {
  auto json = parse_json(text, "report");
  EXPECT_TRUE(json);
  return json ? *json : Json();
}
bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(AuditReports, TerminalFitsIntoEightyColumns) {
  for (const bool all : {false, true}) {
    const auto text = render("terminal", all);
    for (size_t at = 0; at < text.size();) {
      const auto end = text.find('\n', at);
      EXPECT_LE(display_width(text.substr(at, end - at)), 80U) << text.substr(at, end - at);
      at = end + 1;
    }
    EXPECT_TRUE(text.starts_with("FAIL  1 fail, 1 warn, 1 unknown, 1 pass, 1 not applicable, 1 waived"));
    EXPECT_TRUE(has(text, "fix: use LUKS2"));
    EXPECT_FALSE(has(text, "fix: lockdown")) << "what is unknown is not known to need the cure";
    EXPECT_TRUE(has(text, "waived until 2027-01-31 by A. Meier"));
    EXPECT_EQ(has(text, "loopback"), all);
  }
}

TEST(AuditReports, ThousandsOfFilesStayAFewLines) {
  Audit audit = test::sample_audit();
  for (int i = 0; i < 20'000; ++i) {
    const std::string path = "/srv/models/" + std::to_string(i);
    audit.findings[0].evidence.push_back(
        {path, CheckStatus::fail, i % 2 == 0 ? "the same" : "not the same as " + path});
  }
  const auto text = render_audit_terminal(AuditView{audit, 1, false}, kStyle);
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 60);
  EXPECT_TRUE(has(text, "9996"));
  EXPECT_TRUE(has(text, "--format json lists them"));
}

TEST(AuditReports, JsonKeepsItsSchema) {
  const auto text = render("json");
  EXPECT_EQ(schema_errors(source_file("docs/schema/audit.schema.json"), text), std::vector<std::string>{});
  const auto json = json_of(text);
  EXPECT_EQ(json["summary"]["fail"], 1);
  EXPECT_EQ(json["summary"]["waived"], 1);
  EXPECT_EQ(json["checks"].size(), 6U);
  EXPECT_EQ(json["checks"][5]["waiver"]["in_force"], true);
  // The schema refuses what it should: a status that does not exist.
  std::string wrong = text;
  wrong.replace(wrong.find("\"unknown\",\n      \"path\""), 9, "\"perhaps\"");
  EXPECT_NE(schema_errors(source_file("docs/schema/audit.schema.json"), wrong), std::vector<std::string>{});
}

/// What the schema of SARIF cannot say: 3.27.9, 3.27.10, and what code-scanning pages need.
TEST(AuditReports, SarifMeansWhatItSays) {
  const std::set<std::string> kinds = {"fail", "pass", "open", "notApplicable"};
  for (const bool all : {false, true}) {
    const auto run = json_of(render("sarif", all))["runs"][0];
    const auto& rules = run["tool"]["driver"]["rules"];
    EXPECT_EQ(run["results"].size(), all ? 6U : 3U);
    std::set<std::string> prints;
    for (const auto& result : run["results"]) {
      EXPECT_TRUE(kinds.contains(result["kind"])) << result.dump();
      EXPECT_EQ(result["kind"] == "fail", result["level"] != "none") << result.dump();
      EXPECT_EQ(rules[result["ruleIndex"].get<size_t>()]["id"], result["ruleId"]);
      ASSERT_GE(result["locations"].size(), 1U);
      for (const auto& location : result["locations"]) {
        const auto& artifact = location["physicalLocation"]["artifactLocation"];
        const std::string uri = artifact["uri"];
        EXPECT_EQ(artifact["uriBaseId"], "HOSTROOT");
        EXPECT_FALSE(uri.starts_with("/")) << uri;
        EXPECT_EQ(uri.find_first_of(" \n<>|`\"\xc3"), std::string::npos) << uri;
      }
      prints.insert(result["partialFingerprints"]["edgefitCheck/v1"].get<std::string>());
    }
    EXPECT_EQ(prints.size(), run["results"].size());
    EXPECT_EQ(run["invocations"][0]["toolExecutionNotifications"].size(), 1U) << "one unknown";
    EXPECT_EQ(run["originalUriBaseIds"]["HOSTROOT"]["uri"], "file:///");
  }
  const auto first = json_of(render("sarif"))["runs"][0]["results"][0];
  EXPECT_EQ(first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "srv/my%20models/%C3%BC");
  EXPECT_EQ(first["locations"].size(), 2U);
}

TEST(AuditReports, JunitCountsWhatItLists) {
  const auto text = render("junit");
  EXPECT_TRUE(has(text, "tests=\"6\" failures=\"1\" errors=\"0\" skipped=\"3\" time=\"0\">"));
  EXPECT_TRUE(has(text, "timestamp=\"2026-11-23T00:00:00\""));
  EXPECT_TRUE(has(text, "<skipped message=\"unknown: "));
  EXPECT_TRUE(has(text, "&quot;name&quot; &amp; more]]&gt;"));
  EXPECT_FALSE(has(text, "<x>"));
  EXPECT_TRUE(text.ends_with("<system-err/>\n  </testsuite>\n</testsuites>\n"));
}

TEST(AuditReports, GithubLinesStayOneLineEach) {
  const auto text = render("github");
  EXPECT_TRUE(has(text, "::error title=EF-ENC-001 model store on encrypted storage,file=/srv/my models/ü::"));
  EXPECT_TRUE(has(text, "file=/srv/a%2Cb%3Ac%25"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
  for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) EXPECT_EQ(text.substr(at, 2), "::");
}

TEST(AuditReports, MarkdownTablesCannotBeBroken) {
  const auto text = render("markdown");
  EXPECT_TRUE(has(text, "\\<x\\>\\|\\`"));
  EXPECT_TRUE(has(text, "### Waived"));
  EXPECT_TRUE(has(text, "(and 1 more)"));
}

TEST(AuditReports, NobodyIsCalledCompliant) {
  for (const auto& reporter : audit_reporters())
    for (const bool all : {false, true}) EXPECT_FALSE(has(render(reporter.name, all), "compliant")) << reporter.name;
}

TEST(AuditReports, CatalogueOfChecks) {
  std::vector<const AuditCheck*> checks;
  for (const auto& check : test::kChecks) checks.push_back(&check);
  const auto list = render_check_list(checks, kStyle);
  EXPECT_TRUE(has(list, "  EF-ENC-001  high    model store on encrypted storage\n"));
  const auto page = render_check_page(checks);
  EXPECT_TRUE(has(page, "## encryption\n"));
  EXPECT_TRUE(has(page, "| EF-BOOT-002 | kernel locked down | medium | root reads keys |"));
  const auto one = render_check(*checks[0], kStyle);
  EXPECT_TRUE(has(one, "use LUKS2"));
  EXPECT_TRUE(has(one, "every 30 days"));
}

}  // namespace
}  // namespace edgefit
