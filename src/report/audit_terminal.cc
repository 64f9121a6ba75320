// An audit for the terminal: what fails first, then what nobody could tell, then what warns.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/parse.h"
#include "edgefit/text.h"
#include "report/audit_reporters.h"
#include "report/page.h"
#include "report/words.h"

namespace edgefit {
namespace {

constexpr size_t kMostEvidence = 5;  // further places of one finding; JSON has them all

/// "path, path: text", paths of the same text together; a text that names its path needs it no second time.
std::vector<std::string> places_of(const AuditFinding& finding) {
  std::vector<std::pair<std::string, std::string>> groups;  // text, paths
  const auto add = [&groups](const std::string& path, const std::string& text) {
    auto at = std::find_if(groups.begin(), groups.end(), [&text](const auto& group) { return group.first == text; });
    if (at == groups.end()) at = groups.insert(groups.end(), {text, ""});
    if (path != "/" && text.find(path) == std::string::npos) at->second += (at->second.empty() ? "" : ", ") + path;
  };
  add(finding.path, finding.message);
  for (const auto* entry : further_evidence(finding)) add(entry->path, entry->text);
  std::vector<std::string> places;
  for (const auto& [text, paths] : groups) places.push_back(paths.empty() ? text : paths + ": " + text);
  return places;
}

void print_finding(Page& page, const AuditFinding& finding) {
  const std::string word = status_word(finding.status);
  page.line({{"  "},
             {word, paint_of(finding.status)},
             {std::string(word.size() < 6 ? 6 - word.size() : 1, ' ') + finding.check->id + "  "},
             {tr(finding.check->title)}});
  const auto places = places_of(finding);
  for (size_t i = 0; i < places.size() && i < kMostEvidence; ++i) page.paragraph({{"        "}}, printable(places[i]));
  if (places.size() > kMostEvidence)
    page.paragraph({{"        "}}, say(tr("and {} more; --format json lists them"), places.size() - kMostEvidence));
  if (finding.waived)
    page.paragraph({{"        "}}, printable(waiver_text(finding)));
  else if (!finding.fix.empty() && finding.status != CheckStatus::unknown)
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
