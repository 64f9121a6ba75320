#include "report/reporters.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(Reporters, AreFoundByNameAndExtension) {
  ASSERT_NE(find_reporter("json"), nullptr);
  EXPECT_EQ(find_reporter("json")->render, render_json);
  EXPECT_EQ(find_reporter("txt"), find_reporter("terminal"));
  EXPECT_EQ(find_reporter("docx"), nullptr);
}

TEST(Reporters, NamesAndExtensionsAreUnique) {
  for (const auto& reporter : reporters()) {
    EXPECT_EQ(find_reporter(reporter.name), &reporter);
    EXPECT_EQ(find_reporter(reporter.extension), &reporter);
  }
}

}  // namespace
}  // namespace edgefit
