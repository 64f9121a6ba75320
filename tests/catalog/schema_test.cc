#include <gtest/gtest.h>

#if __has_include("support/json_schema.h")
#include <filesystem>

#include "support/json_schema.h"

namespace edgefit {
namespace {

std::string listing(const std::vector<std::string>& errors) {
  std::string out;
  for (const auto& error : errors) out += error + "\n";
  return out;
}

TEST(Schema, TablesKeepToIt) {
  for (const std::string table : {"hardware/accelerators", "hardware/cpus", "hardware/systems", "hardware/parts",
                                  "prices/prices", "prices/rates"}) {
    const auto errors =
        schema_errors(source_file("profiles/schema/" + table.substr(table.find('/') + 1) + ".schema.json"),
                      source_file("profiles/" + table + ".json"));
    EXPECT_TRUE(errors.empty()) << table << "\n" << listing(errors);
  }
}

TEST(Schema, RuntimesKeepToIt) {
  const std::string schema = source_file("profiles/schema/runtimes.schema.json");
  int seen = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(EDGEFIT_SOURCE_DIR) + "/profiles/runtimes")) {
    const auto errors = schema_errors(schema, source_file("profiles/runtimes/" + entry.path().filename().string()));
    EXPECT_TRUE(errors.empty()) << entry.path() << "\n" << listing(errors);
    ++seen;
  }
  EXPECT_GE(seen, 12);
}

TEST(Schema, ModelsKeepToIt) {
  const std::string schema = source_file("profiles/schema/model.schema.json");
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(EDGEFIT_SOURCE_DIR) + "/profiles/models")) {
    const auto errors = schema_errors(schema, source_file("profiles/models/" + entry.path().filename().string()));
    EXPECT_TRUE(errors.empty()) << entry.path() << "\n" << listing(errors);
    ++seen;
  }
  EXPECT_GE(seen, 40);
}

TEST(Schema, OffersOfTheManualKeepToIt) {
  const std::string manual = source_file("docs/adding.md");
  const std::string fence = "```json\n";
  const size_t begin = manual.find(fence) + fence.size();
  ASSERT_GT(begin, fence.size());
  const std::string offers = manual.substr(begin, manual.find("```", begin) - begin);
  const auto errors = schema_errors(source_file("profiles/schema/offers.schema.json"), offers);
  EXPECT_TRUE(errors.empty()) << offers << listing(errors);
  EXPECT_FALSE(schema_errors(source_file("profiles/schema/offers.schema.json"),
                             R"({"format":"edgefit.offers","format_version":"1.0","rows":[{"id":"l4","price":5}]})")
                   .empty());
}

TEST(Schema, FaultsAreFound) {
  const std::string schema = source_file("profiles/schema/cpus.schema.json");
  const auto file = [](const std::string& row) {
    return R"({"format":"edgefit.cpus","format_version":"1.0","rows":[)" + row + "]}";
  };
  EXPECT_TRUE(
      schema_errors(schema, file(R"({"key":"k","name":"n","vendor":"v","source":"s","as_of":"2026"})")).empty());
  for (const char* row : {R"({"key":"k","name":"n","vendor":"v","as_of":"2026"})",
                          R"({"key":"k","name":"n","vendor":"v","source":"s","as_of":"soon"})",
                          R"({"key":"k","name":"n","vendor":"v","source":"s","as_of":"2026","cores":"8"})",
                          R"({"key":"k","name":"n","vendor":"v","source":"s","as_of":"2026","cores":0})",
                          R"({"key":"k","name":"n","vendor":"v","source":"s","as_of":"2026","core":8})"})
    EXPECT_FALSE(schema_errors(schema, file(row)).empty()) << row;
  EXPECT_FALSE(schema_errors(schema, "{").empty());
}

}  // namespace
}  // namespace edgefit
#else
TEST(Schema, NeedsValijson) {
  GTEST_SKIP() << "valijson is missing (Debian: libvalijson-dev)";
}
#endif
