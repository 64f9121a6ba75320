// Words and selections that the reports of an audit share, and the table of those reports.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/parse.h"
#include "edgefit/text.h"
#include "report/audit_reporters.h"

namespace edgefit {
namespace {

constexpr std::array kAuditReporters = {
    AuditReporter{"terminal", "txt", render_audit_terminal}, AuditReporter{"json", "json", render_audit_json},
    AuditReporter{"markdown", "md", render_audit_markdown},  AuditReporter{"junit", "xml", render_audit_junit},
    AuditReporter{"sarif", "sarif", render_audit_sarif},     AuditReporter{"github", "github", render_audit_github},
};

}  // namespace

std::span<const AuditReporter> audit_reporters() {
  return kAuditReporters;
}

std::string audit_counts(const Audit& audit) {
  auto text = say(tr("{} fail, {} warn, {} unknown, {} pass, {} not applicable"), audit.count(CheckStatus::fail),
                  audit.count(CheckStatus::warn), audit.count(CheckStatus::unknown), audit.count(CheckStatus::pass),
                  audit.count(CheckStatus::not_applicable));
  if (const auto waived = waived_findings(audit).size(); waived > 0) text += say(tr(", {} waived"), waived);
  return text;
}

std::string waiver_text(const AuditFinding& finding) {
  if (!finding.waived) return {};
  return say(tr("waived until {} by {}: {}"), finding.waiver->expires, finding.waiver->owner, finding.waiver->reason);
}

std::vector<const AuditFinding*> findings_of(const Audit& audit, CheckStatus status) {
  std::vector<const AuditFinding*> found;
  for (const auto& finding : audit.findings)
    if (finding.status == status && !finding.waived) found.push_back(&finding);
  return found;
}

std::vector<const AuditFinding*> waived_findings(const Audit& audit) {
  std::vector<const AuditFinding*> found;
  for (const auto& finding : audit.findings)
    if (finding.waived) found.push_back(&finding);
  return found;
}

std::vector<const AuditEvidence*> further_evidence(const AuditFinding& finding) {
  std::vector<const AuditEvidence*> rest;
  for (size_t i = 1; i < finding.evidence.size(); ++i) {
    const auto status = finding.evidence[i].status;
    if (status != CheckStatus::pass && status != CheckStatus::not_applicable) rest.push_back(&finding.evidence[i]);
  }
  return rest;
}

std::vector<std::string> references_of(const AuditCheck& check) {
  std::vector<std::string> references;
  for (const auto part : split(check.references, ',')) references.emplace_back(part);
  return references;
}

}  // namespace edgefit
