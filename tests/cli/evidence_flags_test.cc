#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.h"
#include "cli/invoke.h"
#include "edgefit/evidence.h"
#include "support/chat_server.h"
#include "support/json_schema.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::has;
using test::invoke;
using test::TempDir;

std::string example(const char* path) {
  return std::string(EDGEFIT_SOURCE_DIR) + "/docs/examples/" + path;
}

TEST(EvidenceFlags, EveryRunOfFiveCommandsBecomesARecord) {
  const TempDir folder;
  folder.write("box/proc/swaps", "Filename Type\n");
  folder.write("g.jsonl", R"({"id":"a","prompt":"p","check":"contains","expect":"word","critical":true})");
  const test::ChatServer server(
      [](size_t, const std::string&, double) { return test::steady_answer(0.002, 0.001, 4); });
  const std::string model = example("llama-3.1-8b.json"), box = example("roadmap/box.json"), e = folder.at("e");
  struct Row {
    std::vector<std::string> words;
    EvidenceKind kind;
    const char* subject;  ///< must be known; empty = none
  };
  const std::vector<Row> rows = {
      {{"probe", "--host", box}, EvidenceKind::inventory, "driver"},
      {{"assess", model, "--host", box, "--goal", "ttft=2s"}, EvidenceKind::plan, "model"},
      {{"plan", model, "--host", box, "--goal", "ttft=2s"}, EvidenceKind::plan, "model"},
      {{"audit", "--sysroot", folder.at("box"), "--only", "EF-ENC-*"}, EvidenceKind::audit, ""},
      {{"verify", "--url", server.url(), "--golden", folder.at("g.jsonl"), "--requests", "3", "--warmups", "1",
        "--prompt-tokens", "50", "--output-tokens", "4"},
       EvidenceKind::verify,
       "golden"},
  };
  for (size_t i = 0; i < rows.size(); ++i) {
    auto words = rows[i].words;
    words.insert(words.end(), {"--evidence", e});
    const auto run = invoke(words);
    EXPECT_NE(run.code, 2) << run.err;
    EXPECT_FALSE(run.out.empty()) << words[0];
    EXPECT_TRUE(has(run.err, "kept as record " + std::to_string(i + 1) + " (" + name_of(rows[i].kind) + ")"))
        << run.err;
    // What is said of a run does not depend on whether it is kept.
    words.resize(words.size() - 2);
    EXPECT_TRUE(words[0] == "verify" || invoke(words).out == run.out) << words[0];
  }
  const auto chain = read_evidence(e);
  ASSERT_TRUE(chain);
  EXPECT_TRUE(chain->gaps.empty());
  ASSERT_EQ(chain->records.size(), rows.size());
  const auto schema = source_file("docs/schema/evidence.schema.json");
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto& record = chain->records[i];
    EXPECT_EQ(record.kind, rows[i].kind);
    EXPECT_TRUE(*rows[i].subject == '\0' || record.subject.count(rows[i].subject) == 1) << rows[i].words[0];
    const auto text = read_small_file(e + "/00000" + std::to_string(i + 1) + ".json");
    ASSERT_TRUE(text);
    EXPECT_EQ(schema_errors(schema, *text), std::vector<std::string>{});
  }
  EXPECT_EQ(chain->records[4].results.front().id.substr(0, 7), "EF-VER-");
}

TEST(EvidenceFlags, ARunThatCannotBeKeptSaysSo) {
  const TempDir folder;
  const auto run = invoke({"probe", "--host", example("roadmap/box.json"), "--evidence", folder.at("no/where")});
  EXPECT_EQ(run.code, 2);
  EXPECT_TRUE(run.out.empty());
  EXPECT_TRUE(has(run.err, "cannot make this folder")) << run.err;
  EXPECT_FALSE(std::filesystem::exists(folder.at("no")));
}

}  // namespace
}  // namespace edgefit
