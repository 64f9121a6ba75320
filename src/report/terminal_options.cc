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
             {tr("each request")},
             {fmt::format(fmt::runtime(tr("price {}")), currency_of(options))},
             {tr("verdict")}});
  for (size_t i = 0; i < options.size(); ++i) {
    const Option& option = options[i];
    const auto& decode = option.assessment.speed.decode;
    table.row({{std::to_string(i + 1)},
               {option.changes.empty() ? "" : brief(option.changes.front())},
               {fullest(option.assessment)},
               {decode ? show(decode->value.quantity()) : "-"},
               {amount(option.price)},
               {small_word(option.assessment.verdict)}});
    // Further changes of the same option follow below the first.
    for (size_t j = 1; j < option.changes.size(); ++j) table.row({{}, {tr("and ") + brief(option.changes[j])}});
  }
  table.print(page, 2);
}

void print_best(Page& page, const Option& option) {
  page.line(tr("Option 1 in detail"));
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
      rest += fmt::format("   {} {}", show_count(static_cast<double>(change.price.value_cents) / 100), option.price.currency);
    }
    page.paragraph({{"  "}, {text.symbol, text.paint}, {fmt::format(" {:<{}}  ", text.verb, widest)}}, rest);
  }
  if (option.price.known && option.price.value_cents > 0) {
    std::string line = fmt::format(fmt::runtime(tr("together {}  [catalog]")), show_price(option.price));
    if (option.price.low_cents < option.price.high_cents) {
      line += fmt::format(fmt::runtime(tr(", between {} and {}")), show_count(static_cast<double>(option.price.low_cents) / 100),
                          show_count(static_cast<double>(option.price.high_cents) / 100));
    }
    page.paragraph({{"    "}}, line);
  }
  if (option.power && option.power->value > 0) {
    page.paragraph({{"    "}}, fmt::format(fmt::runtime(tr("{:.0f} W under load")), option.power->value));
  }
  page.gap();
  page.line(
      fmt::format(fmt::runtime(tr("Plan: {} to add, {} to change, {} to remove.")), counts[0], counts[1], counts[2]));
  page.gap();
}

}  // namespace

void print_options(Page& page, const Answer& answer) {
  if (answer.options.empty()) return;
  page.line(tr("Ways out, cheapest first"));
  print_table(page, answer.options);
  page.gap();
  print_best(page, answer.options.front());
}

}  // namespace edgefit
