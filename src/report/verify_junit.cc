// `edgefit verify` as JUnit XML, a test case each check; attributes and order of elements as audit_junit.cc has them.
#include <fmt/format.h>

#include "edgefit/text.h"
#include "report/escape.h"
#include "report/verify_reporters.h"

namespace edgefit {
namespace {

std::string case_xml(const VerifyFinding& finding) {
  std::string out = fmt::format("    <testcase classname=\"edgefit.verify\" name=\"{} {}\" time=\"0\"", finding.id,
                                escape_xml(tr(finding.title)));
  if (finding.status == CheckStatus::fail)
    return out + fmt::format("><failure type=\"fail\" message=\"{}\">{}{}</failure></testcase>\n",
                             escape_xml(finding.message), tr("fix: "), escape_xml(finding.fix));
  if (finding.status == CheckStatus::unknown || finding.status == CheckStatus::not_applicable)
    return out + fmt::format("><skipped message=\"{}: {}\"/></testcase>\n", name_of(finding.status),
                             escape_xml(finding.message));
  return out + "/>\n";
}

}  // namespace

std::string render_verify_junit(const VerifyView& view, const Style&) {
  const Verification& verification = view.verification;
  const auto count = [&](CheckStatus status) { return findings_of(verification, status).size(); };
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  out += fmt::format(
      "  <testsuite id=\"0\" package=\"edgefit\" name=\"edgefit.verify\" hostname=\"localhost\" "
      "timestamp=\"{}T00:00:00\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{:.3f}\">\n"
      "    <properties>\n      <property name=\"edgefit.version\" value=\"{}\"/>\n"
      "      <property name=\"server\" value=\"{}\"/>\n    </properties>\n",
      verification.as_of, verification.findings.size(), count(CheckStatus::fail),
      count(CheckStatus::unknown) + count(CheckStatus::not_applicable), verification.load ? verification.load->wall : 0,
      EDGEFIT_VERSION, escape_xml(server_text(verification.server)));
  std::string warnings;
  for (const auto& finding : verification.findings) out += case_xml(finding);
  for (const auto* finding : findings_of(verification, CheckStatus::warn))
    warnings += escape_xml(fmt::format("{} {}", finding->id, finding->message)) + "\n";
  return out +
         fmt::format("    <system-out>{}</system-out>\n    <system-err/>\n  </testsuite>\n</testsuites>\n", warnings);
}

}  // namespace edgefit
