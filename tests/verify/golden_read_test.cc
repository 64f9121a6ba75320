#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "edgefit/golden.h"

namespace edgefit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kLines = R"({"id":"a","prompt":"p","check":"exact","expect":"x"}

{"id":"b","prompt":"q","check":"choice","options":["A","B"],"expect":"B","critical":true}
)";

TEST(GoldenRead, JsonLines) {
  const auto set = read_golden(kLines, "cases.jsonl");
  ASSERT_TRUE(set) << set.error().what;
  ASSERT_EQ(set->cases.size(), 2U);
  EXPECT_EQ(set->cases[1].id, "b");
  EXPECT_EQ(set->cases[1].line, 3U);
  EXPECT_EQ(set->sha256.size(), 64U);
  EXPECT_TRUE(read_golden(std::string("\xef\xbb\xbf") + kLines, "cases.jsonl")) << "a UTF-8 mark";
}

/// As a German Excel writes it: mark, semicolons, decimal comma, CRLF, quotes doubled, a line end in a cell.
TEST(GoldenRead, ATableOfAGermanExcel) {
  const auto set = read_golden(
      "\xef\xbb\xbfid;frage;typ;erwartet;kritisch;toleranz;optionen\r\n"
      "r-1;\"Netto 100 EUR, 19 % MwSt.\r\nBrutto?\";zahl;119,0;ja;0,005;\r\n"
      "k-1;\"Sag \"\"B\"\"\";auswahl;B;;;A|B|C\r\n"
      "n-1;Frage;not_contains;Passwort|BEGIN PRIVATE KEY;x;;\r\n"
      "j-1;Frage;json;\"{\"\"type\"\":\"\"object\"\"}\";nein;;\r\n"
      "\r\n",
      "cases.csv");
  ASSERT_TRUE(set) << set.error().what << set.error().where;
  ASSERT_EQ(set->cases.size(), 4U);
  EXPECT_EQ(set->cases[0].number, 119);
  EXPECT_EQ(set->cases[0].tolerance, 0.005);
  EXPECT_TRUE(set->cases[0].critical);
  EXPECT_THAT(set->cases[0].prompt, HasSubstr("\nBrutto?"));
  EXPECT_EQ(set->cases[1].prompt, "Sag \"B\"");
  EXPECT_THAT(set->cases[1].options, ElementsAre("A", "B", "C"));
  EXPECT_THAT(set->cases[2].expect, ElementsAre("Passwort", "BEGIN PRIVATE KEY"));
  EXPECT_EQ(set->cases[3].schema, R"({"type":"object"})");
}

TEST(GoldenRead, TheSeparatorIsFound) {
  for (const char separator : {';', ',', '\t'}) {
    std::string text = "id|prompt|check|expect|critical\na|p|exact|x|no\n";
    std::replace(text.begin(), text.end(), '|', separator);
    const auto set = read_golden(text, "cases.csv");
    ASSERT_TRUE(set) << separator << set.error().what;
    EXPECT_EQ(set->cases[0].expect[0], "x");
  }
}

TEST(GoldenRead, BothFormsAskTheSame) {
  const auto table = read_golden("id;frage;typ;erwartet\na;p;exact;x\n", "cases.csv");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->cases[0].digest, read_golden(kLines, "cases.jsonl")->cases[0].digest);
}

struct Bad {
  const char *text, *where, *what;
};

TEST(GoldenRead, NothingThatIsNotUnderstoodIsLeftOut) {
  const Bad kBad[] = {
      {"", "f", "no cases"},
      {"id;frage;typ;erwartet\n", "f", "no cases"},
      {"{\"id\":\"a\"\n", "f, line 1", "not valid JSON"},
      {"{\"id\":\"a\",\"prompt\":\"p\",\"check\":\"json\"}\nhello\n", "f, line 2", "not valid JSON"},
      {"{\"id\":\"a\",\"prompt\":\"p\",\"check\":\"json\"}\n{\"id\":\"a\",\"prompt\":\"p\",\"check\":\"json\"}\n",
       "f, line 2", "stands in line 1 too"},
      {"{\"id\":\"a\",\"prompt\":\"p\",\"check\":\"json\",\"id\":\"b\"}\n", "f, line 1", ""},
      {"id;frage;typ;wert\na;p;exact;x\n", "f, line 1", "column 'wert'"},
      {"id;frage;typ;erwartet;expect\na;p;exact;x;y\n", "f, line 1", "two columns mean 'expect'"},
      {"id;frage;typ;erwartet\na;p;exact\n", "f, line 2", "3 cells"},
      {"id;frage;typ;erwartet\na;p;zahl;1.234\n", "f, line 2", "could mean"},
      {"id;frage;typ;erwartet\na;p;json;{\n", "f, line 2", ""},
      {"id;frage;typ;erwartet\na;\"p;exact;x\n", "f", "not closed"},
      {"\xff\xfei\0d\0", "f", "UTF-16"},
  };
  for (const auto& bad : kBad) {
    const auto set = read_golden(bad.text, "f");
    ASSERT_FALSE(set) << bad.text;
    EXPECT_EQ(set.error().where.find(bad.where), 0U) << bad.text << set.error().where;
    EXPECT_THAT(set.error().what, HasSubstr(bad.what)) << bad.text;
  }
  EXPECT_THAT(read_golden("\xfe\xff", "f").error().hint, HasSubstr("UTF-8"));
}

}  // namespace
}  // namespace edgefit
