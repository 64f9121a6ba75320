// The only file that includes valijson.
#include "support/json_schema.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace edgefit {

std::vector<std::string> schema_errors(std::string_view schema_text, std::string_view document_text) {
  const auto schema_json = nlohmann::json::parse(schema_text, nullptr, false);
  const auto document = nlohmann::json::parse(document_text, nullptr, false);
  if (schema_json.is_discarded()) return {"the schema is not JSON"};
  if (document.is_discarded()) return {"the document is not JSON"};

  valijson::Schema schema;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_json), schema);

  valijson::ValidationResults results;
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  std::vector<std::string> out;
  if (validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(document), &results)) return out;
  for (const auto& error : results) {
    std::string line;
    for (const auto& step : error.context) line += step;
    out.push_back(line + ": " + error.description);
  }
  return out.empty() ? std::vector<std::string>{"the document does not keep to the schema"} : out;
}

std::string source_file(std::string_view path) {
  std::ifstream in(std::string(EDGEFIT_SOURCE_DIR) + "/" + std::string(path), std::ios::binary);
  EXPECT_TRUE(in) << path << " cannot be read";
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace edgefit
