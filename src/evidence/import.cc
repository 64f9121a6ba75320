// Scans of other tools and files that prove something, told by their content, as records of kind import.
// What they do not date is refused: a scan of unknown age proves nothing.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/days.h"
#include "base/json.h"
#include "base/parse.h"
#include "base/sha256.h"
#include "edgefit/evidence.h"
#include "edgefit/text.h"
#include "evidence/json_facts.h"

namespace edgefit {
namespace {

constexpr size_t kMostResults = 5000;

/// Keeps the worst: a scan of many thousand findings must not push a critical one out. Only a scan that looked for
/// known holes tells how many critical ones there are; of any other, none proves nothing.
void trim_results(Evidence& record, bool looked_for_holes) {
  auto& results = record.results;
  record.metrics["findings"] = static_cast<double>(results.size());
  std::stable_sort(results.begin(), results.end(), [](const EvidenceResult& a, const EvidenceResult& b) {
    return (a.status == CheckStatus::fail) > (b.status == CheckStatus::fail);
  });
  const auto open = static_cast<double>(std::count_if(
      results.begin(), results.end(), [](const EvidenceResult& result) { return result.status == CheckStatus::fail; }));
  if (looked_for_holes) record.metrics["critical"] = open;
  if (results.size() > kMostResults) results.resize(kMostResults);
}

/// "2026-11-20 10:00:00" or RFC 3339.
std::string day_in(std::string_view time) {
  const auto day = time.substr(0, 10);
  return parse_day(day) ? std::string(day) : std::string();
}

Problem undated(const std::string& where, const char* hint) {
  return {tr("this scan does not say when it was made"), where, hint};
}

/// One line of a report of Lynis 3 into the record.
void add_lynis(std::string_view key, std::string_view value, Evidence& record) {
  if (key == "report_datetime_start") record.as_of = day_in(value);
  if (key == "lynis_version") record.facts["version"] = bounded(value);
  if (key == "hardening_index")
    if (const auto index = to_number(value)) record.metrics["hardening_index"] = *index;
  const bool warning = key == "warning[]";
  if (!warning && key != "suggestion[]") return;
  const auto parts = split(value, '|');
  // Packages with known holes (PKGS-7392 and its kin) are what a criterion asks for; Lynis tells no date of theirs.
  const bool vulnerable = warning && lower(value).find("vulnerable") != std::string::npos;
  record.results.push_back({bounded(parts.empty() ? value : parts[0]),
                            vulnerable ? CheckStatus::fail : CheckStatus::warn,
                            bounded(parts.size() > 1 ? parts[1] : ""), "", ""});
}

// Keys as Lynis 3 writes them: include/report, include/tests_ports_packages, "warning[]=ID|text|details|solution|".
Result<Evidence> from_lynis(std::string_view text, const std::string& where) {
  Evidence record;
  record.kind = EvidenceKind::import;
  record.topic = "scan/lynis";
  bool finished = false;
  std::string_view tool_found, tool, vulnerable;
  for (const auto line : split_lines(text)) {
    const auto pair = key_value(line, '=');
    if (!pair) continue;
    const auto& [key, value] = *pair;
    if (key == "report_datetime_end") finished = true;
    if (key == "package_audit_tool_found") tool_found = value;
    if (key == "package_audit_tool") tool = value;
    if (key == "vulnerable_packages_found") vulnerable = value;
    add_lynis(key, value, record);
  }
  if (record.as_of.empty()) return undated(where, tr("report_datetime_start is missing: run lynis to its end"));
  if (!finished)
    return Problem{tr("this scan was cut short"), where, tr("report_datetime_end is missing: run lynis to its end")};
  const auto& seen = record.results;
  const bool told =
      std::any_of(seen.begin(), seen.end(), [](const auto& one) { return one.status == CheckStatus::fail; });
  if (vulnerable == "1" && !told)
    record.results.push_back({"vulnerable_packages_found", CheckStatus::fail, bounded(tool), "", ""});
  // PKGS-7392 calls itself not fully executed where apt-get alone found nothing: it sees what an update would bring,
  // and nothing where the lists are old.
  trim_results(record, told || vulnerable == "1" || (vulnerable == "0" && tool_found == "1" && tool != "apt-get"));
  return record;
}

/// Of severity critical and not said to be without effect (Status of Trivy: affected, fixed, will_not_fix ...).
CheckStatus status_of_vulnerability(const Json& entry) {
  const std::string severity = text_at(entry, "Severity"), status = text_at(entry, "Status");
  return severity == "CRITICAL" && status != "not_affected" ? CheckStatus::fail : CheckStatus::warn;
}

/// Returns whether known holes were looked for in this target; a target of secrets or settings says nothing of them.
bool add_vulnerabilities(const Json& target, Evidence& record) {
  const std::string of = text_at(target, "Class");
  for (const auto& entry : items(member(target, "Vulnerabilities"))) {
    const std::string fixed = text_at(entry, "FixedVersion");
    record.results.push_back(
        {bounded(text_at(entry, "VulnerabilityID")), status_of_vulnerability(entry),
         bounded(fmt::format("{} {}: {}", text_at(entry, "PkgName"), text_at(entry, "InstalledVersion"),
                             fixed.empty() ? std::string(tr("no fixed version yet")) : say(tr("fixed in {}"), fixed))),
         day_in(text_at(entry, "PublishedDate")), ""});
  }
  for (const auto& entry : items(member(target, "Misconfigurations")))
    if (text_at(entry, "Status") == "FAIL")
      record.results.push_back(
          {bounded(text_at(entry, "ID")), status_of_vulnerability(entry), bounded(text_at(entry, "Title")), "", ""});
  for (const auto& entry : items(member(target, "Secrets")))
    record.results.push_back(
        {bounded(text_at(entry, "RuleID")), status_of_vulnerability(entry), bounded(text_at(entry, "Title")), "", ""});
  return of == "os-pkgs" || of == "lang-pkgs" || member(target, "Vulnerabilities").is_array();
}

// Trivy's report of SchemaVersion 2: pkg/types/report.go.
Result<Evidence> from_trivy(std::string_view text, const std::string& where) {
  const auto json = parse_json(text, where);
  if (!json) return json.error();
  if (member(*json, "SchemaVersion") != 2)
    return Problem{tr("this report of Trivy is of another version"), where, tr("SchemaVersion 2 is known")};
  Evidence record;
  record.kind = EvidenceKind::import;
  const std::string artifact = text_at(*json, "ArtifactName");
  record.topic = bounded("scan/trivy " + artifact);
  record.as_of = day_in(text_at(*json, "CreatedAt"));
  if (record.as_of.empty()) return undated(where, tr("CreatedAt is missing: newer versions of Trivy write it"));
  bool looked_for_holes = false;
  for (const auto& target : items(member(*json, "Results")))
    looked_for_holes = add_vulnerabilities(target, record) || looked_for_holes;
  trim_results(record, looked_for_holes);
  return record;
}

struct ImportForm {
  bool (*recognises)(std::string_view text);
  Result<Evidence> (*read)(std::string_view text, const std::string& where);
};
constexpr std::array kImports = {
    ImportForm{[](std::string_view text) { return text.find("lynis_version=") != text.npos && !text.starts_with("{"); },
               from_lynis},
    ImportForm{
        [](std::string_view text) { return text.starts_with("{") && text.find("\"SchemaVersion\"") != text.npos; },
        from_trivy},
    ImportForm{[](std::string_view text) { return text.starts_with("{") && text.find("\"edgefit.") != text.npos; },
               evidence_of_report},
};

}  // namespace

Evidence evidence_of_golden(const GoldenSet& set) {
  Evidence record;
  record.kind = EvidenceKind::import;
  record.topic = "golden";
  record.metrics["golden_cases"] = static_cast<double>(set.cases.size());
  record.metrics["golden_critical"] = static_cast<double>(
      std::count_if(set.cases.begin(), set.cases.end(), [](const GoldenCase& one) { return one.critical; }));
  record.subject["golden"] = record.document_sha256 = set.sha256;
  return record;
}

Result<Evidence> import_evidence(std::string_view text, const std::string& where) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  const auto* const form =
      std::find_if(kImports.begin(), kImports.end(), [text](const ImportForm& row) { return row.recognises(text); });
  if (form == kImports.end())
    return Problem{tr("no scan or report that edgefit can import"), where,
                   tr("report.dat of lynis, JSON of Trivy, golden cases, JSON reports of edgefit")};
  auto record = form->read(text, where);
  if (!record) return record.error();
  Sha256 sum;
  sum.add(text);
  record->document_sha256 = sum.finish();
  return record;
}

}  // namespace edgefit
