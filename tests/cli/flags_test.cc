#include "cli/flags.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

struct Typed {
  std::string one, model;
  std::vector<std::string> many;
  bool on = false;
  Result<Flags::Wish> wish = Flags::Wish::run;
};

Typed parse(const std::vector<std::string>& words) {
  Typed typed;
  Flags flags("edgefit test", "summary");
  flags.text("--one", typed.one, "X", "");
  flags.list("--many", typed.many, "X", "");
  flags.toggle("--on", typed.on, "");
  flags.positional("MODEL", typed.model, "");
  typed.wish = flags.parse(words);
  return typed;
}

TEST(Flags, ListsNeverSwallowThePositional) {
  const Typed typed = parse({"--many", "a", "--many", "b", "m.gguf"});
  ASSERT_TRUE(typed.wish);
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
  EXPECT_EQ(parse({"--", "--odd-name.gguf"}).model, "--odd-name.gguf");
}

TEST(Flags, HelpWinsOverMissingWords) {
  const Typed typed = parse({"--help"});
  ASSERT_TRUE(typed.wish);
  EXPECT_EQ(*typed.wish, Flags::Wish::help);
}

TEST(Flags, APositionalMayBeOptional) {
  std::string model;
  Flags flags("edgefit test", "summary");
  flags.positional("MODEL", model, "", Flags::Need::optional);
  EXPECT_TRUE(flags.parse({}));
  EXPECT_EQ(model, "");
  EXPECT_TRUE(flags.parse({"m"}));
  EXPECT_EQ(model, "m");
}

TEST(Flags, ProblemsNameTheWordAndTheWayOut) {
  EXPECT_EQ(parse({"--on"}).wish.error().what, "MODEL is required");
  EXPECT_EQ(parse({"--on"}).wish.error().hint, "see edgefit test --help");
  EXPECT_EQ(parse({"m", "n"}).wish.error().what, "'n' is one argument too many");
  EXPECT_EQ(parse({"m", "--mny", "a"}).wish.error().what, "unknown flag '--mny'");
  EXPECT_EQ(parse({"--mny", "a", "m"}).wish.error().hint, "did you mean '--many'?");
  EXPECT_EQ(parse({"m", "--one"}).wish.error().what, "--one needs a value");
  EXPECT_EQ(parse({"m", "--many"}).wish.error().what, "--many needs a value");
}

TEST(Flags, DidYouMeanIsEmptyWhenNothingIsNear) {
  EXPECT_EQ(did_you_mean("zzzzzzzz", {"assess", "probe"}), "");
  EXPECT_EQ(did_you_mean("asess", {"assess", "probe"}), "did you mean 'assess'?");
}

}  // namespace
}  // namespace edgefit
