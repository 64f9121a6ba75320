// Real runs beside their predictions: what `edgefit calibrate` shows.
#include "edgefit/calibration.h"

#include <fmt/format.h>

#include <algorithm>

#include "edgefit/text.h"
#include "report/page.h"
#include "report/table.h"

namespace edgefit {
namespace {

std::string tokens_of(const MeasuredRun& run) {
  const auto& tokens = run.prefill ? run.prompt : run.output;
  std::string out = tokens ? show_count(*tokens) : "?";
  if (run.depth.value_or(0) > 0) out += fmt::format(fmt::runtime(tr(" after {}")), show_count(*run.depth));
  if (run.sequences > 1) out += fmt::format(fmt::runtime(tr(", {} at a time")), show_count(run.sequences));
  return out;
}

std::string number(TokensPerSecond speed) {
  return fmt::format("{:.{}f}", speed.value, speed.value < 10 ? 2 : speed.value < 100 ? 1 : 0);
}

}  // namespace

std::string render_runs(std::span<const ComparedRun> runs, const std::string& box, const Style& style) {
  Page page(style);
  page.paragraph({{tr("Runs on ")}}, printable(box));
  page.gap();
  using Align = Column::Align;
  Table table({{Align::left}, {Align::left, 0, true}, {Align::right}, {Align::right}, {Align::left}, {Align::right}});
  table.row({{tr("what")}, {tr("tokens")}, {tr("measured")}, {tr("predicted")}, {tr("tok/s")}, {tr("factor")}});
  for (const auto& one : runs) {
    const bool known = one.predicted.value > 0;
    const std::string range =
        known ? fmt::format(fmt::runtime(tr("({} to {})")), number(one.low), number(one.high)) : std::string();
    table.row({{one.run.prefill ? tr("prompt") : tr("answer")},
               {tokens_of(one.run)},
               {number(one.run.speed)},
               {known ? number(one.predicted) : "?"},
               {range},
               {known ? fmt::format("{:.2f}", one.run.speed.value / one.predicted.value) : "-"}});
  }
  table.print(page, 2);
  std::vector<std::string> told;
  for (const auto& one : runs) {
    if (one.refusal.empty() || std::find(told.begin(), told.end(), one.refusal) != told.end()) continue;
    if (told.empty()) page.gap();
    told.push_back(one.refusal);
    const auto same = std::count_if(runs.begin(), runs.end(), [&](const auto& r) { return r.refusal == one.refusal; });
    const std::string count = same > 1 ? fmt::format(fmt::runtime(tr("{} runs: ")), same) : std::string(tr("1 run: "));
    page.paragraph({{tr("Left out  ")}}, count + printable(one.refusal));
  }
  return std::move(page).text();
}

}  // namespace edgefit
