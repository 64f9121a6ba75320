#include "roadmap/predicates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

std::string what_is_asked(const Predicate& need) {
  const std::string kind = name_of(need.kind);
  const bool topic = need.topic[0] != '\0', part = need.carries[0] != '\0';
  if (topic && need.kind == EvidenceKind::attest) return say(tr("nobody attested {}"), need.topic);
  if (part) return say(tr("no {} record tells {}"), kind, need.carries);
  return say(tr("no {} record yet"), kind);
}

Ruling missing(const EvidenceGap& gap) {
  return {Outcome::unknown, gap.text, {}};
}

/// A record past its own end, or of a scan that was old when it came, proves nothing.
std::optional<Ruling> expired(const Evidence& record, const History& history) {
  const auto end = parse_day(record.valid_until);
  if (!end || *end >= history.as_of()) return std::nullopt;
  return Ruling{Outcome::stale, say(tr("record {} was valid until {}"), record.number, record.valid_until), {&record}};
}

Ruling exists(const Predicate&, const Evidence& record, const History&) {
  return {Outcome::holds, "", {&record}};
}

Ruling judge_age(const Predicate& need, const Evidence& record, const History& history) {
  const Day told = parse_day(record.as_of).value_or(0);
  const Day written = parse_day(record.created.substr(0, 10)).value_or(told);
  const auto most = static_cast<Day>(need.value);
  const Day age = history.as_of() - told;
  if (age <= most) return {Outcome::holds, "", {&record}};
  if (written - told > most)
    return {Outcome::open,
            say(tr("record {} was {} days old when it came; {} are the most"), record.number, written - told, most),
            {&record}};
  return {Outcome::stale, say(tr("record {} is {} days old; {} are the most"), record.number, age, most), {&record}};
}

Ruling judge_plan(const Evidence& record, const History& history) {
  const auto found = history.deviations();
  if (found.plan == nullptr) return {Outcome::open, tr("no plan record to compare the box with"), {&record}};
  const auto joined = [](const std::vector<std::string>& list) {
    std::string out;
    for (const auto& entry : list) out += (out.empty() ? "" : "; ") + entry;
    return out;
  };
  if (!found.wrong.empty()) return {Outcome::open, joined(found.wrong), {&record}};
  if (!found.unknown.empty())
    return {Outcome::unknown, say(tr("planned, and not seen in the box: {}"), joined(found.unknown)), {&record}};
  return {Outcome::holds, "", {&record, found.plan}};
}

Ruling judge_subject(const Predicate& need, const Evidence& record, const History& history) {
  for (const auto subject : words(need.names)) {
    if (subject == "plan") return judge_plan(record, history);
    const auto drift = history.drift(record, subject);
    if (drift.gap != nullptr) return missing(*drift.gap);
    if (!drift.text.empty())
      return {Outcome::stale, say(tr("since record {}: {}"), record.number, drift.text), {&record}};
  }
  return {Outcome::holds, "", {&record}};
}

/// Whether a result counts against the criterion today.
bool counts(const EvidenceResult& result, const Predicate& need, const History& history) {
  const auto ids = words(need.carries), statuses = words(need.names);
  const bool asked = need.kind == EvidenceKind::import ||
                     std::any_of(ids.begin(), ids.end(), [&](const auto id) { return matches(result.id, id); });
  if (!asked || std::find(statuses.begin(), statuses.end(), name_of(result.status)) == statuses.end()) return false;
  const auto waived = parse_day(result.waived_until);
  if (waived && *waived >= history.as_of()) return false;
  if (result.status == CheckStatus::unknown && history.attested(result.id) != nullptr) return false;
  const auto since = parse_day(result.since);
  return !since || need.value < 0 || history.as_of() - *since > static_cast<Day>(need.value);
}

Ruling judge_statuses(const Predicate& need, const Evidence& record, const History& history) {
  size_t count = 0;
  const EvidenceResult* first = nullptr;
  for (const auto& result : record.results) {
    if (!counts(result, need, history)) continue;
    if (count++ == 0) first = &result;
  }
  if (count == 0) return {Outcome::holds, "", {&record}};
  std::string text = fmt::format("{}: {}", first->id, name_of(first->status));
  if (!first->text.empty()) text += fmt::format(" ({})", first->text);
  if (count > 1) text += say(tr(" and {} more"), count - 1);
  return {Outcome::open, say(tr("record {}: {}"), record.number, text), {&record}};
}

Ruling judge_metric(const Predicate& need, const Evidence& record, const History&) {
  const double value = record.metrics.at(need.carries);
  if (value >= need.value) return {Outcome::holds, "", {&record}};
  return {Outcome::open,
          say(tr("record {}: {} is {:.3g}, {:.3g} is the least"), record.number, need.carries, value, need.value),
          {&record}};
}

Ruling judge_date(const Predicate& need, const Evidence& record, const History& history) {
  const auto& text = record.dates.at(need.carries);
  if (parse_day(text).value_or(0) >= history.as_of()) return {Outcome::holds, "", {&record}};
  return {Outcome::stale, say(tr("{} is over since {}"), need.carries, text), {&record}};
}

using Rule = Ruling (*)(const Predicate&, const Evidence&, const History&);
/// In the order of Predicate::Op.
constexpr std::array<Rule, 8> kRules = {exists,         exists,       judge_age, judge_subject,
                                        judge_statuses, judge_metric, exists,    judge_date};

}  // namespace

Ruling judge(const Predicate& need, const History& history) {
  const auto found = history.find(need);
  if (const auto* gap = history.gap_among(need, found)) return missing(*gap);
  if (found.empty()) return {Outcome::open, what_is_asked(need), {}};
  Ruling worst{Outcome::holds, "", {}};
  for (const auto* record : found) {
    auto one = expired(*record, history);
    if (!one) one = kRules.at(static_cast<size_t>(need.op))(need, *record, history);
    if (one->outcome > worst.outcome || worst.records.empty()) worst = std::move(*one);
  }
  return worst;
}

}  // namespace edgefit
