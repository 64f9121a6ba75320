#include "base/recorder.h"

#include <gtest/gtest.h>

#include "support/sysroot.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::Sysroot;
using test::TempDir;

TEST(Recorder, PatternsFollowFolders) {
  Sysroot machine;
  machine.file("/sys/a/cpu0/x", "1")
      .file("/sys/a/cpu1/x", "1")
      .file("/sys/a/cpufreq/y", "1")
      .file("/sys/a/other/x", "1");
  const Recorder recorder(machine.root(), "/nowhere");
  using Names = std::vector<std::string>;
  EXPECT_EQ(recorder.find("/sys/a/cpu*/x"), (Names{"/sys/a/cpu0/x", "/sys/a/cpu1/x"}));
  EXPECT_EQ(recorder.find("/sys/a/other/x"), (Names{"/sys/a/other/x"}));
  EXPECT_EQ(recorder.find("/sys/none/*"), (Names{}));
}

TEST(Recorder, CopiesFilteredTextAndHidesIds) {
  Sysroot machine;
  machine.file("/etc/id", "mac 00:11:22:33:44:55\n").file("/etc/secret", "secret");
  const TempDir folder;
  Recorder recorder(machine.root(), folder.path());
  recorder.copy("/etc/id");
  recorder.copy("/etc/secret", [](std::string_view) { return std::string("kept"); });
  recorder.copy("/etc/absent");
  ASSERT_FALSE(recorder.problem());
  const Root copy(folder.path());
  EXPECT_EQ(copy.read("/etc/id")->find("00:11"), std::string::npos);
  EXPECT_EQ(*copy.read("/etc/secret"), "kept");
  EXPECT_FALSE(copy.exists("/etc/absent"));
}

TEST(Recorder, OnlyTheLiveBoxIntoAnEmptyFolder) {
  const TempDir folder;
  EXPECT_TRUE(check_recording(Root(), folder.path()));
  EXPECT_TRUE(check_recording(Root(), folder.at("new")));
  EXPECT_FALSE(check_recording(Root(folder.path()), folder.at("new")));
  folder.write("file", "mine");
  EXPECT_FALSE(check_recording(Root(), folder.path()));
}

}  // namespace
}  // namespace edgefit
