// `edgefit plan`: options on the terminal, one of them as a decision paper.
#pragma once

#include <string>

#include "edgefit/answer.h"
#include "edgefit/report.h"

namespace edgefit {

/// The ways out, option number `option` (from 0) in detail, and the box as it would then be: `after` answers the
/// option's own question.
std::string render_plan(const Answer& now, const Answer& after, size_t option, const Style& style);
/// There is nothing to choose: it fits already, nothing suffices, or too little is known.
std::string render_no_plan(const Answer& now, const Style& style);
/// The decision paper as Markdown: question, today, proposal with dated prices, afterwards, what to look at first.
std::string render_paper(const Answer& now, const Answer& after, size_t option);

}  // namespace edgefit
