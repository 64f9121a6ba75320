// An audit for the terminal: what fails first, then what nobody could tell, then what warns.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/parse.h"
#include "edgefit/text.h"
#include "report/audit_reporters.h"
#include "report/page.h"
#include "report/width.h"
#include "report/words.h"

namespace edgefit {
namespace {

constexpr size_t kMostEvidence = 5;  // kinds of things of one finding; JSON has them all

/// Things of one finding that are told together because the same is true of them.
struct Places {
  std::string text, paths;
  size_t count = 0;
};

/// The first few kinds of things, each with its first few paths; `rest` counts what is of further kinds.
std::vector<Places> places_of(const AuditFinding& finding, size_t& rest) {
  constexpr size_t kMostPaths = 4;
  std::vector<Places> groups;
  rest = 0;
  const auto add = [&](const std::string& path, const std::string& text) {
    auto at = std::find_if(groups.begin(), groups.end(), [&text](const Places& group) { return group.text == text; });
    if (at == groups.end() && groups.size() == kMostEvidence) {
      ++rest;
      return;
    }
    if (at == groups.end()) at = groups.insert(groups.end(), {text, "", 0});
    // A text that names its path needs it no second time.
    if (path == "/" || text.find(path) != std::string::npos) return;
    if (at->count++ < kMostPaths) at->paths += (at->paths.empty() ? "" : ", ") + path;
  };
  add(finding.path, finding.message);
  for (const auto* entry : further_evidence(finding)) add(entry->path, entry->text);
  for (auto& group : groups)
    if (group.count > kMostPaths) group.paths += say(tr(" and {} more"), group.count - kMostPaths);
  return groups;
}

void print_finding(Page& page, const AuditFinding& finding) {
  const std::string word = status_word(finding.status);
  page.line({{"  "},
             {word, paint_of(finding.status)},
             {padding(word, word_width()) + finding.check->id + "  "},
             {tr(finding.check->title)}});
  size_t rest = 0;
  for (const auto& group : places_of(finding, rest))
    page.paragraph({{"        "}}, printable(group.paths.empty() ? group.text : group.paths + ": " + group.text));
  if (rest > 0) page.paragraph({{"        "}}, say(tr("and {} more; --format json lists them"), rest));
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
