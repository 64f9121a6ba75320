// edgefit assess MODEL: the fit report.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/files.h"
#include "cli/build_case.h"
#include "cli/catalog_flags.h"
#include "cli/choices.h"
#include "cli/cli.h"
#include "cli/date.h"
#include "cli/evidence_flags.h"
#include "cli/find_model.h"
#include "cli/output.h"
#include "cli/terms.h"
#include "edgefit/answer.h"
#include "edgefit/baseline.h"
#include "edgefit/case_file.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

struct AssessFlags {
  std::string model, as_of, baseline, fail_on = "not-ready";
  CaseFlags question;
  TermFlags terms;
  CatalogFlags catalog;
  EvidenceFlags evidence;
  OutputFlags output;
};

using FailOn = AnswerOptions::FailOn;
struct FailOnRow {
  std::string_view name;
  FailOn value;
};
constexpr std::array kFailOn = {
    FailOnRow{"not-ready", FailOn::not_ready},
    FailOnRow{"tight", FailOn::tight},
    FailOnRow{"never", FailOn::never},
};

/// The question itself, for another box or another day.
constexpr std::string_view kCaseForm = "case";
/// Whole also beside a baseline: a test page shows what is, not what moved.
constexpr std::string_view kJUnitForm = "junit";

std::vector<Form> forms() {
  std::vector<Form> out;
  for (const auto& reporter : reporters()) out.push_back({reporter.name, reporter.extension});
  out.push_back({kCaseForm, "case.json"});
  return out;
}

Result<AnswerOptions> options_of(const AssessFlags& flags, const Catalog& catalog) {
  AnswerOptions options;
  auto date = report_date(flags.as_of);
  if (!date) return date.error();
  options.as_of = std::move(*date);
  const auto* row =
      std::find_if(kFailOn.begin(), kFailOn.end(), [&flags](const auto& known) { return known.name == flags.fail_on; });
  if (row == kFailOn.end()) {
    return Problem{fmt::format(fmt::runtime(tr("bad value '{}'")), flags.fail_on), "--fail-on",
                   tr("say not-ready, tight or never")};
  }
  options.fail_on = row->value;
  auto terms = parse_terms(flags.terms, options.as_of, catalog);
  if (!terms) return terms.error();
  options.terms = std::move(*terms);
  return options;
}

Result<Moves> read_moves(const std::string& path, const Answer& result) {
  const auto text = read_small_file(path);
  if (!text) return text.error();
  return moved_since(*text, printable(path), result);
}

Result<int> run(const AssessFlags& flags) {
  if (flags.model.empty()) {
    return Problem{tr("no model given"), "", tr("edgefit rank tells which models run here; see edgefit assess --help")};
  }
  const auto outputs = Outputs::make(flags.output, forms());
  if (!outputs) return outputs.error();
  const auto catalog = find_catalog(flags.catalog);
  if (!catalog) return catalog.error();
  const auto options = options_of(flags, **catalog);
  if (!options) return options.error();
  const auto question = build_case(flags.question, flags.model, **catalog);
  if (!question) return question.error();
  const Answer result = answer(*question, *options);
  std::optional<Moves> moves;
  if (!flags.baseline.empty()) {
    auto moved = read_moves(flags.baseline, result);
    if (!moved) return moved.error();
    moves = std::move(*moved);
  }
  const auto kept =
      keep_report(flags.evidence, find_reporter("json")->render(result, {}), options->as_of, question->host.get());
  if (!kept) return kept.error();
  const auto written = outputs->write([&](std::string_view form, const Style& style) {
    if (form == kCaseForm) return write_case(*question);
    if (moves && form != kJUnitForm) return render_moves(*moves, result, form, style);
    return find_reporter(form)->render(result, style);
  });
  if (!written) return written.error();
  return result.exit_code;
}

}  // namespace

Run declare_assess(Flags& flags) {
  auto typed = std::make_shared<AssessFlags>();
  flags.positional("MODEL", typed->model, model_help(), Flags::Need::optional, known_models());
  declare_case(flags, typed->question);
  declare_terms(flags, typed->terms);
  declare_catalog_flag(flags, typed->catalog);
  declare_output(flags, typed->output, forms());
  flags.text("--fail-on", typed->fail_on, "VERDICT", tr("exit 1 from: not-ready (default), tight or never"),
             names_of(kFailOn, &FailOnRow::name));
  flags.text("--baseline", typed->baseline, "FILE", tr("an earlier -o old.json: only what moved since"));
  declare_evidence(flags, typed->evidence);
  flags.text("--as-of", typed->as_of, "DATE", tr("date of the report (default: today)"));
  return [typed] { return run(*typed); };
}

}  // namespace edgefit
