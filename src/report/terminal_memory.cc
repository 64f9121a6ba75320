#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "edgefit/text.h"
#include "report/phrases.h"
#include "report/sections.h"
#include "report/table.h"
#include "report/words.h"

namespace edgefit {
namespace {

constexpr int kBarLength = 20;

/// Bytes in hundredths of GiB or, for a small pool, of MiB: whole numbers that can be made to add up.
struct Scale {
  double step;
  const char* unit;
};

Scale scale_for(Bytes need) {
  return need.value > 0 && need.value < 0.1 * kGiB ? Scale{kMiB / 100, "MiB"} : Scale{kGiB / 100, "GiB"};
}

std::string show_hundredths(double n, const char* unit) {
  const double whole = std::floor(n / 100);
  return fmt::format("{}.{:02.0f} {}", show_count(whole), n - whole * 100, unit);
}

/// Lines in hundredths that sum to the rounded total: what rounding leaves goes to the largest remainders.
std::vector<double> hundredths_of(const PoolFit& pool, Scale scale) {
  std::vector<double> counts, rest;
  for (const auto& line : pool.lines) {
    counts.push_back(std::floor(line.bytes.value / scale.step));
    rest.push_back(line.bytes.value / scale.step - counts.back());
  }
  double left = std::round(pool.need.value.value / scale.step) - std::accumulate(counts.begin(), counts.end(), 0.0);
  while (left > 0 && !rest.empty()) {
    const auto at = std::max_element(rest.begin(), rest.end());
    counts[static_cast<size_t>(at - rest.begin())] += 1;
    *at = -1;
    left -= 1;
  }
  return counts;
}

std::string bar_of(double share, const Style& style) {
  const char* const full = style.utf8 ? "█" : "#";
  const char* const empty = style.utf8 ? "░" : ".";
  const int filled = static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * kBarLength));
  std::string bar;
  for (int i = 0; i < kBarLength; ++i) bar += i < filled ? full : empty;
  return share > 1 ? bar + ">>" : bar;
}

void add_pool(Table& table, const PoolFit& pool, const Pool& seen, const Answer& answer, const Style& style) {
  const Scale scale = scale_for(pool.need.value);
  const double need = std::round(pool.need.value.value / scale.step);
  Spans head{{"  " + seen.id}, {show_hundredths(need, scale.unit)}};
  if (have_is_assumed(answer.question, pool)) {
    head.push_back({tr("[assumed]")});
    head.insert(head.end(), 2, {});
  } else if (pool.have && pool.have->value > 0) {
    const double share = pool.need.value.value / pool.have->value;
    head.push_back({show_gib(*pool.have)});
    head.push_back({fmt::format("{:.0f} %", share * 100)});
    head.push_back({bar_of(share, style)});
  } else {
    head.push_back({pool.have ? show_gib(*pool.have) : "?"});
    head.insert(head.end(), 2, {});
  }
  table.row(std::move(head));
  const auto counts = hundredths_of(pool, scale);
  for (size_t i = 0; i < pool.lines.size(); ++i) {
    const Line& line = pool.lines[i];
    std::string note = note_of(line, pool, answer);
    const std::string tag = tag_of(line.bytes.why);
    if (!tag.empty()) note += (note.empty() ? "" : "  ") + tag;
    const bool tiny = counts[i] == 0 && line.bytes.value > 0;
    table.row({{std::string("    ") + label_of(line.term)},
               {(tiny ? "<" : "") + show_hundredths(tiny ? 1 : counts[i], scale.unit)},
               {note}});
  }
}

}  // namespace

void print_memory(Page& page, const Answer& answer) {
  const auto& host = *answer.question.host;
  const auto pools = pools_of(host);
  if (answer.assessment.pools.empty()) {
    page.line(fmt::format("{:<{}}  {}", tr("Memory"), kLabelWidth, tr("not sized")));
    page.gap();
    return;
  }
  using Align = Column::Align;
  Table table({{Align::left, kLabelWidth},
               {Align::right, 11},
               {Align::right, 11},
               {Align::right, 5},
               {Align::left, 0, /*shrinks=*/true}});
  table.row({{tr("Memory")}, {tr("need")}, {tr("have")}, {tr("used")}, {}});
  for (const auto& pool : answer.assessment.pools) {
    add_pool(table, pool, pools.at(static_cast<size_t>(pool.pool)), answer, page.style());
  }
  table.print(page);
  for (const auto& pool : answer.assessment.pools) {
    page.paragraph({{"  "}}, pool_text(pool, pools.at(static_cast<size_t>(pool.pool)), answer));
  }
  page.gap();
}

}  // namespace edgefit
