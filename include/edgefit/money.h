// Amounts of money as people write them: "20000 CHF", "1.234,56 EUR", "CHF 1'799.-". What can be read in two ways is a
// Problem, because a wrong thousand is the worst mistake a budget can hold.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "edgefit/result.h"

namespace edgefit {

struct Money {
  int64_t cents = 0;     ///< hundredths of the currency, more than 0
  std::string currency;  ///< "CHF"; empty where the text names none
};

/// A positive amount with a currency before or after it, a code of three letters or one of € £ $. `where` names the
/// flag or the line in problems.
Result<Money> parse_money(std::string_view text, const std::string& where);
/// The same, but the currency may be missing.
Result<Money> parse_amount(std::string_view text, const std::string& where);

}  // namespace edgefit
