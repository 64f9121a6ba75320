#include "evidence/json_facts.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(JsonFactsTest, AnyValueAsAText) {
  const Json json = Json::parse(R"({"n":2.5,"i":3,"l":["p","q"],"o":{}})");
  EXPECT_EQ(plain_text(member(json, "n")), "2.5");
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
