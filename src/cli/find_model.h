// The MODEL of every command: a file, a folder, or the name of a model that edgefit knows.
#pragma once

#include <string>

#include "cli/flags.h"
#include "edgefit/catalog.h"
#include "edgefit/model.h"
#include "edgefit/read.h"
#include "edgefit/result.h"

namespace edgefit {

/// What lies at the path `word` wins; else the profile of that name. A word that is neither and looks like a path gets
/// the file's own error, any other the nearest names.
Result<Model> find_model(const std::string& word, const Catalog& catalog = builtin_catalog(),
                         const InputSizes& sizes = {});

/// Those of edgefit's own catalog by name, beside any file.
Choices known_models();

/// MODEL's line in --help.
const char* model_help();

/// One line a known model: name, parameters, page on huggingface.co.
std::string list_of_models();

}  // namespace edgefit
