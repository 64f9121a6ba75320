#include "edgefit/advisories.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/files.h"
#if __has_include("support/json_schema.h")
#include "support/json_schema.h"
#endif

namespace edgefit {
namespace {

const std::string kGood =
    R"({"format":"edgefit.advisories","format_version":"1.0",)"
    R"("distributions":[{"id":"debian","version":"12","end":"2028-06-30","source":"s","as_of":"2026-11-23"}],)"
    R"("drivers":[{"branch":580,"end":"2028-06-30","source":"s","as_of":"2026-11-23"}],)"
    R"("cuda":[{"release":13,"driver":580,"source":"s","as_of":"2026-11-23"}]})";

std::vector<std::string> profile_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(EDGEFIT_SOURCE_DIR "/profiles/advisories"))
    files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

/// What the generator wrote is what the reader reads.
TEST(Advisories, ProgramHoldsTheProfiles) {
  Advisories all;
  for (const auto& file : profile_files()) {
    const auto text = read_small_file(file);
    ASSERT_TRUE(text);
    const auto read = read_advisories(*text, file);
    ASSERT_TRUE(read) << read.error().what << " " << read.error().where;
    all.distributions.insert(all.distributions.end(), read->distributions.begin(), read->distributions.end());
    all.drivers.insert(all.drivers.end(), read->drivers.begin(), read->drivers.end());
    all.cuda.insert(all.cuda.end(), read->cuda.begin(), read->cuda.end());
  }
  EXPECT_TRUE(all == builtin_advisories());
  EXPECT_GE(all.distributions.size(), 20U);
  std::set<std::string> names;
  for (const auto& row : all.distributions) EXPECT_TRUE(names.insert(row.id + " " + row.version).second) << row.id;
  for (const auto& row : all.drivers) EXPECT_TRUE(names.insert("R" + std::to_string(row.branch)).second) << row.branch;
}

TEST(Advisories, OneReaderForUsersAndProfiles) {
  const auto read = read_advisories(kGood, "a.json");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->distributions[0].end, "2028-06-30");
  EXPECT_EQ(read->drivers[0].branch, 580);
  EXPECT_EQ(read->cuda[0].driver, 580);
  EXPECT_TRUE(read_advisories(R"({"format":"edgefit.advisories","format_version":"1.1"})", "a.json"));
}

/// What is wrong, and the place that the Problem must name.
const std::vector<std::array<std::string, 3>> kWrong = {
    {"edgefit.advisories", "edgefit.prices", "a.json"},
    {"\"1.0\"", "\"2.0\"", "a.json"},
    {"\"1.0\"", "1", "a.json"},
    {"\"cuda\":", "\"cudas\":", "a.json"},
    {"2028-06-30", "2028-02-30", "/distributions/0/end"},
    {"\"as_of\":\"2026-11-23\"", "\"as_of\":\"today\"", "/distributions/0/as_of"},
    {",\"source\":\"s\"", "", "/distributions/0"},
    {"\"source\":\"s\"", "\"source\":\"\"", "/distributions/0/source"},
    {"\"source\":\"s\"", "\"source\":\"\\u001b[31m\"", "/distributions/0/source"},
    {"\"source\":\"s\"", "\"source\":\"" + std::string(201, 'x') + "\"", "/distributions/0/source"},
    {"\"id\":\"debian\"", "\"id\":7", "/distributions/0/id"},
    {"\"branch\":580", "\"branch\":-1", "/drivers/0/branch"},
    {"\"branch\":580", "\"branch\":5.5", "/drivers/0/branch"},
    {"\"branch\":580", "\"branch\":99999999999999999999", "/drivers/0/branch"},
    {"\"driver\":580", "\"driver\":null", "/cuda/0/driver"},
    {"[{\"release\"", "[7,{\"release\"", "/cuda/0"},
    {"\"release\":13", "\"release\":13,\"extra\":1", "/cuda/0"},
};

TEST(Advisories, StrangeFilesAreRefusedByTheirPlace) {
  for (const auto& [from, to, place] : kWrong) {
    std::string text = kGood;
    text.replace(text.find(from), from.size(), to);
    const auto read = read_advisories(text, "a.json");
    ASSERT_FALSE(read) << to;
    EXPECT_TRUE(read.error().where.ends_with(place)) << read.error().where << " is not " << place;
  }
  for (const std::string& text : {std::string(), std::string("null"), std::string("[]"), std::string(5000, '[')})
    EXPECT_FALSE(read_advisories(text, "a.json")) << text.substr(0, 10);
}

#if __has_include("support/json_schema.h")
TEST(Advisories, ProfilesKeepTheSchemaThatRefusesWhatTheReaderRefuses) {
  const auto schema = source_file("profiles/schema/advisories.schema.json");
  for (const auto& file : profile_files())
    EXPECT_EQ(schema_errors(schema, *read_small_file(file)), std::vector<std::string>{}) << file;
  EXPECT_EQ(schema_errors(schema, kGood), std::vector<std::string>{});
  for (const auto& [from, to, place] : kWrong) {
    // A schema knows neither calendars nor terminals.
    if (to == "2028-02-30" || to.find("u001b") != std::string::npos) continue;
    std::string text = kGood;
    text.replace(text.find(from), from.size(), to);
    EXPECT_FALSE(schema_errors(schema, text).empty()) << to;
  }
}
#endif

}  // namespace
}  // namespace edgefit
