// `edgefit verify` for the terminal: verdict, what was measured, then what fails, is unknown or warns.
#include <utility>

#include "base/parse.h"
#include "edgefit/text.h"
#include "report/page.h"
#include "report/table.h"
#include "report/verify_reporters.h"
#include "report/verify_sections.h"
#include "report/width.h"
#include "report/words.h"

namespace edgefit {
namespace {

void print_head(Page& page, const VerifyView& view) {
  const Verification& verification = view.verification;
  const Paint paint = view.exit_code == 0 ? Paint::good : view.exit_code == 1 ? Paint::bad : Paint::careful;
  page.line({{verify_word(view.exit_code), paint}, {"  " + verify_counts(verification)}});
  page.paragraph({{"    "}}, server_text(verification.server));
  if (verification.load) page.paragraph({{"    "}}, load_text(*verification.load));
  if (verification.interrupted) page.paragraph({{"    "}}, tr("interrupted: what was measured until then"));
  page.gap();
}

void print_load(Page& page, const LoadResult& load) {
  constexpr auto kRight = Column::Align::right;
  Table table({{Column::Align::left, 19}, {kRight}, {kRight, 7}, {kRight, 7}, {kRight, 7}, {kRight, 7}, {kRight, 7}});
  table.row({{tr("Measured")}, {"n"}, {tr("median")}, {"p90"}, {"p95"}, {"p99"}, {tr("max")}});
  for (const auto& row : measure_rows(load)) {
    Spans spans{{row.label}};
    for (auto& text : cells_of(*row.values)) spans.push_back({std::move(text)});
    table.row(std::move(spans));
  }
  table.print(page);
  constexpr size_t kLabel = 21;
  for (const auto& line : load_lines(load)) page.paragraph({{line.label + padding(line.label, kLabel)}}, line.text);
  page.paragraph({}, measure_note(load));
  page.gap();
}

void print_finding(Page& page, const VerifyFinding& finding) {
  const std::string word = status_word(finding.status);
  page.line({{"  "},
             {word, paint_of(finding.status)},
             {padding(word, word_width()) + finding.id + "  "},
             {tr(finding.title)}});
  page.paragraph({{"        "}}, finding.message);
  if (!finding.fix.empty()) page.paragraph({{std::string("        ") + tr("fix: ")}}, finding.fix);
}

void print_section(Page& page, const char* title, const std::vector<const VerifyFinding*>& findings) {
  if (findings.empty()) return;
  page.line(title);
  for (const auto* finding : findings) print_finding(page, *finding);
  page.gap();
}

}  // namespace

std::string render_verify_terminal(const VerifyView& view, const Style& style) {
  const Verification& verification = view.verification;
  Page page(style);
  print_head(page, view);
  if (verification.load) print_load(page, *verification.load);
  if (verification.prediction) print_prediction(page, *verification.prediction);
  if (verification.golden) print_golden(page, *verification.golden);
  print_section(page, tr("Fails"), findings_of(verification, CheckStatus::fail));
  print_section(page, tr("Unknown"), findings_of(verification, CheckStatus::unknown));
  print_section(page, tr("Warns"), findings_of(verification, CheckStatus::warn));
  print_section(page, tr("Passes"), findings_of(verification, CheckStatus::pass));
  return std::move(page).text();
}

}  // namespace edgefit
