// An inventory for people: on the terminal and as Markdown, what is missing first.
#include <fmt/format.h>

#include "base/parse.h"
#include "edgefit/text.h"
#include "report/inventory_reports.h"
#include "report/markdown.h"
#include "report/page.h"
#include "report/phrases.h"
#include "report/width.h"
#include "report/words.h"

namespace edgefit {
namespace {

struct Section {
  CheckStatus status;
  const char* title;
};
constexpr Section kSections[] = {
    {CheckStatus::fail, mark("Less than planned")},
    {CheckStatus::unknown, mark("Not seen")},
    {CheckStatus::warn, mark("Other than planned")},
};

void print_row(Page& page, const InventoryRow& row, const Assessment& before) {
  const std::string word = status_word(row.status);
  page.line({{"  "}, {word, paint_of(row.status)}, {padding(word, word_width()) + title_of(row)}});
  page.paragraph({{"        "}}, values_of(row));
  if (const auto effect = effect_of(row, before); !effect.empty()) page.paragraph({{"        "}}, effect);
  if (!row.remedy.empty()) page.paragraph({{"        "}}, say(tr("what would tell: {}"), printable(row.remedy)));
}

std::string titles_of(const Inventory& inventory, CheckStatus status) {
  std::string text;
  for (const auto* row : rows_of(inventory, status)) text += (text.empty() ? "" : "; ") + title_of(*row);
  return text;
}

const char* headline_of(int code) {
  return code == 0 ? tr("AS PLANNED") : code == 1 ? tr("NOT AS PLANNED") : tr("UNDECIDED");
}

}  // namespace

std::string render_inventory_terminal(const Inventory& inventory, const std::string& as_of, const Style& style) {
  Page page(style);
  const int code = exit_code_of(inventory);
  const Paint paint = code == 0 ? Paint::good : code == 1 ? Paint::bad : Paint::careful;
  page.line({{headline_of(code), paint}, {"  " + inventory_counts(inventory)}});
  page.paragraph({{"    "}}, question_text(inventory.planned));
  page.paragraph({{fmt::format("    {:<9} ", tr("planned"))}}, answer_text(inventory.before));
  page.paragraph({{fmt::format("    {:<9} ", tr("delivered"))}}, answer_text(inventory.after));
  page.paragraph({{"    "}}, say(tr("both as if nothing else ran on the box; {}"), as_of));
  for (const auto& section : kSections) {
    const auto rows = rows_of(inventory, section.status);
    if (rows.empty()) continue;
    page.gap();
    page.line(tr(section.title));
    for (const auto* row : rows) print_row(page, *row, inventory.before);
  }
  page.gap();
  if (const auto titles = titles_of(inventory, CheckStatus::pass); !titles.empty())
    page.paragraph({{std::string(tr("As planned")) + "  "}}, titles);
  if (const auto titles = titles_of(inventory, CheckStatus::not_applicable); !titles.empty())
    page.paragraph({{std::string(tr("Not said by the plan")) + "  "}}, titles);
  return std::move(page).text();
}

std::string render_inventory_markdown(const Inventory& inventory, const std::string& as_of, const Style&) {
  std::string out = fmt::format("## {}: {}\n\n{}\n\n", headline_of(exit_code_of(inventory)),
                                inventory_counts(inventory), markdown_safe(question_text(inventory.planned)));
  out += fmt::format("- {}: {}\n- {}: {}\n\n", tr("planned"), answer_text(inventory.before), tr("delivered"),
                     answer_text(inventory.after));
  bool any = false;
  for (const auto& section : kSections) {
    for (const auto* row : rows_of(inventory, section.status)) {
      if (!any) markdown_head(out, {tr("property"), "", tr("planned and found"), tr("what it does")}, "llll");
      any = true;
      const std::string cure = row->remedy.empty() ? "" : say(tr("what would tell: {}"), row->remedy);
      const std::string effect = effect_of(*row, inventory.before);
      markdown_row(out, {title_of(*row), status_word(row->status), markdown_safe(values_of(*row)),
                         markdown_safe(effect.empty() ? cure : effect)});
    }
  }
  if (any) out += "\n";
  if (const auto titles = titles_of(inventory, CheckStatus::pass); !titles.empty())
    out += fmt::format("{}: {}\n\n", tr("As planned"), titles);
  if (const auto titles = titles_of(inventory, CheckStatus::not_applicable); !titles.empty())
    out += fmt::format("{}: {}\n\n", tr("Not said by the plan"), titles);
  return out + fmt::format("edgefit {}, {}\n", EDGEFIT_VERSION, as_of);
}

}  // namespace edgefit
