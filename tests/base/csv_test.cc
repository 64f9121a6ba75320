#include "base/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace edgefit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Csv, SeparatorsAreGuessed) {
  for (const char* text : {"a,b\n1,2\n", "a;b\r\n1;2\r\n", "a\tb\r1\t2", "\xef\xbb\xbf\x61;b\n1;2",
                           "sep=;\r\na;b\r\n1;2\r\n", "\n a ; b \n\n;\n 1 ;2\n"}) {
    const auto table = read_csv(text, "t.csv");
    ASSERT_TRUE(table) << text << table.error().what;
    EXPECT_THAT(table->heading, ElementsAre("a", "b")) << text;
    ASSERT_EQ(table->rows.size(), 1u) << text;
    EXPECT_THAT(table->rows[0].cells, ElementsAre("1", "2")) << text;
  }
}

TEST(Csv, QuotesHoldSeparatorsAndLines) {
  const auto table = read_csv("a,b\n\"x, \"\"y\"\"\nz\",2\n3,\"\"\n", "t.csv");
  ASSERT_FALSE(table);  // a line end inside of a cell is a control character
  const auto plain = read_csv("a,\"b;c\"\n\"x, \"\"y\"\"\",2\n3,\"\"\n", "t.csv");
  ASSERT_TRUE(plain) << plain.error().what;
  EXPECT_THAT(plain->heading, ElementsAre("a", "b;c"));
  EXPECT_THAT(plain->rows[0].cells, ElementsAre("x, \"y\"", "2"));
  EXPECT_THAT(plain->rows[1].cells, ElementsAre("3", ""));
  EXPECT_EQ(plain->rows[1].line, 3u);
}

TEST(Csv, TroubleNamesTheLine) {
  const auto fails = [](const std::string& text, const char* what, const char* where) {
    const auto table = read_csv(text, "t.csv");
    ASSERT_FALSE(table) << text;
    EXPECT_THAT(table.error().what, HasSubstr(what)) << text;
    EXPECT_THAT(table.error().where, HasSubstr(where)) << text;
  };
  fails("", "empty", "t.csv");
  fails("\n\n", "empty", "t.csv");
  fails("a,b\n1\n", "1 cells, the heading has 2", "line 2");
  fails("a,b\n1,2,3\n", "3 cells", "line 2");
  fails("a,b\n1,\"2\n", "not closed", "t.csv");
  fails("a,b\n1,\"2\"\"\" \"3\"\n", "stray", "line 2");
  fails("a,b\n1,M\xfcller\n", "strange bytes", "line 2");
  fails(std::string("a,b\n1,\0\n", 8), "strange bytes", "line 2");
  fails(
      "\xff\xfe"
      "a",
      "UTF-16", "t.csv");
  fails("a\n" + std::string(5000, 'x'), "too long", "line 2");
  fails(std::string(100, ','), "too many columns", "line 1");
  std::string many = "a\n";
  for (int i = 0; i < 20'001; ++i) many += "1\n";
  fails(many, "too many lines", "line 20002");
}

TEST(Csv, LinesInCellsOnlyWhereTheyAreWanted) {
  const char* const text = "a;b\n\"one\ntwo\tthree\";x\nlast;y\n";
  EXPECT_FALSE(read_csv(text, "t.csv"));
  const auto table = read_csv(text, "t.csv", {.lines = true});
  ASSERT_TRUE(table);
  EXPECT_EQ(table->rows[0].cells[0], "one\ntwo\tthree");
  EXPECT_EQ(table->rows[1].line, 4U);
  EXPECT_FALSE(read_csv("a;b\n\"\x1b[2J\";x\n", "t.csv", {.lines = true})) << "control bytes stay out";
  EXPECT_FALSE(read_csv("a;b\nlong;x\n", "t.csv", {.cell = 3}));
}

}  // namespace
}  // namespace edgefit
