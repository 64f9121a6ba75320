// `edgefit plan`: the ways out on the terminal, and the decision paper for one of them as Markdown. Both show the box
// as it is and as it would be, from two answers of the same assess().
#include "report/plan.h"

#include <fmt/format.h>

#include "edgefit/text.h"
#include "report/markdown.h"
#include "report/phrases.h"
#include "report/sections.h"
#include "report/words.h"

namespace edgefit {
namespace {

std::string whole(int64_t cents) {
  return show_count(static_cast<double>(cents) / 100);
}

/// "1,599 USD (1,450 to 1,900)".
std::string priced(const Price& price) {
  if (!price.known) return tr("price unknown");
  std::string text = fmt::format("{} {}", whole(price.value_cents), price.currency);
  if (price.low_cents < price.high_cents) {
    text += fmt::format(fmt::runtime(tr(" ({} to {})")), whole(price.low_cents), whole(price.high_cents));
  }
  return text;
}

void add_question(std::string& out, const Answer& now) {
  out += fmt::format("## {}\n\n", tr("The question"));
  out += fmt::format("- {}\n", markdown_safe(question_text(now.question)));
  for (const auto& row : speed_rows(now)) {
    if (!row.goal.empty()) out += fmt::format("- {}: {}, {}\n", tr("goal"), row.label, markdown_safe(row.goal));
  }
  const std::string room = room_text(now), reasons = blockers(now);
  out += fmt::format("\n## {}: {}\n\n", tr("Today"), small_word(now.assessment.verdict));
  if (!room.empty()) out += fmt::format("- {}\n", room);
  if (!reasons.empty()) out += fmt::format("- {}: {}\n", tr("blocked by"), markdown_safe(reasons));
  for (const auto& check : now.checks) {
    if (check.finding.status != CheckStatus::fail) continue;
    out += fmt::format("- {} {}: {}\n", check.id, markdown_safe(check.title), markdown_safe(check.message));
  }
}

/// What is bought, piece by piece; the sum is the sum of the rows.
void add_purchases(std::string& out, const Option& option) {
  bool any = false;
  for (const auto& change : option.changes) {
    if (change.price.kind == "none" && change.price.known) continue;
    if (!any) {
      markdown_head(out, {tr("Buy"), tr("pieces"), tr("price excluding VAT"), tr("kind, date"), tr("source")}, "lrrll");
    }
    any = true;
    markdown_row(out, {markdown_safe(change.to), fmt::format("{:g}", change.quantity), priced(change.price),
                       fmt::format("{} {}", tr_in("price", change.price.kind.c_str()), change.price.as_of),
                       markdown_safe(change.price.source)});
  }
  if (!any) {
    out += fmt::format("{}\n", tr("Nothing has to be bought."));
    return;
  }
  markdown_row(out, {fmt::format("**{}**", tr("together")), "", fmt::format("**{}**", priced(option.price)), "", ""});
  out += "\n";
  if (option.over_budget) out += fmt::format("- **{}**\n", tr("more than the budget"));
  if (option.power && option.power->value > 0) {
    out += fmt::format("- {}\n", fmt::format(fmt::runtime(tr("{:.0f} W under load")), option.power->value));
  }
  if (option.boxes > 1) {
    out += fmt::format("- {}\n", fmt::format(fmt::runtime(tr("{} equal boxes share the requests; the figures below are "
                                                             "those of one")),
                                             option.boxes));
  }
}

void add_proposal(std::string& out, const Answer& now, size_t index) {
  const Option& option = now.options.at(index);
  out += fmt::format("\n## {}\n\n{}.\n\n", tr("Proposal"), headline_of(now, index));
  for (const auto& change : option.changes) {
    const ChangeText text = describe(change);
    const std::string note = quality_note(change);
    out += fmt::format("- `{}` {} {}{}\n", text.symbol, text.verb, markdown_safe(text.what),
                       note.empty() ? "" : ": " + markdown_safe(note));
  }
  out += "\n";
  add_purchases(out, option);
}

/// Things to look at, to be ticked off by hand; what was assumed stands beside them.
void add_open_points(std::string& out, const Option& option, const Answer& after) {
  out += fmt::format("\n## {}\n\n", tr("Before ordering"));
  for (const auto& unseen : option.unseen) out += fmt::format("- [ ] {}\n", markdown_safe(unseen_text(unseen)));
  const Workload& load = after.question.workload;
  const auto assumed = [&out](const Fact<double>& fact, const char* text) {
    if (!fact || !fact.assumed()) return;
    out += fmt::format("- [ ] {}: {}\n", tr("assumed"), fmt::format(fmt::runtime(text), show_count(*fact)));
  };
  assumed(load.sequences, tr("{} requests at once (--sequences or --users)"));
  assumed(load.context, tr("{} tokens each (--context)"));
  assumed(load.prompt_tokens, tr("prompts of {} tokens (--prompt)"));
  assumed(load.output_tokens, tr("answers of {} tokens (--output)"));
  for (const auto& check : after.checks) {
    if (check.finding.status != CheckStatus::unknown) continue;
    out += fmt::format("- [ ] {}: {}; {}\n", markdown_safe(check.title), markdown_safe(check.message),
                       markdown_safe(check.fix));
  }
}

}  // namespace

std::string render_plan(const Answer& now, const Answer& after, size_t option, const Style& style) {
  Page page(style);
  print_headline(page, now);
  print_option_table(page, now);
  print_option(page, now, option);
  page.gap();
  page.line({{tr("Afterwards: ")}, {small_word(after.assessment.verdict), paint_of(after.assessment.verdict)}});
  page.gap();
  print_memory(page, after);
  print_speed(page, after);
  page.line(fmt::format("  {:<{}}  {}", tr("decision paper"), kLabelWidth - 2,
                        fmt::format("edgefit plan ... --option {} -o plan.md", option + 1)));
  return std::move(page).text();
}

std::string render_no_plan(const Answer& now, const Style& style) {
  Page page(style);
  print_headline(page, now);
  const bool misfit = now.assessment.verdict == Verdict::not_ready;
  const bool open = now.assessment.verdict == Verdict::unknown;
  page.paragraph({}, misfit ? no_options_text(now)
                     : open ? std::string(tr("Nothing can be planned before this is known."))
                            : std::string(tr("Nothing has to be bought or changed.")));
  for (const auto& check : now.checks) {
    if (check.finding.status != CheckStatus::unknown || !check.finding.decides) continue;
    page.paragraph({{"  ?  "}},
                   fmt::format("{}: {}; {}", printable(check.title), printable(check.message), printable(check.fix)));
  }
  const auto& decode = now.assessment.speed.decode;
  if (!misfit && !open && decode && !now.question.goals.tokens_per_second) {
    page.paragraph({}, fmt::format(fmt::runtime(tr("It writes {} for each request; for more, say --goal "
                                                   "tokens_per_second=N.")),
                                   show(decode->value.quantity())));
  }
  return std::move(page).text();
}

std::string render_paper(const Answer& now, const Answer& after, size_t option) {
  std::string out = fmt::format("# {}: {}\n\n", tr("Purchase plan"),
                                markdown_safe(fmt::format(fmt::runtime(tr("{} on {}")), title_of(*now.question.model),
                                                          box_name(*now.question.host))));
  out += fmt::format("{}: {}; {} {}; edgefit {}\n\n", tr("As of"), now.as_of, tr("catalog"), now.catalog_date,
                     EDGEFIT_VERSION);
  add_question(out, now);
  add_proposal(out, now, option);
  out += fmt::format("\n## {}: {}\n\n", tr("Afterwards"), small_word(after.assessment.verdict));
  markdown_memory(out, after);
  markdown_speed(out, after);
  add_open_points(out, now.options.at(option), after);
  out += fmt::format("\n## {}\n\n", tr("All ways out"));
  markdown_options(out, now);
  if (!after.command.empty()) {
    out += fmt::format("## {}\n\n```sh\n{}\n```\n", tr("Then run it so"), printable(after.command));
  }
  return out;
}

}  // namespace edgefit
