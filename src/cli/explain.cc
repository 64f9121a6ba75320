// edgefit explain MODEL TERM: the arithmetic of any figure of `edgefit assess MODEL` with the same flags.
#include <fmt/format.h>

#include <memory>

#include "cli/build_case.h"
#include "cli/cli.h"
#include "cli/date.h"
#include "cli/find_model.h"
#include "cli/output.h"
#include "edgefit/answer.h"
#include "edgefit/report.h"
#include "edgefit/text.h"
#include "report/why.h"

namespace edgefit {
namespace {

struct ExplainFlags {
  std::string model, term, as_of;
  OutputFlags output;
  CaseFlags question;
};

Problem unknown_term(const std::string& term, const Why& why) {
  const auto terms = why.terms();
  const std::vector<std::string_view> candidates(terms.begin(), terms.end());
  std::string hint = did_you_mean(term, candidates);
  if (hint.empty()) {
    hint = tr("figures are");
    for (const auto& known : terms) hint += " " + known;
  }
  return {fmt::format(fmt::runtime(tr("this assessment has no figure '{}'")), term), "", hint};
}

const std::vector<Form>& forms() {
  static const std::vector<Form> kForms = {{"terminal", "txt"}};
  return kForms;
}

std::string render(const std::vector<const WhyEntry*>& entries, const Style& style) {
  std::string text;
  for (const auto* entry : entries) {
    if (!text.empty()) text += '\n';
    if (entry->node != nullptr) {
      text += render_explanation(*entry->node, style, entry->id);
    } else {
      text +=
          fmt::format(fmt::runtime(tr("{} = {:g} {}: a constant of the rules")), entry->id, entry->value, entry->unit) +
          "\n";
    }
  }
  return text;
}

Result<int> run(const ExplainFlags& flags) {
  const auto outputs = Outputs::make(flags.output, forms());
  if (!outputs) return outputs.error();
  const auto date = report_date(flags.as_of);
  if (!date) return date.error();
  const auto question = build_case(flags.question, flags.model);
  if (!question) return question.error();
  AnswerOptions options;
  options.as_of = *date;
  options.with_options = false;
  const Answer result = answer(*question, options);
  const Why why(result);
  const auto entries = why.matching(flags.term);
  if (entries.empty()) return unknown_term(flags.term, why);
  const auto written =
      outputs->write([&entries](std::string_view, const Style& style) { return render(entries, style); });
  if (!written) return written.error();
  return 0;
}

}  // namespace

Run declare_explain(Flags& flags) {
  auto typed = std::make_shared<ExplainFlags>();
  flags.positional("MODEL", typed->model, model_help(), Flags::Need::required, known_models());
  flags.positional("TERM", typed->term, tr("kv_cache, weights, compute, decode, gpu0 ..."));
  declare_case(flags, typed->question);
  declare_output(flags, typed->output, forms());
  flags.text("--as-of", typed->as_of, "DATE", tr("date of the report (default: today)"));
  return [typed] { return run(*typed); };
}

}  // namespace edgefit
