// The catalogue of checks for people: a list, one check in full, and the page docs/checks.md.
#include <fmt/format.h>

#include <utility>

#include "base/parse.h"
#include "edgefit/text.h"
#include "report/audit_reporters.h"
#include "report/markdown.h"
#include "report/page.h"

namespace edgefit {
namespace {

const char* privilege_text(Privilege privilege) {
  constexpr const char* kTexts[] = {mark("any user"), mark("the owner of the service or its files"), mark("root")};
  return tr(kTexts[static_cast<size_t>(privilege)]);
}

std::string repeat_text(const AuditCheck& check) {
  return say(tr("every {} days"), check.repeat_days);
}

}  // namespace

std::string render_check_list(std::span<const AuditCheck* const> checks, const Style& style) {
  Page page(style);
  const char* group = nullptr;
  for (const auto* check : checks) {
    const char* const next = name_of(check->group);
    if (group != next) {
      page.gap();
      page.line(tr(next));
    }
    group = next;
    page.line(fmt::format("  {:<11} {:<6}  {}", check->id, tr(name_of(check->severity)), tr(check->title)));
  }
  page.gap();
  page.line(tr("edgefit audit --explain ID tells why, and what to do"));
  return std::move(page).text();
}

std::string render_check(const AuditCheck& check, const Style& style) {
  Page page(style);
  page.line(fmt::format("{}  {}", check.id, tr(check.title)));
  const std::pair<const char*, std::string> rows[] = {
      {tr("why"), tr(check.why)},
      {tr("fix"), tr(check.fix)},
      {tr("severity"), tr(name_of(check.severity))},
      {tr("full answer for"), privilege_text(check.privilege)},
      {tr("repeat"), repeat_text(check)},
      {tr("supports evidence for"), check.references},
  };
  for (const auto& [label, text] : rows) page.paragraph({{fmt::format("  {:<22} ", label)}}, text);
  return std::move(page).text();
}

std::string render_check_page(std::span<const AuditCheck* const> checks) {
  std::string out =
      fmt::format("# {}\n\n{}\n", tr("The checks of edgefit audit"),
                  tr("Written from the rows of the checks by `edgefit audit --list --format markdown`. Ids "
                     "are never reused. What they\nfind supports evidence for the references; it is no "
                     "statement of compliance."));
  const char* group = nullptr;
  for (const auto* check : checks) {
    const char* const next = name_of(check->group);
    if (group != next)
      out += fmt::format(
          "\n## {}\n\n| id | check | severity | why | fix | full answer for | repeat | references |\n"
          "|---|---|---|---|---|---|---|---|\n",
          tr(next));
    group = next;
    out += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n", check->id, markdown_safe(tr(check->title)),
                       tr(name_of(check->severity)), markdown_safe(tr(check->why)), markdown_safe(tr(check->fix)),
                       privilege_text(check->privilege), repeat_text(*check), markdown_safe(check->references));
  }
  return out;
}

}  // namespace edgefit
