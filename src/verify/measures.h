// From single answers to what a report shows: distributions, sums, answers in time, the server's clock beside ours.
// Pure arithmetic over replies, so that every figure can be checked by hand.
#pragma once

#include "edgefit/verify.h"
#include "verify/metrics.h"

namespace edgefit {

/// Fills in everything that follows from `plan`, `replies` and `begin`.
void summarize(LoadResult& load);
/// Whether an answer kept all limits; nothing when a limit on tpot cannot be judged for want of a token count.
std::optional<bool> kept_limits(const Reply& reply, const Slo& slo);
/// llama-server's `timings` of each answer. `alone`: answers came one after the other, so that waiting is not in them.
ServerTruth truth_of_timings(const LoadResult& load, bool alone);
/// vLLM's counters before and after.
ServerTruth truth_of_metrics(const LoadResult& load, const ServerMetrics& before, const ServerMetrics& after);

}  // namespace edgefit
