#include "verify/statistics.h"

#include <algorithm>
#include <cmath>

namespace edgefit {
namespace {

constexpr double kConfidence = 0.95;
/// The 97.5 % quantile of the normal distribution.
constexpr double kZ = 1.959963984540054;

/// Binomial sums of this many pairs and more would pass the smallest double; log-gamma is exact enough for all.
double log_choose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

}  // namespace

ShareRange wilson_interval(size_t passed, size_t tried) {
  if (tried == 0) return {0, 1};
  const auto n = static_cast<double>(tried);
  const double share = static_cast<double>(std::min(passed, tried)) / n;
  const double scale = 1 + kZ * kZ / n;
  const double centre = (share + kZ * kZ / (2 * n)) / scale;
  const double half = kZ * std::sqrt(share * (1 - share) / n + kZ * kZ / (4 * n * n)) / scale;
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

std::optional<size_t> cases_to_prove(double target) {
  if (!(target < 1)) return std::nullopt;
  if (target <= 0) return 1;
  // With all passed the bound is n / (n + z^2).
  auto cases = static_cast<size_t>(std::max(1.0, std::floor(kZ * kZ * target / (1 - target))));
  while (wilson_interval(cases, cases).low < target) ++cases;
  return cases;
}

double mcnemar_one_sided(size_t broken, size_t mended) {
  if (broken + mended == 0) return 1;
  const auto n = static_cast<double>(broken + mended);
  double sum = 0;
  for (size_t i = broken; i <= broken + mended; ++i)
    sum += std::exp(log_choose(n, static_cast<double>(i)) - n * std::log(2.0));
  return std::min(1.0, sum);
}

size_t samples_for(double share) {
  if (!(share > 0)) return 1;
  share = std::min(share, 0.999999);
  // A hair below, so that rounding in the logarithms does not ask for one more.
  return static_cast<size_t>(std::ceil(std::log(1 - kConfidence) / std::log(share) - 1e-9));
}

double nearest_rank(std::span<const double> sorted, double share) {
  const auto n = static_cast<double>(sorted.size());
  const double rank = std::clamp(std::ceil(share * n - 1e-9), 1.0, n);
  return sorted[static_cast<size_t>(rank) - 1];
}

std::optional<double> percentile(std::span<const double> sorted, double share) {
  if (sorted.size() < samples_for(share)) return std::nullopt;
  return nearest_rank(sorted, share);
}

}  // namespace edgefit
