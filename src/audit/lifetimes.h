// How long distributions and GPU drivers get security fixes. Facts of the market with a date: a table that was not
// looked at for half a year can still say that something has ended, but no longer that it has not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/days.h"
#include "edgefit/assessment.h"

namespace edgefit {

struct Lifetime {
  Day end = 0;
  std::string name;  ///< "Debian 12"
};

/// By ID and VERSION_ID of os-release; nothing when no row knows it.
std::optional<Lifetime> distribution_lifetime(std::string_view id, std::string_view version);
/// By the branch of NVIDIA's driver: 580.
std::optional<Lifetime> driver_lifetime(int branch);
/// The oldest driver branch that runs this major version of CUDA.
std::optional<int> oldest_driver_for_cuda(int major);

/// When the tables were last looked at.
Day tables_day();
/// Too old to vouch for anything on this day.
bool tables_are_old(Day today);
/// fail after the end, warn in the last 90 days, pass before; a pass of an old table is unknown.
CheckStatus judge_end(Day end, Day today, bool from_table);

}  // namespace edgefit
