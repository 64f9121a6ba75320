// What rows of advisories mean on a day: a table that nobody looked at for half a year can still say that something has
// ended, but no longer that it has not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/days.h"
#include "edgefit/advisories.h"
#include "edgefit/assessment.h"

namespace edgefit {

struct Lifetime {
  Day end = 0;
  std::string name;  ///< "debian 12"
  Day as_of = 0;     ///< when somebody last looked
};

/// By ID and VERSION_ID of os-release; nothing when no row knows it.
std::optional<Lifetime> distribution_lifetime(const Advisories& tables, std::string_view id, std::string_view version);
/// By the branch of NVIDIA's driver: 580.
std::optional<Lifetime> driver_lifetime(const Advisories& tables, int branch);
/// What this major version of CUDA needs.
std::optional<CudaAdvisory> cuda_needs(const Advisories& tables, int release);

/// Too old to vouch for anything on this day.
bool is_old(Day as_of, Day today);
/// fail after the end, warn in the last 90 days, pass before. What rests on an old row is unknown instead of passing or
/// warning; without `as_of` the system itself said it, which does not age.
CheckStatus judge_end(Day end, Day today, std::optional<Day> as_of);

/// The rows of `first`, then those of `second`.
Advisories joined(Advisories first, const Advisories& second);
/// The newest `as_of` of all rows; empty without rows.
std::string newest_day(const Advisories& tables);

}  // namespace edgefit
