// Judges a JSON document by a JSON Schema (draft-07). Tests of the catalog and of the reports use it, so that a
// published schema and the files it describes cannot drift apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace edgefit {

/// One line an error, "<root>[rows][3][memory_gib]: ..."; empty when the document keeps to the schema.
std::vector<std::string> schema_errors(std::string_view schema_text, std::string_view document_text);

/// A file of the source tree, "profiles/schema/cpus.schema.json"; fails the running test when it cannot be read.
std::string source_file(std::string_view path);

}  // namespace edgefit
