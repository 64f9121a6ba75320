#include "report/width.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(Width, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_EQ(display_width("llama"), 5u);
  EXPECT_EQ(display_width("é"), 1u);
  EXPECT_EQ(display_width("模型"), 4u);
  EXPECT_EQ(display_width("e\xcc\x81"), 1u);  // e and a combining acute
  EXPECT_EQ(display_width("🦙"), 2u);
  EXPECT_EQ(display_width("\xff\xc3"), 2u);  // stray bytes
}

TEST(Width, CutsWithEllipsis) {
  EXPECT_EQ(cut_to("llama", 5, true), "llama");
  EXPECT_EQ(cut_to("llama-3.1-8b", 8, true), "llama-3…");
  EXPECT_EQ(cut_to("llama-3.1-8b", 8, false), "llama...");
  EXPECT_EQ(cut_to("模型模型", 5, true), "模型…");
  EXPECT_EQ(cut_to("模型模型", 4, true), "模…");  // never half a character
  EXPECT_EQ(cut_to("llama", 2, false), "ll");
  EXPECT_EQ(cut_to("llama", 0, true), "");
}

TEST(Width, AsciiReplacesEachCharacterOnce) {
  EXPECT_EQ(to_ascii("Größe 模型"), "Gr??e ??");
}

TEST(Width, WrapsAtSpacesAndInsideLongWords) {
  EXPECT_EQ(wrap("one two three", 8), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrap("abcdefghij", 4), (std::vector<std::string>{"abcd", "efgh", "ij"}));
  EXPECT_EQ(wrap("", 4), (std::vector<std::string>{""}));
  EXPECT_EQ(wrap("exactly", 7), (std::vector<std::string>{"exactly"}));
}

/// What a POSIX shell makes of the lines: a backslash before the end of the line joins it with the next.
std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) {
    out += line;
    if (out.ends_with('\\')) out.pop_back();
  }
  return out;
}

TEST(Width, CommandsAreContinuedNotCut) {
  const std::string command = "llama-server -m model.gguf -c 8192 -np 4 -ngl 33";
  EXPECT_EQ(wrap_command(command, 80), (std::vector<std::string>{command}));
  const auto lines = wrap_command(command, 24);
  ASSERT_GT(lines.size(), 1u);
  for (const auto& line : lines) EXPECT_LE(display_width(line), 24u) << line;
  for (size_t i = 0; i + 1 < lines.size(); ++i) EXPECT_TRUE(lines[i].ends_with(" \\")) << lines[i];
}

TEST(Width, LongWordsOfACommandAreBrokenInside) {
  const std::string path(100, 'x');
  const auto lines = wrap_command("run -m " + path + " -c 1", 40);
  for (const auto& line : lines) EXPECT_LE(display_width(line), 40u) << line;
  EXPECT_NE(joined(lines).find(path), std::string::npos);
}

TEST(Width, QuotedWordsStayQuotedWhenBroken) {
  const auto lines = wrap_command("run '" + std::string(60, 'a') + "'", 40);
  std::string text = joined(lines);
  // Adjacent quoted pieces are one word for the shell.
  for (size_t at = text.find("''"); at != std::string::npos; at = text.find("''")) text.erase(at, 2);
  EXPECT_NE(text.find("'" + std::string(60, 'a') + "'"), std::string::npos) << text;
}

}  // namespace
}  // namespace edgefit
