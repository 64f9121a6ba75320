#include <fmt/format.h>

#include <algorithm>

#include "edgefit/text.h"
#include "report/phrases.h"

namespace edgefit {
namespace {

std::string show_value(TokensPerJoule rate) {
  return fmt::format("{:.{}f} tok/J", rate.value, rate.value < 10 ? 2 : 0);
}
std::string show_value(Hertz rate) {
  return fmt::format("{:.{}f} /s", rate.value, rate.value < 10 ? 1 : 0);
}
template <class Q>
std::string show_value(Q quantity) {
  return show(quantity);
}

/// "0.15 to 0.54 s": the unit once when both have the same.
std::string range_text(std::string low, const std::string& high) {
  const size_t space = low.rfind(' ');
  if (space != std::string::npos && high.ends_with(low.substr(space))) low.resize(space);
  return fmt::format(fmt::runtime(tr("{} to {}")), low, high);
}

/// The goal beside an estimate and how the check on it went.
struct Aim {
  std::string limit;
  const char* word = "";
  Paint paint = Paint::plain;
};

Aim aim_of(const Answer& answer, FitCheck check, std::string limit) {
  Aim aim{std::move(limit)};
  for (const auto& finding : answer.assessment.findings) {
    if (finding.check != check) continue;
    aim.paint = paint_of(finding.status);
    aim.word = finding.status == CheckStatus::pass ? tr("ok") : status_word(finding.status);
  }
  return aim;
}

template <class Q>
std::string limit_text(const char* sign, const std::optional<Q>& goal) {
  return goal ? fmt::format("{} {}", sign, show_value(*goal)) : std::string();
}

class Rows {
 public:
  std::vector<SpeedRow> list;

  template <class Q>
  void add(const std::string& label, const std::optional<Estimate<Q>>& estimate, const Aim& aim = {}) {
    if (!estimate) return;
    const Q low = std::min(estimate->low, estimate->high), high = std::max(estimate->low, estimate->high);
    list.push_back({label, show_value(estimate->value.quantity()), range_text(show_value(low), show_value(high)),
                    aim.limit, aim.limit.empty() ? "" : aim.word, aim.paint});
  }
};

/// What makes the limit of a speed less tight.
const char* lift_of(const Answer& answer) {
  const auto& placement = answer.assessment.placement;
  if (placement.gpu_layers > 0 && placement.gpu_layers < placement.layers) return tr("all layers on the GPU");
  switch (answer.assessment.speed.bound_by) {
    case BoundBy::none:
      break;
    case BoundBy::memory_bandwidth:
      return tr("faster memory, a smaller quantisation");
    case BoundBy::compute:
      return tr("a device with more arithmetic, a smaller model");
    case BoundBy::overhead:
      if (answer.assessment.speed.latency) return tr("a faster processor beside the device");
      return tr("more requests at once, a faster processor beside the device");
    case BoundBy::link:
      return tr("a faster link, fewer devices");
    case BoundBy::storage:
      return tr("a faster disk");
  }
  return "";
}

}  // namespace

std::vector<SpeedRow> speed_rows(const Answer& answer) {
  const Speed& speed = answer.assessment.speed;
  const Goals& goals = answer.question.goals;
  const double sequences = answer.question.workload.sequences.value_or(1);
  Rows rows;
  rows.add(tr("first token"), speed.time_to_first_token,
           aim_of(answer, FitCheck::goal_first_token, limit_text("<=", goals.time_to_first_token)));
  rows.add(tr("each request"), speed.decode,
           aim_of(answer, FitCheck::goal_decode, limit_text(">=", goals.tokens_per_second)));
  if (sequences > 1) rows.add(fmt::format(fmt::runtime(tr("all {}")), show_count(sequences)), speed.decode_total);
  rows.add(tr("prompt"), speed.prefill);
  rows.add(tr("an answer"), speed.answer_time);
  rows.add(tr("each joule"), speed.tokens_per_joule);
  rows.add(tr("one inference"), speed.latency, aim_of(answer, FitCheck::goal_latency, limit_text("<=", goals.latency)));
  rows.add(tr("inferences"), speed.inferences_per_second,
           aim_of(answer, FitCheck::goal_inferences, limit_text(">=", goals.inferences_per_second)));
  rows.add(tr("load the model"), speed.load);
  return std::move(rows.list);
}

std::string conditions(const Answer& answer) {
  const Speed& speed = answer.assessment.speed;
  const auto& prompt = answer.question.workload.prompt_tokens;
  std::string text;
  if (speed.time_to_first_token && prompt) {
    text = fmt::format(fmt::runtime(tr("after a prompt of {} tokens")), show_count(*prompt));
  }
  if (speed.bound_by == BoundBy::none) return text;
  if (!text.empty()) text += "; ";
  return text +
         fmt::format(fmt::runtime(tr("limited by {}; what lifts it: {}")), text_of(speed.bound_by), lift_of(answer));
}

std::string gap_text(const Answer& answer) {
  const SpeedGap gap = answer.assessment.speed.gap;
  std::string text = fmt::format(fmt::runtime(tr("not estimated: {}")), reason_text(gap));
  const auto& bandwidth = answer.question.host->memory.peak_bandwidth;
  if (gap == SpeedGap::bandwidth_unknown && !bandwidth && !bandwidth.remedy.empty()) {
    text += fmt::format(fmt::runtime(tr("; say {}")), printable(bandwidth.remedy));
  }
  return text;
}

}  // namespace edgefit
