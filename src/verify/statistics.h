// The statistics of a verification: what a count of passed cases proves, whether more broke than chance explains, and
// how many samples a percentile needs. Exact where that is possible, because test sets of a company are small.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace edgefit {

struct ShareRange {
  double low = 0, high = 0;
};

/// Wilson's 95 % interval of a share (Wilson 1927, without continuity correction); 0 to 1 when nothing was tried.
ShareRange wilson_interval(size_t passed, size_t tried);
/// The fewest cases with which this lower bound reaches `target` when every one passes; nothing for 1 and above.
std::optional<size_t> cases_to_prove(double target);

/// McNemar's exact one-sided test on pairs that changed: the chance of at least `broken` of them, if breaking and
/// mending were equally likely. 1 when nothing changed.
double mcnemar_one_sided(size_t broken, size_t mended);
inline constexpr double kAlarm = 0.05;

/// The samples with which the largest is, in 95 of 100 runs, at or above the true percentile: 29, 59, 299 for 90, 95
/// and 99 (1 - share^n >= 0.95). With fewer, a percentile is only a name for the largest: show that and say so.
size_t samples_for(double share);
/// Nearest rank: the smallest sample that `share` of all do not exceed. `sorted` ascends and is not empty.
double nearest_rank(std::span<const double> sorted, double share);
/// The same, or nothing where the samples are too few for it.
std::optional<double> percentile(std::span<const double> sorted, double share);

}  // namespace edgefit
