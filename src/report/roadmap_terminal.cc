// A roadmap for the terminal: where the plan stands, phase by phase, then what comes back for ever and what to do next.
#include <fmt/format.h>

#include <algorithm>

#include "base/days.h"
#include "base/parse.h"
#include "edgefit/text.h"
#include "report/roadmap_reporters.h"
#include "report/width.h"

namespace edgefit {
namespace {

void print_head(Page& page, const Roadmap& roadmap) {
  const int code = exit_code_of(roadmap);
  const bool over = roadmap.options.as_of > roadmap.phases.back().end;
  const char* const word = code == 1 ? tr("LATE") : code == 3 ? tr("UNDECIDED") : tr("ON TIME");
  page.line({{word, code == 1   ? Paint::bad
                    : code == 3 ? Paint::careful
                                : Paint::good},
             {"  " + roadmap_counts(roadmap)}});
  const char* const text =
      over ? tr("{}: the plan of {} to {} is over, upkeep goes on") : tr("{}, in the plan of {} to {}");
  page.paragraph({{"    "}}, say(text, roadmap.options.as_of, roadmap.phases.front().start, roadmap.phases.back().end) +
                                 (roadmap.options.working_days ? tr(", working days") : ""));
  for (const auto& warning : roadmap.warnings)
    page.paragraph({{std::string("    ") + tr("warning: "), Paint::careful}}, printable(warning));
  for (const auto& gap : roadmap.gaps)
    page.paragraph({{std::string("    ") + tr("chain: "), Paint::bad}}, printable(gap.text));
  page.gap();
}

void print_phase(Page& page, const PhaseAnswer& answer) {
  const std::string owner = answer.owner.empty() ? "" : "  " + printable(answer.owner);
  page.line(
      {{fmt::format("{}. {}  {} - {}  ", answer.phase->number, tr(answer.phase->title), answer.start, answer.end)},
       {state_word(answer.state), paint_of(answer.state)},
       {owner}});
  const size_t column = state_width();
  for (const auto& one : answer.criteria) {
    page.line({{"  "},
               {state_word(one.state), paint_of(one.state)},
               {padding(state_word(one.state), column) +
                fmt::format("{}  {}", one.criterion->id, tr(one.criterion->title))}});
    page.paragraph({{std::string(column + 8, ' ')}}, printable(detail_of(one)));
  }
  page.gap();
}

void print_upkeep(Page& page, const Roadmap& roadmap) {
  page.line(tr("Upkeep"));
  size_t widest = 0;
  for (const auto& answer : roadmap.upkeep) widest = std::max(widest, display_width(tr(answer.upkeep->title)));
  for (const auto& answer : roadmap.upkeep) {
    const std::string title = tr(answer.upkeep->title);
    const Paint paint = answer.overdue_days > 0 ? Paint::bad : Paint::plain;
    page.paragraph({{"  "}, {title, paint}, {padding(title, widest + 2)}}, upkeep_text(answer));
  }
  page.gap();
}

}  // namespace

std::string render_next_steps(const Roadmap& roadmap, const Style& style) {
  Page page(style);
  if (roadmap.next.empty()) page.paragraph({}, tr("Nothing is left to do before the next upkeep."));
  for (const auto& step : roadmap.next) {
    const Criterion& row = *step.answer.criterion;
    page.paragraph({{fmt::format("{}  ", row.id)}},
                   say(tr("{}: about {} minutes, {} other waits for it", "{}: about {} minutes, {} others wait for it",
                          static_cast<size_t>(step.unblocks)),
                       tr(row.title), row.minutes, step.unblocks));
    for (const auto command : split(row.command, ';')) page.line(Spans{{"      " + std::string(command)}});
  }
  return std::move(page).text();
}

std::string render_roadmap_terminal(const Roadmap& roadmap, const Style& style) {
  Page page(style);
  print_head(page, roadmap);
  for (const auto& phase : roadmap.phases) print_phase(page, phase);
  print_upkeep(page, roadmap);
  if (!roadmap.next.empty()) {
    std::string ids;
    for (const auto& step : roadmap.next) ids += (ids.empty() ? "" : ", ") + std::string(step.answer.criterion->id);
    page.paragraph({}, say(tr("Next: {}; edgefit roadmap next tells how."), ids));
  }
  page.paragraph({}, say(tr("{} record, newest {}. This supports evidence for an assessment; it is none.",
                            "{} records, newest {}. This supports evidence for an assessment; it is none.",
                            roadmap.records.size()),
                         roadmap.records.size(), roadmap.head.empty() ? "-" : roadmap.head.substr(0, 16)));
  return std::move(page).text();
}

}  // namespace edgefit
