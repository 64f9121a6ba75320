// Cases asked again and again, one after the other: at temperature 0 servers still give several answers (llama.cpp
// issue 7052), so only what passes every time passes.
#include "edgefit/golden.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// After so many cases in a row nobody is waited for any longer: hundreds of cases times --timeout are days.
constexpr int kMostLost = 3;

GoldenResult unasked(const GoldenCase& question) {
  return {question.id,
          question.digest,
          question.check,
          question.critical,
          GoldenState::unknown,
          0,
          0,
          tr("not asked: the server did not answer the cases before"),
          {},
          0};
}

/// All repeats of one case, or those up to one that is `lost`; nothing when stopped before the last.
std::optional<GoldenResult> ask_case(const GoldenCase& question, const GoldenOptions& options,
                                     const std::function<GoldenReply(const GoldenCase&)>& ask, bool& lost) {
  GoldenResult out{question.id, question.digest, question.check, question.critical, GoldenState::pass, 0, 0, {}, {}, 0};
  int unknown = 0;
  lost = false;
  for (int i = 0; i < options.repeats && !lost; ++i) {
    if (options.stopped && options.stopped()) return std::nullopt;
    const GoldenReply reply = ask(question);
    // An answer that was given up because of the stop says nothing about the model.
    if (!reply.answered && options.stopped && options.stopped()) return std::nullopt;
    lost = reply.lost;
    const GoldenJudgement judgement = judge(question, reply);
    ++out.repeats;
    out.passes += judgement.state == GoldenState::pass ? 1 : 0;
    unknown += judgement.state == GoldenState::unknown ? 1 : 0;
    if (judgement.state != GoldenState::pass && out.why.empty()) out.why = judgement.why;
    if (options.keep_texts) out.texts.push_back(reply.text);
    out.seconds = std::max(out.seconds, reply.seconds);
  }
  const int failed = out.repeats - out.passes - unknown;
  if (out.passes < out.repeats)
    out.state = failed == 0 ? GoldenState::unknown : out.passes > 0 ? GoldenState::flaky : GoldenState::fail;
  return out;
}

}  // namespace

GoldenRun run_golden(const GoldenSet& set, const GoldenOptions& options,
                     const std::function<GoldenReply(const GoldenCase&)>& ask) {
  GoldenRun run{set.sha256, options.repeats, {}, false, set.cases.size()};
  int lost_in_a_row = 0;
  for (const auto& question : set.cases) {
    if (lost_in_a_row >= kMostLost) {
      run.results.push_back(unasked(question));
      continue;
    }
    bool lost = false;
    auto result = ask_case(question, options, ask, lost);
    lost_in_a_row = lost ? lost_in_a_row + 1 : 0;
    if (!result) {
      run.interrupted = true;
      break;
    }
    run.results.push_back(std::move(*result));
    if (options.progress)
      options.progress(static_cast<double>(run.results.size()) / static_cast<double>(set.cases.size()));
  }
  return run;
}

}  // namespace edgefit
