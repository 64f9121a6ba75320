#include "report/table.h"

#include <gtest/gtest.h>

#include <sstream>

#include "report/width.h"

namespace edgefit {
namespace {

using Align = Column::Align;

std::string print(const Table& table, int width = 40) {
  Page page({false, true, width});
  table.print(page, 2);
  return std::move(page).text();
}

TEST(Table, AlignsByDisplayWidth) {
  Table table({{Align::left}, {Align::right}});
  table.row({{"模型"}, {"1"}});
  table.row({{"abc"}, {"23"}});
  EXPECT_EQ(print(table), "  模型   1\n  abc   23\n");
}

TEST(Table, LastCellOfAShortRowRunsOn) {
  Table table({{Align::left, 6}, {Align::left}, {Align::left}});
  table.row({{"a"}, {"a note wider than its column"}});
  table.row({{"c"}, {"d"}, {"e"}});
  EXPECT_EQ(print(table), "  a       a note wider than its column\n  c       d  e\n");
}

TEST(Table, OnlyShrinkingColumnsAreCut) {
  Table table({{Align::left, 0, true}, {Align::right}});
  table.row({{std::string(60, 'n')}, {"9.64 GiB"}});
  const std::string text = print(table);
  EXPECT_NE(text.find("…  9.64 GiB\n"), std::string::npos) << text;
  EXPECT_EQ(display_width(text.substr(0, text.size() - 1)), 40u);
}

TEST(Table, NoLineLeavesThePageEvenWhenNothingMayShrink) {
  Table table({{Align::left}, {Align::left}});
  table.row({{std::string(30, 'a')}, {std::string(30, 'b')}});
  const std::string text = print(table);
  EXPECT_LE(display_width(text.substr(0, text.size() - 1)), 40u);
}

}  // namespace
}  // namespace edgefit
