// Ways out of a shortfall: changed questions that fit, judged by the same assess().
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edgefit/assessment.h"
#include "edgefit/case.h"

namespace edgefit {

struct Price {
  double low_cents = 0, value_cents = 0, high_cents = 0;
  bool known = true;
  std::string_view currency = "USD", kind = "list", as_of, source;
};

struct Option {
  std::vector<Change> changes;
  Price price;
  std::optional<Watts> power;  ///< of what is bought, under load
  Case question;
  Assessment assessment;
};

/// Changed cases that are ready or tight, best first: cheapest, then least loss. At most `limit`.
std::vector<Option> plan(const Case& question, int limit = 8);

}  // namespace edgefit
