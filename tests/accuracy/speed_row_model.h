// Cells of the corpus, and the model that a row of it measured.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "edgefit/model.h"
#include "support/csv.h"

namespace edgefit::speed {

using Cells = test::CsvRow;

inline const Origin kPublished{Origin::Kind::user, "published measurement"};

inline std::string cell(const Cells& row, const char* key) {
  const auto found = row.find(key);
  return found == row.end() ? std::string() : found->second;
}
inline std::optional<double> number(const Cells& row, const char* key) {
  const std::string text = cell(row, key);
  if (text.empty()) return std::nullopt;
  return std::stod(text);
}

/// The catalog's model when it has this one, else what the columns say.
std::shared_ptr<const Model> model_of(const Cells& row);

}  // namespace edgefit::speed
