// `edgefit verify` as Markdown, for tickets and the summary page of a CI job.
#include <fmt/format.h>

#include "edgefit/text.h"
#include "report/markdown.h"
#include "report/verify_reporters.h"
#include "report/verify_sections.h"

namespace edgefit {
namespace {

void add_load(std::string& out, const LoadResult& load) {
  markdown_head(out, {tr("Measured"), "n", tr("median"), "p90", "p95", "p99", tr("max")}, "lrrrrrr");
  for (const auto& row : measure_rows(load)) {
    const auto cells = cells_of(*row.values);
    markdown_row(out, {row.label, cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]});
  }
  out += "\n";
  for (const auto& line : load_lines(load)) out += fmt::format("- {}: {}\n", line.label, line.text);
  out += "\n" + measure_note(load) + "\n\n";
}

}  // namespace

std::string render_verify_markdown(const VerifyView& view, const Style&) {
  const Verification& verification = view.verification;
  std::string out = fmt::format("## {}: {}, {}\n\n{}\n", tr("edgefit verify"), verify_word(view.exit_code),
                                verify_counts(verification), markdown_safe(server_text(verification.server)));
  if (verification.load) out += "\n" + markdown_safe(load_text(*verification.load)) + "\n";
  if (verification.interrupted) out += std::string("\n") + tr("interrupted: what was measured until then") + "\n";
  out += "\n";
  if (verification.load) add_load(out, *verification.load);
  if (verification.prediction) markdown_prediction(out, *verification.prediction);
  if (verification.golden) markdown_golden(out, *verification.golden);
  markdown_head(out, {tr("Check"), tr("status"), tr("finding"), tr("fix")}, "llll");
  for (const auto& finding : verification.findings)
    markdown_row(out, {finding.id, tr(name_of(finding.status)),
                       fmt::format("**{}**: {}", tr(finding.title), markdown_safe(finding.message)),
                       markdown_safe(finding.fix)});
  return out + fmt::format("\nedgefit {}, {}\n", EDGEFIT_VERSION, verification.as_of);
}

}  // namespace edgefit
