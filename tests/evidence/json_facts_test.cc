#include "evidence/json_facts.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(JsonFactsTest, WhatIsNotThereIsEmpty) {
  const Json json = Json::parse(R"({"a":"x","n":2.5,"i":3,"l":["p","q"],"o":{}})");
  EXPECT_EQ(text_at(json, "a"), "x");
  EXPECT_EQ(text_at(json, "n"), "");
  EXPECT_EQ(text_at(json, "none"), "");
  EXPECT_TRUE(member(json, "none").is_null());
  EXPECT_TRUE(member(Json(3), "a").is_null());
  EXPECT_EQ(items(member(json, "a")).size(), 0U);
  EXPECT_EQ(items(member(json, "l")).size(), 2U);
  EXPECT_EQ(number_at(json, "n"), 2.5);
  EXPECT_FALSE(number_at(json, "a"));
  EXPECT_EQ(plain_text(member(json, "i")), "3");
  EXPECT_EQ(plain_text(member(json, "l")), "p q");
  EXPECT_EQ(plain_text(member(json, "o")), "");
}

TEST(JsonFactsTest, LongTextsAreCutBetweenCharacters) {
  std::string text(999, 'x');
  text += "\xC3\xBC";
  EXPECT_EQ(bounded(text), std::string(999, 'x'));
  EXPECT_EQ(bounded("a\x1b[31mb").find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace edgefit
