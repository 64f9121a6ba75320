#include "read/flat_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tflite_writer.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;

TEST(FlatTables, ReadsFieldsListsAndTexts) {
  test::FlatWriter w;
  const size_t table = w.table({{0, 7}, {2, 0}, {3, 0}});
  w.point(w.at(table, 2), w.numbers({5, -6}));
  w.point(w.at(table, 3), w.data("a\x1b"));
  const MemorySource source(w.bytes(), "a.tflite");
  FlatTables tables(source);
  const uint64_t root = tables.follow(0);
  EXPECT_EQ(root, table);
  EXPECT_EQ(tables.u32_of(root, 0), 7U);
  EXPECT_EQ(tables.u32_of(root, 1), 0U) << "left out";
  EXPECT_EQ(tables.u32_of(root, 9), 0U) << "newer than the file";
  const FlatVector list = tables.vector(root, 2, 4);
  ASSERT_EQ(list.count, 2U);
  EXPECT_EQ(tables.i32(list.start + 4), -6);
  EXPECT_EQ(tables.text(root, 3, 100), "a\\x1b");
  EXPECT_FALSE(tables.failed());
}

std::string problem_of(std::string bytes, bool as_list = false) {
  const MemorySource source(bytes, "a.tflite");
  FlatTables tables(source);
  const uint64_t root = tables.follow(0);
  if (as_list) {
    tables.vector(root, 0, 4);
  } else {
    tables.u32_of(root, 0);
  }
  return tables.failed() ? tables.problem().what : "";
}

TEST(FlatTables, NothingOutsideTheFileIsRead) {
  EXPECT_THAT(problem_of(""), HasSubstr("past the end"));
  EXPECT_THAT(problem_of(std::string("\xff\xff\xff\xff", 4)), HasSubstr("past the end"));
  test::FlatWriter w;
  const size_t table = w.table({{0, 0}});
  std::string before = w.bytes();
  before.replace(table, 4, std::string("\xff\xff\xff\x7f", 4));
  EXPECT_THAT(problem_of(before), HasSubstr("before the start"));
  std::string outside = w.bytes();
  outside[table - 2] = 60;
  EXPECT_THAT(problem_of(outside), HasSubstr("outside its table"));
  w.point(w.at(table, 0), w.numbers({1}));
  w.set(w.bytes().size() - 8, 0x40000000);
  EXPECT_THAT(problem_of(w.bytes(), true), HasSubstr("cannot fit"));
}

TEST(FlatTables, ValuesMayLieAcrossWindows) {
  std::string bytes(40'000, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7);
  const MemorySource source(bytes, "a");
  FlatTables tables(source);
  for (const uint64_t at : {uint64_t{16'382}, uint64_t{32'765}, uint64_t{3}, uint64_t{16'382}}) {
    uint32_t expected = 0;
    std::memcpy(&expected, bytes.data() + at, 4);
    EXPECT_EQ(tables.u32(at), expected);
  }
}

}  // namespace
}  // namespace edgefit
