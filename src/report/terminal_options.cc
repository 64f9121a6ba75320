#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "edgefit/text.h"
#include "report/phrases.h"
#include "report/sections.h"
#include "report/table.h"
#include "report/words.h"

namespace edgefit {
namespace {

/// The unit stands in the head of the column.
std::string rate_of(TokensPerSecond speed) {
  return fmt::format("{:.{}f}", speed.value, speed.value < 10 ? 1 : 0);
}

void print_table(Page& page, const std::vector<Option>& options) {
  using Align = Column::Align;
  Table table({{Align::right},
               {Align::left, 0, /*shrinks=*/true},
               {Align::right},
               {Align::right},
               {Align::right},
               {Align::left}});
  table.row({{},
             {},
             {tr("memory")},
             {tr("tok/s")},
             {fmt::format(fmt::runtime(tr("price {}")), currency_of(options))},
             {tr("verdict")}});
  for (size_t i = 0; i < options.size(); ++i) {
    const Option& option = options[i];
    const auto& decode = option.assessment.speed.decode;
    table.row({{std::to_string(i + 1)},
               {option.changes.empty() ? "" : brief(option.changes.front())},
               {fullest(option.assessment)},
               {decode ? rate_of(decode->value.quantity()) : "-"},
               {amount(option.price)},
               {small_word(option.assessment.verdict) + std::string(option.recommended ? " <--" : "")}});
    // Further changes of the same option follow below the first.
    for (size_t j = 1; j < option.changes.size(); ++j) table.row({{}, {tr("and ") + brief(option.changes[j])}});
  }
  table.print(page, 2);
}

void print_price(Page& page, const Option& option) {
  const Price& price = option.price;
  if (!price.known || price.value_cents <= 0) return;
  const auto whole = [](int64_t cents) { return show_count(static_cast<double>(cents) / 100); };
  std::string line = fmt::format(fmt::runtime(tr("together {} excluding VAT")), show_price(price));
  if (price.low_cents < price.high_cents) {
    line += fmt::format(fmt::runtime(tr(", between {} and {}")), whole(price.low_cents), whole(price.high_cents));
  }
  if (option.over_budget) line += tr("; more than the budget");
  page.paragraph({{"    "}}, line);
}

/// Adds, changes, removals.
std::array<int, 3> print_changes(Page& page, const Option& option) {
  size_t widest = 0;
  for (const auto& change : option.changes) widest = std::max(widest, display_width({{describe(change).verb}}));
  std::array<int, 3> counts{};
  for (const auto& change : option.changes) {
    const ChangeText text = describe(change);
    counts.at(text.paint == Paint::added ? 0 : text.paint == Paint::changed ? 1 : 2) += 1;
    std::string rest = text.what;
    if (!change.price.known) {
      rest += std::string("   ") + tr("price unknown");
    } else if (change.price.value_cents > 0) {
      rest += fmt::format("   {} {}", show_price(change.price), tr("[catalog]"));
    }
    page.paragraph({{"  "}, {text.symbol, text.paint}, {fmt::format(" {:<{}}  ", text.verb, widest)}}, rest);
    if (const std::string note = quality_note(change); !note.empty()) page.paragraph({{"      "}}, note);
  }
  return counts;
}

}  // namespace

void print_option_table(Page& page, const Answer& answer) {
  page.line(tr("Ways out, cheapest first"));
  print_table(page, answer.options);
  page.gap();
}

void print_option(Page& page, const Answer& answer, size_t index) {
  const Option& option = answer.options.at(index);
  page.paragraph({}, headline_of(answer, index));
  const auto counts = print_changes(page, option);
  print_price(page, option);
  if (option.power && option.power->value > 0) {
    page.paragraph({{"    "}}, fmt::format(fmt::runtime(tr("{:.0f} W under load")), option.power->value));
  }
  for (const auto& unseen : option.unseen) page.paragraph({{"  ?  "}}, unseen_text(unseen));
  page.gap();
  page.line(
      fmt::format(fmt::runtime(tr("Plan: {} to add, {} to change, {} to remove.")), counts[0], counts[1], counts[2]));
}

void print_options(Page& page, const Answer& answer) {
  if (answer.options.empty()) {
    if (answer.assessment.verdict == Verdict::not_ready) page.paragraph({}, no_options_text(answer));
    page.gap();
    return;
  }
  print_option_table(page, answer);
  const size_t best = recommended(answer.options);
  print_option(page, answer, best);
  page.line(fmt::format("  {:<{}}  {}", tr("buy and install"), kLabelWidth - 2,
                        fmt::format("edgefit plan ... --option {} -o plan.md", best + 1)));
  page.gap();
}

}  // namespace edgefit
