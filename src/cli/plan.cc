// edgefit plan MODEL: what to change or buy, options side by side, one of them as a decision paper; --check asks about
// the box that was delivered.
#include "report/plan.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <memory>

#include "base/parse.h"
#include "cli/build_case.h"
#include "cli/cli.h"
#include "cli/date.h"
#include "cli/evidence_flags.h"
#include "cli/find_model.h"
#include "cli/output.h"
#include "cli/plan_check.h"
#include "cli/progress.h"
#include "cli/terms.h"
#include "edgefit/answer.h"
#include "edgefit/text.h"
#include "report/phrases.h"
#include "report/reporters.h"

namespace edgefit {
namespace {

struct PlanFlags {
  std::string model, as_of, option, check, sysroot, path;
  CaseFlags question;
  TermFlags terms;
  CatalogFlags catalog;
  EvidenceFlags evidence;
  OutputFlags output;
};

const std::vector<Form>& forms() {
  static const std::vector<Form> kForms = {{"terminal", "txt"}, {"json", "json"}, {"markdown", "md"}};
  return kForms;
}

/// The option in detail, from 0: the one asked for, else the recommended one.
Result<size_t> find_option(const std::string& typed, const std::vector<Option>& options) {
  if (typed.empty()) return recommended(options);
  size_t number = 0;
  const auto [stop, error] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
  if (error == std::errc{} && stop == typed.data() + typed.size() && number >= 1 && number <= options.size()) {
    return number - 1;
  }
  return Problem{fmt::format(fmt::runtime(tr("there is no option '{}'")), typed), "--option",
                 options.empty() ? std::string(tr("there are no options"))
                                 : fmt::format(fmt::runtime(tr("a number from 1 to {}")), options.size())};
}

Result<int> write_nothing(const Outputs& outputs, const Answer& now) {
  const auto written = outputs.write([&now](std::string_view form, const Style& style) {
    return form == "json"       ? render_json(now, style)
           : form == "markdown" ? render_markdown(now, style)
                                : render_no_plan(now, style);
  });
  if (!written) return written.error();
  return now.exit_code;
}

/// Model, load and engine come from the case: what would ask another question is refused.
Result<int> check(const PlanFlags& flags) {
  CaseFlags rest = flags.question;
  rest.host.clear();
  rest.facts.clear();
  if (!flags.model.empty() || !flags.option.empty() || rest != CaseFlags() || flags.terms != TermFlags())
    return Problem{tr("the whole question comes from the case"), "--check " + printable(flags.check),
                   tr("beside it only --host, --sysroot, --path, --fact and --catalog")};
  if (!flags.evidence.folder.empty())
    return Problem{say(tr("{} and {} do not go together"), "--check", "--evidence"), "",
                   tr("edgefit probe --evidence DIR keeps the delivered box")};
  PlanCheckFlags typed{flags.check, flags.question.host,  flags.sysroot, ".",
                       flags.as_of, flags.question.facts, flags.catalog, flags.output};
  if (!flags.path.empty()) typed.path = flags.path;
  return run_plan_check(typed);
}

/// What is kept is the answer that counts: with --option that of the changed box, with the options it was chosen from.
Result<Done> keep_plan(const PlanFlags& flags, const Answer& now, const Answer& after, const std::string& as_of) {
  if (flags.option.empty()) return keep_report(flags.evidence, render_json(now, {}), as_of, now.question.host.get());
  Answer chosen = after;
  chosen.options = now.options;
  return keep_report(flags.evidence, render_json(chosen, {}), as_of, after.question.host.get());
}

Result<int> run(const PlanFlags& flags) {
  if (!flags.check.empty()) return check(flags);
  if (flags.model.empty())
    return Problem{tr("no model given"), "", tr("edgefit rank tells which models run here; see edgefit plan --help")};
  if (!flags.sysroot.empty() || !flags.path.empty())
    return Problem{tr("--sysroot and --path go with --check only"), "",
                   tr("edgefit probe --sysroot DIR -o host.json keeps a box for --host")};
  const auto outputs = Outputs::make(flags.output, forms());
  if (!outputs) return outputs.error();
  AnswerOptions options;
  auto date = report_date(flags.as_of);
  if (!date) return date.error();
  options.as_of = std::move(*date);
  options.plan_unknown = true;
  const auto catalog = find_catalog(flags.catalog);
  if (!catalog) return catalog.error();
  auto terms = parse_terms(flags.terms, options.as_of, **catalog);
  if (!terms) return terms.error();
  options.terms = std::move(*terms);
  const auto question = build_case(flags.question, flags.model, **catalog);
  if (!question) return question.error();
  Progress progress(tr("searching"));
  options.terms.progress = [&progress](double share) { progress.show(share); };
  const Answer now = answer(*question, options);
  progress.clear();
  if (now.options.empty() && flags.option.empty()) {
    const auto kept = keep_report(flags.evidence, render_json(now, {}), options.as_of, question->host.get());
    if (!kept) return kept.error();
    return write_nothing(*outputs, now);
  }
  const auto index = find_option(flags.option, now.options);
  if (!index) return index.error();
  AnswerOptions without = options;
  without.with_options = false;
  const Answer after = answer(now.options[*index].question, without);
  const auto kept = keep_plan(flags, now, after, options.as_of);
  if (!kept) return kept.error();
  const auto written = outputs->write([&](std::string_view form, const Style& style) {
    if (form == "json") return render_json(now, style);
    return form == "markdown" ? render_paper(now, after, *index) : render_plan(now, after, *index, style);
  });
  if (!written) return written.error();
  // Without --option the question is whether it runs as it is; with it, whether it would run so.
  return flags.option.empty() ? now.exit_code : after.exit_code;
}

}  // namespace

Run declare_plan(Flags& flags) {
  auto typed = std::make_shared<PlanFlags>();
  flags.positional("MODEL", typed->model, model_help(), Flags::Need::optional, known_models());
  flags.text("--option", typed->option, "N", tr("this one in detail (default: the recommended one)"));
  declare_terms(flags, typed->terms);
  declare_catalog_flag(flags, typed->catalog);
  declare_case(flags, typed->question);
  flags.heading(tr("The delivered box"));
  flags.text("--check", typed->check, "CASE", tr("is this the box of that case.json?"));
  flags.text("--sysroot", typed->sysroot, "DIR", tr("look at a recorded root folder instead"));
  flags.text("--path", typed->path, "PATH", tr("a folder or file of the disk that counts"));
  declare_output(flags, typed->output, plan_check_forms());
  declare_evidence(flags, typed->evidence);
  flags.text("--as-of", typed->as_of, "DATE", tr("date of the report (default: today)"));
  return [typed] { return run(*typed); };
}

}  // namespace edgefit
