// Cases asked again and again, one after the other: at temperature 0 servers still give several answers (llama.cpp
// issue 7052), so only what passes every time passes.
#include "edgefit/golden.h"

namespace edgefit {
namespace {

/// All repeats of one case; nothing when stopped before the last.
std::optional<GoldenResult> ask_case(const GoldenCase& question, const GoldenOptions& options,
                                     const std::function<GoldenReply(const GoldenCase&)>& ask) {
  GoldenResult out{question.id, question.digest, question.check, question.critical, GoldenState::pass, 0, 0, {}, {}, 0};
  int unknown = 0;
  for (int i = 0; i < options.repeats; ++i) {
    if (options.stopped && options.stopped()) return std::nullopt;
    const GoldenReply reply = ask(question);
    // An answer that was given up because of the stop says nothing about the model.
    if (!reply.answered && options.stopped && options.stopped()) return std::nullopt;
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
  for (const auto& question : set.cases) {
    auto result = ask_case(question, options, ask);
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
