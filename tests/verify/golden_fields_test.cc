#include "verify/golden_fields.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

Result<GoldenCase> made(const char* text) {
  return golden_case(Json::parse(text), "cases.jsonl, line 3");
}

TEST(GoldenFields, EachCheckTakesWhatItNeeds) {
  const auto number = made(R"({"id":"a","prompt":"p","check":"number","expect":119,"tol":0.005,"critical":true})");
  ASSERT_TRUE(number) << number.error().what;
  EXPECT_EQ(number->number, 119);
  EXPECT_EQ(number->tolerance, 0.005);
  EXPECT_TRUE(number->critical);
  const auto table = made(R"({"id":"a","prompt":"p","check":"Zahl","expect":"1.234,5","tol":"0,01","critical":"ja"})");
  ASSERT_TRUE(table) << table.error().what;
  EXPECT_EQ(table->number, 1234.5);
  EXPECT_EQ(table->tolerance, 0.01);
  const auto tokens = made(R"({"id":"a","prompt":"p","check":"max_tokens","expect":300})");
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->answer_tokens, 301) << "an answer cut at the limit could never be too long";
  const auto latency = made(R"({"id":"a","prompt":"p","check":"dauer","expect":"2 s"})");
  ASSERT_TRUE(latency);
  EXPECT_EQ(latency->limit, 2);
  EXPECT_FALSE(made(R"({"id":"a","prompt":"p","check":"refusal","expect":false})")->refuses);
  EXPECT_TRUE(made(R"({"id":"a","prompt":"p","check":"refusal"})")->refuses);
}

TEST(GoldenFields, EveryWrongCaseIsToldWithWhereItStands) {
  for (const char* bad : {
           "[]",
           "{}",
           R"({"id":"a","check":"exact","expect":"x"})",
           R"({"id":"a","prompt":" ","check":"exact","expect":"x"})",
           R"({"prompt":"p","check":"exact","expect":"x"})",
           R"({"id":"a\u0007","prompt":"p","check":"exact","expect":"x"})",
           R"({"id":"a","prompt":"p","expect":"x"})",
           R"({"id":"a","prompt":"p","check":"llm-rubric","expect":"x"})",
           R"({"id":"a","prompt":"p","check":"exact"})",
           R"({"id":"a","prompt":"p","check":"exact","expect":""})",
           R"({"id":"a","prompt":"p","check":"exact","expect":["x","y"]})",
           R"({"id":"a","prompt":"p","check":"contains","expect":5})",
           R"({"id":"a","prompt":"p","check":"contains_all","expect":["x",""]})",
           R"({"id":"a","prompt":"p","check":"regex","expect":"("})",
           R"({"id":"a","prompt":"p","check":"number","expect":"1.234"})",
           R"({"id":"a","prompt":"p","check":"number","expect":"many"})",
           R"({"id":"a","prompt":"p","check":"number","expect":1,"tol":-1})",
           R"({"id":"a","prompt":"p","check":"number"})",
           R"({"id":"a","prompt":"p","check":"choice","expect":"A"})",
           R"({"id":"a","prompt":"p","check":"choice","expect":"A","options":["A","A"]})",
           R"({"id":"a","prompt":"p","check":"choice","expect":"C","options":["A","B"]})",
           R"({"id":"a","prompt":"p","check":"json","schema":{"format":"email"}})",
           R"({"id":"a","prompt":"p","check":"max_tokens","expect":0})",
           R"({"id":"a","prompt":"p","check":"max_tokens","expect":1e9})",
           R"({"id":"a","prompt":"p","check":"latency"})",
           R"({"id":"a","prompt":"p","check":"exact","expect":"x","critical":"vielleicht"})",
           R"({"id":"a","prompt":"p","check":"exact","expect":"x","critical":1})",
           R"({"id":"a","prompt":"p","check":"exact","expect":"x","normalize":["nfkc"]})",
           R"({"id":"a","prompt":"p","check":"exact","expect":"x","answer_tokens":0})",
           R"({"id":"a","prompt":"p","check":"exact","expect":"x","expected":"x"})",
       }) {
    const auto found = made(bad);
    ASSERT_FALSE(found) << bad;
    EXPECT_EQ(found.error().where, "cases.jsonl, line 3");
    EXPECT_FALSE(found.error().what.empty());
  }
  EXPECT_EQ(made(R"({"id":"a","prompt":"p","check":"exact","expekt":"x"})").error().hint, "did you mean 'expect'?");
}

TEST(GoldenFields, WhatIsComparedIsDeclared) {
  const auto plain = made(R"({"id":"a","prompt":"p","check":"exact","expect":"x"})");
  EXPECT_FALSE(plain->normal.fold_case);
  const auto folded =
      made(R"({"id":"a","prompt":"p","check":"exact","expect":"x","normalize":["case","decimal_comma"]})");
  EXPECT_TRUE(folded->normal.fold_case && folded->normal.decimal_comma);
  EXPECT_FALSE(folded->normal.trim) << "what is named replaces what is usual";
  EXPECT_TRUE(made(R"({"id":"a","prompt":"p","check":"contains","expect":"x"})")->normal.fold_case);
}

TEST(GoldenFields, TheDigestFollowsWhatIsAskedAndExpected) {
  const auto digest = [](const char* text) { return made(text)->digest; };
  const auto first = digest(R"({"id":"a","prompt":"p","check":"exact","expect":"x"})");
  EXPECT_EQ(first.size(), 64U);
  EXPECT_EQ(first, digest(R"({"check":"exact","expect":"x","prompt":"p","id":"a","critical":true})"));
  EXPECT_NE(first, digest(R"({"id":"a","prompt":"p","check":"exact","expect":"y"})"));
  EXPECT_NE(first, digest(R"({"id":"a","prompt":"q","check":"exact","expect":"x"})"));
  EXPECT_NE(first, digest(R"({"id":"a","prompt":"p","check":"contains","expect":"x"})"));
}

TEST(GoldenFields, YesAndNoInTheLanguagesOfTables) {
  for (const char* yes : {"ja", "X", "1", "TRUE", "wahr"}) EXPECT_EQ(yes_or_no(yes), true) << yes;
  for (const char* no : {"nein", "", "0", "Falsch"}) EXPECT_EQ(yes_or_no(no), false) << no;
  EXPECT_EQ(yes_or_no("2"), std::nullopt);
}

}  // namespace
}  // namespace edgefit
