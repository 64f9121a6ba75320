// The page as text; tests/completions has it read by groff and mandoc.
#include <gtest/gtest.h>

#include "cli/invoke.h"
#include "cli/shared_rows.h"

namespace edgefit {
namespace {

using test::has;
using test::invoke;

std::string typed(std::string text) {
  for (size_t at = text.find('-'); at != std::string::npos; at = text.find('-', at + 2)) text.insert(at, "\\");
  return text;
}

TEST(Man, TellsEveryCommandAndFlagOnceWithEachOfItsForms) {
  const auto page = invoke({"man"});
  ASSERT_EQ(page.code, 0);
  for (const auto& command : commands()) EXPECT_TRUE(has(page.out, "\\fB" + std::string(command.name) + "\\fR"));
  size_t flags = 0, items = 0;
  for (const auto& [row, names] : shared_rows()) {
    if (row.positional) continue;
    ++flags;
    for (const auto& name : row.names) EXPECT_TRUE(has(page.out, "\\fB" + typed(name) + "\\fR")) << name;
  }
  for (size_t at = page.out.find(".TP\n\\fB\\-"); at != std::string::npos; at = page.out.find(".TP\n\\fB\\-", at + 1))
    ++items;
  EXPECT_EQ(items, flags);
}

TEST(Man, HasTheUsualSections) {
  const auto page = invoke({"man"});
  for (const char* section :
       {"NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXIT STATUS", "FILES", "ENVIRONMENT", "EXAMPLES"})
    EXPECT_TRUE(has(page.out, ".SH " + std::string(section) + "\n")) << section;
}

TEST(Man, SpeaksGermanToo) {
  const auto page = invoke({"man", "--lang", "de"});
  EXPECT_TRUE(has(page.out, ".SH BEISPIELE\n"));
  EXPECT_FALSE(has(page.out, "Will this model run here?"));
  invoke({"--lang", "en", "--version"});
}

TEST(Man, NoLineIsTakenAsARequestByAccident) {
  std::istringstream lines(invoke({"man"}).out);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_FALSE(line.starts_with("'")) << line;
    if (!line.starts_with(".")) continue;
    const std::string requests = ".TH .SH .SS .TP .PP .br .nh .ad .RS .RE";
    EXPECT_NE(requests.find(line.substr(0, 3)), requests.npos) << line;
  }
}

}  // namespace
}  // namespace edgefit
