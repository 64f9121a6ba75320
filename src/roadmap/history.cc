#include "roadmap/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

using Kind = EvidenceKind;

/// Which records tell what is current.
struct SubjectRow {
  std::string_view key;
  std::array<const char*, 3> topics;
  const char* changed;  ///< from, to
};
constexpr std::array kSubjects = {
    SubjectRow{"model", {"plan"}, mark("another model is planned now ({} became {})")},
    SubjectRow{"served", {"verify"}, mark("the server has another model now ({} became {})")},
    SubjectRow{"driver", {"inventory", "verify"}, mark("the driver is another one now ({} became {})")},
    SubjectRow{"kernel", {"inventory", "verify"}, mark("the kernel is another one now ({} became {})")},
    SubjectRow{"server", {"verify"}, mark("the server is another one now ({} became {})")},
    SubjectRow{"golden", {"verify", "import/golden"}, mark("the test questions are others now ({} became {})")},
    SubjectRow{"inventory", {"inventory"}, mark("the hardware is other now: {}")},
};

/// Digests are told by their beginning.
std::string brief(const std::string& value) {
  return value.size() == 64 ? value.substr(0, 8) : value;
}

/// Tables leave out who made a card ("GeForce RTX 4090"), and what a processor calls itself goes on after its name.
bool same_name(std::string_view key, const std::string& a, const std::string& b) {
  const std::string first = lower(a), second = lower(b);
  if (first.ends_with(second) || second.ends_with(first)) return true;
  return key == "cpu" && ((" " + first + " ").find(" " + second + " ") != std::string::npos ||
                          (" " + second + " ").find(" " + first + " ") != std::string::npos);
}

/// What the two say differently, as "gpus: 2, 1"; what only one of them knows is no difference.
std::vector<std::string> differences(const std::map<std::string, std::string>& planned,
                                     const std::map<std::string, std::string>& found, bool more_is_good) {
  // Firmware and kernel keep a part of the memory, and the part differs between them.
  constexpr double kTolerance = 0.07;
  std::vector<std::string> out;
  for (const auto& item : planned) {
    const auto& key = item.first;
    const auto& value = item.second;
    const auto at = found.find(key);
    if (at == found.end()) continue;
    const auto want = to_number(value), have = to_number(at->second);
    if (want && have) {
      const double slack = key.ends_with("_bytes") ? kTolerance * *want : 0;
      if (more_is_good ? *have >= *want - slack : std::abs(*have - *want) <= slack) continue;
    } else if (same_name(key, value, at->second)) {
      continue;
    }
    const auto shown = [&key](const std::string& text, const std::optional<double>& number) {
      return number && key.ends_with("_bytes") ? show_gib(Bytes{*number}) : text;
    };
    out.push_back(say(more_is_good ? tr("{}: {} planned, {} found") : tr("{}: {} before, {} now"), key,
                      shown(value, want), shown(at->second, have)));
  }
  return out;
}

}  // namespace

bool carries(const Evidence& record, std::string_view names) {
  const auto parts = words(names);
  return std::all_of(parts.begin(), parts.end(), [&record](std::string_view name) {
    return record.metrics.count(std::string(name)) > 0 || record.dates.count(std::string(name)) > 0 ||
           std::any_of(record.results.begin(), record.results.end(),
                       [name](const EvidenceResult& result) { return matches(result.id, name); });
  });
}

History::History(const EvidenceChain& chain, std::string as_of)
    : gaps_(chain.gaps), day_(parse_day(as_of).value_or(0)) {
  for (const auto& record : chain.records)
    if (record.as_of <= as_of) records_.push_back(&record);
}

const Evidence* History::newest(Kind kind) const {
  const auto at = std::find_if(records_.rbegin(), records_.rend(), [kind](const auto* r) { return r->kind == kind; });
  return at == records_.rend() ? nullptr : *at;
}

std::vector<const Evidence*> History::find(const Predicate& need) const {
  std::vector<const Evidence*> out;
  for (auto at = records_.rbegin(); at != records_.rend(); ++at) {
    const Evidence& record = **at;
    if (record.kind != need.kind || !matches(record.topic, need.topic) || !carries(record, need.carries)) continue;
    const bool older =
        std::any_of(out.begin(), out.end(), [&record](const auto* newer) { return newer->topic == record.topic; });
    if (!older) out.push_back(&record);
  }
  return out;
}

const EvidenceGap* History::gap_among(const Predicate& need, const std::vector<const Evidence*>& found) const {
  const std::string asked = topic_of(need.kind, need.topic);
  const bool several = std::string_view(need.topic).find('*') != std::string_view::npos;
  for (const auto& gap : gaps_) {
    if (!gap.topic.empty() && !matches(gap.topic, asked)) continue;
    const bool replaced = std::any_of(found.begin(), found.end(), [&gap, several](const auto* record) {
      return record->number > gap.number && (!several || topic_of(*record) == gap.topic);
    });
    if (!replaced) return &gap;
  }
  return nullptr;
}

const Evidence* History::attested(const std::string& topic) const {
  const Predicate need{Predicate::Op::attested, Kind::attest, topic.c_str()};
  for (auto at = records_.rbegin(); at != records_.rend(); ++at) {
    const Evidence& record = **at;
    if (record.kind != Kind::attest || record.topic != topic) continue;
    const auto end = parse_day(record.valid_until);
    if ((end && *end < day_) || gap_among(need, {&record}) != nullptr) return nullptr;
    return &record;
  }
  return nullptr;
}

History::Drift History::drift(const Evidence& record, std::string_view subject) const {
  const auto* const row =
      std::find_if(kSubjects.begin(), kSubjects.end(), [subject](const auto& r) { return r.key == subject; });
  if (row == kSubjects.end()) return {};
  const auto tells = [row](const std::string& topic) {
    return std::any_of(row->topics.begin(), row->topics.end(),
                       [&topic](const char* known) { return known != nullptr && topic == known; });
  };
  const std::string key(subject);
  const bool hardware = key == "inventory";  // told by what it is made of: a digest would turn on every rounding
  const bool own = hardware ? !record.hardware.empty() : record.subject.count(key) > 0;
  for (const auto& gap : gaps_)
    if ((gap.number >= record.number || !own) && (gap.topic.empty() || tells(gap.topic))) return {"", &gap};
  // Where the record does not say, what was known when it was written counts, else what was told first.
  const Evidence *before = own ? &record : nullptr, *now = nullptr;
  for (const auto* other : records_) {
    if (!tells(topic_of(*other)) || (hardware ? other->hardware.empty() : other->subject.count(key) == 0)) continue;
    if (!own && (before == nullptr || other->number <= record.number)) before = other;
    now = other;
  }
  if (now == nullptr || now->number <= record.number) return {};
  if (hardware) {
    const auto changed = differences(before->hardware, now->hardware, false);
    return changed.empty() ? Drift{} : Drift{say(tr(row->changed), changed.front()), nullptr};
  }
  const auto &old = before->subject.at(key), &current = now->subject.at(key);
  return old == current ? Drift{} : Drift{say(tr(row->changed), brief(old), brief(current)), nullptr};
}

History::Deviations History::deviations() const {
  Deviations out;
  out.plan = newest(Kind::plan);
  out.box = newest(Kind::inventory);
  if (out.plan == nullptr || out.box == nullptr) return out;
  out.wrong = differences(out.plan->hardware, out.box->hardware, true);
  for (const auto& [key, value] : out.plan->hardware)
    if (out.box->hardware.count(key) == 0) out.unknown.push_back(key);
  return out;
}

}  // namespace edgefit
