#include "catalog/days.h"

#include <charconv>
#include <chrono>

namespace edgefit {
namespace {

constexpr double kDaysInMonth = 365.25 / 12;

template <class T>
bool whole(std::string_view digits, T& out) {
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return error == std::errc{} && stop == digits.data() + digits.size();
}

}  // namespace

std::optional<int> first_day(std::string_view date) {
  int year = 0;
  unsigned month = 1, day = 1;
  const bool shape = date.size() == 4 || date.size() == 7 || date.size() == 10;
  if (!shape || !whole(date.substr(0, 4), year) || year < 1970) return std::nullopt;
  if (date.size() >= 7 && (date[4] != '-' || !whole(date.substr(5, 2), month))) return std::nullopt;
  if (date.size() == 10 && (date[7] != '-' || !whole(date.substr(8, 2), day))) return std::nullopt;
  const std::chrono::year_month_day when{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!when.ok()) return std::nullopt;
  return static_cast<int>(std::chrono::sys_days{when}.time_since_epoch().count());
}

std::optional<double> months_between(std::string_view date, std::string_view today) {
  const auto from = first_day(date), to = first_day(today);
  if (!from || !to) return std::nullopt;
  return (*to - *from) / kDaysInMonth;
}

}  // namespace edgefit
