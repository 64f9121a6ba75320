// An audit as JUnit XML, a test case each check. One shape that the schemas of Ant's JUnit (Windy Road) and of Jenkins'
// xUnit plugin both accept: attributes and order of elements are theirs.
#include <fmt/format.h>

#include <algorithm>

#include "edgefit/text.h"
#include "report/audit_reporters.h"
#include "report/escape.h"

namespace edgefit {
namespace {

std::string told(const AuditFinding& finding) {
  std::string text = finding.path + ": " + finding.message;
  if (finding.waived) text += "; " + waiver_text(finding);
  return text;
}

bool is_failure(const AuditFinding& finding) {
  return finding.status == CheckStatus::fail && !finding.waived;
}
bool is_skipped(const AuditFinding& finding) {
  return finding.waived || finding.status == CheckStatus::unknown || finding.status == CheckStatus::not_applicable;
}

std::string case_xml(const AuditFinding& finding) {
  const AuditCheck& check = *finding.check;
  std::string out = fmt::format("    <testcase classname=\"edgefit.audit.{}\" name=\"{} {}\" time=\"0\"",
                                name_of(check.group), check.id, escape_xml(tr(check.title)));
  if (is_failure(finding))
    return out + fmt::format("><failure type=\"fail\" message=\"{}\">{}{}; {}</failure></testcase>\n",
                             escape_xml(told(finding)), tr("fix: "), escape_xml(finding.fix),
                             escape_xml(check.references));
  if (is_skipped(finding))
    return out + fmt::format("><skipped message=\"{}\"/></testcase>\n",
                             escape_xml(std::string(tr(name_of(finding.status))) + ": " + told(finding)));
  return out + "/>\n";
}

}  // namespace

std::string render_audit_junit(const AuditView& view, const Style&) {
  const Audit& audit = view.audit;
  const auto failures = std::count_if(audit.findings.begin(), audit.findings.end(), is_failure);
  const auto skipped = std::count_if(audit.findings.begin(), audit.findings.end(), is_skipped);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  out += fmt::format(
      "  <testsuite id=\"0\" package=\"edgefit\" name=\"edgefit.audit\" hostname=\"localhost\" "
      "timestamp=\"{}T00:00:00\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"0\">\n"
      "    <properties>\n      <property name=\"edgefit.version\" value=\"{}\"/>\n"
      "      <property name=\"profile\" value=\"{}\"/>\n    </properties>\n",
      audit.as_of, audit.findings.size(), failures, skipped, EDGEFIT_VERSION, name_of(audit.profile));
  std::string warnings;
  for (const auto& finding : audit.findings) {
    out += case_xml(finding);
    if (finding.status == CheckStatus::warn && !finding.waived)
      warnings += escape_xml(fmt::format("{} {}", finding.check->id, told(finding))) + "\n";
  }
  return out +
         fmt::format("    <system-out>{}</system-out>\n    <system-err/>\n  </testsuite>\n</testsuites>\n", warnings);
}

}  // namespace edgefit
