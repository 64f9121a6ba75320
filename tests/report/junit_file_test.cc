#include "report/junit_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace edgefit {
namespace {

using ::testing::HasSubstr;

TEST(JUnitFile, CountsItsCasesAndEscapesEveryText) {
  using Result = JUnitCase::Result;
  const JUnitFile file{"edgefit.test",
                       "2026-11-23",
                       {{"box", "a & b"}},
                       {{"g", "passes", Result::passed, "", "", "told <anyway>", 1.5},
                        {"g", "a \"b\"", Result::failure, "1 < 2", "mend & go"},
                        {"g", "e", Result::error, "?", "look"},
                        {"g", "s", Result::skipped, "not asked"}}};
  const std::string text = junit_text(file);
  EXPECT_THAT(text, HasSubstr("timestamp=\"2026-11-23T00:00:00\" tests=\"4\" failures=\"1\" errors=\"1\" "
                              "skipped=\"1\" time=\"1.500\""));
  EXPECT_THAT(text, HasSubstr("<property name=\"box\" value=\"a &amp; b\"/>"));
  EXPECT_THAT(text, HasSubstr("name=\"passes\" time=\"1.500\"/>"));
  EXPECT_THAT(text,
              HasSubstr("name=\"a &quot;b&quot;\" time=\"0.000\"><failure type=\"fail\" message=\"1 &lt; 2\">mend "
                        "&amp; go</failure></testcase>"));
  EXPECT_THAT(text, HasSubstr("<error type=\"unknown\" message=\"?\">look</error>"));
  EXPECT_THAT(text, HasSubstr("<skipped message=\"not asked\"/>"));
  EXPECT_THAT(text, HasSubstr("<system-out>told &lt;anyway&gt;\n</system-out>"));
}

}  // namespace
}  // namespace edgefit
