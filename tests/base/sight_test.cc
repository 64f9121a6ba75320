#include "base/sight.h"

#include <gtest/gtest.h>

#include "support/sysroot.h"

namespace edgefit {
namespace {

TEST(Sight, AsksOnceAndHidesIds) {
  test::Sysroot machine;
  machine.file("/etc/a", "id 01234567-89ab-cdef-0123-456789abcdef\n").file("/etc/long", std::string(100, 'x'));
  std::filesystem::create_symlink("a", machine.root().prefix() + "/etc/b");
  const RootSight sight(machine.root());
  EXPECT_EQ(sight.read("/etc/a")->find("89ab"), std::string::npos);
  EXPECT_EQ(sight.read("/etc/long", nullptr, 100).access, Access::denied) << "half a text is none";
  EXPECT_EQ(sight.read("/etc/c").access, Access::absent);
  EXPECT_EQ(*sight.resolve("/etc/b"), "/etc/a");
  EXPECT_EQ(sight.resolve("/etc/gone").access, Access::absent);
  EXPECT_EQ(*sight.list("/etc"), (Sight::Names{"a", "b", "long"}));
  machine.file("/etc/new", "").file("/etc/a", "other");
  EXPECT_EQ(sight.list("/etc")->size(), 3U);
  EXPECT_EQ(sight.read("/etc/a")->find("other"), std::string::npos);
}

TEST(Sight, FilterSeesTheTextInsteadOfTheReader) {
  test::Sysroot machine;
  machine.file("/a", "01234567-89ab-cdef-0123-456789abcdef");
  const RootSight sight(machine.root());
  EXPECT_EQ(*sight.read("/a", [](std::string_view text) { return std::string(text.substr(0, 4)); }), "0123");
}

}  // namespace
}  // namespace edgefit
