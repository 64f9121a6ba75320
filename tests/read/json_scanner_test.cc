#include "read/json_scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace edgefit {
namespace {

using ::testing::HasSubstr;

TEST(JsonScanner, WalksObjectsAndArrays) {
  JsonScanner scan("\xef\xbb\xbf {\"a\": [1, -2.5e1], \"b\": {\"c\": null}, \"d\": \"x\\n\\u00e9\"} ");
  ASSERT_TRUE(scan.enter_object());
  EXPECT_EQ(scan.next_key(), "a");
  ASSERT_TRUE(scan.enter_array());
  EXPECT_TRUE(scan.next_element());
  EXPECT_EQ(scan.number(), 1);
  EXPECT_TRUE(scan.next_element());
  EXPECT_EQ(scan.number(), -25);
  EXPECT_FALSE(scan.next_element());
  EXPECT_EQ(scan.next_key(), "b");
  scan.skip();
  EXPECT_EQ(scan.next_key(), "d");
  EXPECT_EQ(scan.string(), "x\n\xc3\xa9");
  EXPECT_FALSE(scan.next_key());
  scan.end();
  EXPECT_FALSE(scan.failed());
}

std::string problem_of(std::string_view text) {
  JsonScanner scan(text);
  scan.skip(8);
  scan.end();
  return scan.failed() ? scan.problem("f").what : "none";
}

TEST(JsonScanner, RefusesWhatIsNoJson) {
  EXPECT_EQ(problem_of(R"([{"a": true}, [], {}, NaN])"), "none");
  EXPECT_EQ(problem_of("[null]"), "none");
  for (const char* text : {"", "{", "[1", "[1 2]", "[1,]", "{\"a\" 1}", "{\"a\":1,}", "\"x", "\"\\q\"", "\"\\u12\"",
                           "1 2", "tru", "[1e999]", "\"a\nb\"", "{1:2}", "]"})
    EXPECT_NE(problem_of(text), "none") << text;
  EXPECT_THAT(problem_of(std::string(3000, '[')), HasSubstr("too deep"));
}

TEST(JsonScanner, SaysWhere) {
  JsonScanner scan("{\n \"a\": ?}");
  scan.skip();
  EXPECT_EQ(scan.problem("f.json").where, "f.json:2:7");
}

}  // namespace
}  // namespace edgefit
