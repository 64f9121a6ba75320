#include "edgefit/money.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace edgefit {
namespace {

using testing::HasSubstr;

struct Written {
  const char* text;
  int64_t cents;
  const char* currency;
};

TEST(Money, IsReadAsPeopleWriteIt) {
  for (const auto& [text, cents, currency] : {
           Written{"20000 CHF", 2'000'000, "CHF"},
           Written{"CHF 20'000", 2'000'000, "CHF"},
           Written{"chf20000", 2'000'000, "CHF"},
           Written{"1.234,56 EUR", 123'456, "EUR"},
           Written{"1,234.56 USD", 123'456, "USD"},
           Written{"12.345.678,90 EUR", 1'234'567'890, "EUR"},
           Written{"1,234,567 USD", 123'456'700, "USD"},
           Written{"€ 999,9", 99'990, "EUR"},
           Written{"999.95€", 99'995, "EUR"},
           Written{"£1.5", 150, "GBP"},
           Written{"US$ 7", 700, "USD"},
           Written{"Fr. 1'799.-", 179'900, "CHF"},
           Written{"SFr. 1\xe2\x80\x99"
                   "799.\xe2\x80\x93",
                   179'900, "CHF"},
           Written{"1 234 567,89 EUR", 123'456'789, "EUR"},
           Written{"1\xc2\xa0"
                   "234,50 EUR",
                   123'450, "EUR"},
           Written{"1234.567 USD", 123'457, "USD"},
           Written{"0.125 USD", 13, "USD"},
           Written{"  5 USD ", 500, "USD"},
       }) {
    const auto money = parse_money(text, "--budget");
    ASSERT_TRUE(money) << text << ": " << money.error().what;
    EXPECT_EQ(money->cents, cents) << text;
    EXPECT_EQ(money->currency, currency) << text;
  }
}

TEST(Money, TwoMeaningsAreRefused) {
  for (const char* text : {"1.234 EUR", "1,234 USD", "20.000 CHF", "999,999 EUR"}) {
    const auto money = parse_money(text, "--budget");
    ASSERT_FALSE(money) << text;
    EXPECT_THAT(money.error().what, HasSubstr("two ways")) << text;
    EXPECT_EQ(money.error().where, "--budget");
  }
}

TEST(Money, OtherTextsAreRefused) {
  for (const char* text : {"",
                           " ",
                           "CHF",
                           "abc",
                           "USD 5 EUR",
                           "-5 USD",
                           "0 USD",
                           "0.001 USD",
                           "1e9 USD",
                           "5k EUR",
                           "1.2.3 USD",
                           "1,23,456 USD",
                           "12.34,56.78 EUR",
                           "1''000 CHF",
                           "0'123 CHF",
                           "1'00 CHF",
                           "9999999999999 USD",
                           "5 US",
                           "5 DOLLARS",
                           "inf USD",
                           "0x10 USD",
                           "\xff\xfe 5 USD",
                           "1.234,5.6 EUR",
                           "1,234,56 USD",
                           ". USD",
                           "5. USD"}) {
    EXPECT_FALSE(parse_money(text, "x")) << text;
  }
  EXPECT_FALSE(parse_money(std::string(1000, '1') + " USD", "x"));
}

TEST(Money, MayLackItsCurrencyWhereAColumnNamesIt) {
  EXPECT_EQ(parse_amount("1799,50", "x")->cents, 179'950);
  EXPECT_EQ(parse_amount("1799,50", "x")->currency, "");
  EXPECT_THAT(parse_money("20000", "--budget").error().what, HasSubstr("currency is missing"));
  EXPECT_THAT(parse_money("20000", "--budget").error().hint, HasSubstr("CHF"));
}

}  // namespace
}  // namespace edgefit
