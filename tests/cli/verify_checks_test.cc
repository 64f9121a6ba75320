#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/json.h"
#include "cli/invoke.h"
#include "support/chat_server.h"
#include "support/json_schema.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::ChatServer;
using test::fixture;
using test::has;
using test::invoke;
using test::Script;
using test::steady_answer;
using test::TempDir;

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Says what stands between << and >> in the prompt.
Script echo(size_t, const std::string& request, double) {
  const size_t begin = request.find("<<"), end = request.find(">>");
  const std::string text = begin == std::string::npos ? "nothing" : request.substr(begin + 2, end - begin - 2);
  return Script::stream().content(0, text).finish(0, 5, 2);
}

std::string cases(const TempDir& folder, int good, int bad, bool critical = false) {
  std::string text;
  for (int i = 0; i < good + bad; ++i)
    text += "{\"id\":\"c" + std::to_string(i) + "\",\"prompt\":\"say <<" + (i < good ? "yes" : "no") +
            ">>\",\"check\":\"exact\",\"expect\":\"yes\"" + (critical ? ",\"critical\":true" : "") + "}\n";
  return folder.write("cases.jsonl", text);
}

test::Outcome verify(const ChatServer& server, std::vector<std::string> words) {
  words.insert(words.begin(), {"verify", "--url", server.url(), "--as-of", "2026-11-23"});
  return invoke(words);
}

TEST(VerifyGolden, FiftyThatPassProveNinetyPercentAndLoadNothing) {
  const TempDir folder;
  const ChatServer server(echo);
  const auto run = verify(server, {"--golden", cases(folder, 50, 0, true)});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_TRUE(has(run.out, "50 of 50 pass")) << run.out;
  EXPECT_EQ(server.exchanges().size(), 150U) << "three repeats and no load beside them";
  for (const char* part : {"\"temperature\":0", "\"seed\":1"})
    EXPECT_TRUE(has(server.exchanges()[0].request, part)) << server.exchanges()[0].request;
}

TEST(VerifyGolden, TwentyNeverProveIt) {
  const TempDir folder;
  const ChatServer server(echo);
  const auto run = verify(server, {"--golden", cases(folder, 20, 0), "--repeats", "1"});
  EXPECT_EQ(run.code, 3);
  EXPECT_TRUE(has(run.out, "35 that all pass can")) << run.out;
  EXPECT_EQ(verify(server, {"--golden", cases(folder, 20, 0), "--repeats", "1", "--target", "80%"}).code, 0);
}

TEST(VerifyGolden, JUnitHasACaseEachAndFailsForCriticalOnesOnly) {
  const TempDir folder;
  const ChatServer server(echo);
  const auto critical = verify(server, {"--golden", cases(folder, 1, 1, true), "--repeats", "1", "--format", "junit"});
  EXPECT_TRUE(has(critical.out, "<testcase classname=\"edgefit.verify.golden\" name=\"c0\"")) << critical.out;
  EXPECT_TRUE(has(critical.out, "message=\"fail, 0 of 1 times passed: the answer is another text\"")) << critical.out;
  const auto plain = verify(server, {"--golden", cases(folder, 1, 1), "--repeats", "1", "--format", "junit"});
  EXPECT_FALSE(has(plain.out, "message=\"fail, 0 of 1")) << plain.out;
  EXPECT_TRUE(has(plain.out, "c1 fail, 0 of 1")) << "told in the output";
}

TEST(VerifyGolden, ACriticalCaseThatFailsFailsAll) {
  const TempDir folder;
  const ChatServer server(echo);
  const auto run = verify(server, {"--golden", cases(folder, 99, 1, true), "--repeats", "1"});
  EXPECT_EQ(run.code, 1);
  EXPECT_TRUE(has(run.out, "not passed: c99")) << run.out;
}

TEST(VerifyGolden, ABaselineIsKeptAndCompared) {
  const TempDir folder;
  const ChatServer server(echo);
  const auto kept =
      verify(server, {"--golden", cases(folder, 50, 0), "--repeats", "1", "--save-baseline", folder.at("base.json")});
  EXPECT_EQ(kept.code, 0) << kept.err;
  EXPECT_TRUE(
      schema_errors(source_file("docs/schema/golden-baseline.schema.json"), read(folder.at("base.json"))).empty());
  const auto same =
      verify(server, {"--golden", cases(folder, 50, 0), "--repeats", "1", "--baseline", folder.at("base.json")});
  EXPECT_EQ(same.code, 0) << same.out;
  // The same cases, answered otherwise.
  const ChatServer worse([](size_t index, const std::string& request, double at) {
    return index < 5 ? Script::stream().content(0, "no").finish(0, 5, 1) : echo(index, request, at);
  });
  const auto broken = verify(worse, {"--golden", cases(folder, 50, 0), "--repeats", "1", "--target", "0.5",
                                     "--baseline", folder.at("base.json"), "-o", folder.at("r.json")});
  EXPECT_EQ(broken.code, 1);
  EXPECT_TRUE(has(broken.out, "5 broken, 0 mended, p = 0.031")) << broken.out;
  const auto report = Json::parse(read(folder.at("r.json")));
  EXPECT_EQ(report["golden"]["baseline"]["alarm"], true);
  EXPECT_EQ(report["golden"]["baseline"]["broken"], Json::parse(R"(["c0","c1","c2","c3","c4"])"));
}

TEST(VerifyGolden, ReportsKeepToTheirSchemaAndHoldNoTexts) {
  const TempDir folder;
  const ChatServer server([](size_t index, const std::string&, double) {
    return Script::stream().content(0, index % 3 == 0 ? "yes" : "secret answer").finish(0, 5, 2);
  });
  const auto run = verify(server, {"--golden", cases(folder, 3, 0), "-o", folder.at("r.json"), "-o", folder.at("r.md"),
                                   "-o", folder.at("r.xml")});
  EXPECT_EQ(run.code, 1) << run.out;
  const std::string json = read(folder.at("r.json"));
  EXPECT_EQ(schema_errors(source_file("docs/schema/verify.schema.json"), json), std::vector<std::string>{});
  for (const auto& text : {run.out, json, read(folder.at("r.md")), read(folder.at("r.xml"))}) {
    EXPECT_FALSE(has(text, "secret")) << text;
    EXPECT_TRUE(has(text, "flaky") || has(text, "repeats")) << text;
  }
  const auto kept = verify(server, {"--golden", cases(folder, 3, 0), "--keep-texts", "--format", "json"});
  EXPECT_TRUE(has(kept.out, "secret answer"));
  EXPECT_EQ(schema_errors(source_file("docs/schema/verify.schema.json"), kept.out), std::vector<std::string>{});
}

TEST(VerifyGolden, WhatCannotBeReadIsAnErrorBeforeAnythingIsAsked) {
  const TempDir folder;
  const ChatServer server(echo);
  const std::string good = cases(folder, 2, 0),
                    broken = folder.write("bad.csv", "id;frage;typ;erwartet\na;p;zahl;1.234\n");
  const std::vector<std::vector<std::string>> bad = {
      {"--golden", folder.at("none.jsonl")},
      {"--golden", broken},
      {"--golden", good, "--repeats", "0"},
      {"--golden", good, "--target", "2"},
      {"--golden", good, "--baseline", good},
      {"--repeats", "3"},
      {"--baseline", good},
      {"--case", good},
      {"--case", folder.at("none.json")},
  };
  for (const auto& words : bad) {
    const auto run = verify(server, words);
    EXPECT_EQ(run.code, 2) << words.back();
    EXPECT_EQ(run.out, "");
    EXPECT_TRUE(has(run.err, "error: ")) << run.err;
  }
  EXPECT_EQ(server.exchanges().size(), 0U);
  EXPECT_TRUE(has(verify(server, {"--golden", broken}).err, "bad.csv, line 2"));
}

class VerifyCase : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(invoke({"assess", fixture("models/llama-8b.json"), "--host", fixture("machines/workstation.json"), "-o",
                      folder_.at("case.json")})
                  .code,
              0);
  }
  Json against(double first, double gap, std::vector<std::string> more = {}) {
    const ChatServer server([=](size_t, const std::string&, double) { return steady_answer(first, gap, 8, 1024); });
    more.insert(more.begin(), {"--case", folder_.at("case.json"), "--requests", "3", "--warmups", "0",
                               "--output-tokens", "8", "--format", "json"});
    const auto run = verify(server, more);
    EXPECT_NE(run.code, 2) << run.err;
    const auto report = Json::parse(run.out);
    EXPECT_EQ(schema_errors(source_file("docs/schema/verify.schema.json"), run.out), std::vector<std::string>{});
    return report["prediction"];
  }
  const TempDir folder_;
};

TEST_F(VerifyCase, MeasuredStandsBesidePredicted) {
  const Json found = against(0.16, 0.2);
  ASSERT_EQ(found["figures"].size(), 2U) << found.dump(1);
  EXPECT_EQ(found["figures"][0]["id"], "decode");
  EXPECT_NEAR(found["figures"][0]["measured"].get<double>(), 5, 0.5);
  EXPECT_GT(found["figures"][0]["predicted"]["value"].get<double>(), 50);
  EXPECT_LT(found["figures"][0]["speed"].get<double>(), 0.1);
  // A box under load refuses to certify; whatever it is, a tenth of the speed does not pass.
  EXPECT_NE(found["status"], "pass");
}

TEST_F(VerifyCase, RequestsThatOverlapAreNotCompared) {
  const Json found = against(0.001, 0.001, {"--shape", "users", "--users", "2"});
  EXPECT_FALSE(found["gap"].is_null());
  EXPECT_EQ(found["status"], "unknown");
  EXPECT_EQ(found["figures"].size(), 0U);
}

}  // namespace
}  // namespace edgefit
