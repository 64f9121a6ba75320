// edgefit rank through the whole program: its rows are the answers of assess, its order the documented one.
#include "edgefit/rank.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/invoke.h"
#include "edgefit/catalog.h"
#include "support/json_schema.h"

namespace edgefit {
namespace {

using Json = nlohmann::ordered_json;
using test::fixture;
using test::has;
using test::invoke;

const std::vector<std::string> kBox = {"--gpu", "rtx-4090", "--ram", "64GiB", "--cpu", "ryzen-9-7950x"};

Json ask(std::vector<std::string> words, int code = 0) {
  words.insert(words.end(), kBox.begin(), kBox.end());
  words.insert(words.end(), {"--format", "json"});
  const auto outcome = invoke(words);
  EXPECT_EQ(outcome.code, code) << outcome.err;
  return Json::parse(outcome.out);
}

TEST(Rank, EveryRowIsTheAnswerOfAssess) {
  const Json ranking = ask({"rank", "--limit", "0", "--context", "4096"});
  EXPECT_EQ(ranking["models"].size() + ranking["left_out"].size(), model_profiles().size());
  EXPECT_THAT(schema_errors(source_file("docs/schema/rank.schema.json"), ranking.dump()), testing::IsEmpty());
  for (size_t i = 0; i < ranking["models"].size(); i += 5) {
    const Json& row = ranking["models"][i];
    std::vector<std::string> words = {"assess", row["model"], "--context", "4096"};
    if (!row["native"].get<bool>()) words.insert(words.end(), {"--quant", row["precision"]});
    SCOPED_TRACE(words[1]);
    const Json answer = ask(words);
    EXPECT_EQ(row["verdict"], answer["verdict"]);
    EXPECT_EQ(row["speed"], answer["speed"]);
    EXPECT_EQ(row["limits"], answer["limits"]);
    EXPECT_EQ(row["placement"], answer["placement"]);
    ASSERT_EQ(row["memory"].size(), answer["memory"].size());
    for (size_t pool = 0; pool < row["memory"].size(); ++pool) {
      EXPECT_EQ(row["memory"][pool]["need"], answer["memory"][pool]["need"]);
      EXPECT_EQ(row["memory"][pool]["have"], answer["memory"][pool]["have"]);
    }
  }
}

TEST(Rank, TheOrderIsTheDocumentedOne) {
  const Json ranking = ask({"rank", "--limit", "0"});
  const auto merit = [](const Json& row) {
    const bool whole = row["placement"]["gpu_layers"] > row["placement"]["layers"];
    return std::tuple(row["verdict"] == "ready", whole,
                      row["parameters"].is_null() ? 0 : row["parameters"].get<double>());
  };
  const Json& models = ranking["models"];
  for (size_t i = 1; i < models.size(); ++i) EXPECT_GE(merit(models[i - 1]), merit(models[i])) << models[i]["model"];
}

TEST(Rank, ModelsThatAreNamed) {
  const Json ranking = ask({"rank", fixture("models/llama-8b.json"), "llama-3.2-1b", "--quant", "q4_k_m,native"});
  ASSERT_EQ(ranking["models"].size(), 2U);
  EXPECT_EQ(ranking["models"][0]["model"], fixture("models/llama-8b.json"));
  EXPECT_EQ(ranking["models"][0]["native"], true);
  const Json one = ask({"rank", "llama-3.2-1b", "--quant", "q4_k_m"});
  EXPECT_EQ(one["models"][0]["precision"], "q4_k_m");
}

TEST(Rank, ContextAndTaskLeaveModelsOut) {
  const Json embeddings = ask({"rank", "--task", "embedding"});
  EXPECT_GE(embeddings["models"].size(), 5U);
  for (const auto& row : embeddings["models"]) EXPECT_EQ(row["task"], "embedding");
  const Json longer = ask({"rank", "--min-context", "65536", "--limit", "0"});
  for (const auto& row : longer["models"]) {
    EXPECT_GE(row["limits"]["max_context"], 65536) << row["model"];
    EXPECT_EQ(row["workload"]["context"], 65536);
  }
  EXPECT_GT(longer["models"].size(), 10U);
}

TEST(Rank, NothingFits) {
  const auto outcome = invoke({"rank", "deepseek-v3", "--ram", "16GiB"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_TRUE(has(outcome.out, "0 of 1 models fit")) << outcome.out;
}

TEST(Rank, WhatIsWrongIsNamed) {
  for (const auto& [words, part] :
       std::vector<std::pair<std::vector<std::string>, const char*>>{{{"rank", "no-such-model"}, "no-such-model"},
                                                                     {{"rank", "--task", "cooking"}, "--task"},
                                                                     {{"rank", "--quant", "q4_k_m,q9"}, "--quant"},
                                                                     {{"rank", "--limit", "many"}, "--limit"},
                                                                     {{"rank", "--min-context", "-1"}, "--min-context"},
                                                                     {{"rank", "--draft", "llama-3.2-1b"}, "--draft"},
                                                                     {{"rank", "--format", "junit"}, "--format"}}) {
    const auto outcome = invoke(words);
    EXPECT_EQ(outcome.code, 2) << part;
    EXPECT_EQ(outcome.out, "") << part;
    EXPECT_TRUE(has(outcome.err, part)) << outcome.err;
  }
}

}  // namespace
}  // namespace edgefit
