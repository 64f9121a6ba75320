// The parts of the terminal report that are long enough for a file of their own.
// Each writes its section on the page, or nothing when there is nothing to say.
#pragma once

#include "edgefit/answer.h"
#include "report/page.h"

namespace edgefit {

/// Table of pools and their lines, with bars. The printed lines of a pool add up to its printed need.
void print_memory(Page& page, const Answer& answer);
/// Table of ways out and the best one in detail.
void print_options(Page& page, const Answer& answer);
/// Estimates with range, goal and limit, or the reason why there are none.
void print_speed(Page& page, const Answer& answer);

/// Heading column that all sections share, so that their tables line up.
inline constexpr size_t kLabelWidth = 17;

}  // namespace edgefit
