#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/report.h"
#include "report/sample.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string render(const Answer& answer) {
  return find_reporter("md")->render(answer, {});
}

TEST(Markdown, SaysWhatTheTerminalSays) {
  const std::string text = render(test::sample_answer());
  EXPECT_TRUE(text.starts_with("## READY: llama-8b q4_k_m on bench\n")) << text;
  EXPECT_THAT(text, HasSubstr("14.42 GiB to spare in gpu0"));
  EXPECT_THAT(text, HasSubstr("| **gpu0** |"));
  EXPECT_THAT(text, HasSubstr("| kv cache |"));
  EXPECT_THAT(text, HasSubstr("| EF-FIT-011 | warn |"));
  EXPECT_THAT(text, HasSubstr("```sh\nllama-server -m models/llama-8b.gguf -c 32768 -np 4 -ngl 33\n```"));
}

TEST(Markdown, WaysOutHaveATable) {
  const std::string text = render(test::short_answer());
  EXPECT_THAT(text, HasSubstr("## NOT READY"));
  EXPECT_THAT(text, HasSubstr("### Ways out, cheapest first"));
  EXPECT_THAT(text, Not(HasSubstr("```")));
}

TEST(Markdown, NamesFromStrangersStayText) {
  Answer answer = test::sample_answer();
  Model hostile = *answer.question.model;
  hostile.name = "<script>|`x`\x1b[31m";
  answer.question.model = std::make_shared<const Model>(hostile);
  const std::string text = render(answer);
  EXPECT_THAT(text, Not(HasSubstr("<script>")));
  EXPECT_THAT(text, HasSubstr("\\<script\\>\\|"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace edgefit
