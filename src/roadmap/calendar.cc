// The plan as iCalendar (RFC 5545): phases as whole days, upkeep as recurring ones, criteria as tasks where asked for.
// The same thing keeps its UID, and its SEQUENCE rises when it changes, so that importing again moves and never
// doubles.
#include <fmt/format.h>

#include <algorithm>

#include "base/days.h"
#include "base/parse.h"
#include "base/sha256.h"
#include "edgefit/roadmap.h"
#include "edgefit/text.h"
#include "roadmap/content_lines.h"

namespace edgefit {
namespace {

std::string basic_date(const std::string& iso) {
  return iso.substr(0, 4) + iso.substr(5, 2) + iso.substr(8, 2);
}

/// "2026-11-23T08:40:00Z" as 20261123T084000Z.
std::string basic_time(const std::string& rfc3339) {
  std::string out;
  for (const char c : rfc3339)
    if (c != '-' && c != ':') out += c;
  return out;
}

/// One component: what it says, and the two lines that tell its version.
struct Entry {
  const char* kind;
  std::string id;
  ContentLines body;
};

class Writer {
 public:
  explicit Writer(const CalendarOptions& options) : options_(options) {
    calendar_.issued = options.issued;
    lines_.add("BEGIN", "VCALENDAR");
    lines_.add("VERSION", "2.0");
    lines_.add("PRODID", "-//edgefit//roadmap 1.0//EN");
    lines_.add("CALSCALE", "GREGORIAN");
  }

  void add(const Entry& entry) {
    const std::string uid = fmt::format("{}.{}@edgefit", entry.id, options_.host.empty() ? "box" : options_.host);
    Sha256 sum;
    sum.add(entry.body.text());
    Issued now{0, sum.finish().substr(0, 16), basic_time(options_.now)};
    const auto before = options_.issued.find(uid);
    if (before != options_.issued.end() && before->second.digest == now.digest) {
      now = before->second;
    } else {
      if (before != options_.issued.end()) now.sequence = before->second.sequence + 1;
      calendar_.changed = true;
    }
    calendar_.issued[uid] = now;
    lines_.add("BEGIN", entry.kind);
    lines_.add("UID", uid);
    lines_.add("DTSTAMP", now.stamp);
    lines_.add("SEQUENCE", std::to_string(now.sequence));
    lines_.append(entry.body);
    lines_.add("END", entry.kind);
  }

  Calendar finish() && {
    lines_.add("END", "VCALENDAR");
    calendar_.text = lines_.text();
    return std::move(calendar_);
  }

 private:
  const CalendarOptions& options_;
  ContentLines lines_;
  Calendar calendar_;
};

void add_common(ContentLines& body, const std::string& summary, const std::string& description) {
  body.text("SUMMARY", summary);
  body.text("DESCRIPTION", description);
  body.add("CATEGORIES", "edgefit");
}

Entry phase_entry(const PhaseAnswer& answer) {
  const Phase& phase = *answer.phase;
  Entry entry{"VEVENT", fmt::format("phase-{}-{}", phase.number, phase.key), {}};
  entry.body.add("DTSTART;VALUE=DATE", basic_date(answer.start));
  // The end of a whole-day event is the day after its last one.
  entry.body.add("DTEND;VALUE=DATE", basic_date(show_day(*parse_day(answer.end) + 1)));
  std::string list;
  for (const auto& one : answer.criteria) list += fmt::format("{} {}\n", one.criterion->id, tr(one.criterion->title));
  if (!answer.owner.empty()) list += say(tr("Owner: {}"), answer.owner) + "\n";
  add_common(entry.body, say(tr("Day {} to {}: {}"), phase.first_day, phase.last_day, tr(phase.title)),
             list + tr("edgefit roadmap tells what is proven."));
  entry.body.add("TRANSP", "TRANSPARENT");
  entry.body.add("BEGIN", "VALARM");
  entry.body.add("ACTION", "DISPLAY");
  entry.body.text("DESCRIPTION", say(tr("{} begins tomorrow"), tr(phase.title)));
  entry.body.add("TRIGGER", "-P1D");
  entry.body.add("END", "VALARM");
  return entry;
}

/// For two years.
std::string rule_of(const Upkeep& row) {
  if (row.months == 0) return "FREQ=WEEKLY;COUNT=104";
  const std::string interval = row.months == 1 ? "" : fmt::format("INTERVAL={};", row.months);
  return fmt::format("FREQ=MONTHLY;{}BYDAY=1MO;COUNT={}", interval, 24 / row.months);
}

Entry upkeep_entry(const UpkeepAnswer& answer) {
  Entry entry{"VEVENT", answer.upkeep->id, {}};
  entry.body.add("DTSTART;VALUE=DATE", basic_date(answer.first));
  entry.body.add("DTEND;VALUE=DATE", basic_date(show_day(*parse_day(answer.first) + 1)));
  entry.body.add("RRULE", rule_of(*answer.upkeep));
  add_common(entry.body, tr(answer.upkeep->title), answer.upkeep->command);
  entry.body.add("TRANSP", "TRANSPARENT");
  return entry;
}

Entry todo_entry(const PhaseAnswer& phase, const CriterionAnswer& answer) {
  const Criterion& row = *answer.criterion;
  Entry entry{"VTODO", fmt::format("todo-{}", row.id), {}};
  entry.body.add("DTSTART;VALUE=DATE", basic_date(phase.start));
  entry.body.add("DUE;VALUE=DATE", basic_date(phase.end));
  const bool done = answer.state == CriterionState::done || answer.state == CriterionState::waived;
  entry.body.add("STATUS", done ? "COMPLETED" : "NEEDS-ACTION");
  entry.body.add("PRIORITY", answer.state == CriterionState::overdue ? "1" : "5");
  entry.body.add("PERCENT-COMPLETE", done ? "100" : "0");
  add_common(entry.body, fmt::format("{} {}", row.id, tr(row.title)), row.command);
  return entry;
}

}  // namespace

Calendar make_calendar(const Roadmap& roadmap, const CalendarOptions& options) {
  Writer writer(options);
  for (const auto& phase : roadmap.phases) writer.add(phase_entry(phase));
  for (const auto& answer : roadmap.upkeep) writer.add(upkeep_entry(answer));
  if (options.todo)
    for (const auto& phase : roadmap.phases)
      for (const auto& answer : phase.criteria) writer.add(todo_entry(phase, answer));
  return std::move(writer).finish();
}

}  // namespace edgefit
