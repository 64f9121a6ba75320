// edgefit verify: does the running server do what was promised?
#include "edgefit/verify.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <random>

#include "cli/cli.h"
#include "cli/date.h"
#include "cli/evidence_flags.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/verify_checks.h"
#include "cli/verify_flags.h"
#include "edgefit/report.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr int kInterrupted = 130;

struct Typed {
  VerifyFlags verify;
  VerifyCheckFlags checks;
  std::string as_of;
  EvidenceFlags evidence;
  OutputFlags output;
};

std::vector<Form> forms() {
  std::vector<Form> out;
  for (const auto& reporter : verify_reporters()) out.push_back({reporter.name, reporter.extension});
  return out;
}

uint64_t fresh_seed() {
  return std::random_device{}();
}

Result<int> write(const Outputs& outputs, const EvidenceFlags& evidence, const Verification& verification) {
  const VerifyView view{verification, exit_code_of(verification)};
  const auto render = [&view](std::string_view form, const Style& style) {
    const auto all = verify_reporters();
    return std::find_if(all.begin(), all.end(), [form](const auto& row) { return row.name == form; })
        ->render(view, style);
  };
  // A run that was stopped proves nothing, and must not take the place of a whole one.
  if (!evidence.folder.empty() && !verification.interrupted) {
    const auto kept = keep_report(evidence, render("json", {}), verification.as_of);
    if (!kept) return kept.error();
  }
  const auto written = outputs.write(render);
  if (!written) return written.error();
  return view.exit_code;
}

/// A load that says nothing else is as long as the case foresaw.
VerifyFlags as_planned(VerifyFlags typed, const VerifyChecks& checks) {
  if (!checks.planned) return typed;
  const Workload& load = checks.planned->workload;
  const auto fill = [](std::string& text, const Fact<double>& tokens) {
    if (text.empty() && tokens) text = std::to_string(static_cast<int64_t>(*tokens));
  };
  fill(typed.prompt, load.prompt_tokens);
  fill(typed.output, load.output_tokens);
  return typed;
}

void add(std::vector<VerifyFinding>& all, std::vector<VerifyFinding> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

void load_server(Verification& out, Endpoint& endpoint, const LoadPlan& plan, const VerifyChecks& checks,
                 std::optional<BoxWatch>& watch) {
  Progress bar(tr("asking"));
  out.load = endpoint.run(plan, [&](double share) {
    bar.show(share);
    if (watch) watch->during(share);
  });
  bar.clear();
  out.server = endpoint.server();
  out.interrupted = out.load->interrupted;
  add(out.findings, judge_load(*out.load, out.server));
  if (!watch) return;
  out.prediction = compare_with_case(checks, *out.load, out.server, *watch);
  add(out.findings, judge_prediction(*out.prediction));
}

Result<int> run(const Typed& typed) {
  const auto outputs = Outputs::make(typed.output, forms());
  if (!outputs) return outputs.error();
  auto date = report_date(typed.as_of);
  if (!date) return date.error();
  auto options = endpoint_options(typed.verify);
  if (!options) return options.error();
  const auto checks = verify_checks(typed.checks);
  if (!checks) return checks.error();
  const auto plan = load_plan(as_planned(typed.verify, *checks), fresh_seed());
  if (!plan) return plan.error();
  // Golden cases alone need no load beside them.
  const bool loads = !checks->golden || checks->planned || !typed.verify.shape.empty();

  const Interrupt interrupt;
  options->stop = &interrupt.flag();
  const bool keep_texts = options->keep_texts;
  std::optional<BoxWatch> watch;
  if (checks->planned) watch.emplace();
  auto endpoint = Endpoint::open(std::move(*options));
  if (interrupt.flag().load()) return kInterrupted;
  if (!endpoint) return endpoint.error();
  Verification verification;
  verification.as_of = std::move(*date);
  verification.keep_texts = keep_texts;
  verification.server = endpoint->server();
  if (loads) load_server(verification, *endpoint, *plan, *checks, watch);
  if (checks->golden && !endpoint->stopped()) {
    auto golden = run_golden_cases(*checks, *endpoint, keep_texts, verification.as_of);
    if (!golden) return golden.error();
    verification.interrupted = verification.interrupted || golden->run.interrupted;
    add(verification.findings, judge_golden(*golden));
    verification.golden = std::move(*golden);
  }
  verification.interrupted = verification.interrupted || endpoint->stopped();
  return write(*outputs, typed.evidence, verification);
}

}  // namespace

Run declare_verify(Flags& flags) {
  auto typed = std::make_shared<Typed>();
  declare_endpoint_flags(flags, typed->verify);
  declare_load_flags(flags, typed->verify);
  declare_check_flags(flags, typed->checks);
  declare_output(flags, typed->output, forms());
  declare_evidence(flags, typed->evidence);
  flags.text("--as-of", typed->as_of, "DATE", tr("date of the report (default: today)"));
  return [typed] { return run(*typed); };
}

}  // namespace edgefit
