#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "cli/invoke.h"
#include "support/json_schema.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::has;
using test::invoke;
using test::TempDir;

/// A box of a few files.
void small_box(const TempDir& folder) {
  folder.write("box/proc/swaps", "Filename Type\n");
  folder.write("box/proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n");
  folder.write("box/srv/models/a.gguf", "GGUF");
}

TEST(AuditCommand, ExitCodeFollowsTheFindings) {
  const TempDir folder;
  small_box(folder);
  const std::string box = folder.at("box");
  EXPECT_EQ(invoke({"audit", "--sysroot", box, "--only", "EF-ENC-004"}).code, 0);
  EXPECT_EQ(invoke({"audit", "--sysroot", box, "--only", "EF-ENC-001"}).code, 3);
  EXPECT_EQ(invoke({"audit", "--sysroot", box, "--only", "EF-MOD-006"}).code, 1);
  EXPECT_EQ(invoke({"audit", "--sysroot", box, "--only", "EF-MOD-006", "--fail-on", "never"}).code, 0);
  EXPECT_EQ(invoke({"audit", "--sysroot", box, "--only", "EF-ENC-*", "--fail-on", "unknown"}).code, 3);
  EXPECT_EQ(invoke({"audit", "--sysroot", box, "--only", "EF-MOD-002", "--fail-on", "warn"}).code, 1);
}

TEST(AuditCommand, BadQuestionsAreExitCodeTwo) {
  const TempDir folder;
  small_box(folder);
  const std::string box = folder.at("box"), waivers = folder.write("w.json", "{}");
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"--profile", "castle"},
                                                                                     {"--fail-on", "sometimes"},
                                                                                     {"--store", "/none"},
                                                                                     {"--only", "EF-NO-*"},
                                                                                     {"--waivers", waivers},
                                                                                     {"--waivers", folder.at("none")},
                                                                                     {"--log-retention-days", "long"},
                                                                                     {"--as-of", "tomorrow"},
                                                                                     {"--explain", "EF-ENC-999"},
                                                                                     {"--format", "csv"},
                                                                                     {"--write-manifest"}}) {
    std::vector<std::string> all = {"audit", "--sysroot", box};
    all.insert(all.end(), words.begin(), words.end());
    const auto run = invoke(all);
    EXPECT_EQ(run.code, 2) << words[0];
    EXPECT_TRUE(run.out.empty()) << words[0];
    EXPECT_TRUE(run.err.starts_with("error: ")) << words[0];
  }
  EXPECT_EQ(invoke({"audit", "--sysroot", folder.at("none")}).code, 2);
}

TEST(AuditCommand, WaiversFromAFile) {
  const TempDir folder;
  small_box(folder);
  const auto waivers = folder.write(
      "w.json",
      R"({"format":"edgefit.waivers","waivers":[{"check":"EF-MOD-006","reason":"r","owner":"o","expires":"2027-01-31"}]})");
  const std::vector<std::string> words = {"audit",      "--sysroot", folder.at("box"), "--only",
                                          "EF-MOD-006", "--waivers", waivers,          "--as-of"};
  auto before = words, after = words;
  before.emplace_back("2027-01-31");
  after.emplace_back("2027-02-01");
  EXPECT_EQ(invoke(before).code, 0);
  EXPECT_EQ(invoke(after).code, 1);
}

TEST(AuditCommand, LiveJsonKeepsItsSchema) {
  const auto run = invoke({"audit", "--format", "json", "--fail-on", "never"});
  EXPECT_EQ(run.code, 0);
  EXPECT_EQ(schema_errors(source_file("docs/schema/audit.schema.json"), run.out), std::vector<std::string>{});
}

/// docs/checks.md is the list of the rows; EDGEFIT_UPDATE_GOLDEN=1 writes it.
TEST(AuditCommand, PageOfChecksIsUpToDate) {
  const auto page = invoke({"audit", "--list", "--format", "markdown"}).out;
  const std::string path = std::string(EDGEFIT_SOURCE_DIR) + "/docs/checks.md";
  if (const char* update = std::getenv("EDGEFIT_UPDATE_GOLDEN"); update != nullptr && *update == '1')
    std::ofstream(path) << page;
  std::ifstream in(path);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  EXPECT_EQ(text, page);
}

TEST(AuditCommand, ListsAndExplains) {
  EXPECT_TRUE(has(invoke({"audit", "--list"}).out, "EF-ENC-001"));
  const auto one = invoke({"audit", "--explain", "ef-enc-001"});
  EXPECT_EQ(one.code, 0);
  EXPECT_TRUE(has(one.out, "supports evidence for"));
  EXPECT_TRUE(has(invoke({"audit", "--explain", "EF-ENC-01"}).err, "did you mean"));
}

}  // namespace
}  // namespace edgefit
