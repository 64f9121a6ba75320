// Text in one spelling before it is compared. The only door to utf8proc, because normal forms are tables of Unicode
// that nobody should write twice.
#pragma once

#include <string>
#include <string_view>

#include "edgefit/golden.h"

namespace edgefit {

/// Without white space of any kind at both ends, line ends and no-break spaces included.
std::string_view without_space(std::string_view text);

/// Bytes that are no UTF-8 are made visible first, so that no answer is refused for them.
std::string normal_text(std::string_view text, const NormalForm& form);

}  // namespace edgefit
