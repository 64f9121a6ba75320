// The functions behind the rows of the audit's reporters, and the words that several of them share.
// Each is pure: an AuditView and a Style in, the whole text out.
#pragma once

#include <string>
#include <vector>

#include "edgefit/report.h"

namespace edgefit {

std::string render_audit_terminal(const AuditView& view, const Style& style);  // audit_terminal.cc
std::string render_audit_json(const AuditView& view, const Style& style);      // audit_json.cc
std::string render_audit_junit(const AuditView& view, const Style& style);     // audit_junit.cc
std::string render_audit_sarif(const AuditView& view, const Style& style);     // audit_sarif.cc
std::string render_audit_markdown(const AuditView& view, const Style& style);  // audit_markdown.cc
std::string render_audit_github(const AuditView& view, const Style& style);    // audit_github.cc

/// "2 fail, 5 warn, 6 unknown, 20 pass, 8 not applicable"; waived ones apart.
std::string audit_counts(const Audit& audit);
/// "waived until 2027-01-31 by A. Meier: reason", or nothing when the finding is not waived.
std::string waiver_text(const AuditFinding& finding);
/// Findings of a status that are not waived, in the order of the catalogue.
std::vector<const AuditFinding*> findings_of(const Audit& audit, CheckStatus status);
std::vector<const AuditFinding*> waived_findings(const Audit& audit);
/// The evidence that the message does not already tell: what else is no pass.
std::vector<const AuditEvidence*> further_evidence(const AuditFinding& finding);
/// The references as single words: "53:SC-28".
std::vector<std::string> references_of(const AuditCheck& check);

}  // namespace edgefit
