#include "base/parse.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

using Views = std::vector<std::string_view>;

TEST(Parse, LinesHaveNoEndsAndNoEmptyLast) {
  EXPECT_EQ(split_lines("a\nb\n"), (Views{"a", "b"}));
  EXPECT_EQ(split_lines("a\n\nb"), (Views{"a", "", "b"}));
  EXPECT_TRUE(split_lines("").empty());
}

TEST(Parse, SplitKeepsEmptyParts) {
  EXPECT_EQ(split("a,, b ", ','), (Views{"a", "", "b"}));
  EXPECT_EQ(words(" a\t b \n"), (Views{"a", "b"}));
}

TEST(Parse, NumbersAreWhole) {
  EXPECT_EQ(to_number(" 42\n"), 42);
  EXPECT_EQ(to_number("8.5"), 8.5);
  for (const char* text : {"", "max", "12 kB", "nan", "inf", "1e5", "0x10", "-"}) EXPECT_FALSE(to_number(text)) << text;
  EXPECT_EQ(to_hex("0x10de"), 0x10deU);
  EXPECT_EQ(to_hex("3f0000000"), 0x3f0000000U);
  EXPECT_FALSE(to_hex("0x"));
  EXPECT_FALSE(to_hex("11111111111111111"));
  EXPECT_EQ(leading_number("16.0 GT/s PCIe"), 16);
  EXPECT_FALSE(leading_number("Unknown"));
}

TEST(Parse, CpuListsAreSortedAndBounded) {
  EXPECT_EQ(parse_cpu_list("8,0-3"), (std::vector<int>{0, 1, 2, 3, 8}));
  EXPECT_EQ(parse_cpu_list("3-1,x,5"), (std::vector<int>{5}));
  EXPECT_TRUE(parse_cpu_list("0-4000000000").empty());
}

TEST(Parse, KeyAndValueAreTrimmed) {
  const auto pair = key_value("model name\t: x: y ", ':');
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->first, "model name");
  EXPECT_EQ(pair->second, "x: y");
  EXPECT_FALSE(key_value("no separator", ':'));
}

}  // namespace
}  // namespace edgefit
