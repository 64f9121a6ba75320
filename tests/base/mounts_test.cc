#include "base/mounts.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

constexpr const char* kMounts =
    "27 1 254:1 / / rw - ext4 /dev/nvme0n1p2 rw\n"
    "28 27 0:30 / /data rw - nfs4 server:/export rw\n"
    "29 28 0:31 /@ /data/my\\040models rw shared:5 - btrfs /dev/sda1 rw,compress\n"
    "broken line\n";

TEST(Mounts, DeepestMountHoldsThePath) {
  EXPECT_EQ(find_mount(kMounts, "/home/x")->filesystem, "ext4");
  EXPECT_EQ(find_mount(kMounts, "/data")->filesystem, "nfs4");
  EXPECT_EQ(find_mount(kMounts, "/database")->filesystem, "ext4");
  EXPECT_EQ(find_mount(kMounts, "/data/my models/a.gguf")->source, "/dev/sda1");
  EXPECT_EQ(find_mount(kMounts, "/data/my models")->options, "rw,compress");
  EXPECT_FALSE(find_mount("", "/"));
}

TEST(Mounts, CoveredMountIsNotTaken) {
  // /srv/models was mounted, then a disk was mounted over /srv: the path leads to the disk.
  constexpr const char* kCovered =
      "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
      "2 1 253:0 / /srv/models rw - ext4 /dev/mapper/secret rw\n"
      "3 1 8:17 / /srv rw - ext4 /dev/sdb1 rw\n";
  EXPECT_EQ(find_mount(kCovered, "/srv/models/a")->source, "/dev/sdb1");
}

TEST(Mounts, LaterMountAtOnePointLiesOnTop) {
  constexpr const char* kStacked =
      "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
      "2 1 8:2 / /srv rw - ext4 /dev/sda2 rw\n"
      "3 2 8:3 / /srv rw - ext4 /dev/sda3 rw\n";
  EXPECT_EQ(find_mount(kStacked, "/srv")->source, "/dev/sda3");
}

TEST(Mounts, WithoutRootTheLongestPrefixCounts) {
  // In a chroot the mount below the new root is not listed.
  constexpr const char* kChroot = "5 4 8:5 / /srv rw - ext4 /dev/sda5 rw\n";
  EXPECT_EQ(find_mount(kChroot, "/srv/x")->source, "/dev/sda5");
  EXPECT_FALSE(find_mount(kChroot, "/home"));
}

TEST(Mounts, CircleEnds) {
  constexpr const char* kCircle = "1 2 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / / rw - ext4 /dev/sda2 rw\n";
  EXPECT_TRUE(find_mount(kCircle, "/x"));
}

TEST(Mounts, KindsOfFilesystems) {
  EXPECT_TRUE(is_network_filesystem("nfs4"));
  EXPECT_FALSE(is_network_filesystem("ext4"));
  EXPECT_TRUE(is_memory_filesystem("tmpfs"));
  EXPECT_FALSE(is_memory_filesystem("overlay"));
  EXPECT_TRUE(is_below("/a/b", "/a"));
  EXPECT_FALSE(is_below("/ab", "/a"));
}

}  // namespace
}  // namespace edgefit
