#include "base/days.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

namespace edgefit {
namespace {

namespace calendar = std::chrono;

template <class T>
bool digits(std::string_view text, T& out) {
  if (text.find_first_not_of("0123456789") != std::string_view::npos) return false;
  return std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc();
}

}  // namespace

std::optional<Day> parse_day(std::string_view text) {
  int year = 0;
  unsigned month = 0, day = 0;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (!digits(text.substr(0, 4), year) || !digits(text.substr(5, 2), month) || !digits(text.substr(8, 2), day))
    return std::nullopt;
  const calendar::year_month_day date{calendar::year{year}, calendar::month{month}, calendar::day{day}};
  if (!date.ok()) return std::nullopt;
  return calendar::sys_days(date).time_since_epoch().count();
}

std::string show_day(Day day) {
  const calendar::year_month_day date{calendar::sys_days(calendar::days(day))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

Day day_of_seconds(int64_t seconds) {
  constexpr int64_t kDay = 86400;
  return seconds >= 0 ? seconds / kDay : -((-seconds + kDay - 1) / kDay);
}

}  // namespace edgefit
