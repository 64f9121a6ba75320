#include "report/table.h"

#include <algorithm>
#include <numeric>

#include "report/width.h"

namespace edgefit {
namespace {

constexpr size_t kGap = 2;        // spaces between columns
constexpr size_t kNarrowest = 8;  // a shrinking column keeps this much

}  // namespace

void Table::row(Spans cells) {
  rows_.push_back(std::move(cells));
}

std::vector<size_t> Table::widths(size_t room) const {
  std::vector<size_t> widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    size_t widest = columns_[i].least;
    for (const auto& row : rows_) {
      const bool runs_on = row.size() < columns_.size() && i + 1 >= row.size();
      if (!runs_on) widest = std::max(widest, display_width(row[i].text));
    }
    widths.push_back(widest);
  }
  const size_t gaps = kGap * (columns_.size() - 1);
  const size_t total = std::accumulate(widths.begin(), widths.end(), gaps);
  size_t excess = total > room ? total - room : 0;
  while (excess > 0) {
    // The widest column that may shrink gives one column at a time, so that several end up equally wide.
    size_t* victim = nullptr;
    for (size_t i = 0; i < widths.size(); ++i) {
      if (columns_[i].shrinks && widths[i] > kNarrowest && (victim == nullptr || widths[i] > *victim)) {
        victim = &widths[i];
      }
    }
    if (victim == nullptr) break;
    --*victim;
    --excess;
  }
  return widths;
}

void Table::print(Page& page, size_t indent) const {
  const auto width_of = widths(page.width() - indent);
  for (const auto& row : rows_) {
    Spans spans{{std::string(indent, ' ')}};
    for (size_t i = 0; i < row.size(); ++i) {
      std::string text = page.style().utf8 ? row[i].text : to_ascii(row[i].text);
      if (row.size() < columns_.size() && i + 1 == row.size()) {
        spans.push_back({text, row[i].paint});
        break;
      }
      text = cut_to(text, width_of[i], page.style().utf8);
      const std::string pad(width_of[i] - display_width(text), ' ');
      const bool right = columns_[i].align == Column::Align::right;
      if (right) spans.push_back({pad});
      spans.push_back({text, row[i].paint});
      if (!right) spans.push_back({pad});
      if (i + 1 < row.size()) spans.push_back({std::string(kGap, ' ')});
    }
    page.line(std::move(spans));
  }
}

}  // namespace edgefit
