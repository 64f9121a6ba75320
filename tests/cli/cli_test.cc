#include "cli/cli.h"

#include <gtest/gtest.h>

#include <set>

#include "cli/invoke.h"

namespace edgefit {
namespace {

using test::has;
using test::invoke;

TEST(Cli, CommandsHaveUniqueNamesAndASummary) {
  std::set<std::string_view> names;
  for (const auto& command : commands()) {
    EXPECT_TRUE(names.insert(command.name).second) << command.name;
    EXPECT_FALSE(command.summary.empty());
  }
}

TEST(Cli, HelpListsEveryCommandAndSucceeds) {
  const auto outcome = invoke({"--help"});
  EXPECT_EQ(outcome.code, 0);
  for (const auto& command : commands()) {
    const bool told = has(outcome.out, "\n  " + std::string(command.name) + " ");
    EXPECT_EQ(told, command.audience == Command::Audience::people) << command.name;
  }
  EXPECT_EQ(outcome.err, "");
}

TEST(Cli, EveryCommandHasItsOwnHelpWithin80Columns) {
  for (const auto& command : commands()) {
    const auto outcome = invoke({std::string(command.name), "--help"});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_EQ(outcome.out, invoke({"help", std::string(command.name)}).out);
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
  }
}

TEST(Cli, VersionTellsTheAgeOfTheFacts) {
  const auto outcome = invoke({"--version"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_TRUE(outcome.out.starts_with("edgefit "));
  EXPECT_TRUE(has(outcome.out, "(catalog 20")) << outcome.out;
}

TEST(Cli, UsageErrorsAreTwoWithNothingOnStdout) {
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"asess"},
      {"--verison"},
      {"help", "asess"},
      {"assess"},
      {"assess", "--bogus", "x.gguf"},
      {"assess", "a.gguf", "b.gguf"},
      {"assess", "x.gguf", "--context"},
      {"probe", "--format", "yaml"},
  };
  for (const auto& arguments : wrong) {
    const auto outcome = invoke(arguments);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(outcome.err.starts_with("error: ")) << outcome.err;
  }
}

TEST(Cli, MisspeltWordsGetASuggestion) {
  EXPECT_TRUE(has(invoke({"asess", "m"}).err, "did you mean 'assess'?"));
  EXPECT_TRUE(has(invoke({"help", "prob"}).err, "did you mean 'probe'?"));
  EXPECT_TRUE(
      has(invoke({"assess", "m", "--contex", "1"}).err, "unknown flag '--contex'\n  hint: did you mean '--context'?"));
  EXPECT_TRUE(has(invoke({"assess", "m", "--sequence=4"}).err, "did you mean '--sequences'?"));
}

}  // namespace
}  // namespace edgefit
