// An audit for the terminal: what fails first, then what nobody could tell, then what warns.
#include <fmt/format.h>

#include "base/parse.h"
#include "edgefit/text.h"
#include "report/audit_reporters.h"
#include "report/page.h"
#include "report/words.h"

namespace edgefit {
namespace {

constexpr size_t kMostEvidence = 5;  // further places of one finding; JSON has them all

void print_finding(Page& page, const AuditFinding& finding) {
  const std::string word = status_word(finding.status);
  page.line({{"  "},
             {word, paint_of(finding.status)},
             {std::string(word.size() < 6 ? 6 - word.size() : 1, ' ') + finding.check->id + "  "},
             {tr(finding.check->title)}});
  const auto told = [](const std::string& path, const std::string& text) {
    return text.find(path) != std::string::npos || path == "/" ? printable(text) : printable(path + ": " + text);
  };
  page.paragraph({{"        "}}, told(finding.path, finding.message));
  const auto rest = further_evidence(finding);
  for (size_t i = 0; i < rest.size() && i < kMostEvidence; ++i)
    page.paragraph({{"        "}}, told(rest[i]->path, rest[i]->text));
  if (rest.size() > kMostEvidence)
    page.paragraph({{"        "}}, say(tr("and {} more; --format json lists them"), rest.size() - kMostEvidence));
  if (finding.waived)
    page.paragraph({{"        "}}, printable(waiver_text(finding)));
  else if (!finding.fix.empty())
    page.paragraph({{std::string("        ") + tr("fix: ")}}, printable(finding.fix));
}

void print_section(Page& page, const char* title, const std::vector<const AuditFinding*>& findings) {
  if (findings.empty()) return;
  page.line(title);
  for (const auto* finding : findings) print_finding(page, *finding);
  page.gap();
}

/// Titles in one paragraph: what is in order needs no line each.
void print_titles(Page& page, const char* title, const std::vector<const AuditFinding*>& findings) {
  if (findings.empty()) return;
  std::string text;
  for (const auto* finding : findings) text += (text.empty() ? "" : "; ") + std::string(tr(finding->check->title));
  page.paragraph({{std::string(title) + "  "}}, text);
}

}  // namespace

std::string render_audit_terminal(const AuditView& view, const Style& style) {
  const Audit& audit = view.audit;
  Page page(style);
  const int fails = audit.count(CheckStatus::fail);
  page.line({{fails > 0             ? tr("FAIL")
              : view.exit_code == 0 ? tr("OK")
                                    : tr("UNDECIDED"),
              fails > 0             ? Paint::bad
              : view.exit_code == 0 ? Paint::good
                                    : Paint::careful},
             {"  " + audit_counts(audit)}});
  page.paragraph({{"    "}}, say(tr("profile {}, {}{}"), name_of(audit.profile), audit.as_of,
                                 audit.live ? "" : tr(", a recorded box")));
  std::string stores;
  for (const auto& store : audit.stores) stores += (stores.empty() ? "" : ", ") + store;
  page.paragraph({{"    "}}, stores.empty() ? tr("no folder of models found; name one with --store")
                                            : printable(say(tr("models in {}"), stores)));
  page.gap();
  print_section(page, tr("Fails"), findings_of(audit, CheckStatus::fail));
  print_section(page, tr("Unknown"), findings_of(audit, CheckStatus::unknown));
  print_section(page, tr("Warns"), findings_of(audit, CheckStatus::warn));
  print_section(page, tr("Waived"), waived_findings(audit));
  if (view.all) {
    print_section(page, tr("Passes"), findings_of(audit, CheckStatus::pass));
    print_section(page, tr("Does not apply"), findings_of(audit, CheckStatus::not_applicable));
  } else {
    print_titles(page, tr("Passes"), findings_of(audit, CheckStatus::pass));
    print_titles(page, tr("Does not apply"), findings_of(audit, CheckStatus::not_applicable));
  }
  page.gap();
  page.paragraph({}, tr("This supports evidence for an assessment; it is none. edgefit audit --explain ID tells why."));
  return std::move(page).text();
}

}  // namespace edgefit
