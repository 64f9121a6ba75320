#include <fmt/format.h>

#include "edgefit/text.h"
#include "report/phrases.h"
#include "report/sections.h"
#include "report/table.h"

namespace edgefit {

void print_speed(Page& page, const Answer& answer) {
  const auto rows = speed_rows(answer);
  if (rows.empty()) {
    page.paragraph({{fmt::format("{:<{}}  ", tr("Speed"), kLabelWidth)}}, gap_text(answer));
    page.gap();
    return;
  }
  using Align = Column::Align;
  Table table(
      {{Align::left, kLabelWidth}, {Align::right, 11}, {Align::left, 17}, {Align::left, 0, true}, {Align::left}});
  table.row({{tr("Speed")}, {tr("estimate")}, {tr("range")}, {tr("goal")}, {}});
  for (const auto& row : rows) {
    table.row({{"  " + row.label}, {row.value}, {row.range}, {row.goal}, {row.word, row.paint}});
  }
  table.print(page);
  page.paragraph({{"  "}}, conditions(answer));
  page.gap();
}

}  // namespace edgefit
