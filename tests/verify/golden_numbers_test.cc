#include "verify/golden_numbers.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

struct Row {
  const char* text;
  double value;
  std::optional<double> other;
};

TEST(GoldenNumbers, SeparatorsByOneRule) {
  const Row kRows[] = {
      {"119", 119, {}},
      {"1.234,56", 1234.56, {}},
      {"1,234.56", 1234.56, {}},
      {"1'234.56", 1234.56, {}},
      {"1\xe2\x80\x99"
       "234,50",
       1234.5,
       {}},
      {"1.234.567", 1234567, {}},
      {"1,234,567.5", 1234567.5, {}},
      {"1 234 567", 1234567, {}},
      {"1\xc2\xa0"
       "234,5",
       1234.5,
       {}},
      {"1.234", 1.234, 1234.0},
      {"1,234", 1.234, 1234.0},
      {"0,125", 0.125, {}},
      {"12,5", 12.5, {}},
      {"1234.567", 1234.567, {}},
      {".5", 0.5, {}},
      {"-3,5", -3.5, {}},
      {"\xe2\x88\x92"
       "3",
       -3,
       {}},
      {"1e3", 1000, {}},
      {"2.5E-1", 0.25, {}},
  };
  for (const auto& row : kRows) {
    const auto found = numbers_in(row.text);
    ASSERT_EQ(found.size(), 1U) << row.text;
    EXPECT_DOUBLE_EQ(found[0].value, row.value) << row.text;
    EXPECT_EQ(found[0].other.has_value(), row.other.has_value()) << row.text;
    if (row.other) {
      EXPECT_DOUBLE_EQ(*found[0].other, *row.other) << row.text;
    }
  }
}

std::vector<double> values(const char* text) {
  std::vector<double> out;
  for (const auto& number : numbers_in(text)) out.push_back(number.value);
  return out;
}

TEST(GoldenNumbers, InSentences) {
  EXPECT_EQ(values("Der Bruttobetrag ist 119,00 EUR (19 % MwSt)."), (std::vector<double>{119, 19}));
  EXPECT_EQ(values("CHF 1'450.-"), std::vector<double>{1450});
  EXPECT_EQ(values("\xe2\x82\xac"
                   "119 oder 119\xe2\x82\xac"),
            (std::vector<double>{119, 119}));
  EXPECT_EQ(values("Q4 und x86_64 sind Namen, CO2 auch"), std::vector<double>{});
  EXPECT_EQ(values("10-12 Tage"), (std::vector<double>{10, 12}));
  EXPECT_EQ(values("Es sind 3."), std::vector<double>{3});
  EXPECT_EQ(values("Im Jahr 2024 119 Euro"), (std::vector<double>{2024, 119}));
  EXPECT_EQ(values("1,2,3"), std::vector<double>{}) << "a list without spaces is no number";
  EXPECT_EQ(values("**42**"), std::vector<double>{42});
}

TEST(GoldenNumbers, OnlyANumberWithOneMeaning) {
  EXPECT_EQ(only_number(" 119,5 "), 119.5);
  EXPECT_EQ(only_number("+7"), 7);
  EXPECT_EQ(only_number("-7"), -7);
  EXPECT_EQ(only_number("1.234"), std::nullopt);
  EXPECT_EQ(only_number("119 EUR"), std::nullopt);
  EXPECT_EQ(only_number(""), std::nullopt);
  EXPECT_EQ(only_number("neun"), std::nullopt);
}

TEST(GoldenNumbers, AbsurdTextsEnd) {
  EXPECT_LE(numbers_in(std::string(100'000, '7')).size(), 2000U);
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "1 ; ";
  EXPECT_EQ(numbers_in(many).size(), 1000U);
  EXPECT_TRUE(values("1e99999").empty() || values("1e99999").size() <= 2);
}

}  // namespace
}  // namespace edgefit
