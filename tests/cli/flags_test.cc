#include "cli/flags.h"

#include <gtest/gtest.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace edgefit {
namespace {

struct Typed {
  std::string one, model;
  std::vector<std::string> many;
  bool on = false;
};

Typed parse(std::vector<std::string> arguments) {
  Typed typed;
  CLI::App app;
  Flags flags(app);
  flags.text("--one", typed.one, "X", "");
  flags.list("--many", typed.many, "X", "");
  flags.toggle("--on", typed.on, "");
  flags.positional("MODEL", typed.model, "");
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  app.parse(arguments);
  return typed;
}

TEST(Flags, ListsNeverSwallowThePositional) {
  const Typed typed = parse({"--many", "a", "--many", "b", "m.gguf"});
  EXPECT_EQ(typed.many, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(typed.model, "m.gguf");
}

TEST(Flags, TheLastOfARepeatedTextCounts) {
  EXPECT_EQ(parse({"--one", "a", "m", "--one", "b"}).one, "b");
}

TEST(Flags, ValuesMayHoldEqualsSignsAndDashes) {
  const Typed typed = parse({"--many=gpu=rtx-4090", "--one", "-1", "m", "--on"});
  EXPECT_EQ(typed.many, (std::vector<std::string>{"gpu=rtx-4090"}));
  EXPECT_EQ(typed.one, "-1");
  EXPECT_TRUE(typed.on);
}

TEST(Flags, PositionalsAreRequired) {
  EXPECT_THROW(parse({"--on"}), CLI::RequiredError);
}

}  // namespace
}  // namespace edgefit
