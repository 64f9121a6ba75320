#include "cli/output.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <iterator>

#include "support/temp_dir.h"

namespace edgefit {
namespace {

const std::vector<Form> kForms = {{"terminal", "txt"}, {"json", "json"}, {"markdown", "md"}};

OutputFlags flags_of(std::vector<std::string> files, std::string format = "terminal", std::string color = "auto") {
  OutputFlags flags;
  flags.files = std::move(files);
  flags.format = std::move(format);
  flags.color = std::move(color);
  return flags;
}

std::string content(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string render(std::string_view form, const Style& style) {
  return std::string(form) + (style.color ? " in colour\n" : "\n");
}

TEST(Output, FilesTakeTheirFormFromNameOrExtension) {
  const test::TempDir dir;
  const auto outputs = Outputs::make(
      flags_of({dir.at("a.json"), "json:" + dir.at("b.txt"), dir.at("c:d.txt"), "text:" + dir.at("e")}), kForms);
  ASSERT_TRUE(outputs);
  testing::internal::CaptureStdout();
  ASSERT_TRUE(outputs->write(render));
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "terminal\n");
  EXPECT_EQ(content(dir.at("a.json")), "json\n");
  EXPECT_EQ(content(dir.at("b.txt")), "json\n");
  EXPECT_EQ(content(dir.at("c:d.txt")), "terminal\n");
  EXPECT_EQ(content(dir.at("e")), "terminal\n");
}

TEST(Output, TheLongestExtensionNamesTheForm) {
  auto forms = kForms;
  forms.push_back({"case", "case.json"});
  const test::TempDir dir;
  const auto outputs =
      Outputs::make(flags_of({dir.at("case.json"), dir.at("my.case.json"), dir.at("mycase.json")}), forms);
  ASSERT_TRUE(outputs);
  testing::internal::CaptureStdout();
  ASSERT_TRUE(outputs->write(render));
  testing::internal::GetCapturedStdout();
  EXPECT_EQ(content(dir.at("case.json")), "case\n");
  EXPECT_EQ(content(dir.at("my.case.json")), "case\n");
  EXPECT_EQ(content(dir.at("mycase.json")), "json\n");
  EXPECT_FALSE(Outputs::make(flags_of({dir.at("json")}), forms)) << "a form without a file is a mistake";
}

TEST(Output, NamedMarkdownIsAddedToAFile) {
  const test::TempDir dir;
  const std::string summary = dir.write("summary", "before\n"), page = dir.write("page.md", "before\n");
  const auto outputs = Outputs::make(flags_of({"md:" + summary, page}), kForms);
  ASSERT_TRUE(outputs);
  testing::internal::CaptureStdout();
  ASSERT_TRUE(outputs->write(render));
  testing::internal::GetCapturedStdout();
  EXPECT_EQ(content(summary), "before\nmarkdown\n");
  EXPECT_EQ(content(page), "markdown\n");
}

TEST(Output, WrongFlagsAreFoundBeforeAnyWork) {
  EXPECT_FALSE(Outputs::make(flags_of({"report.docx"}), kForms));
  EXPECT_FALSE(Outputs::make(flags_of({"report"}), kForms));
  EXPECT_FALSE(Outputs::make(flags_of({"json:"}), kForms));
  EXPECT_FALSE(Outputs::make(flags_of({}, "yaml"), kForms));
  EXPECT_FALSE(Outputs::make(flags_of({}, "json", "sometimes"), kForms));
  EXPECT_TRUE(Outputs::make(flags_of({}, "text"), kForms));
}

TEST(Output, AFileThatCannotBeWrittenLeavesStdoutEmpty) {
  const test::TempDir dir;
  const auto outputs = Outputs::make(flags_of({dir.at("no/such/folder.json")}), kForms);
  ASSERT_TRUE(outputs);
  testing::internal::CaptureStdout();
  const auto written = outputs->write(render);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().where.find("folder.json"), std::string::npos);
}

TEST(Output, ColourFollowsFlagThenVariablesThenDevice) {
  const auto colour = [](const char* flag) { return style_of_stdout(flag).color; };
  for (const char* name : {"NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"}) ::unsetenv(name);
  testing::internal::CaptureStdout();  // a file, not a terminal
  EXPECT_FALSE(colour("auto"));
  ::setenv("FORCE_COLOR", "1", 1);
  EXPECT_TRUE(colour("auto"));
  ::setenv("NO_COLOR", "0", 1);  // any value that is not empty
  EXPECT_FALSE(colour("auto"));
  EXPECT_TRUE(colour("always"));
  ::setenv("NO_COLOR", "", 1);
  EXPECT_TRUE(colour("auto"));
  EXPECT_FALSE(colour("never"));
  testing::internal::GetCapturedStdout();
  for (const char* name : {"NO_COLOR", "FORCE_COLOR"}) ::unsetenv(name);
}

TEST(Output, ColourNeverReachesFiles) {
  const test::TempDir dir;
  const auto outputs = Outputs::make(flags_of({dir.at("a.txt")}, "terminal", "always"), kForms);
  ASSERT_TRUE(outputs);
  testing::internal::CaptureStdout();
  ASSERT_TRUE(outputs->write(render));
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "terminal in colour\n");
  EXPECT_EQ(content(dir.at("a.txt")), "terminal\n");
}

TEST(Output, ProblemsSayWhatWhereAndHintSafely) {
  testing::internal::CaptureStderr();
  print_problem({"bad \x1b[31m", "file\n", "try again"});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "error: bad \\x1b[31m\n  in file\\x0a\n  hint: try again\n");
  testing::internal::CaptureStderr();
  print_problem({"bad", "", ""});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "error: bad\n");
}

}  // namespace
}  // namespace edgefit
