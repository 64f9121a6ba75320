#include "audit/box.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "audit/fake_box.h"

namespace edgefit {
namespace {

namespace fs = std::filesystem;
using test::FakeBox;
using test::TempDir;

TEST(Box, AbsentAndClosedAreNotTheSame) {
  FakeBox fake;
  fake.file("/etc/a", "text\n").file("/etc/b", "secret").deny("/etc/b").folder("/etc/dir");
  const Box box = fake.box();
  EXPECT_EQ(*box.read("/etc/a"), "text\n");
  EXPECT_EQ(box.read("/etc/b").access, Access::denied);
  EXPECT_EQ(box.read("/etc/c").access, Access::absent);
  EXPECT_EQ(box.read("/etc/dir").access, Access::denied) << "a folder is no text";
  EXPECT_EQ(box.list("/etc/none").access, Access::absent);
  EXPECT_EQ(box.clock().access, Access::denied) << "this machine's clock says nothing about a recording";
  EXPECT_EQ(box.space("/etc").access, Access::denied);
}

TEST(Box, PipesAndEndlessLinksEnd) {
  FakeBox fake;
  fake.folder("/srv");
  ASSERT_EQ(::mkfifo((fake.prefix() + "/srv/pipe").c_str(), 0644), 0);
  fs::create_symlink("loop2", fake.prefix() + "/srv/loop1");
  fs::create_symlink("loop1", fake.prefix() + "/srv/loop2");
  const Box box = fake.box();
  EXPECT_EQ(box.head("/srv/pipe").access, Access::denied);
  EXPECT_FALSE(box.read("/srv/loop1"));
  EXPECT_FALSE(box.resolve("/srv/loop1"));
  EXPECT_EQ(box.look("/srv/loop1")->kind, FileState::Kind::link);
}

TEST(Box, LinksStayInsideTheSysroot) {
  FakeBox fake;
  fake.folder("/srv");
  fs::create_symlink("/etc/hostname", fake.prefix() + "/srv/out");
  fs::create_symlink("../../../../../../etc/hostname", fake.prefix() + "/srv/up");
  EXPECT_FALSE(fake.box().read("/srv/out"));
  EXPECT_FALSE(fake.box().read("/srv/up"));
}

TEST(Box, IdsAreHiddenWhileReading) {
  FakeBox fake;
  fake.file("/etc/x", "id 01234567-89ab-cdef-0123-456789abcdef\n");
  EXPECT_EQ(fake.box().read("/etc/x")->find("89ab"), std::string::npos);
}

TEST(Box, PatternsAreFound) {
  FakeBox fake;
  fake.file("/a/x1/f", "").file("/a/x2/f", "").file("/a/y/f", "");
  EXPECT_EQ(*fake.box().find("/a/x*/f"), (Box::Names{"/a/x1/f", "/a/x2/f"}));
  EXPECT_TRUE(fake.box().find("/none/*")->empty());
  fake.deny("/a");
  EXPECT_EQ(fake.box().find("/a/x*/f").access, Access::denied);
}

TEST(Box, DigestsOfWholeFiles) {
  FakeBox fake;
  fake.file("/m/a", "abc");
  double bytes = 0;
  EXPECT_EQ(*fake.box().digest("/m/a", [&](double n) { bytes += n; }),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(bytes, 3);
  EXPECT_FALSE(fake.box().digest("/m/b", nullptr));
}

TEST(Box, HealthOfADiskByItsPage) {
  unsigned char page[512] = {};
  page[0] = 4;
  page[3] = 98;
  page[4] = 10;
  page[5] = 255;
  const auto health = health_of_page(page);
  EXPECT_EQ(health.warning, 4U);
  EXPECT_EQ(health.spare, 98U);
  EXPECT_EQ(health.least_spare, 10U);
  EXPECT_EQ(health.used, 255U);
  EXPECT_EQ(FakeBox().box().health("/dev/nvme0").access, Access::denied);
  EXPECT_FALSE(Box("").health("/dev/null")) << "no disk";
}

/// Any question twice gives one answer, even where the machine has changed in between.
TEST(Box, WhatWasSeenStays) {
  FakeBox fake;
  fake.file("/etc/a", "one");
  const Box box = fake.box();
  EXPECT_EQ(*box.read("/etc/a"), "one");
  fake.file("/etc/a", "two");
  EXPECT_EQ(*box.read("/etc/a"), "one");
}

TEST(Box, RecordingHoldsWhatWasSeenAndNothingElse) {
  const TempDir folder;
  folder.write("m/a\tb.gguf", "GGUF....");
  folder.write("m/secret", "never read");
  const Box live("");
  const std::string at = folder.at("m");
  live.list(at);
  live.head(at + "/a\tb.gguf");
  live.look(at + "/a\tb.gguf");
  live.look(at + "/gone");
  live.clock();
  live.space(at);
  live.set_note("stores", {at});
  const std::string place = folder.at("recording");
  ASSERT_TRUE(live.record(place));
  EXPECT_FALSE(live.record(place)) << "only into an empty folder";
  const Box copy(place);
  EXPECT_EQ(*copy.list(at), *live.list(at));
  EXPECT_EQ(*copy.head(at + "/a\tb.gguf"), "GGUF....");
  EXPECT_EQ(copy.look(at + "/a\tb.gguf")->size, 8U);
  EXPECT_EQ(copy.look(at + "/gone").access, Access::absent);
  EXPECT_EQ(copy.clock().access, live.clock().access);
  EXPECT_EQ(copy.space(at)->total, live.space(at)->total);
  EXPECT_EQ(*copy.note("stores"), Box::Names{at});
  EXPECT_FALSE(fs::exists(place + at + "/secret"));
}

TEST(Box, BrokenAnswersAreLeftOut) {
  FakeBox fake;
  fake.file("/etc/a", "x").answer("state\t/etc/a\tfile\tnonsense").answer("clock\t-\t1").answer("list").answer("\t\t");
  EXPECT_TRUE(fake.box().look("/etc/a"));
  EXPECT_EQ(fake.box().clock().access, Access::denied);
}

}  // namespace
}  // namespace edgefit
