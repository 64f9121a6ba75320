// An audit as SARIF 2.1.0 (OASIS), for code-scanning pages and vulnerability trackers. Only what fails or warns is a
// result unless all is asked for: those pages show every result as an alert.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/json.h"
#include "edgefit/text.h"
#include "report/audit_reporters.h"

namespace edgefit {
namespace {

/// SARIF 2.1.0, 3.27.9: a kind other than fail has the level none.
struct KindRow {
  CheckStatus status;
  const char* kind;
  const char* level;
};
constexpr KindRow kKinds[] = {{CheckStatus::pass, "pass", "none"},
                              {CheckStatus::warn, "fail", "warning"},
                              {CheckStatus::fail, "fail", "error"},
                              {CheckStatus::unknown, "open", "none"},
                              {CheckStatus::not_applicable, "notApplicable", "none"}};

const KindRow& kind_of(CheckStatus status) {
  return *std::find_if(std::begin(kKinds), std::end(kKinds),
                       [status](const KindRow& row) { return row.status == status; });
}

/// GitHub sorts alerts by this number: over 7 is high, over 4 is medium.
const char* security_severity(Severity severity) {
  constexpr const char* kNumbers[] = {"2.0", "5.0", "8.0"};
  return kNumbers[static_cast<size_t>(severity)];
}

/// RFC 3986: a path below the root, everything but unreserved letters as %XX. "." is the root itself.
std::string uri_of(std::string_view path) {
  std::string out;
  for (const char c : path.substr(std::min(path.find_first_not_of('/'), path.size()))) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned>(byte));
  }
  return out.empty() ? "." : out;
}

/// FNV-1a: the same finding at the same place has the same print in every run.
std::string fingerprint(const AuditFinding& finding) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : std::string(finding.check->id) + " " + finding.path) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return fmt::format("{:016x}", hash);
}

/// "EF-ENC-001" as a name in Pascal case: SARIF wants one that people can read.
std::string pascal_name(std::string_view title) {
  std::string out;
  bool start = true;
  for (const char c : title) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter) out += start && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    start = !letter;
  }
  return out;
}

Json rule_json(const AuditFinding& finding) {
  const AuditCheck& check = *finding.check;
  Json tags = {"security", name_of(check.group)};
  for (const auto& reference : references_of(check)) tags.push_back(reference);
  return {
      {"id", check.id},
      {"name", pascal_name(check.title)},
      {"shortDescription", {{"text", tr(check.title)}}},
      {"fullDescription", {{"text", tr(check.why)}}},
      {"help", {{"text", tr(check.fix)}}},
      {"defaultConfiguration", {{"level", finding.severity == Severity::high ? "error" : "warning"}}},
      {"properties",
       {{"tags", std::move(tags)}, {"precision", "high"}, {"security-severity", security_severity(finding.severity)}}}};
}

Json location_json(const std::string& path) {
  return {{"physicalLocation",
           {{"artifactLocation", {{"uri", uri_of(path)}, {"uriBaseId", "HOSTROOT"}}}, {"region", {{"startLine", 1}}}}},
          {"logicalLocations", Json::array({Json{{"fullyQualifiedName", path}, {"kind", "resource"}}})}};
}

Json result_json(const AuditFinding& finding, size_t rule) {
  const KindRow& row = kind_of(finding.status);
  // Braces around one element are a copy for some compilers and an array for others: arrays are always named.
  Json locations = Json::array({location_json(finding.path)});
  for (const auto* entry : further_evidence(finding)) locations.push_back(location_json(entry->path));
  Json result = {{"ruleId", finding.check->id},
                 {"ruleIndex", rule},
                 {"kind", row.kind},
                 {"level", row.level},
                 {"message", {{"text", finding.path + ": " + finding.message}}},
                 {"locations", std::move(locations)},
                 {"partialFingerprints", {{"edgefitCheck/v1", fingerprint(finding)}}}};
  if (finding.waived)
    result["suppressions"] =
        Json::array({Json{{"kind", "external"}, {"status", "accepted"}, {"justification", waiver_text(finding)}}});
  return result;
}

bool is_shown(const AuditFinding& finding, bool all) {
  return all || finding.status == CheckStatus::fail || finding.status == CheckStatus::warn;
}

}  // namespace

std::string render_audit_sarif(const AuditView& view, const Style&) {
  Json rules = Json::array(), results = Json::array(), notes = Json::array();
  for (const auto& finding : view.audit.findings) {
    if (finding.status == CheckStatus::unknown)
      notes.push_back({{"level", "note"},
                       {"descriptor", {{"id", finding.check->id}}},
                       {"message", {{"text", "unknown: " + finding.path + ": " + finding.message}}}});
    if (is_shown(finding, view.all)) results.push_back(result_json(finding, rules.size()));
    rules.push_back(rule_json(finding));
  }
  const Json driver = {{"name", "edgefit"}, {"semanticVersion", EDGEFIT_VERSION}, {"rules", std::move(rules)}};
  const Json run = {{"tool", {{"driver", driver}}},
                    {"automationDetails", {{"id", std::string("edgefit/audit/") + name_of(view.audit.profile)}}},
                    {"originalUriBaseIds", {{"HOSTROOT", {{"uri", "file:///"}}}}},
                    {"invocations", Json::array({Json{{"executionSuccessful", true},
                                                      {"exitCode", view.exit_code},
                                                      {"toolExecutionNotifications", std::move(notes)}}})},
                    {"results", std::move(results)}};
  const Json log = {
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array({run})}};
  return log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace edgefit
