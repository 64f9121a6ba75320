// The days of the plan: plain days, or Monday to Friday without holidays. Days are numbers, so that no hour and no
// change of the clock can move them.
#pragma once

#include <string>
#include <vector>

#include "base/days.h"

namespace edgefit {

struct PlanDays {
  Day start = 0;
  bool working = false;
  std::vector<Day> holidays;  ///< sorted
};
/// 0 = Monday ... 6 = Sunday.
int weekday_of(Day day);
/// The n-th day of the plan, from 1.
Day plan_day(const PlanDays& days, int n);
/// The first Monday of the month that lies `months` after that of `day`.
Day first_monday(Day day, int months);
/// The first Monday after `day`.
Day next_monday(Day day);

}  // namespace edgefit
