// edgefit explain MODEL TERM: the arithmetic of any figure of `edgefit assess MODEL` with the same flags.
#include <fmt/format.h>

#include <memory>

#include "cli/build_case.h"
#include "cli/cli.h"
#include "cli/date.h"
#include "cli/output.h"
#include "edgefit/answer.h"
#include "edgefit/report.h"
#include "edgefit/text.h"
#include "report/why.h"

namespace edgefit {
namespace {

struct ExplainFlags {
  std::string model, term, color = "auto";
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

Result<int> run(const ExplainFlags& flags) {
  const auto question = build_case(flags.question, flags.model);
  if (!question) return question.error();
  AnswerOptions options;
  options.as_of = utc_now().substr(0, 10);
  options.with_options = false;
  const Answer result = answer(*question, options);
  const Why why(result);
  const auto entries = why.matching(flags.term);
  if (entries.empty()) return unknown_term(flags.term, why);
  const Style style = style_of_stdout(flags.color);
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
  const auto written = write_stdout(text);
  if (!written) return written.error();
  return 0;
}

}  // namespace

Run declare_explain(Flags& flags) {
  auto typed = std::make_shared<ExplainFlags>();
  flags.positional("MODEL", typed->model, tr("a model file (GGUF) or descriptor (model.json)"));
  flags.positional("TERM", typed->term, tr("kv_cache, weights, compute, decode, gpu0 ..."));
  declare_case(flags, typed->question);
  return [typed] { return run(*typed); };
}

}  // namespace edgefit
