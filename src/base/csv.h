// Tables with a heading line as spreadsheets write them: separated by , ; or tab, quoted with ". Files come from
// strangers, so size, rows and cells are bounded, and what is no clean table is told with its line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edgefit/result.h"

namespace edgefit {

struct CsvTable {
  struct Row {
    size_t line;  ///< in the file, the heading's first line is 1
    std::vector<std::string> cells;
  };
  std::vector<std::string> heading;
  std::vector<Row> rows;  ///< each with as many cells as the heading; empty lines are left out
};

struct CsvLimits {
  size_t rows = 20'000, columns = 64, cell = 2000;
  bool lines = false;  ///< quoted cells may hold line ends and tabs
};

/// White space around cells is cut. A leading UTF-8 mark and Excel's line `sep=;` are understood.
Result<CsvTable> read_csv(std::string_view text, const std::string& where, const CsvLimits& limits = {});

}  // namespace edgefit
