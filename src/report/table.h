// Aligned columns for the terminal. Widths follow the widest cell; when a row would pass the right edge,
// the columns that may shrink are cut with an ellipsis.
#pragma once

#include <string>
#include <vector>

#include "report/page.h"

namespace edgefit {

struct Column {
  enum class Align { left, right } align = Align::left;
  size_t least = 0;      ///< columns at least, so that tables of one page line up
  bool shrinks = false;  ///< may be cut when space is short
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  /// In a row of fewer cells than columns the last one runs on to the right edge and widens no column.
  void row(Spans cells);
  bool empty() const { return rows_.empty(); }
  void print(Page& page, size_t indent = 0) const;

 private:
  std::vector<size_t> widths(size_t room) const;
  std::vector<Column> columns_;
  std::vector<Spans> rows_;
};

}  // namespace edgefit
