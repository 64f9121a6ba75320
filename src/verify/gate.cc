// What a golden run proves: every critical case, the share that surely passes, nothing broken since the baseline.
#include <algorithm>

#include "edgefit/golden.h"
#include "verify/statistics.h"

namespace edgefit {
namespace {

CheckStatus critical_status(const GoldenGate& gate, bool any_critical) {
  if (!gate.critical_failed.empty()) return CheckStatus::fail;
  if (!gate.critical_unknown.empty()) return CheckStatus::unknown;
  return any_critical ? CheckStatus::pass : CheckStatus::not_applicable;
}

/// Fails where the share itself, unknown ones taken as passed, misses the target or so many cases could have shown it.
CheckStatus reached_status(const GoldenGate& gate) {
  if (gate.total == 0) return CheckStatus::unknown;
  if (gate.low >= gate.target) return CheckStatus::pass;
  const auto best = gate.passed + gate.unknown;
  if (wilson_interval(best, gate.total).low >= gate.target) return CheckStatus::unknown;
  const bool provable = gate.cases_needed && gate.total >= *gate.cases_needed;
  const bool misses = static_cast<double>(best) < gate.target * static_cast<double>(gate.total);
  return provable || misses ? CheckStatus::fail : CheckStatus::unknown;
}

}  // namespace

GoldenGate gate(const GoldenRun& run, double target, std::optional<GoldenComparison> comparison) {
  GoldenGate out;
  out.total = run.asked_for;
  out.target = target;
  bool any_critical = false;
  for (const auto& result : run.results) {
    out.passed += result.state == GoldenState::pass ? 1 : 0;
    out.failed += result.state == GoldenState::fail ? 1 : 0;
    out.flaky += result.state == GoldenState::flaky ? 1 : 0;
    any_critical = any_critical || result.critical;
    if (!result.critical || result.state == GoldenState::pass) continue;
    (result.state == GoldenState::unknown ? out.critical_unknown : out.critical_failed).push_back(result.id);
  }
  out.unknown = out.total - out.passed - out.failed - out.flaky;  // those of an interrupted run that were not asked too
  const ShareRange range = wilson_interval(out.passed, out.total);
  out.low = range.low;
  out.high = range.high;
  out.cases_needed = cases_to_prove(target);
  out.critical = critical_status(out, any_critical);
  if (run.interrupted && out.critical != CheckStatus::fail) out.critical = CheckStatus::unknown;
  out.reached = reached_status(out);
  if (comparison) {
    out.regression = comparison->paired == comparison->undecided ? CheckStatus::unknown
                     : comparison->alarm                         ? CheckStatus::fail
                     : !comparison->broken.empty()               ? CheckStatus::warn
                                                                 : CheckStatus::pass;
    out.comparison = std::move(comparison);
  }
  return out;
}

CheckStatus status_of(const GoldenGate& gate) {
  const CheckStatus all[] = {gate.critical, gate.reached, gate.regression};
  for (const auto status : {CheckStatus::fail, CheckStatus::unknown, CheckStatus::warn})
    if (std::find(std::begin(all), std::end(all), status) != std::end(all)) return status;
  return gate.flaky > 0 ? CheckStatus::warn : CheckStatus::pass;
}

}  // namespace edgefit
