// The functions behind the rows of kReporters: one file and one row for each format.
// Each is pure: an Answer and a Style in, the whole text out.
#pragma once

#include <string>

#include "edgefit/report.h"

namespace edgefit {

std::string render_terminal(const Answer& answer, const Style& style);  // terminal.cc
std::string render_json(const Answer& answer, const Style& style);      // json.cc
std::string render_markdown(const Answer& answer, const Style& style);  // markdown.cc
std::string render_junit(const Answer& answer, const Style& style);     // junit.cc

}  // namespace edgefit
