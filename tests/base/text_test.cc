#include "edgefit/text.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(Text, ShowsSizesInBinaryUnits) {
  EXPECT_EQ(show(gib(4.58)), "4.58 GiB");
  EXPECT_EQ(show(mib(5)), "5.0 MiB");
  EXPECT_EQ(show(Bytes{0}), "0.00 GiB");
  EXPECT_EQ(show_count(131072), "131,072");
  EXPECT_EQ(show_count(999), "999");
  EXPECT_EQ(show_parameters(8030261248), "8.03 B");
  EXPECT_EQ(show(Seconds{0.0123}), "12.3 ms");
  EXPECT_EQ(show(Seconds{1.5}), "1.50 s");
  EXPECT_EQ(show(TokensPerSecond{4.24}), "4.2 tok/s");
  EXPECT_EQ(show(TokensPerSecond{76.4}), "76 tok/s");
}

TEST(Text, ParsesSizesTimesAndCounts) {
  Bytes bytes;
  EXPECT_TRUE(parse_bytes("24 GiB", bytes));
  EXPECT_EQ(bytes.value, 24 * kGiB);
  EXPECT_TRUE(parse_bytes("24gb", bytes));
  EXPECT_EQ(bytes.value, 24e9);
  EXPECT_TRUE(parse_bytes("1.5g", bytes));
  EXPECT_EQ(bytes.value, 1.5 * kGiB);
  for (const char* bad : {"", "x", "-1 GiB", "1 QiB", "nan", "1e999", "1 GiB extra", "inf GiB"}) {
    EXPECT_FALSE(parse_bytes(bad, bytes)) << bad;
  }
  Seconds time;
  EXPECT_TRUE(parse_seconds("50 ms", time));
  EXPECT_DOUBLE_EQ(time.value, 0.05);
  EXPECT_TRUE(parse_seconds("2min", time));
  EXPECT_EQ(time.value, 120);
  double count = 0;
  EXPECT_TRUE(parse_count("8B", count));
  EXPECT_EQ(count, 8e9);
  EXPECT_TRUE(parse_count("8030261248", count));
  EXPECT_EQ(count, 8030261248.0);
}

TEST(Text, ControlBytesCannotSteerATerminal) {
  EXPECT_EQ(printable("plain \xc3\xa4"), "plain \xc3\xa4");
  EXPECT_EQ(printable("\x1b[31mred"), "\\x1b[31mred");
  EXPECT_EQ(printable("a\nb\x07"), "a\\x0ab\\x07");
  EXPECT_EQ(printable("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(printable("\xe2\x80\xae"), "\\xe2\\x80\\xae");  // right-to-left override
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");           // overlong
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");           // C1 control sequence introducer
}

TEST(Text, NearestFindsTyposAndParts) {
  const std::vector<std::string_view> keys = {"geforce-rtx-4090", "geforce-rtx-4080", "h100-pcie",
                                              "radeon-rx-7900-xtx"};
  EXPECT_EQ(nearest("geforce-rtx-409", keys).front(), "geforce-rtx-4090");
  EXPECT_EQ(nearest("4090", keys).front(), "geforce-rtx-4090");
  EXPECT_EQ(nearest("h100-pice", keys).front(), "h100-pcie");
  EXPECT_TRUE(nearest("zzzzzzzz", keys).empty());
}

TEST(Text, ComparesWithoutCase) {
  EXPECT_TRUE(equals_ignoring_case("Q4_K_M", "q4_k_m"));
  EXPECT_FALSE(equals_ignoring_case("q4", "q4_k"));
  EXPECT_EQ(lower("AbC"), "abc");
}

}  // namespace
}  // namespace edgefit
