// The report as Markdown, for tickets, wikis and the summary page of a CI job: the terminal's sentences in tables.
#include "report/markdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "edgefit/text.h"
#include "report/phrases.h"
#include "report/reporters.h"
#include "report/words.h"

namespace edgefit {

std::string markdown_safe(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (std::string_view("\\`*[]<>|").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

void markdown_row(std::string& out, std::initializer_list<std::string> cells) {
  for (const auto& cell : cells) out += "| " + cell + " ";
  out += "|\n";
}

void markdown_head(std::string& out, std::initializer_list<std::string> cells, std::string_view columns) {
  markdown_row(out, cells);
  for (const char column : columns) out += column == 'r' ? "|--:" : "|---";
  out += "|\n";
}

void markdown_memory(std::string& out, const Answer& answer) {
  if (answer.assessment.pools.empty()) return;
  const auto pools = pools_of(*answer.question.host);
  markdown_head(out, {tr("Memory"), tr("need"), tr("have"), tr("used"), ""}, "lrrrl");
  for (const auto& pool : answer.assessment.pools) {
    const Pool& seen = pools.at(static_cast<size_t>(pool.pool));
    const bool assumed = have_is_assumed(answer.question, pool);
    const bool known = !assumed && pool.have && pool.have->value > 0;
    markdown_row(out, {fmt::format("**{}**", seen.id), fmt::format("**{}**", show_gib(pool.need.value)),
                       assumed     ? tr("[assumed]")
                       : pool.have ? show_gib(*pool.have)
                                   : "?",
                       known ? fmt::format("{:.0f} %", pool.need.value.value / pool.have->value * 100) : "", ""});
    for (const auto& line : pool.lines) {
      const std::string tag = tag_of(line.bytes.why);
      const std::string note = markdown_safe(note_of(line, pool, answer));
      markdown_row(out, {label_of(line.term), show(line.bytes.quantity()), "", "",
                         note + (note.empty() || tag.empty() ? "" : " ") + tag});
    }
  }
  out += "\n";
  for (const auto& pool : answer.assessment.pools) {
    out += fmt::format("- {}\n", markdown_safe(pool_text(pool, pools.at(static_cast<size_t>(pool.pool)), answer)));
  }
  if (const std::string placed = placement_text(answer); !placed.empty()) {
    out += fmt::format("- {}: {}\n", tr("Placement"), placed);
  }
  out += "\n";
}

void markdown_speed(std::string& out, const Answer& answer) {
  const auto rows = speed_rows(answer);
  if (rows.empty()) {
    out += fmt::format("{}: {}\n\n", tr("Speed"), markdown_safe(gap_text(answer)));
    return;
  }
  markdown_head(out, {tr("Speed"), tr("estimate"), tr("range"), tr("goal")}, "lrll");
  for (const auto& row : rows) {
    const std::string goal = row.goal + (row.goal.empty() ? "" : std::string(" ") + row.word);
    markdown_row(out, {row.label, row.value, row.range, markdown_safe(goal)});
  }
  out += fmt::format("\n{}\n\n", conditions(answer));
}

void markdown_options(std::string& out, const Answer& answer) {
  if (answer.options.empty()) return;
  const std::string price = fmt::format(fmt::runtime(tr("price {}")), currency_of(answer.options));
  markdown_head(out, {"", "", tr("memory"), tr("each request"), price, tr("verdict")}, "rlrrrl");
  for (size_t i = 0; i < answer.options.size(); ++i) {
    const Option& option = answer.options[i];
    std::string changes;
    for (const auto& change : option.changes) changes += (changes.empty() ? "" : " + ") + brief(change);
    const auto& decode = option.assessment.speed.decode;
    markdown_row(out, {std::to_string(i + 1), markdown_safe(changes), fullest(option.assessment),
                       decode ? show(decode->value.quantity()) : "-", amount(option.price),
                       small_word(option.assessment.verdict) + std::string(option.recommended ? " <--" : "")});
  }
  out += "\n";
}

namespace {

/// Checks that did not pass; those that did are counted.
void add_checks(std::string& out, const Answer& answer) {
  const auto passed = std::count_if(answer.checks.begin(), answer.checks.end(),
                                    [](const CheckText& c) { return c.finding.status == CheckStatus::pass; });
  out += fmt::format(fmt::runtime(tr("{} checks pass.")), passed) + "\n\n";
  bool any = false;
  for (const CheckStatus status : {CheckStatus::fail, CheckStatus::unknown, CheckStatus::warn}) {
    for (const auto& check : answer.checks) {
      if (check.finding.status != status) continue;
      if (!std::exchange(any, true)) markdown_head(out, {tr("Check"), "", tr("finding"), tr("fix")}, "llll");
      markdown_row(out, {check.id, status_word(status), markdown_safe(check.title + ": " + check.message),
                         markdown_safe(check.fix)});
    }
  }
  if (any) out += "\n";
}

}  // namespace

std::string render_markdown(const Answer& answer, const Style& style) {
  (void)style;  // the reader of the file decides how it looks
  const Case& question = answer.question;
  std::string out = fmt::format(
      "## {}: {}\n\n", verdict_word(answer.assessment.verdict),
      markdown_safe(fmt::format(fmt::runtime(tr("{} on {}")), title_of(*question.model), box_name(*question.host))));
  out += markdown_safe(question_text(question));
  const std::string room = room_text(answer), reasons = blockers(answer);
  if (!room.empty()) out += "; " + room;
  if (!reasons.empty()) {
    const bool unknown = answer.assessment.verdict == Verdict::unknown;
    out +=
        "; " + fmt::format(fmt::runtime(unknown ? tr("undecided: {}") : tr("blocked by: {}")), markdown_safe(reasons));
  }
  out += "\n\n";
  markdown_memory(out, answer);
  markdown_speed(out, answer);
  add_checks(out, answer);
  if (!answer.options.empty()) out += fmt::format("### {}\n\n", tr("Ways out, cheapest first"));
  markdown_options(out, answer);
  for (const auto& warning : answer.warnings) out += fmt::format("- {}{}\n", tr("note: "), markdown_safe(warning));
  if (!answer.warnings.empty()) out += "\n";
  if (!answer.command.empty()) out += fmt::format("```sh\n{}\n```\n\n", printable(answer.command));
  out += fmt::format("edgefit {}, {}\n", EDGEFIT_VERSION, answer.as_of);
  return out;
}

}  // namespace edgefit
