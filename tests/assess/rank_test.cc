// src/rank.cc: a loop over assess(), and one order for precisions and for models.
#include "edgefit/rank.h"

#include <gtest/gtest.h>

#include "edgefit/precision.h"
#include "support/cases.h"

namespace edgefit {
namespace {

using testing::box;
using testing::llama_8b;
using testing::prepared;
using testing::question;

const std::vector<const Precision*> kUsual = {find_precision("q8_0"), find_precision("q6_k"), find_precision("q4_k_m")};

Model sized(const char* name, double parameters) {
  Model model;
  model.name = name;
  model.precision = "f16";
  model.parameters = {parameters, testing::kGiven};
  return model;
}

RankCandidate candidate(const char* word, Model model, const std::shared_ptr<const Host>& host) {
  return {word, question(prepared(std::move(model)), host)};
}

RankTerms usual() {
  RankTerms terms;
  terms.precisions = kUsual;
  return terms;
}

TEST(Rank, TheHighestPrecisionThatFitsWholeStandsForTheModel) {
  const auto host = box(gib(64), 1, gib(12));
  const Ranking ranking = rank(std::vector{candidate("a", llama_8b("f16"), host)}, usual());
  ASSERT_EQ(ranking.fits.size(), 1U);
  const Ranked& best = ranking.fits.front();
  EXPECT_EQ(best.question.model->precision, "q8_0");
  EXPECT_FALSE(best.native);
  EXPECT_GT(best.assessment.placement.gpu_layers, best.assessment.placement.layers);
  EXPECT_GE(best.limits.max_context, 8192);
  // The answer is that of assess, whoever asks.
  const Assessment again = assess(best.question);
  EXPECT_EQ(again.verdict, best.assessment.verdict);
  EXPECT_EQ(again.pools.back().need.value, best.assessment.pools.back().need.value);
}

TEST(Rank, AGoalForSpeedReplacesThePlace) {
  // At no speed asked for, f16 in host memory would do; with a goal it does where it reaches the goal.
  const auto host = box(gib(64), 1, gib(12));
  RankCandidate slow = candidate("a", llama_8b("f16"), host);
  slow.question.goals.tokens_per_second = TokensPerSecond{0.5};
  const Ranking patient = rank(std::vector{slow}, usual());
  ASSERT_EQ(patient.fits.size(), 1U);
  EXPECT_TRUE(patient.fits.front().native);
  slow.question.goals.tokens_per_second = TokensPerSecond{100000};
  const Ranking hasty = rank(std::vector{slow}, usual());
  EXPECT_TRUE(hasty.fits.empty());
  ASSERT_EQ(hasty.rest.size(), 1U);
  EXPECT_EQ(hasty.rest.front().reason, LeftOut::goal_missed);
}

TEST(Rank, ModelsAreSortedByTheDocumentedOrder) {
  const auto host = box(gib(64), 1, gib(24));
  const std::vector all = {candidate("small", sized("s", 1e9), host),   candidate("large", sized("l", 70e9), host),
                           candidate("middle", sized("m", 14e9), host), candidate("b", sized("x", 8e9), host),
                           candidate("a", sized("x", 8e9), host),       candidate("huge", sized("h", 4e11), host)};
  const Ranking ranking = rank(all, usual());
  std::vector<std::string> words;
  for (const auto& row : ranking.fits) words.push_back(row.word);
  // The large one fits, but not on the GPU alone.
  EXPECT_EQ(words, (std::vector<std::string>{"middle", "a", "b", "small", "large"}));
  ASSERT_EQ(ranking.rest.size(), 1U);
  EXPECT_EQ(ranking.rest.front().word, "huge");
  EXPECT_EQ(ranking.rest.front().reason, LeftOut::does_not_fit);
  EXPECT_EQ(ranking.rest.front().nearest.question.model->precision, "q4_k_m");
}

TEST(Rank, APrecisionAboveTheModelsOwnIsNeverTried) {
  const auto host = box(gib(64), 1, gib(80));
  const Ranking ranking = rank(std::vector{candidate("a", llama_8b("q4_k_m"), host)}, usual());
  ASSERT_EQ(ranking.fits.size(), 1U);
  EXPECT_EQ(ranking.fits.front().question.model->precision, "q4_k_m");
  EXPECT_TRUE(ranking.fits.front().native);
  RankTerms only;
  only.native = false;
  only.precisions = {find_precision("q8_0")};
  EXPECT_EQ(rank(std::vector{candidate("a", llama_8b("q4_k_m"), host)}, only).fits.size(), 1U);
}

TEST(Rank, OnlyThePrecisionsAskedFor) {
  const auto host = box(gib(64), 1, gib(80));
  RankTerms terms;
  terms.native = false;
  terms.precisions = {find_precision("q4_k_m")};
  const Ranking ranking = rank(std::vector{candidate("a", llama_8b("f16"), host)}, terms);
  ASSERT_EQ(ranking.fits.size(), 1U);
  EXPECT_EQ(ranking.fits.front().question.model->precision, "q4_k_m");
}

TEST(Rank, FiltersByTaskAndContext) {
  const auto host = box(gib(64), 1, gib(24));
  Model embedding = llama_8b("f16");
  embedding.task = Task::embedding;
  Model shorter = llama_8b("f16");
  shorter.architecture.max_context = {4096.0, testing::kGiven};
  const std::vector all = {candidate("e", embedding, host), candidate("s", shorter, host),
                           candidate("a", llama_8b("f16"), host)};
  RankTerms terms = usual();
  terms.task = Task::text_generation;
  terms.min_context = 8192;
  const Ranking ranking = rank(all, terms);
  ASSERT_EQ(ranking.fits.size(), 1U);
  EXPECT_EQ(ranking.fits.front().word, "a");
  ASSERT_EQ(ranking.rest.size(), 1U);
  EXPECT_EQ(ranking.rest.front().reason, LeftOut::context_too_short);
}

TEST(Rank, WhatIsMissingIsSaid) {
  auto linux_box = std::make_shared<Host>(*box(gib(64), 1, gib(24)));
  linux_box->os.name = {std::string("linux"), testing::kGiven};
  const std::shared_ptr<const Host> host = linux_box;
  Model demanding = llama_8b("q4_k_m");
  demanding.requires_.min_vram = gib(80);
  Model secret;
  secret.name = "secret";
  secret.architecture.family = "not-published";
  const auto questions = std::vector{candidate("d", demanding, host), candidate("s", secret, host)};
  const Ranking ranking = rank(questions, usual());
  ASSERT_EQ(ranking.rest.size(), 2U);
  EXPECT_EQ(ranking.rest[0].reason, LeftOut::requirement_missing);
  EXPECT_EQ(ranking.rest[1].reason, LeftOut::unknown);
  EXPECT_STREQ(name_of(ranking.rest[1].reason), "unknown");
}

}  // namespace
}  // namespace edgefit
