#include "cli/date.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "edgefit/text.h"

namespace edgefit {
namespace {

/// Seconds since 1970. Source of the variable: reproducible-builds.org/specs/source-date-epoch.
std::time_t epoch_seconds() {
  if (const char* fixed = std::getenv("SOURCE_DATE_EPOCH")) {
    const char* const end = fixed + std::strlen(fixed);
    int64_t seconds = 0;
    const auto [stop, error] = std::from_chars(fixed, end, seconds);
    // Years beyond 9999 have no ISO date of four digits.
    if (error == std::errc{} && stop == end && seconds >= 0 && seconds < 253402300800) return seconds;
  }
  return std::time(nullptr);
}

std::tm utc() {
  const std::time_t seconds = epoch_seconds();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

bool is_iso_date(const std::string& text) {
  int year = 0;
  unsigned month = 0, day = 0;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto whole = [&text](size_t at, size_t length, auto& out) {
    const char* const end = text.data() + at + length;
    const auto [stop, error] = std::from_chars(text.data() + at, end, out);
    return error == std::errc{} && stop == end;
  };
  if (!whole(0, 4, year) || !whole(5, 2, month) || !whole(8, 2, day)) return false;
  return std::chrono::year_month_day{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}}.ok();
}

}  // namespace

Result<std::string> report_date(const std::string& flag) {
  if (flag.empty()) {
    const std::tm now = utc();
    return fmt::format("{:04}-{:02}-{:02}", now.tm_year + 1900, now.tm_mon + 1, now.tm_mday);
  }
  if (!is_iso_date(flag)) {
    return Problem{fmt::format(fmt::runtime(tr("'{}' is not a date")), flag), "--as-of", tr("write it as 2026-11-23")};
  }
  return flag;
}

std::string utc_now() {
  const std::tm now = utc();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", now.tm_year + 1900, now.tm_mon + 1, now.tm_mday,
                     now.tm_hour, now.tm_min, now.tm_sec);
}

}  // namespace edgefit
