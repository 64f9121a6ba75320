// `edgefit verify` as JUnit XML, a test case each check and each golden case. A golden case that does not pass is a
// failure when it is critical; what the others prove together is a check of its own.
#include <fmt/format.h>

#include "base/parse.h"
#include "edgefit/text.h"
#include "report/junit_file.h"
#include "report/verify_reporters.h"

namespace edgefit {
namespace {

using Result = JUnitCase::Result;

JUnitCase case_of(const VerifyFinding& finding) {
  JUnitCase out{"edgefit.verify", fmt::format("{} {}", finding.id, tr(finding.title))};
  if (finding.status == CheckStatus::fail) {
    out.result = Result::failure;
    out.message = finding.message;
    out.body = tr("fix: ") + finding.fix;
  } else if (finding.status == CheckStatus::unknown || finding.status == CheckStatus::not_applicable) {
    out.result = Result::skipped;
    out.message = fmt::format("{}: {}", tr(name_of(finding.status)), finding.message);
  } else if (finding.status == CheckStatus::warn) {
    out.note = fmt::format("{} {}", finding.id, finding.message);
  }
  return out;
}

JUnitCase case_of(const GoldenResult& golden) {
  JUnitCase out{"edgefit.verify.golden", golden.id};
  out.seconds = golden.seconds;
  const std::string told =
      say(tr("{}, {} of {} times passed: {}"), tr(name_of(golden.state)), golden.passes, golden.repeats, golden.why);
  if (golden.state == GoldenState::unknown) {
    out.result = Result::skipped;
    out.message = told;
  } else if (golden.state != GoldenState::pass && golden.critical) {
    out.result = Result::failure;
    out.message = told;
  } else if (golden.state != GoldenState::pass) {
    out.note = fmt::format("{} {}", golden.id, told);
  }
  return out;
}

}  // namespace

std::string render_verify_junit(const VerifyView& view, const Style&) {
  const Verification& verification = view.verification;
  JUnitFile file{"edgefit.verify", verification.as_of, {{"server", server_text(verification.server)}}, {}};
  for (const auto& finding : verification.findings) file.cases.push_back(case_of(finding));
  if (verification.golden)
    for (const auto& result : verification.golden->run.results) file.cases.push_back(case_of(result));
  if (verification.load && !file.cases.empty()) file.cases.front().seconds = verification.load->wall;
  return junit_text(file);
}

}  // namespace edgefit
