#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/report.h"
#include "report/sample.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string render(const Answer& answer) {
  return find_reporter("xml")->render(answer, {});
}

void set(Answer& answer, size_t check, CheckStatus status, bool decides) {
  answer.checks[check].finding.status = status;
  answer.checks[check].finding.decides = decides;
}

TEST(JUnit, ATestCaseForEachCheck) {
  const std::string text = render(test::sample_answer());
  EXPECT_TRUE(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n")) << text;
  EXPECT_THAT(text, HasSubstr("tests=\"3\" failures=\"0\" errors=\"0\" skipped=\"0\""));
  EXPECT_THAT(text, HasSubstr("name=\"EF-FIT-002 GPU memory\" time=\"0\"/>"));
  EXPECT_THAT(text, HasSubstr("<system-out>Context length: message of Context length\n"));
}

TEST(JUnit, FailuresErrorsAndSkips) {
  Answer answer = test::sample_answer();
  set(answer, 0, CheckStatus::fail, false);
  set(answer, 1, CheckStatus::unknown, true);
  set(answer, 2, CheckStatus::unknown, false);
  const std::string text = render(answer);
  EXPECT_THAT(text, HasSubstr("failures=\"1\" errors=\"1\" skipped=\"1\""));
  EXPECT_THAT(text, HasSubstr("<failure type=\"fail\" message=\"message of GPU memory\">"));
  EXPECT_THAT(text, HasSubstr("<error type=\"unknown\" message=\"message of Context length\">"));
  EXPECT_THAT(text, HasSubstr("<skipped message=\"message of Goal: time to first token\"/>"));
}

TEST(JUnit, MarkupFromStrangersStaysText) {
  Answer answer = test::sample_answer();
  answer.warnings = {"a <b> & \"c\" \x1b"};
  const std::string text = render(answer);
  EXPECT_THAT(text, HasSubstr("a &lt;b&gt; &amp; &quot;c&quot; "));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace edgefit
