#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "edgefit/report.h"
#include "report/sample.h"
#include "support/json_schema.h"

namespace edgefit {
namespace {

using Json = nlohmann::ordered_json;
using test::sample_answer;
using test::short_answer;

std::string render(const Answer& answer) {
  return find_reporter("json")->render(answer, {});
}

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> out;
  for (const auto& [key, value] : object.items()) out.push_back(key);
  return out;
}

TEST(JsonReport, KeysComeInTheOrderOfTheContract) {
  for (const Answer& answer : {sample_answer(), short_answer()}) {
    const Json json = Json::parse(render(answer));
    EXPECT_THAT(keys(json),
                testing::ElementsAre("format", "format_version", "edgefit", "as_of", "model", "host", "runtime",
                                     "workload", "verdict", "exit_code", "placement", "memory", "speed", "checks",
                                     "limits", "options", "command", "warnings", "why", "refusal"));
  }
}

TEST(JsonReport, NeedIsTheIntegerSumOfItsLines) {
  const Json json = Json::parse(render(sample_answer()));
  for (const auto& pool : json["memory"]) {
    int64_t sum = 0;
    for (const auto& line : pool["lines"]) {
      ASSERT_TRUE(line["bytes"].is_number_integer());
      sum += line["bytes"].get<int64_t>();
    }
    ASSERT_TRUE(pool["need"]["value"].is_number_integer());
    EXPECT_EQ(pool["need"]["value"].get<int64_t>(), sum);
  }
}

TEST(JsonReport, EveryLineAndEverySpeedHasAWhy) {
  const Json json = Json::parse(render(sample_answer()));
  for (const auto& pool : json["memory"]) {
    for (const auto& line : pool["lines"]) {
      const auto& why = json["why"].at(line["why"].get<std::string>());
      EXPECT_EQ(why["value"], line["bytes"]);
      EXPECT_EQ(why["unit"], "B");
    }
  }
  EXPECT_EQ(json["why"]["decode"]["unit"], "tok/s");
  EXPECT_EQ(json["why"]["decode"]["value"], json["speed"]["decode_tokens_per_second"]["value"]);
}

TEST(JsonReport, NamedPartsAreOwnEntries) {
  const Json why = Json::parse(render(sample_answer()))["why"];
  const Json& kv = why["gpu0.kv_cache"];
  EXPECT_EQ(kv["formula"], "layers * context * sequences * kv_row");
  EXPECT_EQ(kv["rule"], "llamacpp.kv");
  EXPECT_EQ(kv["inputs"][1], Json({{"name", "context"},
                                   {"value", 8192},
                                   {"unit", "1"},
                                   {"origin", "user"},
                                   {"source", "--context 8192"},
                                   {"why", nullptr}}));
  EXPECT_EQ(kv["inputs"][3]["why"], "kv_row");
  EXPECT_EQ(why["kv_row"]["formula"], "kv_heads * row");
  EXPECT_EQ(why["kv_row"]["value"], 4096);
}

TEST(JsonReport, SpeedsThatDoNotExistAreLeftOut) {
  const Json json = Json::parse(render(short_answer()));
  EXPECT_THAT(keys(json["speed"]), testing::ElementsAre("reason", "bound_by"));
  EXPECT_EQ(json["speed"]["reason"], "does_not_fit");
  EXPECT_TRUE(Json::parse(render(sample_answer()))["speed"]["reason"].is_null());
}

TEST(JsonReport, UnknownIsNullNeverZero) {
  Answer answer = sample_answer();
  answer.assessment.pools[1].have = std::nullopt;
  Host host = test::sample_host();
  host.gpus[0].vram_free = Fact<Bytes>::unknown("no driver");
  answer.question = test::sample_case(host);
  const Json json = Json::parse(render(answer));
  EXPECT_TRUE(json["memory"][1]["have"].is_null());
  EXPECT_TRUE(json["host"]["pools"][1]["free_bytes"].is_null());
}

TEST(JsonReport, PricesAreCentsOrNullWithAReason) {
  Answer answer = short_answer();
  answer.options[0].price.known = false;
  const Json json = Json::parse(render(answer))["options"];
  EXPECT_TRUE(json[0]["price"]["value"].is_null());
  EXPECT_TRUE(json[0]["price"]["reason"].is_string());
  EXPECT_EQ(json[1]["price"]["value"], 159900);
  EXPECT_TRUE(json[1]["price"]["value"].is_number_integer());
  EXPECT_TRUE(json[1]["price"]["reason"].is_null());
  EXPECT_EQ(json[1]["changes"][0]["op"], "add");
}

TEST(JsonReport, HostileTextStaysJson) {
  Model model = test::sample_model();
  model.name = "a\"\\\x01\xff\xc3";
  const Json json = Json::parse(render(sample_answer(test::sample_case(test::sample_host(), model))));
  EXPECT_TRUE(json["model"]["name"].get<std::string>().starts_with("a\"\\\x01"));
}

TEST(JsonReport, NumbersThatAreNotFiniteAreNull) {
  Answer answer = sample_answer();
  answer.assessment.speed.decode->high = TokensPerSecond{INFINITY};
  EXPECT_TRUE(Json::parse(render(answer))["speed"]["decode_tokens_per_second"]["high"].is_null());
}

TEST(JsonReport, FollowsItsSchema) {
  const auto schema = source_file("docs/schema/assessment.schema.json");
  EXPECT_THAT(schema_errors(schema, render(sample_answer())), testing::IsEmpty());
  EXPECT_THAT(schema_errors(schema, render(short_answer())), testing::IsEmpty());
  // The schema would notice a missing key and a wrong word.
  Json broken = Json::parse(render(sample_answer()));
  broken.erase("limits");
  broken["verdict"] = "maybe";
  EXPECT_GE(schema_errors(schema, broken.dump()).size(), 2u);
}

}  // namespace
}  // namespace edgefit
