#include <gtest/gtest.h>

#include "cli/invoke.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::fixture;
using test::has;
using test::invoke;

class PlanCheck : public ::testing::Test {
 protected:
  void SetUp() override {
    case_file_ = folder_.path() + "/case.json";
    const auto kept = invoke({"assess", fixture("models/llama-8b.json"), "--host", fixture("machines/workstation.json"),
                              "-o", case_file_, "--as-of", "2026-11-23"});
    ASSERT_EQ(kept.code, 0) << kept.err;
  }
  test::Outcome check(std::vector<std::string> more) {
    std::vector<std::string> words{"plan", "--check", case_file_, "--as-of", "2026-11-23"};
    words.insert(words.end(), more.begin(), more.end());
    return invoke(words);
  }
  const test::TempDir folder_;
  std::string case_file_;
};

TEST_F(PlanCheck, TheSameBoxPassesAnotherDoesNot) {
  const auto same = check({"--host", fixture("machines/workstation.json")});
  EXPECT_EQ(same.code, 0) << same.err << same.out;
  EXPECT_EQ(same.out.find("AS PLANNED"), 0U);
  const auto other = check({"--host", fixture("machines/laptop.json")});
  EXPECT_EQ(other.code, 1);
  EXPECT_EQ(other.out.find("NOT AS PLANNED"), 0U);
}

TEST_F(PlanCheck, TheLiveBoxIsLookedAtWhenNoneIsNamed) {
  const auto live = check({"--format", "json", "--path", folder_.path()});
  EXPECT_NE(live.code, 2) << live.err;
  EXPECT_TRUE(has(live.out, "\"edgefit.inventory\""));
}

TEST_F(PlanCheck, AFactThatSomeoneLookedUpCounts) {
  const auto stated = check({"--host", fixture("machines/workstation.json"), "--fact", "memory.os_total=32GiB"});
  EXPECT_EQ(stated.code, 1);
  EXPECT_TRUE(has(stated.out, "memory: size"));
}

TEST_F(PlanCheck, AnEmptyRecordingIsNeverAsPlanned) {
  const auto empty = check({"--sysroot", folder_.path()});
  EXPECT_NE(empty.code, 0);
  EXPECT_TRUE(has(empty.out, "Not seen")) << empty.out;
}

TEST_F(PlanCheck, WhatCannotBeAskedIsAnErrorWithNothingOnStdout) {
  const std::vector<std::vector<std::string>> bad = {
      {"--check", "no-such-file.json"},
      {"--check", fixture("models/llama-8b.json")},
      {"--check", case_file_, "llama-3.1-8b"},
      {"--check", case_file_, "--context", "4096"},
      {"--check", case_file_, "--budget", "100 EUR"},
      {"--check", case_file_, "--sysroot", "/no-such-folder"},
      {"--check", case_file_, "--sysroot", "/", "--host", fixture("machines/laptop.json")},
      {"--check", case_file_, "--format", "sarif"},
      {"--sysroot", "/", "llama-3.1-8b"},
      {},
  };
  for (auto words : bad) {
    words.insert(words.begin(), "plan");
    const auto outcome = invoke(words);
    EXPECT_EQ(outcome.code, 2) << words.back();
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(has(outcome.err, "error: ")) << outcome.err;
  }
}

}  // namespace
}  // namespace edgefit
