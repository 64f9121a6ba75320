#include "verify/prompts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace edgefit {
namespace {

double words_of(const std::string& prompt) {
  return static_cast<double>(std::count(prompt.begin(), prompt.end(), ' '));
}

TEST(Prompts, EachBeginsWithOtherWords) {
  const Prompts prompts(200, 1), others(200, 2);
  std::set<std::string> beginnings;
  for (uint64_t i = 0; i < 500; ++i) {
    beginnings.insert(prompts.make(i).substr(0, 8));
    beginnings.insert(others.make(i).substr(0, 8));
  }
  EXPECT_EQ(beginnings.size(), 1000U);
  EXPECT_EQ(prompts.make(3), Prompts(200, 1).make(3)) << "the same seed gives the same prompts";
}

TEST(Prompts, LearnFromTheServersCount) {
  // A tokenizer that makes 1.5 tokens of a word, and a template of 60 tokens.
  for (const int wanted : {200, 1024, 32768}) {
    Prompts prompts(wanted, 1);
    double tokens = 0;
    for (int round = 0; round < 4; ++round) {
      tokens = 1.5 * words_of(prompts.make(0)) + 60;
      prompts.learn(tokens);
    }
    EXPECT_NEAR(tokens / wanted, 1, 0.02) << wanted;
  }
}

TEST(Prompts, NoCountChangesNothing) {
  Prompts prompts(500, 1);
  const auto before = prompts.make(1);
  prompts.learn(std::nullopt);
  prompts.learn(0);
  EXPECT_EQ(prompts.make(1), before);
  Prompts tiny(1, 1);
  tiny.learn(90);
  EXPECT_LT(tiny.make(0).size(), 100U);
}

}  // namespace
}  // namespace edgefit
