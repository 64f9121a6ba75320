// Days of facts: "2026", "2026-11" and "2026-11-23" as points in time. A date without a day counts from its first one,
// because a fact must never look younger than it may be.
#pragma once

#include <optional>
#include <string_view>

namespace edgefit {

/// Days since 1970 of the first day that `date` may mean; nothing when it is no date.
std::optional<int> first_day(std::string_view date);

/// Whole and broken months of 365.25 / 12 days from `date` to `today`, negative when it lies ahead.
std::optional<double> months_between(std::string_view date, std::string_view today);

}  // namespace edgefit
