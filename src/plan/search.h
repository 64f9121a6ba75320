// Which changed questions are solved: settings, purchases and both together, each judged by assess(). Bounds spare the
// assessments that cannot matter; without them the same options are found.
#pragma once

#include <cstdint>
#include <vector>

#include "edgefit/plan.h"

namespace edgefit {

enum class Pruning : uint8_t { none, bounds };

struct Search {
  std::vector<Option> found;  ///< every option that solves the question and is worth showing; no order
  int64_t considered = 0;     ///< cases looked at, those that a bound dismissed too
  int64_t assessed = 0;
};
Search search(const Case& question, const PlanTerms& terms, Pruning pruning);

/// The front over price, loss, speed and power, one option a product, within budget and limit, the best marked.
std::vector<Option> select(std::vector<Option> found, const PlanTerms& terms);

/// More cards than an ATX board takes (seven slots, two a card, the last one overhanging), and nobody could see the
/// slots: only worth telling where nothing else suffices.
bool is_crowded(const Option& option);
/// Answers as asked, surely, at reading speed, at a known price: what reduces the question must be cheaper than this.
bool is_plain_answer(const Option& option);
/// Ready or tight.
bool solves(const Assessment& assessment);

}  // namespace edgefit
