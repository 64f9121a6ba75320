// Text measured in terminal columns, not in bytes: names in any script keep tables aligned.
// Whatever a name is, it can be cut to a number of columns or reduced to ASCII.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace edgefit {

/// Columns that `text` (UTF-8, no control characters) takes on a terminal.
size_t display_width(std::string_view text);
/// The spaces behind `text` up to a column of `width`; one at least.
std::string padding(std::string_view text, size_t width);
/// At most `width` columns; what is cut off is replaced by an ellipsis.
std::string cut_to(std::string_view text, size_t width, bool utf8);
/// Every character beyond ASCII becomes one `?`.
std::string to_ascii(std::string_view text);
/// Lines of at most `width` columns, broken at spaces; a longer word is broken inside.
std::vector<std::string> wrap(std::string_view text, size_t width);
/// A shell command in lines of at most `width` columns that can be pasted as they are: broken between words
/// with a backslash, inside a word only where it is longer than a line.
std::vector<std::string> wrap_command(std::string_view command, size_t width);

}  // namespace edgefit
