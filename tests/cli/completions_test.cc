// The scripts as text; tests/completions loads them into the shells.
#include <gtest/gtest.h>

#include "cli/invoke.h"

namespace edgefit {
namespace {

using test::has;
using test::invoke;

TEST(Completions, EveryShellGetsEveryCommandAndFlag) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const auto script = invoke({"completions", shell});
    EXPECT_EQ(script.code, 0);
    for (const auto& command : commands()) EXPECT_TRUE(has(script.out, command.name)) << shell << " " << command.name;
    for (const char* word :
         {"flash-attention", "q4_k_m", "rtx-4090", "EF-ENC-001", "restore-drill", "tokens_per_second="})
      EXPECT_TRUE(has(script.out, word)) << shell << " " << word;
  }
}

TEST(Completions, ExplanationsFollowTheLanguage) {
  EXPECT_TRUE(has(invoke({"completions", "fish"}).out, "'its processor'"));
  const auto german = invoke({"completions", "fish", "--lang", "de"});
  EXPECT_FALSE(has(german.out, "'its processor'"));
  EXPECT_TRUE(has(german.out, "-l cpu"));
  invoke({"--lang", "en", "--version"});
}

TEST(Completions, AnotherShellIsAProblem) {
  const auto outcome = invoke({"completions", "tcsh"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_TRUE(has(outcome.err, "no completions for 'tcsh'")) << outcome.err;
  EXPECT_TRUE(has(outcome.err, "bash, zsh or fish")) << outcome.err;
}

}  // namespace
}  // namespace edgefit
