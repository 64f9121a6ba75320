// Words that the reports of a roadmap share, and the table of those reports.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/parse.h"
#include "edgefit/text.h"
#include "report/roadmap_reporters.h"
#include "report/width.h"

namespace edgefit {
namespace {

constexpr std::array kRoadmapReporters = {
    RoadmapReporter{"terminal", "txt", render_roadmap_terminal},
    RoadmapReporter{"json", "json", render_roadmap_json},
    RoadmapReporter{"markdown", "md", render_roadmap_markdown},
};

struct StateWord {
  const char* word;
  Paint paint;
};
/// In the order of CriterionState.
constexpr std::array kWords = {StateWord{mark("done"), Paint::good},      StateWord{mark("waived"), Paint::careful},
                               StateWord{mark("open"), Paint::plain},     StateWord{mark("blocked"), Paint::plain},
                               StateWord{mark("overdue"), Paint::bad},    StateWord{mark("stale"), Paint::bad},
                               StateWord{mark("unknown"), Paint::careful}};

template <class List>
std::string joined(const List& list) {
  std::string out;
  for (const auto& entry : list) out += fmt::format("{}{}", out.empty() ? "" : ", ", entry);
  return out;
}

}  // namespace

std::span<const RoadmapReporter> roadmap_reporters() {
  return kRoadmapReporters;
}

const char* state_word(CriterionState state) {
  return tr(kWords.at(static_cast<size_t>(state)).word);
}

size_t state_width() {
  size_t widest = 0;
  for (const auto& row : kWords) widest = std::max(widest, display_width(tr(row.word)));
  return widest + 1;
}

Paint paint_of(CriterionState state) {
  return kWords.at(static_cast<size_t>(state)).paint;
}

std::string detail_of(const CriterionAnswer& answer) {
  if (answer.state == CriterionState::done)
    return say(answer.records.size() == 1 ? tr("record {}, {}") : tr("records {}, {}"), joined(answer.records),
               answer.proven);
  if (answer.state == CriterionState::waived)
    return say(tr("waived until {} by {}: {}"), answer.waiver->expires, answer.waiver->owner, answer.waiver->reason);
  std::string text = answer.why;
  if (!answer.blocked_by.empty()) text += say(tr("; waits for {}"), joined(answer.blocked_by));
  if (answer.overdue_days > 0)
    text += say(tr("; {} day late", "; {} days late", static_cast<size_t>(answer.overdue_days)), answer.overdue_days);
  return text;
}

std::string roadmap_counts(const Roadmap& roadmap) {
  std::string text = say(tr("{} of {} criteria done"), roadmap.count(CriterionState::done), criteria().size());
  for (const auto state : kCriterionStates)
    if (const int n = roadmap.count(state); n > 0 && state != CriterionState::done)
      text += fmt::format(", {} {}", n, state_word(state));
  return text;
}

std::string upkeep_text(const UpkeepAnswer& answer) {
  const std::string last = answer.last.empty() ? tr("never yet") : answer.last;
  return answer.overdue_days > 0 ? say(tr("{} d late, due {}; last {}", "{} d late, due {}; last {}",
                                          static_cast<size_t>(answer.overdue_days)),
                                       answer.overdue_days, answer.due, last)
                                 : say(tr("due {}; last {}"), answer.due, last);
}

}  // namespace edgefit
