// What a golden run says about the deployment, as rows beside those of the load.
#include <fmt/format.h>

#include "base/parse.h"
#include "edgefit/text.h"
#include "edgefit/verify.h"

namespace edgefit {
namespace {

constexpr size_t kNamedIds = 8;

std::string ids(const std::vector<std::string>& list) {
  std::string out;
  for (size_t i = 0; i < list.size() && i < kNamedIds; ++i) out += (out.empty() ? "" : ", ") + printable(list[i]);
  return list.size() > kNamedIds ? say(tr("{} and {} more"), out, list.size() - kNamedIds) : out;
}

VerifyFinding critical(const GoldenGate& gate) {
  VerifyFinding out{"EF-VER-101", mark("every critical case passes"), gate.critical, "", "", true};
  if (!gate.critical_failed.empty()) {
    out.message = say(tr("not passed: {}"), ids(gate.critical_failed));
    out.fix = tr("do not use the model for this before these pass");
  } else if (!gate.critical_unknown.empty()) {
    out.message = say(tr("without an answer: {}"), ids(gate.critical_unknown));
    out.fix = tr("mend what keeps the server from answering, and ask again");
  } else if (gate.critical == CheckStatus::unknown) {
    out.message = tr("not all were asked");
  } else {
    out.message = gate.critical == CheckStatus::pass ? tr("all pass every time") : tr("no case is marked critical");
  }
  return out;
}

VerifyFinding reached(const GoldenGate& gate) {
  VerifyFinding out{"EF-VER-102", mark("enough golden cases pass"), gate.reached, "", "", true};
  out.message = say(tr("{} of {} pass every time; with 95 % confidence at least {:.1f} %, wanted {:g} %"), gate.passed,
                    gate.total, gate.low * 100, gate.target * 100);
  const bool too_few = !gate.cases_needed || gate.total < *gate.cases_needed;
  if (gate.reached != CheckStatus::pass && too_few)
    out.message += gate.cases_needed ? say(tr("; {} cases can never prove that, {} that all pass can"), gate.total,
                                           *gate.cases_needed)
                                     : std::string(tr("; no number of cases proves 100 %"));
  if (gate.unknown > 0) out.message += say(tr("; {} without an answer"), gate.unknown);
  if (gate.reached == CheckStatus::fail)
    out.fix = tr("look at the cases that do not pass: model, precision, template or prompt");
  if (gate.reached == CheckStatus::unknown)
    out.fix = too_few ? tr("more cases, or a lower --target")
                      : tr("mend what keeps the server from answering, and ask again");
  return out;
}

VerifyFinding regression(const GoldenGate& gate) {
  VerifyFinding out{"EF-VER-103", mark("nothing broke since the baseline"), gate.regression, "", "", true};
  const GoldenComparison& found = *gate.comparison;
  out.message = say(tr("{} pairs with {}: {} broken, {} mended, p = {:.3f}"), found.paired - found.undecided,
                    found.created, found.broken.size(), found.mended.size(), found.p);
  if (!found.broken.empty()) out.message += say(tr("; broken: {}"), ids(found.broken));
  if (found.undecided > 0) out.message += say(tr("; {} pairs undecided"), found.undecided);
  if (found.added + found.gone + found.changed > 0)
    out.message += say(tr("; the golden file changed: {} new, {} gone, {} edited, compared is what stayed"),
                       found.added, found.gone, found.changed);
  if (!found.moved.empty()) out.message += say(tr("; changed since: {}"), ids(found.moved));
  if (out.status == CheckStatus::fail || out.status == CheckStatus::warn)
    out.fix = tr("look at what changed since the baseline; --save-baseline only when this is how it should be");
  if (out.status == CheckStatus::unknown) out.fix = tr("a baseline of the same golden file");
  return out;
}

VerifyFinding steady(const GoldenReport& golden) {
  const size_t flaky = golden.gate.flaky;
  VerifyFinding out{
      "EF-VER-104", mark("answers pass or fail every time"), flaky > 0 ? CheckStatus::warn : CheckStatus::pass, "", "",
      false};
  out.message = flaky > 0 ? say(tr("{} case passes in some of {} repeats only; it counts as not passed",
                                   "{} cases pass in some of {} repeats only; they count as not passed", flaky),
                                flaky, golden.run.repeats)
                          : say(tr("no case changed between {} repeats"), golden.run.repeats);
  if (golden.run.repeats < 2) {
    out.status = CheckStatus::not_applicable;
    out.message = tr("each case was asked once");
  }
  if (flaky > 0) out.fix = tr("one slot and no prompt cache in the server make answers repeatable");
  return out;
}

}  // namespace

std::vector<VerifyFinding> judge_golden(const GoldenReport& golden) {
  std::vector<VerifyFinding> out = {critical(golden.gate), reached(golden.gate)};
  if (golden.gate.comparison) out.push_back(regression(golden.gate));
  out.push_back(steady(golden));
  return out;
}

}  // namespace edgefit
