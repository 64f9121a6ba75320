// Numbers as people and models write them: 1.234,56 and 1,234.56 and 1'234.56. One rule, stated here and in
// docs/verify.md: the last kind of separator is the decimal one where two kinds stand; apostrophes and spaces group.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edgefit {

/// One number of a text. A single point or comma before exactly three digits may group or divide: both are kept.
struct WrittenNumber {
  std::string text;
  double value = 0;             ///< the separator divides
  std::optional<double> other;  ///< it groups, where that is possible too
};
/// In the order of the text; dates and the like give what their parts look like. At most 1000.
std::vector<WrittenNumber> numbers_in(std::string_view text);
/// The whole text is one number and has one meaning.
std::optional<double> only_number(std::string_view text);

}  // namespace edgefit
