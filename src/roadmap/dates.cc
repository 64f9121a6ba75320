#include "roadmap/dates.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/parse.h"
#include "edgefit/roadmap.h"
#include "edgefit/text.h"

namespace edgefit {

int weekday_of(Day day) {
  // 1970-01-01 was a Thursday.
  return static_cast<int>(((day + 3) % 7 + 7) % 7);
}

Day plan_day(const PlanDays& days, int n) {
  const auto counts = [&days](Day day) {
    return !days.working ||
           (weekday_of(day) < 5 && !std::binary_search(days.holidays.begin(), days.holidays.end(), day));
  };
  Day day = days.start;
  // Holidays are a finite list: there is always a working day beyond them.
  while (!counts(day)) ++day;
  for (int i = 1; i < n; ++i) do
      ++day;
    while (!counts(day));
  return day;
}

Day next_monday(Day day) {
  return day + 7 - weekday_of(day);
}

Day first_monday(Day day, int months) {
  const std::string date = show_day(day);
  const int index = std::stoi(date.substr(0, 4)) * 12 + std::stoi(date.substr(5, 2)) - 1 + months;
  const Day first = *parse_day(fmt::format("{:04}-{:02}-01", index / 12, index % 12 + 1));
  return weekday_of(first) == 0 ? first : next_monday(first);
}

Result<std::vector<std::string>> read_holidays(std::string_view text, const std::string& where) {
  std::vector<std::string> days;
  size_t number = 0;
  for (const auto line : split_lines(text)) {
    ++number;
    const auto told = trim(line.substr(0, line.find('#')));
    if (told.empty()) continue;
    const auto day = parse_day(told.substr(0, 10));
    if (!day || (told.size() > 10 && told[10] != ' ' && told[10] != '\t'))
      return Problem{say(tr("'{}' does not begin with a date"), printable(told)), fmt::format("{}:{}", where, number),
                     tr("write a day a line: 2026-12-25 Christmas")};
    days.push_back(show_day(*day));
    if (days.size() > 10000) return Problem{tr("too many holidays"), where, tr("10,000 are the most")};
  }
  return days;
}

}  // namespace edgefit
