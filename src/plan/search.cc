#include "plan/search.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>

#include "base/parallel.h"
#include "edgefit/size.h"
#include "plan/changes.h"

namespace edgefit {
namespace {

using Kind = ChangeRow::Kind;
constexpr int64_t kNoPrice = std::numeric_limits<int64_t>::max();

std::vector<Candidate> propose(Kind kind, const Case& question, const PlanTerms& terms) {
  std::vector<Candidate> out;
  for (const auto& row : change_rows()) {
    if (row.kind != kind) continue;
    for (auto& candidate : row.propose(question, terms)) out.push_back(std::move(candidate));
  }
  return out;
}

/// A question with some settings changed, and what memory it needs and finds there at least and at most. Where its
/// files find no room a disk is bought along, but for a new box, which brings its own.
struct Node {
  Candidate settings, settings_for_box;
  Case question, question_for_box;
  Assessment assessment;
  double need = 0, have = 0;
};

/// Weights and caches have their size wherever they lie; buffers and copies come on top.
double least_need(const Case& question, const Assessment& assessment) {
  double weights = 0, low = 0, value = 0, rest = 0;
  for (const auto& pool : assessment.pools) {
    for (const auto& line : pool.lines) {
      if (line.term == Term::weights) {
        low += line.low.value;
        value += line.bytes.value;
      } else if (line.term == Term::kv_cache || line.term == Term::recurrent_state) {
        rest += line.low.value;
      }
    }
  }
  if (!question.model->weights || value <= 0) return 0;
  weights = (question.model->weights->total() - question.model->weights->not_loaded) * std::min(1.0, low / value);
  return std::min(weights, low) + rest;
}

double most_have(const Assessment& assessment) {
  double sum = 0;
  for (const auto& pool : assessment.pools) {
    if (!pool.have) return std::numeric_limits<double>::infinity();
    sum += pool.have->value;
  }
  return assessment.pools.empty() ? std::numeric_limits<double>::infinity() : sum;
}

Node make_node(const Case& question, Candidate settings, const PlanTerms& terms) {
  Node node;
  node.question = node.question_for_box = apply(question, settings);
  node.settings = node.settings_for_box = std::move(settings);
  node.assessment = assess(node.question);
  const Finding& room = node.assessment.findings.at(static_cast<size_t>(FitCheck::disk_space));
  const auto disk = room.status == CheckStatus::fail ? disk_for(room.required.value_or(0), terms) : std::nullopt;
  if (disk) {
    node.question = apply(node.question, *disk);
    node.settings = node.settings + *disk;
    node.assessment = assess(node.question);
  }
  node.need = least_need(node.question, node.assessment);
  node.have = most_have(node.assessment);
  return node;
}

/// A purchase, or two together.
struct Purchase {
  const Candidate* first;
  const Candidate* second;
};

/// One product on one node: its numbers of pieces, fewest first. More of it is only tried until it surely suffices.
struct Task {
  const Node* node;
  std::vector<Purchase> steps;
};

int64_t cents(const Candidate& candidate) {
  return candidate.price.known ? candidate.price.value_cents : kNoPrice;
}
int64_t cents(const Option& option) {
  return option.price.known ? option.price.value_cents : kNoPrice;
}

bool can_suffice(const Node& node, const Purchase& purchase) {
  double have = purchase.first->new_box ? purchase.first->memory.value : node.have + purchase.first->memory.value;
  if (purchase.second != nullptr) have += purchase.second->memory.value;
  // Several boxes share requests, not weights: the caches of the node may shrink with them.
  return purchase.first->boxes > 1 || have >= node.need;
}

Option make_option(Candidate candidate, Case question, Assessment assessment) {
  Option out;
  out.changes = std::move(candidate.changes);
  out.price = std::move(candidate.price);
  out.power = candidate.power;
  out.loss = candidate.loss;
  out.boxes = candidate.boxes;
  out.unseen = std::move(candidate.unseen);
  out.question = std::move(question);
  out.assessment = std::move(assessment);
  return out;
}

std::optional<Option> try_purchase(const Node& node, const Purchase& purchase) {
  const bool box = purchase.first->new_box;
  Case changed = apply(box ? node.question_for_box : node.question, *purchase.first);
  if (purchase.second != nullptr) changed = apply(changed, *purchase.second);
  Assessment result = assess(changed);
  // What is too little known to estimate its speed is no way out that money should be spent on.
  if (!solves(result) || (changed.model->weights && changed.model->architecture.causal && !result.speed.decode)) {
    return std::nullopt;
  }
  Candidate all = (box ? node.settings_for_box : node.settings) + *purchase.first;
  if (purchase.second != nullptr) all = all + *purchase.second;
  return make_option(std::move(all), std::move(changed), std::move(result));
}

/// Tasks side by side; the result does not depend on how many threads there are.
class Workers {
 public:
  Workers(const PlanTerms& terms, Search& out) : terms_(terms), out_(out) {}

  void run(const std::vector<Task>& tasks) {
    std::vector<std::pair<size_t, Option>> solved;
    std::mutex guard;
    std::atomic<int64_t> assessed{0};
    run_parallel(tasks.size(), terms_.threads, [&](size_t i, int thread) {
      for (const auto& step : tasks[i].steps) {
        ++assessed;
        auto option = try_purchase(*tasks[i].node, step);
        if (!option) continue;
        const bool surely = option->assessment.verdict == Verdict::ready;
        const std::lock_guard lock(guard);
        solved.emplace_back(i, std::move(*option));
        if (surely) break;
      }
      if (thread == 0 && terms_.progress && i % 64 == 0) {
        terms_.progress(static_cast<double>(i) / static_cast<double>(tasks.size()));
      }
    });
    std::stable_sort(solved.begin(), solved.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [index, option] : solved) out_.found.push_back(std::move(option));
    out_.assessed += assessed;
  }

 private:
  const PlanTerms& terms_;
  Search& out_;
};

/// Numbers of pieces of one product, fewest first.
using Product = std::vector<const Candidate*>;

std::vector<Product> products_of(const std::vector<Candidate>& purchases) {
  std::vector<Product> out;
  std::map<std::tuple<Change::Op, std::string, std::string>, size_t> known;
  for (const auto& purchase : purchases) {
    const Change& change = purchase.changes[0];
    const auto [at, fresh] = known.try_emplace({change.op, change.what, change.to}, out.size());
    if (fresh) out.emplace_back();
    out[at->second].push_back(&purchase);
  }
  return out;
}

class Finder {
 public:
  Finder(const Case& question, const PlanTerms& terms, Pruning pruning)
      : question_(question), terms_(terms), pruning_(pruning), workers_(terms, out_) {}

  Search run() {
    for (auto& setting : propose(Kind::setting, question_, terms_)) {
      (setting.loss.none() ? lossless_ : reductions_).push_back(std::move(setting));
    }
    purchases_ = propose(Kind::purchase, question_, terms_);
    products_ = products_of(purchases_);
    as_asked();
    if (!terms_.keep_question) reduced();
    return std::move(out_);
  }

 private:
  /// Everything that gives nothing up.
  void as_asked() {
    const Node plain = make_node(question_, {}, terms_);
    if (!plain.settings.changes.empty()) add_if_solved(plain);
    for (const auto& setting : lossless_) add_if_solved(make_node(question_, setting, terms_));
    purchases_on(plain, kNoPrice);
    pairs_on(plain, cheapest());
  }

  /// What gives something up is only worth showing while it is cheaper.
  void reduced() {
    const int64_t limit = cheapest();
    for (auto& settings : combinations()) {
      const Node node = make_node(question_, std::move(settings), terms_);
      if (!add_if_solved(node)) {
        for (auto& last : propose(Kind::last_mile, node.question, terms_)) {
          add_if_solved(make_node(question_, node.settings_for_box + last, terms_));
        }
      }
      purchases_on(node, limit);
    }
    for (auto& last : propose(Kind::last_mile, question_, terms_)) {
      add_if_solved(make_node(question_, std::move(last), terms_));
    }
  }

  /// One setting of each kind, or none; the settings of one kind stand side by side.
  std::vector<Candidate> combinations() const {
    std::vector<Candidate> out;
    for (const auto& first : reductions_) {
      out.push_back(first);
      for (const auto& second : reductions_) {
        if (first.changes[0].what < second.changes[0].what) out.push_back(second + first);
      }
    }
    return out;
  }

  bool add_if_solved(const Node& node) {
    ++out_.considered;
    ++out_.assessed;
    if (!solves(node.assessment)) return false;
    out_.found.push_back(make_option(node.settings, node.question, node.assessment));
    return true;
  }

  void take(Task& task, const Purchase& purchase, int64_t limit) {
    ++out_.considered;
    int64_t price = cents(*purchase.first);
    if (price != kNoPrice && purchase.second != nullptr) price += cents(*purchase.second);
    if (price != kNoPrice && !purchase.first->new_box) price += task.node->settings.price.value_cents;
    // A purchase without a price is nothing to compare with, but better than nothing.
    if (price >= limit && !(price == kNoPrice && limit == kNoPrice)) return;
    if (pruning_ == Pruning::none || can_suffice(*task.node, purchase)) task.steps.push_back(purchase);
  }

  void purchases_on(const Node& node, int64_t limit) {
    std::vector<Task> tasks;
    for (const auto& product : products_) {
      Task task{&node, {}};
      for (const Candidate* pieces : product) take(task, {pieces, nullptr}, limit);
      if (!task.steps.empty()) tasks.push_back(std::move(task));
    }
    workers_.run(tasks);
  }

  /// One or two cards and memory, while that is cheaper than a single purchase.
  void pairs_on(const Node& node, int64_t limit) {
    std::vector<Task> tasks;
    for (const auto& cards : products_) {
      for (const auto& kits : products_) {
        if (cards[0]->changes[0].what != "gpu" || kits[0]->changes[0].what != "ram") continue;
        Task task{&node, {}};
        for (const Candidate* card : cards) {
          if (card->changes[0].quantity > 2 || !card->price.known) break;
          for (const Candidate* kit : kits) take(task, {card, kit}, limit);
        }
        if (!task.steps.empty()) tasks.push_back(std::move(task));
      }
    }
    workers_.run(tasks);
  }

  int64_t cheapest() const {
    int64_t least = kNoPrice;
    for (const auto& option : out_.found) {
      if (is_plain_answer(option)) least = std::min(least, cents(option));
    }
    return least;
  }

  const Case& question_;
  const PlanTerms& terms_;
  Pruning pruning_;
  std::vector<Candidate> lossless_, reductions_, purchases_;
  std::vector<Product> products_;  ///< of `purchases_`
  Search out_;
  Workers workers_;
};

}  // namespace

bool is_crowded(const Option& option) {
  constexpr auto kCardsOfABoard = 4;
  const bool unseen = std::any_of(option.unseen.begin(), option.unseen.end(),
                                  [](const Unseen& fact) { return fact.what == "slots.free"; });
  const auto& gpus = option.question.host->gpus;
  return unseen &&
         std::count_if(gpus.begin(), gpus.end(), [](const Gpu& g) { return g.has_own_memory(); }) > kCardsOfABoard;
}

bool is_plain_answer(const Option& option) {
  const auto& decode = option.assessment.speed.decode;
  return option.loss.none() && option.price.known && !is_crowded(option) &&
         option.assessment.verdict == Verdict::ready && (!decode || decode->value.value >= kReadingSpeed.value);
}

bool solves(const Assessment& assessment) {
  return assessment.verdict == Verdict::ready || assessment.verdict == Verdict::tight;
}

Search search(const Case& question, const PlanTerms& terms, Pruning pruning) {
  return Finder(question, terms, pruning).run();
}

}  // namespace edgefit
