// Ways out of a shortfall: changed questions that fit, judged by the same assess(). A plan never sizes anything itself.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
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
  int threads = 1;                      ///< that may search side by side
  std::function<void(double share)> progress = {};  ///< called now and then, from one thread at a time
  const Catalog* catalog = &builtin_catalog();
};

/// Something about an option that this program cannot see: what to look at, and how to state it.
struct Unseen {
  std::string what;  ///< "slots.free" "psu.watts" "memory.slots" ...: the key of --fact
  double needed = 0;
  const char* unit = "1";
};

/// What an option gives up of the question; all 0 = nothing.
struct Loss {
  double precision = 0;  ///< of the weights, in points of Precision::quality
  double cache = 0;      ///< of the KV cache, likewise
  double context = 0;    ///< share of the tokens a sequence
  double sequences = 0;  ///< share of the concurrent requests
  double speed = 0;      ///< 1: slower, by how much was never measured
  bool none() const { return precision <= 0 && cache <= 0 && context <= 0 && sequences <= 0 && speed <= 0; }
  bool keeps_workload() const { return context <= 0 && sequences <= 0; }
  bool at_most(const Loss& other) const {
    return precision <= other.precision && cache <= other.cache && context <= other.context &&
           sequences <= other.sequences && speed <= other.speed;
  }
};

struct Option {
  std::vector<Change> changes;
  Price price;                 ///< of all purchases together
  std::optional<Watts> power;  ///< of what is bought, under load
  Loss loss;
  int boxes = 1;             ///< so many boxes like `question`'s, which share the requests
  bool recommended = false;  ///< see plan()
  bool over_budget = false;  ///< nothing within the budget suffices; this is the cheapest that does
  std::vector<Unseen> unseen;
  Case question;
  Assessment assessment;
};

/// Changed cases that are ready or tight, cheapest first: the front over price, loss, speed and power. What reduces
/// the question is only among them while it is cheaper than what answers it as asked. Recommended is the cheapest
/// that keeps context and requests, keeps a precision of kLowestAdvised or better and writes faster than people read;
/// where there is none, the one that comes nearest. Empty: nothing in the catalog suffices.
std::vector<Option> plan(const Case& question, const PlanTerms& terms);

/// Perplexity of Llama-3-8B grows by 2.8 % at most down to this precision (q4_k_m), by 7 % and more below
/// (docs/formulas.md#plan.loss).
inline constexpr std::string_view kLowestAdvised = "q4_k_m";

}  // namespace edgefit
