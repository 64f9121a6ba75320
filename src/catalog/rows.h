// Reads the JSON of profiles/ into rows that own their texts. Used at build time by
// the generator and at run time for --catalog, so that one set of rules judges both.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/catalog.h"
#include "edgefit/result.h"

namespace edgefit {

/// A list for each table.
struct RowLists {
  std::vector<AcceleratorRow> accelerators;
  std::vector<CpuRow> cpus;
  std::vector<SystemRow> systems;
  std::vector<PartRow> parts;
  std::vector<PriceRow> prices;
  std::vector<RateRow> rates;
  std::vector<RuntimeProfile> runtimes;
  std::vector<ModelProfile> models;
};

/// Rows of any number of files, and what they point to.
struct RowStore : RowLists {
  std::deque<std::string> texts;
  std::deque<std::vector<double>> lists;
  std::deque<std::vector<BackendProfile>> backends;
};

/// Adds the rows of one file. Its "format" tells the table; a model's key is the file's name. Problems name the file
/// and the JSON pointer.
Result<Done> read_rows(std::string_view text, const std::string& where, RowStore& store);

/// Newest `as_of` of all rows.
std::string_view newest(const RowStore& store);

}  // namespace edgefit
