#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "cli/invoke.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::fixture;
using test::has;
using test::invoke;

std::vector<std::string> planned(std::vector<std::string> more) {
  std::vector<std::string> out{"plan",    fixture("models/llama-70b.json"),
                               "--host",  fixture("machines/workstation.json"),
                               "--as-of", "2026-11-23"};
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

TEST(Plan, ShowsOptionsTheBestInDetailAndTheBoxAfterwards) {
  const auto outcome = invoke(planned({"--gpu-layers", "all"}));
  EXPECT_EQ(outcome.code, 1) << outcome.err;
  EXPECT_TRUE(has(outcome.out, "Ways out, cheapest first"));
  EXPECT_TRUE(has(outcome.out, "<--"));
  EXPECT_TRUE(has(outcome.out, "Afterwards: "));
  EXPECT_EQ(outcome.err, "");
}

TEST(Plan, AnOptionAnswersTheQuestion) {
  const auto outcome = invoke(planned({"--gpu-layers", "all", "--option", "1"}));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
}

TEST(Plan, AnOptionThatIsNotThereIsAnError) {
  for (const char* number : {"0", "99", "one"}) {
    const auto outcome = invoke(planned({"--gpu-layers", "all", "--option", number}));
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(has(outcome.err, "--option")) << outcome.err;
  }
}

TEST(Plan, ThePaperSaysWhatToBuyAndWhatToLookAt) {
  const test::TempDir folder;
  const std::string path = folder.path() + "/plan.md";
  const auto outcome = invoke(planned({"--gpu-layers", "all", "--as-asked", "-o", path}));
  EXPECT_EQ(outcome.code, 1) << outcome.err;
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  for (const char* part : {"# Purchase plan", "## The question", "## Today: not ready", "## Proposal", "| Buy |",
                           "**together**", "## Afterwards", "## Before ordering", "- [ ] ", "## All ways out"}) {
    EXPECT_TRUE(has(text.str(), part)) << part << "\n" << text.str();
  }
}

TEST(Plan, WhatFitsNeedsNothing) {
  const auto outcome =
      invoke({"plan", fixture("models/llama-8b.json"), "--host", fixture("machines/workstation.json")});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(has(outcome.out, "Nothing has to be bought or changed."));
}

TEST(Plan, UsersBecomeRequestsAndGoals) {
  const auto outcome = invoke(planned({"--users", "40", "--goal", "ttft=1s", "--format", "json"}));
  EXPECT_TRUE(has(outcome.out, "\"sequences\": 26")) << "40 x 52.2 s / (52.2 s + 30 s) = 25.4";
  EXPECT_EQ(invoke(planned({"--users", "4", "--sequences", "4"})).code, 2);
  EXPECT_EQ(invoke(planned({"--think", "4s"})).code, 2);
}

}  // namespace
}  // namespace edgefit
