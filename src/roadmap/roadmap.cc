// States of criteria, phases and upkeep on one day, and what to do next.
#include "edgefit/roadmap.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/parse.h"
#include "base/waivers.h"
#include "edgefit/text.h"
#include "roadmap/dates.h"
#include "roadmap/history.h"
#include "roadmap/predicates.h"

namespace edgefit {
namespace {

using State = CriterionState;

constexpr std::array kStates = {"done", "waived", "open", "blocked", "overdue", "stale", "unknown"};
constexpr size_t kNextSteps = 3;

bool finished(State state) {
  return state == State::done || state == State::waived;
}

CriterionAnswer judge_criterion(const Criterion& criterion, const History& history,
                                const std::vector<Waiver>& waivers) {
  CriterionAnswer answer;
  answer.criterion = &criterion;
  auto worst = Outcome::holds;
  for (const auto& need : criterion.needs) {
    if (need.op == Predicate::Op::none) continue;
    const auto one = judge(need, history);
    for (const auto* record : one.records) {
      const bool known =
          std::find(answer.records.begin(), answer.records.end(), record->number) != answer.records.end();
      if (!known) answer.records.push_back(record->number);
      answer.proven = std::max(answer.proven, record->as_of);
    }
    if (one.outcome > worst) answer.why = one.why;
    worst = std::max(worst, one.outcome);
  }
  constexpr std::array kOf = {State::done, State::open, State::unknown, State::stale};
  answer.state = kOf.at(static_cast<size_t>(worst));
  if (answer.state == State::done) return answer;
  const auto waiver = std::find_if(waivers.begin(), waivers.end(),
                                   [&criterion](const Waiver& row) { return row.check == criterion.id; });
  if (waiver == waivers.end()) return answer;
  answer.waiver = *waiver;
  if (parse_day(waiver->expires).value_or(0) >= history.as_of())
    answer.state = State::waived;
  else
    answer.why += say(tr("; the waiver ended on {}"), waiver->expires);
  return answer;
}

/// All criteria of the plan in order, to look up by id.
class Answers {
 public:
  explicit Answers(std::vector<PhaseAnswer>& phases) : phases_(phases) {}

  CriterionAnswer* find(std::string_view id) const {
    for (auto& phase : phases_)
      for (auto& answer : phase.criteria)
        if (answer.criterion->id == id) return &answer;
    return nullptr;
  }
  /// Unfinished criteria that wait for `id`, also through others.
  void waiting_for(std::string_view id, std::set<std::string_view>& out) const {
    for (const auto& phase : phases_)
      for (const auto& answer : phase.criteria) {
        const auto before = words(answer.criterion->blocked_by);
        const bool waits = !finished(answer.state) && std::find(before.begin(), before.end(), id) != before.end();
        if (waits && out.insert(answer.criterion->id).second) waiting_for(answer.criterion->id, out);
      }
  }

 private:
  std::vector<PhaseAnswer>& phases_;
};

void place_in_time(PhaseAnswer& phase, const Answers& all, Day as_of) {
  const Day end = *parse_day(phase.end);
  const int64_t over = std::max<int64_t>(as_of - end, 0);
  for (auto& answer : phase.criteria) {
    if (finished(answer.state)) continue;
    answer.overdue_days = over;
    for (const auto id : words(answer.criterion->blocked_by)) {
      const auto* before = all.find(id);
      if (before != nullptr && !finished(before->state)) answer.blocked_by.emplace_back(id);
    }
  }
}

void settle(PhaseAnswer& phase) {
  const auto any = [&phase](auto test) { return std::any_of(phase.criteria.begin(), phase.criteria.end(), test); };
  for (auto& answer : phase.criteria) {
    if (answer.state != State::open) continue;
    if (answer.overdue_days > 0)
      answer.state = State::overdue;
    else if (!answer.blocked_by.empty())
      answer.state = State::blocked;
    phase.overdue_days = std::max(phase.overdue_days, answer.overdue_days);
  }
  const auto has = [&any](State state) { return any([state](const auto& answer) { return answer.state == state; }); };
  constexpr std::array kOrder = {State::stale, State::overdue, State::unknown, State::open, State::blocked};
  const auto* const worst = std::find_if(kOrder.begin(), kOrder.end(), has);
  phase.state = worst == kOrder.end() ? State::done : *worst;
}

std::vector<NextStep> next_steps(const std::vector<PhaseAnswer>& phases, const Answers& all) {
  std::vector<NextStep> steps;
  for (const auto& phase : phases)
    for (const auto& answer : phase.criteria) {
      if (finished(answer.state) || !answer.blocked_by.empty()) continue;
      std::set<std::string_view> waiting;
      all.waiting_for(answer.criterion->id, waiting);
      steps.push_back({answer, waiting.size()});
    }
  const auto worth = [](const NextStep& step) {
    return static_cast<double>(step.unblocks + 1) / step.answer.criterion->minutes;
  };
  std::stable_sort(steps.begin(), steps.end(),
                   [&worth](const NextStep& a, const NextStep& b) { return worth(a) > worth(b); });
  if (steps.size() > kNextSteps) steps.resize(kNextSteps);
  return steps;
}

UpkeepAnswer judge_upkeep(const Upkeep& row, const History& history, Day end) {
  UpkeepAnswer answer;
  answer.upkeep = &row;
  for (const auto* record : history.find(row.source)) answer.last = std::max(answer.last, record->as_of);
  const auto last = parse_day(answer.last);
  const Day due = last.value_or(end) + row.days;
  answer.due = show_day(due);
  if (history.as_of() > end) answer.overdue_days = std::max<int64_t>(history.as_of() - due, 0);
  answer.first = show_day(row.months == 0 ? next_monday(end) : first_monday(end, row.months));
  return answer;
}

void warn(Roadmap& roadmap, const EvidenceChain& chain, const History& history) {
  const auto audits = history.find({Predicate::Op::evidence_exists, EvidenceKind::audit, "", "EF-TIME-001"});
  for (const auto* audit : audits)
    for (const auto& result : audit->results)
      if (result.id == "EF-TIME-001" && result.status == CheckStatus::fail)
        roadmap.warnings.push_back(
            say(tr("the clock of the box is not synchronised (EF-TIME-001, record {}): dates may be wrong"),
                audit->number));
  const size_t later = chain.records.size() - history.records().size();
  if (later > 0)
    roadmap.warnings.push_back(
        say(tr("records of days after {1}, which are not seen here: {0}"), later, roadmap.options.as_of));
  for (const auto* record : history.records())
    if (record->as_of > record->created.substr(0, 10))
      roadmap.warnings.push_back(
          say(tr("record {} speaks of {}, after the day on which it was written"), record->number, record->as_of));
}

}  // namespace

const char* name_of(CriterionState state) {
  return kStates.at(static_cast<size_t>(state));
}

int Roadmap::count(CriterionState state) const {
  int n = 0;
  for (const auto& phase : phases)
    for (const auto& answer : phase.criteria) n += answer.state == state ? 1 : 0;
  return n;
}

Roadmap make_roadmap(const EvidenceChain& chain, RoadmapOptions options) {
  Roadmap roadmap;
  const History history(chain, options.as_of);
  PlanDays days{*parse_day(options.start), options.working_days, {}};
  for (const auto& day : options.holidays) days.holidays.push_back(*parse_day(day));
  std::sort(days.holidays.begin(), days.holidays.end());
  for (const auto& phase : phases()) {
    PhaseAnswer answer;
    answer.phase = &phase;
    answer.start = show_day(plan_day(days, phase.first_day));
    answer.end = show_day(plan_day(days, phase.last_day));
    if (const auto owner = options.owners.find(phase.number); owner != options.owners.end())
      answer.owner = owner->second;
    for (const auto& criterion : criteria())
      if (criterion.phase == phase.number)
        answer.criteria.push_back(judge_criterion(criterion, history, options.waivers));
    roadmap.phases.push_back(std::move(answer));
  }
  const Answers all(roadmap.phases);
  for (auto& phase : roadmap.phases) place_in_time(phase, all, history.as_of());
  for (auto& phase : roadmap.phases) settle(phase);
  roadmap.next = next_steps(roadmap.phases, all);
  const Day end = *parse_day(roadmap.phases.back().end);
  for (const auto& row : upkeep()) roadmap.upkeep.push_back(judge_upkeep(row, history, end));
  roadmap.options = std::move(options);
  warn(roadmap, chain, history);
  for (const auto* record : history.records()) roadmap.records.push_back(*record);
  roadmap.gaps = chain.gaps;
  roadmap.head = chain.head;
  return roadmap;
}

int exit_code_of(const Roadmap& roadmap) {
  const bool late = std::any_of(roadmap.upkeep.begin(), roadmap.upkeep.end(),
                                [](const UpkeepAnswer& answer) { return answer.overdue_days > 0; });
  if (late || roadmap.count(State::overdue) > 0 || roadmap.count(State::stale) > 0) return 1;
  return roadmap.count(State::unknown) > 0 || !roadmap.gaps.empty() ? 3 : 0;
}

Result<std::vector<Waiver>> read_roadmap_waivers(std::string_view text, const std::string& where) {
  return read_waivers_of(text, where,
                         {[](std::string_view id) -> const char* {
                            const auto* const row = find_criterion(id);
                            return row == nullptr ? nullptr : row->id;
                          },
                          tr("no criterion is called '{}'"), tr("edgefit roadmap json names them")});
}

}  // namespace edgefit
