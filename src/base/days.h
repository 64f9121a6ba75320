// Calendar days as numbers, for ages and deadlines: leap years and month ends come out right by construction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace edgefit {

/// Days since 1970-01-01.
using Day = int64_t;

/// "2026-11-23", nothing else; days that the calendar does not have are none.
std::optional<Day> parse_day(std::string_view text);
std::string show_day(Day day);
/// The day, in UTC, of a time in seconds since 1970.
Day day_of_seconds(int64_t seconds);

}  // namespace edgefit
