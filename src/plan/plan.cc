// From everything that was found to the few options that a reader can weigh: the front, folded and ranked.
#include "edgefit/plan.h"

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "edgefit/size.h"
#include "plan/changes.h"
#include "plan/search.h"

namespace edgefit {
namespace {

int64_t cents(const Option& option) {
  return option.price.known ? option.price.value_cents : std::numeric_limits<int64_t>::max();
}
double decode_of(const Option& option) {
  const auto& speed = option.assessment.speed;
  if (speed.decode) return speed.decode->value.value;
  return speed.inferences_per_second ? speed.inferences_per_second->value.value : 0;
}
double watts_of(const Option& option) {
  return option.power.value_or(Watts{}).value;
}

/// `other` is no worse in price, loss, speed (within the noise of the estimate), power and certainty, and better in
/// one.
bool dominates(const Option& other, const Option& o) {
  constexpr double kSpeedNoise = 0.98;
  const bool no_worse = cents(other) <= cents(o) && other.loss.at_most(o.loss) && watts_of(other) <= watts_of(o) &&
                        decode_of(other) >= decode_of(o) * kSpeedNoise &&
                        other.assessment.verdict <= o.assessment.verdict;
  if (!no_worse) return false;
  return cents(other) < cents(o) || !o.loss.at_most(other.loss) || watts_of(other) < watts_of(o) ||
         decode_of(other) * kSpeedNoise > decode_of(o) || other.assessment.verdict < o.assessment.verdict;
}

/// Sorted by price: only what is cheaper, or as cheap, can dominate.
void keep_front(std::vector<Option>& options) {
  std::vector<Option> front;
  for (auto& option : options) {
    const auto beaten = [&option](const Option& other) { return dominates(other, option); };
    if (std::any_of(front.begin(), front.end(), beaten)) continue;
    // As cheap as this one and worse: came first by chance.
    front.erase(
        std::remove_if(front.begin(), front.end(), [&option](const Option& other) { return dominates(option, other); }),
        front.end());
    front.push_back(std::move(option));
  }
  options = std::move(front);
}

/// Options that differ in nothing but how many pieces of one product are bought are told once, by the cheapest, and
/// once more where that is tight and another is ready.
std::string product_of(const Option& option) {
  std::string key;
  for (const auto& change : option.changes) {
    key += std::string(change.what) + (change.op == Change::Op::replace ? "~" : "+") + change.to + "|";
  }
  return key + name_of(option.assessment.verdict);
}

void fold(std::vector<Option>& options) {
  std::set<std::string> seen;
  options.erase(std::remove_if(options.begin(), options.end(),
                               [&seen](const Option& option) { return !seen.insert(product_of(option)).second; }),
                options.end());
}

/// Without a known precision nothing is advised against.
bool precise(const Option& option) {
  if (option.loss.precision <= 0) return true;
  const Precision* row = find_precision(option.question.model->precision);
  return row == nullptr || row->quality >= find_precision(kLowestAdvised)->quality;
}

/// How well an option keeps what was asked; the cheapest of the best is recommended.
int standing(const Option& option) {
  const bool fast = !option.assessment.speed.decode || decode_of(option) >= kReadingSpeed.value;
  return (option.loss.keeps_workload() ? 8 : 0) + (fast ? 4 : 0) + (precise(option) ? 2 : 0) +
         (option.assessment.verdict == Verdict::ready ? 1 : 0);
}

/// The options are sorted by price.
size_t best_of(const std::vector<Option>& options) {
  size_t best = 0;
  for (size_t i = 1; i < options.size(); ++i) {
    if (standing(options[i]) > standing(options[best])) best = i;
  }
  return best;
}

/// Only these, where there are any that answer as asked.
template <class Predicate>
void prefer(std::vector<Option>& options, Predicate good) {
  const auto answers = [&good](const Option& o) { return o.loss.none() && good(o); };
  if (std::none_of(options.begin(), options.end(), answers)) return;
  options.erase(std::remove_if(options.begin(), options.end(), [&good](const Option& o) { return !good(o); }),
                options.end());
}

void drop_needless_losses(std::vector<Option>& options) {
  int64_t plain = std::numeric_limits<int64_t>::max();
  for (const auto& option : options) {
    if (is_plain_answer(option)) plain = std::min(plain, cents(option));
  }
  options.erase(std::remove_if(options.begin(), options.end(),
                               [plain](const Option& o) { return !o.loss.none() && cents(o) >= plain; }),
                options.end());
}

void keep_budget(std::vector<Option>& options, const PlanTerms& terms) {
  if (!terms.budget_cents) return;
  const auto within = [&terms](const Option& o) { return o.price.known && o.price.value_cents <= *terms.budget_cents; };
  if (std::any_of(options.begin(), options.end(), within)) {
    options.erase(std::remove_if(options.begin(), options.end(), [&](const Option& o) { return !within(o); }),
                  options.end());
  } else if (options.size() > 1) {
    options.erase(options.begin() + 1, options.end());
  }
  for (auto& option : options) option.over_budget = !within(option);
}

/// At most so many: the recommended one and the fastest of moderate price, then in turn what answers as asked and what
/// does not, the best standing first, the cheaper first.
void keep_few(std::vector<Option>& options, size_t most) {
  if (options.size() <= most) return;
  constexpr int64_t kModerate = 3;  // times the recommended price
  const size_t best = best_of(options);
  const int64_t moderate = std::max<int64_t>(cents(options[best]) / 100, 1) * kModerate * 100;
  size_t fastest = best;
  for (size_t i = 0; i < options.size(); ++i) {
    if (cents(options[i]) <= moderate && decode_of(options[i]) > decode_of(options[fastest])) fastest = i;
  }
  std::vector<size_t> lists[2];  // as asked, reduced
  for (size_t i = 0; i < options.size(); ++i) lists[options[i].loss.none() ? 0 : 1].push_back(i);
  std::set<size_t> keep{best, fastest};
  for (auto& list : lists) {
    std::stable_sort(list.begin(), list.end(),
                     [&options](size_t a, size_t b) { return standing(options[a]) > standing(options[b]); });
  }
  for (size_t next = 0; keep.size() < most; ++next) {
    for (const auto& list : lists) {
      if (next < list.size() && keep.size() < most) keep.insert(list[next]);
    }
  }
  size_t i = 0;
  options.erase(std::remove_if(options.begin(), options.end(), [&](const Option&) { return keep.count(i++) == 0; }),
                options.end());
}

/// A mixture of experts answers faster with its attention on the GPU and its experts in RAM than with whole layers.
void place_experts(Option& option, const PlanTerms& terms) {
  for (const auto& experts : experts_in_ram(option.question, terms)) {
    Case changed = apply(option.question, experts);
    Assessment result = assess(changed);
    if (result.verdict > option.assessment.verdict || !result.speed.decode || !option.assessment.speed.decode) continue;
    if (result.speed.decode->value.value <= option.assessment.speed.decode->value.value) continue;
    option.changes.push_back(experts.changes[0]);
    option.question = std::move(changed);
    option.assessment = std::move(result);
  }
}

}  // namespace

std::vector<Option> select(std::vector<Option> found, const PlanTerms& terms) {
  prefer(found, [](const Option& o) { return o.price.known; });
  prefer(found, [](const Option& o) { return !is_crowded(o); });
  drop_needless_losses(found);
  std::stable_sort(found.begin(), found.end(), [](const Option& a, const Option& b) {
    return std::pair(cents(a), a.loss.precision) < std::pair(cents(b), b.loss.precision);
  });
  keep_front(found);
  fold(found);
  keep_budget(found, terms);
  keep_few(found, static_cast<size_t>(std::max(1, terms.limit)));
  for (auto& option : found) place_experts(option, terms);
  if (!found.empty()) found[best_of(found)].recommended = true;
  return found;
}

std::vector<Option> plan(const Case& question, const PlanTerms& terms) {
  return select(search(question, terms, Pruning::bounds).found, terms);
}

}  // namespace edgefit
