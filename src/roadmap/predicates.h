// One condition on the records: whether it holds, and if not, what is wrong in words.
#pragma once

#include <string>
#include <vector>

#include "roadmap/history.h"

namespace edgefit {

/// From good to worst; a criterion is as good as its worst condition.
enum class Outcome : uint8_t { holds, open, unknown, stale };
struct Ruling {
  Outcome outcome = Outcome::open;
  std::string why;
  std::vector<const Evidence*> records;  ///< looked at
};
Ruling judge(const Predicate& need, const History& history);

}  // namespace edgefit
