// Building blocks of Markdown that the fit report and the decision paper share.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "edgefit/answer.h"

namespace edgefit {

/// Text from strangers in a paragraph or a cell: nothing in it may start a tag, a cell or emphasis.
std::string markdown_safe(std::string_view text);
void markdown_row(std::string& out, std::initializer_list<std::string> cells);
/// `columns`: one letter each, l or r.
void markdown_head(std::string& out, std::initializer_list<std::string> cells, std::string_view columns);
void markdown_memory(std::string& out, const Answer& answer);
void markdown_speed(std::string& out, const Answer& answer);
/// The table of ways out.
void markdown_options(std::string& out, const Answer& answer);

}  // namespace edgefit
