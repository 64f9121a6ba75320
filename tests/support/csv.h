// Rows of a CSV table of the shared corpus, each cell under the name of its column.
#pragma once

#include <algorithm>
#include <fstream>
#include <istream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace edgefit::test {

using CsvRow = std::map<std::string, std::string>;

/// Cells of one line; commas between double quotes are text, the quotes go.
inline std::vector<std::string> csv_cells(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

inline std::vector<CsvRow> csv_rows(std::istream& in) {
  std::string line;
  std::getline(in, line);
  const auto names = csv_cells(line);
  std::vector<CsvRow> rows;
  while (std::getline(in, line)) {
    const auto cells = csv_cells(line);
    CsvRow& row = rows.emplace_back();
    for (size_t i = 0; i < std::min(names.size(), cells.size()); ++i) row[names[i]] = cells[i];
  }
  return rows;
}

inline std::vector<CsvRow> csv_file(const std::string& path) {
  std::ifstream in(path);
  return csv_rows(in);
}

}  // namespace edgefit::test
