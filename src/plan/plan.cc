// Search over Changes with the same assess(): every setting change, alone and with the cheapest purchase.
#include "edgefit/plan.h"

#include <algorithm>
#include <utility>

#include "plan/changes.h"

namespace edgefit {
namespace {

bool solves(const Assessment& a) {
  return a.verdict == Verdict::ready || a.verdict == Verdict::tight;
}

struct Scored {
  Option option;
  double loss = 0;
};

/// Bytes that must find a place somewhere; a bound that spares the assessment of hopeless purchases.
Bytes need_of(const Assessment& a) {
  Bytes sum{0};
  for (const auto& pool : a.pools) sum += pool.need.low;
  return sum;
}
Bytes have_of(const Assessment& a) {
  Bytes sum{0};
  for (const auto& pool : a.pools) {
    if (pool.have) sum += *pool.have;
  }
  return sum;
}

Scored score(Case question, Assessment assessment, const Candidate* setting, const Candidate* purchase) {
  Scored out;
  for (const Candidate* candidate : {setting, purchase}) {
    if (candidate == nullptr) continue;
    out.option.changes.push_back(candidate->change);
    out.loss += candidate->loss;
  }
  if (purchase != nullptr) {
    out.option.price = purchase->price;
    out.option.power = purchase->power;
  }
  out.option.question = std::move(question);
  out.option.assessment = std::move(assessment);
  return out;
}

double decode_of(const Scored& s) {
  const auto& decode = s.option.assessment.speed.decode;
  return decode ? decode->value.value : 0;
}

/// Another option is at least as good in price, precision and speed, and better in one.
bool dominated(const Scored& s, const std::vector<Scored>& all) {
  return std::any_of(all.begin(), all.end(), [&s](const Scored& o) {
    const int64_t mine = s.option.price.value_cents, other = o.option.price.value_cents;
    const bool no_worse = other <= mine && o.loss <= s.loss && decode_of(o) >= decode_of(s) * 0.98;
    return no_worse && (other < mine || o.loss < s.loss);
  });
}

/// The cheapest purchases that solve the question, with different cards; candidates come cheapest first.
void add_purchases(const Case& question, const Candidate* setting, const std::vector<Candidate>& purchases, size_t most,
                   std::vector<Scored>& out) {
  const Assessment now = assess(question);
  const Bytes need = need_of(now), have = have_of(now);
  std::vector<std::string_view> used;
  for (const auto& purchase : purchases) {
    if (used.size() == most) return;
    if (std::find(used.begin(), used.end(), purchase.change.to) != used.end()) continue;
    Case changed = purchase.change.apply(question);
    // Memory can only come from the new cards, less what replaced ones held.
    const bool replace = purchase.change.op == Change::Op::replace;
    const auto& gpus = changed.host->gpus;
    Bytes added{0};
    for (size_t i = replace ? 0 : question.host->gpus.size(); i < gpus.size(); ++i) {
      added += gpus[i].vram_total.value_or(Bytes{0});
    }
    if (!now.pools.empty() && have + added < need * 0.9) continue;
    Assessment result = assess(changed);
    if (!solves(result)) continue;
    used.push_back(purchase.change.to);
    out.push_back(score(std::move(changed), std::move(result), setting, &purchase));
  }
}

}  // namespace

std::vector<Option> plan(const Case& question, const PlanTerms& terms) {
  std::vector<Candidate> settings, purchases;
  for (const auto& row : change_rows()) {
    auto& list = row.hardware ? purchases : settings;
    for (auto& candidate : row.propose(question)) list.push_back(std::move(candidate));
  }
  std::vector<Scored> found;
  add_purchases(question, nullptr, purchases, 3, found);
  for (const auto& setting : settings) {
    const Case changed = setting.change.apply(question);
    Assessment result = assess(changed);
    if (solves(result)) {
      found.push_back(score(changed, std::move(result), &setting, nullptr));
    } else {
      add_purchases(changed, &setting, purchases, 1, found);
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const Scored& a, const Scored& b) {
    return std::pair(a.option.price.value_cents, a.loss) < std::pair(b.option.price.value_cents, b.loss);
  });
  std::vector<Option> out;
  for (const auto& scored : found) {
    if (static_cast<int>(out.size()) == terms.limit) break;
    if (!dominated(scored, found)) out.push_back(scored.option);
  }
  return out;
}

}  // namespace edgefit
