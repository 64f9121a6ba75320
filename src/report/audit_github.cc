// An audit as annotations of GitHub Actions: one `::error` or `::warning` line a finding.
// Escapes as docs.github.com, "Workflow commands": % and line ends everywhere, ':' and ',' in properties too.
#include <fmt/format.h>

#include "edgefit/text.h"
#include "report/audit_reporters.h"

namespace edgefit {
namespace {

std::string escape(std::string_view text, std::string_view also) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '\r' || c == '\n' || also.find(c) != std::string_view::npos)
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    else
      out += c;
  }
  return out;
}

void add(std::string& out, const char* command, const AuditFinding& finding) {
  std::string text = printable(finding.path + ": " + finding.message);
  if (!finding.fix.empty()) text += "; " + std::string(tr("fix: ")) + finding.fix;
  out += fmt::format("::{} title={},file={}::{}\n", command,
                     escape(std::string(finding.check->id) + " " + tr(finding.check->title), ":,"),
                     escape(printable(finding.path), ":,"), escape(text, ""));
}

}  // namespace

std::string render_audit_github(const AuditView& view, const Style&) {
  std::string out;
  for (const auto* finding : findings_of(view.audit, CheckStatus::fail)) add(out, "error", *finding);
  for (const auto* finding : findings_of(view.audit, CheckStatus::warn)) add(out, "warning", *finding);
  for (const auto* finding : findings_of(view.audit, CheckStatus::unknown)) add(out, "notice", *finding);
  return out + fmt::format("::notice title=edgefit audit::{}\n", escape(audit_counts(view.audit), ""));
}

}  // namespace edgefit
