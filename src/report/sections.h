// The parts of the terminal report that are long enough for a file of their own.
// Each writes its section on the page, or nothing when there is nothing to say.
#pragma once

#include "edgefit/answer.h"
#include "report/page.h"

namespace edgefit {

/// Verdict, room, question and what blocks it.
void print_headline(Page& page, const Answer& answer);
/// Table of pools and their lines, with bars. The printed lines of a pool add up to its printed need.
void print_memory(Page& page, const Answer& answer);
/// Table of ways out and the recommended one in detail.
void print_options(Page& page, const Answer& answer);
/// Only the table.
void print_option_table(Page& page, const Answer& answer);
/// One of them in detail.
void print_option(Page& page, const Answer& answer, size_t index);
/// Estimates with range, goal and limit, or the reason why there are none.
void print_speed(Page& page, const Answer& answer);

/// Heading column that all sections share, so that their tables line up.
inline constexpr size_t kLabelWidth = 17;

}  // namespace edgefit
