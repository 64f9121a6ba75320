#include "plan/search.h"

#include <gtest/gtest.h>

#include <string>

#include "support/cases.h"
#include "support/market.h"

namespace edgefit {
namespace {

/// Questions from small to hopeless, on boxes with and without cards.
std::vector<Case> questions() {
  std::vector<Case> out;
  for (const char* precision : {"f16", "q4_k_m"}) {
    for (const double billions : {8.0, 32.0, 120.0}) {
      for (const int gpus : {0, 1}) {
        for (const double sequences : {1.0, 6.0}) {
          Model model = testing::llama_8b(precision);
          model.parameters = {billions * 1e9, testing::kGiven};
          out.push_back(
              testing::question(testing::prepared(model), testing::box(gib(12), gpus, gib(6)), 16384, sequences));
        }
      }
    }
  }
  return out;
}

std::string told(const std::vector<Option>& options) {
  std::string out;
  for (const auto& option : options) {
    for (const auto& change : option.changes)
      out += change.what + ">" + change.to + "x" + std::to_string(change.quantity) + " ";
    out += std::to_string(option.price.value_cents) + (option.recommended ? " <--\n" : "\n");
  }
  return out;
}

TEST(Search, BoundsLoseNothing) {
  auto market = testing::small_market();
  const auto terms = market.terms();
  int64_t spared = 0;
  for (const Case& question : questions()) {
    const Search whole = search(question, terms, Pruning::none), pruned = search(question, terms, Pruning::bounds);
    EXPECT_EQ(told(select(whole.found, terms)), told(select(pruned.found, terms)));
    EXPECT_EQ(whole.considered, pruned.considered);
    spared += whole.assessed - pruned.assessed;
  }
  EXPECT_GT(spared, 0);
}

TEST(Search, ThreadsChangeNothing) {
  auto market = testing::small_market();
  auto terms = market.terms();
  for (const Case& question : questions()) {
    terms.threads = 1;
    const std::string one = told(search(question, terms, Pruning::none).found);
    terms.threads = 3;
    EXPECT_EQ(told(search(question, terms, Pruning::none).found), one);
  }
}

TEST(Search, ProgressGrowsFromNothingToAll) {
  auto market = testing::small_market();
  auto terms = market.terms();
  double last = -1;
  terms.progress = [&last](double share) {
    EXPECT_GE(share, 0);
    EXPECT_LE(share, 1);
    last = share;
  };
  search(questions().front(), terms, Pruning::none);
  EXPECT_GE(last, 0);
}

}  // namespace
}  // namespace edgefit
