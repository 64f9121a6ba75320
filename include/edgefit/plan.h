// Ways out of a shortfall: changed questions that fit, judged by the same assess(). A plan never sizes anything itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "edgefit/assessment.h"
#include "edgefit/case.h"
#include "edgefit/catalog.h"
#include "edgefit/price.h"

namespace edgefit {

/// What the buyer allows. What is not said is not limited.
struct PlanTerms {
  PriceTerms prices;
  std::optional<int64_t> budget_cents;  ///< in the currency of `prices`
  std::string vendor;                   ///< accelerators of this maker only: "NVIDIA"
  std::optional<Watts> power;           ///< most that the whole purchase may draw
  bool office = false;                  ///< people sit beside it: no passively cooled server cards, no servers
  bool keep_question = false;           ///< only options that reduce nothing of what was asked
  int limit = 8;                        ///< options at most
  const Catalog* catalog = &builtin_catalog();
};

/// Something about an option that this program cannot see: what to look at, and how to state it.
struct Unseen {
  std::string what;  ///< "slots.free" "psu.watts" "memory.slots" ...: the key of --fact
  double needed = 0;
  const char* unit = "1";
};

struct Option {
  std::vector<Change> changes;
  Price price;                 ///< of all purchases together
  std::optional<Watts> power;  ///< of what is bought, under load
  double loss = 0;             ///< precision given up, in points of Precision::quality
  bool as_asked = false;       ///< nothing of the question was reduced
  std::vector<Unseen> unseen;
  Case question;
  Assessment assessment;
};

/// Changed cases that are ready or tight: the front over price, precision, speed and power, cheapest first.
std::vector<Option> plan(const Case& question, const PlanTerms& terms);

}  // namespace edgefit
