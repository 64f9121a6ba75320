#include "cli/terms.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

Result<PlanTerms> parsed(const TermFlags& typed) {
  return parse_terms(typed, "2026-11-23", builtin_catalog());
}

TEST(Terms, NothingTypedLimitsNothing) {
  const auto terms = parsed({});
  ASSERT_TRUE(terms);
  EXPECT_FALSE(terms->budget_cents);
  EXPECT_FALSE(terms->power);
  EXPECT_EQ(terms->prices.currency, "USD");
  EXPECT_EQ(terms->prices.as_of, "2026-11-23");
  EXPECT_GE(terms->threads, 1);
}

TEST(Terms, TheBudgetSetsTheCurrency) {
  TermFlags typed;
  typed.budget = "20000 CHF";
  const auto terms = parsed(typed);
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->budget_cents, 2000000);
  EXPECT_EQ(terms->prices.currency, "CHF");
  typed.prices.currency = "usd";
  const auto other = parsed(typed);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->prices.currency, "USD");
  EXPECT_NE(*other->budget_cents, 2000000) << "exchanged";
}

TEST(Terms, BadValuesSayWhichFlag) {
  struct Bad {
    const char* flag;
    std::string TermFlags::*member;
    const char* value;
  };
  const Bad kBad[] = {{"--budget", &TermFlags::budget, "plenty"},   {"--vendor", &TermFlags::vendor, "NVIDEA"},
                      {"--max-watts", &TermFlags::max_watts, "-3"}, {"--limit", &TermFlags::limit, "0"},
                      {"--limit", &TermFlags::limit, "many"},       {"--max-watts", &TermFlags::max_watts, "100 W"},
                      {"--budget", &TermFlags::budget, "-5 EUR"}};
  for (const auto& bad : kBad) {
    TermFlags typed;
    typed.*bad.member = bad.value;
    const auto terms = parsed(typed);
    ASSERT_FALSE(terms) << bad.flag << " " << bad.value;
    EXPECT_NE((terms.error().where + terms.error().what).find(bad.flag), std::string::npos) << terms.error().where;
    EXPECT_FALSE(terms.error().hint.empty());
  }
}

TEST(Terms, ACurrencyWithoutARateIsRefused) {
  TermFlags typed;
  typed.prices.currency = "XXX";
  const auto terms = parsed(typed);
  ASSERT_FALSE(terms);
  EXPECT_EQ(terms.error().where, "--currency");
}

TEST(Terms, TheMakerIsWrittenAsTheCatalogDoes) {
  TermFlags typed;
  typed.vendor = "amd";
  const auto terms = parsed(typed);
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->vendor, "AMD");
}

}  // namespace
}  // namespace edgefit
