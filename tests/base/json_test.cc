#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace edgefit {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Problem failure(std::string_view text, JsonLimits limits = {}) {
  const auto json = parse_json(text, "x.json", limits);
  return json ? Problem{"no failure", {}, {}} : json.error();
}

TEST(ParseJson, KeepsValuesAndTheirOrder) {
  const auto json = parse_json(R"({"b":[1,-2,2.5,true,null,"x"],"a":{"c":{}}})", "x.json");
  ASSERT_TRUE(json) << json.error().what;
  EXPECT_EQ(json->dump(), R"({"b":[1,-2,2.5,true,null,"x"],"a":{"c":{}}})");
  EXPECT_EQ(parse_json("17", "x")->get<int>(), 17);
  EXPECT_TRUE(parse_json("\xef\xbb\xbf{}", "x"));
}

TEST(ParseJson, NamesLineAndColumn) {
  const Problem p = failure("{\n  \"a\": 1,\n  \"b\": tru\n}");
  EXPECT_THAT(p.what, HasSubstr("not valid JSON"));
  EXPECT_THAT(p.where, HasSubstr("x.json:3:"));
  EXPECT_EQ(failure("").where, "x.json:1:1");
  EXPECT_EQ(failure("[1,\n 2,x]").where, "x.json:2:4");
  EXPECT_THAT(failure("{\"a\": 1").what, HasSubstr("not valid JSON"));
}

TEST(ParseJson, RefusesWhatIsNotJson) {
  for (const char* text : {"// no\n{}", "{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":1e400}", "[1,]", "{} {}",
                           "{\"a\" 1}", "\"\xff\xfe\"", "\"\xc3(\"", "{'a':1}"}) {
    EXPECT_THAT(failure(text).what, HasSubstr("not valid JSON")) << text;
  }
}

TEST(ParseJson, RefusesDuplicateKeys) {
  const Problem p = failure("{\"a\":1,\n \"b\":{\"c\":1,\"c\":2}}");
  EXPECT_EQ(p.what, "duplicate key \"c\"");
  EXPECT_THAT(p.where, HasSubstr("x.json:2:"));
  EXPECT_TRUE(parse_json(R"([{"a":1},{"a":2}])", "x"));
}

TEST(ParseJson, LimitsDepthAndCount) {
  EXPECT_THAT(failure(std::string(100'000, '[')).what, HasSubstr("nested too deep"));
  EXPECT_TRUE(parse_json("[[[1]]]", "x", {.depth = 3}));
  EXPECT_THAT(failure("[[[[1]]]]", {.depth = 3}).what, HasSubstr("nested too deep (3)"));
  EXPECT_TRUE(parse_json("[1,2,3]", "x", {.values = 4}));
  EXPECT_THAT(failure("[1,2,3,4]", {.values = 4}).what, HasSubstr("too many values"));
}

TEST(ParseJson, EchoesLittleOfAHostileFile) {
  const Problem p = failure("\"" + std::string(3 << 20, 'a') + "\x1b[31m");
  EXPECT_LT(p.what.size(), 300U);
  EXPECT_THAT(p.what, Not(HasSubstr("\x1b")));
  EXPECT_THAT(failure("{\"\x1f\x1b\":1}").what, Not(HasSubstr("\x1b")));
}

TEST(JsonMembers, WhatIsNotThereIsEmpty) {
  const Json json = Json::parse(R"({"a":"x","n":2.5,"l":["p","q"]})");
  EXPECT_EQ(text_at(json, "a"), "x");
  EXPECT_EQ(text_at(json, "n"), "");
  EXPECT_EQ(text_at(json, "none"), "");
  EXPECT_EQ(text_at(Json::array(), "a"), "");
  EXPECT_TRUE(member(json, "none").is_null());
  EXPECT_TRUE(member(Json(3), "a").is_null());
  EXPECT_EQ(items(member(json, "a")).size(), 0U);
  EXPECT_EQ(items(member(json, "l")).size(), 2U);
  EXPECT_EQ(number_at(json, "n"), 2.5);
  EXPECT_FALSE(number_at(json, "a"));
}

TEST(ParseJson, HandlesManyKeysInOneObject) {
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) text += "\"model.layers." + std::to_string(i) + ".weight\":1,";
  text += "\"last\":2}";
  const auto start = std::chrono::steady_clock::now();
  const auto json = parse_json(text, "index.json");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->size(), 100'001U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));  // quadratic needs minutes
}

}  // namespace
}  // namespace edgefit
