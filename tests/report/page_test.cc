#include "report/page.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(Page, ColourIsAddedAfterCutting) {
  Page page({true, true, 10});
  page.line({{"READY", Paint::good}, {" a long name"}});
  EXPECT_EQ(std::move(page).text(), "\x1b[1;32mREADY\x1b[0m a l…\n");
}

TEST(Page, WithoutColourThereIsNoEscape) {
  Page page({false, true, 20});
  page.line({{"fail", Paint::bad}});
  EXPECT_EQ(std::move(page).text(), "fail\n");
}

TEST(Page, AsciiDevicesGetAscii) {
  Page page({false, false, 20});
  page.line("naïve 模型");
  page.paragraph({{"é "}}, "ü");
  EXPECT_EQ(std::move(page).text(), "na?ve ??\n? ?\n");
}

TEST(Page, ParagraphsHangBesideTheirHead) {
  Page page({false, true, 12});
  page.paragraph({{"fix: "}}, "one two three");
  EXPECT_EQ(std::move(page).text(), "fix: one two\n     three\n");
}

TEST(Page, GapsNeverDouble) {
  Page page({false, true, 12});
  page.gap();
  page.line("a");
  page.gap();
  page.gap();
  page.line("b");
  page.gap();
  EXPECT_EQ(std::move(page).text(), "a\n\nb\n");
}

}  // namespace
}  // namespace edgefit
