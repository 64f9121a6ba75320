// Regular expressions of strangers over answers of strangers: RE2, whose time grows with the length of the text only.
// The only door to that library.
#pragma once

#include <string>
#include <string_view>

#include "edgefit/result.h"

namespace edgefit {

/// Longer answers are not searched beyond this; patterns may be this many bytes.
inline constexpr size_t kSearchedBytes = 64 << 10;
inline constexpr size_t kLongestPattern = 4096;

/// Done where the pattern can be used. No look-around and no back-references: RE2 has none.
Result<Done> check_pattern(const std::string& pattern);
/// The pattern matches somewhere in the first kSearchedBytes; false for a pattern that check_pattern refuses.
bool pattern_found(const std::string& pattern, std::string_view text);

}  // namespace edgefit
