// An audit as Markdown, for tickets and the summary page of a CI job; and the catalogue of checks, docs/checks.md.
#include <fmt/format.h>

#include "base/parse.h"
#include "edgefit/text.h"
#include "report/audit_reporters.h"
#include "report/markdown.h"
#include "report/words.h"

namespace edgefit {
namespace {

void add_findings(std::string& out, const char* title, const std::vector<const AuditFinding*>& findings) {
  if (findings.empty()) return;
  out += fmt::format("### {}\n\n| {} | {} | {} |\n|---|---|---|\n", title, tr("Check"), tr("finding"), tr("fix"));
  for (const auto* finding : findings) {
    std::string text = fmt::format("**{}**: {}: {}", markdown_safe(tr(finding->check->title)),
                                   markdown_safe(finding->path), markdown_safe(finding->message));
    if (const auto rest = further_evidence(*finding).size(); rest > 0) text += say(tr(" (and {} more)"), rest);
    const auto cure = finding->waived ? waiver_text(*finding) : finding->fix;
    out += fmt::format("| {} | {} | {} |\n", finding->check->id, text, markdown_safe(cure));
  }
  out += "\n";
}

}  // namespace

std::string render_audit_markdown(const AuditView& view, const Style&) {
  const Audit& audit = view.audit;
  std::string out = fmt::format("## {}: {}\n\n", tr("edgefit audit"), audit_counts(audit));
  add_findings(out, tr("Fails"), findings_of(audit, CheckStatus::fail));
  add_findings(out, tr("Unknown"), findings_of(audit, CheckStatus::unknown));
  add_findings(out, tr("Warns"), findings_of(audit, CheckStatus::warn));
  add_findings(out, tr("Waived"), waived_findings(audit));
  if (view.all) {
    add_findings(out, tr("Passes"), findings_of(audit, CheckStatus::pass));
    add_findings(out, tr("Does not apply"), findings_of(audit, CheckStatus::not_applicable));
  }
  return out + fmt::format("edgefit {}, {}, {} {}. {}\n", EDGEFIT_VERSION, audit.as_of, tr("profile"),
                           name_of(audit.profile), tr("This supports evidence for an assessment; it is none."));
}

}  // namespace edgefit
