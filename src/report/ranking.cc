// edgefit rank for people: a table of the models that fit, best first, and one line a reason for those that do not.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "edgefit/text.h"
#include "report/phrases.h"
#include "report/table.h"
#include "report/words.h"

namespace edgefit {
namespace {

size_t shown_of(const Ranking& ranking, const RankHead& head) {
  return head.limit == 0 ? ranking.fits.size() : std::min(head.limit, ranking.fits.size());
}

/// What the model needs of the accelerators and of host memory.
std::array<Bytes, 2> memory_of(const Ranked& row) {
  std::array<Bytes, 2> out{};
  for (const auto& pool : row.assessment.pools) out.at(pool.pool == 0 ? 1 : 0) += pool.need.value;
  return out;
}

std::string gib(Bytes size) {
  return size.value > 0 ? fmt::format("{:.1f}", size.value / kGiB) : "-";
}

template <class Q>
std::string value_of(const std::optional<Estimate<Q>>& estimate) {
  return estimate ? show(estimate->value.quantity()) : "-";
}

/// The number alone: its unit stands above the column.
std::string rate_of(const Ranked& row) {
  const std::string text = value_of(row.assessment.speed.decode);
  return text.substr(0, text.find(' '));
}

std::string context_of(const Ranked& row) {
  return row.limits.max_context > 0 ? show_count(row.limits.max_context) : "-";
}

void print_table(Page& page, const Ranking& ranking, size_t shown) {
  using Align = Column::Align;
  const bool gpus = std::any_of(ranking.fits.begin(), ranking.fits.end(),
                                [](const Ranked& row) { return row.assessment.pools.size() > 1; });
  std::vector<Column> columns = {{Align::right}, {Align::left, 0, /*shrinks=*/true}, {Align::left}};
  Spans heads = {{}, {tr("model")}, {tr("quant")}};
  if (gpus) {
    columns.push_back({Align::right});
    heads.push_back({tr("GPU GiB")});
  }
  for (const char* head : {tr("RAM GiB"), tr("first"), tr("tok/s"), tr("context")}) {
    columns.push_back({Align::right});
    heads.push_back({head});
  }
  columns.push_back({Align::left});
  heads.push_back({});
  Table table(std::move(columns));
  table.row(std::move(heads));
  for (size_t i = 0; i < shown; ++i) {
    const Ranked& row = ranking.fits[i];
    const auto memory = memory_of(row);
    Spans cells = {{std::to_string(i + 1)}, {printable(row.word)}, {lower(printable(row.question.model->precision))}};
    if (gpus) cells.push_back({gib(memory[0])});
    cells.push_back({gib(memory[1])});
    cells.push_back({value_of(row.assessment.speed.time_to_first_token)});
    cells.push_back({rate_of(row)});
    cells.push_back({context_of(row)});
    cells.push_back({small_word(row.assessment.verdict), paint_of(row.assessment.verdict)});
    table.row(std::move(cells));
  }
  table.print(page);
}

const char* text_of(LeftOut reason) {
  constexpr std::array kTexts = {mark("do not fit"), mark("miss a goal"), mark("need what this box does not have"),
                                 mark("cannot be judged"), mark("hold too few tokens")};
  return tr(kTexts.at(static_cast<size_t>(reason)));
}

/// "12 do not fit: a, b, c and 9 more".
void print_rest(Page& page, const std::vector<Rest>& rest) {
  constexpr size_t kNamed = 3;
  std::map<LeftOut, std::vector<std::string>> by_reason;
  for (const auto& row : rest) by_reason[row.reason].push_back(printable(row.word));
  for (const auto& [reason, words] : by_reason) {
    std::string text = fmt::format("{} {}: ", words.size(), text_of(reason));
    const size_t named = std::min(words.size(), kNamed);
    text += fmt::format("{}", fmt::join(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(named), ", "));
    if (words.size() > named) text += fmt::format(fmt::runtime(tr(" and {} more")), words.size() - named);
    page.paragraph({}, text);
  }
}

void print_next(Page& page, const Ranking& ranking, const RankHead& head, size_t shown) {
  if (shown < ranking.fits.size()) {
    page.line(fmt::format(fmt::runtime(tr("{} more fits: --limit 0 shows all", "{} more fit: --limit 0 shows all",
                                          ranking.fits.size() - shown)),
                          ranking.fits.size() - shown));
  }
  print_rest(page, ranking.rest);
  if (shown == 0) return;
  page.gap();
  const Goals& goals = head.question.goals;
  if (!goals.tokens_per_second && !goals.time_to_first_token) {
    page.paragraph({}, tr("Without a goal slow ones count as well: --goal tokens_per_second=10 leaves them out."));
  }
  const Ranked& first = ranking.fits.front();
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
  if (first.word.find_first_not_of(kPlain) != std::string::npos) return;  // nothing to be pasted into a shell
  std::string next = "edgefit assess " + printable(first.word);
  if (!first.native) next += " --quant " + std::string(first.question.model->precision);
  page.line(fmt::format(fmt::runtime(tr("More on the first, with the same box: {}")), next));
}

}  // namespace

std::string render_ranking(const Ranking& ranking, const RankHead& head, const Style& style) {
  Page page(style);
  const size_t all = ranking.fits.size() + ranking.rest.size();
  page.line(fmt::format(fmt::runtime(tr("{} of {} models fit on {}")), ranking.fits.size(), all,
                        box_name(*head.question.host)));
  page.paragraph({}, question_text(head.question));
  page.gap();
  const size_t shown = shown_of(ranking, head);
  if (shown > 0) {
    print_table(page, ranking, shown);
    page.gap();
  }
  print_next(page, ranking, head, shown);
  return std::move(page).text();
}

}  // namespace edgefit
