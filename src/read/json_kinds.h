// Which of the JSON formats a document is, by its top-level keys: one row each, and one for each file that people
// name by mistake. New JSON formats are a row here.
#pragma once

#include <string>
#include <string_view>

#include "edgefit/model.h"
#include "edgefit/result.h"

namespace edgefit {

/// Reads the document with the reader of its kind; look-alikes are Problems that say what they are.
Result<Model> read_json(std::string_view text, const std::string& source);

}  // namespace edgefit
