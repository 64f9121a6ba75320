#include "base/walk.h"

#include <gtest/gtest.h>

#include "audit/fake_box.h"

namespace edgefit {
namespace {

using test::FakeBox;

constexpr const char* kLuks = "CRYPT-LUKS2-0123456789abcdef-x";

Protection device(const FakeBox& box, const std::string& name) {
  const Box view = box.box();
  return Walker(view).device(name).protection;
}
Walk path(const FakeBox& box, const std::string& name) {
  const Box view = box.box();
  return Walker(view).path(name);
}

TEST(Walk, DiskAndPartitionArePlain) {
  FakeBox box;
  box.disk("sda").partition("sda1", "sda");
  EXPECT_EQ(device(box, "sda1"), Protection::plain);
  EXPECT_EQ(device(box, "sda"), Protection::plain);
  EXPECT_EQ(device(box, "sdz"), Protection::unknown);
}

TEST(Walk, KindsOfMapperVolumes) {
  const std::pair<const char*, Protection> cases[] = {{"CRYPT-LUKS1-0-x", Protection::encrypted},
                                                      {"CRYPT-LUKS2-0-x", Protection::encrypted},
                                                      {"CRYPT-PLAIN-x", Protection::encrypted},
                                                      {"CRYPT-TCRYPT-0-x", Protection::encrypted},
                                                      {"CRYPT-BITLK-0-x", Protection::encrypted},
                                                      {"CRYPT-FVAULT2-0-x", Protection::encrypted},
                                                      {"CRYPT-LOOPAES-0-x", Protection::encrypted},
                                                      {"CRYPT-VERITY-1-x", Protection::plain},
                                                      {"CRYPT-INTEGRITY-x", Protection::plain},
                                                      {"CRYPT-SUBDEV-x", Protection::plain},
                                                      {"LVM-abcdef", Protection::plain},
                                                      {"CRYPT-", Protection::unknown},
                                                      {"CRYPT-NEWKIND-x", Protection::unknown},
                                                      {"mpath-3600", Protection::plain},
                                                      {"", Protection::plain}};
  for (const auto& [uuid, wanted] : cases) {
    FakeBox box;
    box.disk("sda").mapper("dm-0", uuid, {"sda"});
    EXPECT_EQ(device(box, "dm-0"), wanted) << uuid;
  }
}

TEST(Walk, EveryLegCounts) {
  FakeBox box;
  box.disk("sda").disk("sdb").mapper("dm-0", kLuks, {"sda"}).mapper("dm-1", kLuks, {"sdb"});
  box.raid("md0", {"dm-0", "dm-1"})
      .raid("md1", {"dm-0", "sdb"})
      .raid("md2", {"dm-0", "gone"})
      .raid("md3", {"gone", "sdb"});
  box.partition("md0p1", "md0").partition("md1p1", "md1");
  EXPECT_EQ(device(box, "md0"), Protection::encrypted);
  EXPECT_EQ(device(box, "md0p1"), Protection::encrypted);
  EXPECT_EQ(device(box, "md1"), Protection::plain);
  EXPECT_EQ(device(box, "md1p1"), Protection::plain);
  EXPECT_EQ(device(box, "md2"), Protection::unknown);
  EXPECT_EQ(device(box, "md3"), Protection::plain);
}

TEST(Walk, LayersInAnyOrder) {
  FakeBox box;
  box.disk("sda")
      .disk("sdb")
      .raid("md0", {"sda", "sdb"})
      .mapper("dm-0", kLuks, {"md0"})
      .mapper("dm-1", "LVM-a", {"dm-0"});
  EXPECT_EQ(device(box, "dm-0"), Protection::encrypted);
  EXPECT_EQ(device(box, "dm-1"), Protection::encrypted);
  EXPECT_EQ(device(box, "md0"), Protection::plain);
}

TEST(Walk, CirclesEnd) {
  FakeBox box;
  box.mapper("dm-0", "LVM-a", {"dm-1"}).mapper("dm-1", "LVM-b", {"dm-0"}).mapper("dm-2", "LVM-c", {"dm-2"});
  EXPECT_EQ(device(box, "dm-0"), Protection::unknown);
  EXPECT_EQ(device(box, "dm-2"), Protection::unknown);
}

TEST(Walk, VolumeWithoutLegsIsNoDisk) {
  FakeBox box;
  box.mapper("dm-0", "LVM-a", {}).raid("md0", {}).mapper("dm-1", "LVM-b", {"dm-9"});
  EXPECT_EQ(device(box, "dm-0"), Protection::unknown);
  EXPECT_EQ(device(box, "md0"), Protection::unknown);
  EXPECT_EQ(device(box, "dm-1"), Protection::unknown);
}

TEST(Walk, ClosedLevelsAreUnknown) {
  FakeBox box;
  box.disk("sda").mapper("dm-0", kLuks, {"sda"}).mapper("dm-1", "LVM-a", {"dm-0"}).disk("sdb");
  box.deny(box.place_of("dm-0") + "/dm/uuid").deny(box.place_of("sdb"));
  EXPECT_EQ(device(box, "dm-0"), Protection::unknown);
  EXPECT_EQ(device(box, "dm-1"), Protection::unknown);
  EXPECT_EQ(device(box, "sdb"), Protection::unknown);
}

TEST(Walk, DisksThatSomebodyElseKeeps) {
  FakeBox box;
  box.disk("vda").disk("sdq", "QEMU HARDDISK").disk("nbd0").disk("nvme0n1", "Amazon Elastic Block Store");
  box.disk("nvme1n1", "Samsung SSD 990 PRO");
  for (const char* name : {"vda", "sdq", "nbd0", "nvme0n1"}) EXPECT_EQ(device(box, name), Protection::unknown) << name;
  EXPECT_EQ(device(box, "nvme1n1"), Protection::plain);
}

TEST(Walk, NvmeSubsystemsAreDisksOnlyOnPcie) {
  for (const auto& [wire, wanted] : {std::pair{"pcie", Protection::plain}, {"tcp", Protection::unknown}}) {
    FakeBox box;
    const std::string subsystem = "/sys/devices/virtual/nvme-subsystem/nvme-subsys0";
    box.link("/sys/class/block/nvme0n1", subsystem + "/nvme0n1")
        .file(subsystem + "/nvme0n1/device/model", "Micron 7450");
    box.file(subsystem + "/nvme0/transport", wire);
    EXPECT_EQ(device(box, "nvme0n1"), wanted) << wire;
  }
}

TEST(Walk, MountsLeadToDevices) {
  FakeBox box;
  box.secret_root().mount("/tmp", "tmpfs", "tmpfs", "0:30").mount("/net", "nfs4", "server:/models", "0:31");
  box.disk("sdb").number("8:16", "sdb").mount("/plain", "xfs", "/dev/sdb", "8:16");
  box.mount("/tank", "zfs", "tank/models", "0:32").mount("/crypt", "fuse.gocryptfs", "/data/x", "0:33");
  EXPECT_EQ(path(box, "/srv/models").protection, Protection::encrypted);
  EXPECT_EQ(path(box, "/srv/models").layers, "ext4 > dm-0");
  EXPECT_EQ(path(box, "/tmp/x").protection, Protection::memory);
  EXPECT_EQ(path(box, "/net").protection, Protection::unknown);
  EXPECT_EQ(path(box, "/plain/deep/down").protection, Protection::plain);
  EXPECT_EQ(path(box, "/tank").protection, Protection::unknown);
  EXPECT_EQ(path(box, "/crypt").protection, Protection::encrypted);
}

TEST(Walk, LinksAreFollowedToTheirMount) {
  FakeBox box;
  box.secret_root().disk("sdb").number("8:16", "sdb").mount("/plain", "xfs", "/dev/sdb", "8:16");
  box.link("/srv/models", "/plain/models");
  EXPECT_EQ(path(box, "/srv/models").protection, Protection::plain);
}

TEST(Walk, BtrfsLiesOnAllItsDevices) {
  FakeBox box;
  box.disk("sda").disk("sdb").mapper("dm-0", kLuks, {"sda"}, "one").mapper("dm-1", kLuks, {"sdb"}, "two");
  box.mount("/", "btrfs", "/dev/mapper/one", "0:40");
  EXPECT_EQ(path(box, "/").protection, Protection::unknown) << "the other devices are not told";
  box.folder("/sys/fs/btrfs/features")
      .folder("/sys/fs/btrfs/abc/devices/dm-0")
      .folder("/sys/fs/btrfs/abc/devices/dm-1");
  EXPECT_EQ(path(box, "/").protection, Protection::encrypted);
  box.folder("/sys/fs/btrfs/abc/devices/sdb");
  EXPECT_EQ(path(box, "/").protection, Protection::plain);
}

TEST(Walk, LoopsStandOnTheirFile) {
  FakeBox box;
  box.secret_root().file("/srv/disk.img", "x").loop("loop0", "/srv/disk.img").number("7:0", "loop0");
  box.mount("/mnt", "ext4", "/dev/loop0", "7:0");
  EXPECT_EQ(path(box, "/mnt").protection, Protection::encrypted);
  FakeBox circle;
  circle.loop("loop0", "/disk.img")
      .number("7:0", "loop0")
      .mount("/", "ext4", "/dev/loop0", "7:0")
      .file("/disk.img", "x");
  EXPECT_EQ(path(circle, "/").protection, Protection::unknown);
  FakeBox gone;
  gone.plain_root().loop("loop0", "/gone (deleted)").number("7:0", "loop0").mount("/mnt", "ext4", "/dev/loop0", "7:0");
  EXPECT_EQ(path(gone, "/mnt").protection, Protection::unknown);
}

TEST(Walk, OverlayInsideAndOutsideItsContainer) {
  const std::string options = "rw,lowerdir=/var/lib/l1:/var/lib/l2,upperdir=/var/lib/up,workdir=/var/lib/w";
  FakeBox inside;
  inside.mount("/", "overlay", "overlay", "0:50", options);
  EXPECT_EQ(path(inside, "/").protection, Protection::unknown);
  inside.folder("/var/lib/l1").folder("/var/lib/l2").folder("/var/lib/up");
  EXPECT_EQ(path(inside, "/").protection, Protection::unknown)
      << "folders that lie on the overlay itself prove nothing";
  FakeBox outside;
  outside.secret_root().mount("/merged", "overlay", "overlay", "0:50", options);
  outside.folder("/var/lib/l1").folder("/var/lib/l2").folder("/var/lib/up");
  EXPECT_EQ(path(outside, "/merged").protection, Protection::encrypted);
  outside.disk("sdb").number("8:16", "sdb").mount("/var/lib/l2", "ext4", "/dev/sdb", "8:16");
  EXPECT_EQ(path(outside, "/merged").protection, Protection::plain);
}

TEST(Walk, ZramIsMemoryUntilItSpills) {
  FakeBox box;
  box.disk("sdb").raid("zram0", {}).file(box.place_of("zram0") + "/backing_dev", "none\n");
  EXPECT_EQ(device(box, "zram0"), Protection::memory);
  box.file(box.place_of("zram0") + "/backing_dev", "/dev/sdb\n");
  EXPECT_EQ(device(box, "zram0"), Protection::plain);
  box.deny(box.place_of("zram0") + "/backing_dev");
  EXPECT_EQ(device(box, "zram0"), Protection::unknown);
}

TEST(Walk, MapperKindKeepsNoVolumeId) {
  EXPECT_EQ(mapper_kind("CRYPT-LUKS2-0123-root"), "CRYPT-LUKS2-");
  EXPECT_EQ(mapper_kind("LVM-secret"), "LVM-");
  EXPECT_EQ(mapper_kind("CRYPT-PLAIN-name"), "CRYPT-PLAIN-");
}

/// Stacks by chance, and what must come out: encrypted when every way down to a disk passes a cipher.
TEST(Walk, GeneratedStacks) {
  uint64_t seed = 7;
  const auto chance = [&seed](uint64_t below) {  // Knuth's MMIX constants: the same stacks on every machine
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (seed >> 33U) % below;
  };
  int encrypted = 0, plain = 0;
  for (int round = 0; round < 200; ++round) {
    FakeBox box;
    std::vector<std::pair<std::string, bool>> layers;  // name, encrypted
    const uint64_t disks = 1 + chance(3), volumes = 1 + chance(8);
    for (uint64_t i = 0; i < disks; ++i) {
      const std::string name(1, static_cast<char>('a' + i));
      box.disk("sd" + name).partition("sd" + name + "1", "sd" + name);
      layers.emplace_back("sd" + name + (chance(2) == 0 ? "1" : ""), false);
    }
    for (uint64_t i = 0; i < volumes; ++i) {
      std::vector<std::string> legs;
      bool all = true;
      const uint64_t count = 1 + chance(3);
      for (uint64_t j = 0; j < count; ++j) {
        const auto& leg = layers[chance(layers.size())];
        legs.push_back(leg.first);
        all = all && leg.second;
      }
      constexpr const char* kKinds[] = {"CRYPT-LUKS2-0-x",   "CRYPT-PLAIN-x", "CRYPT-VERITY-0-x",
                                        "CRYPT-INTEGRITY-x", "LVM-x",         "mpath-x"};
      const uint64_t kind = chance(8);
      const std::string name = (kind < 6 ? "dm-" : "md") + std::to_string(i);
      if (kind < 6)
        box.mapper(name, kKinds[kind], legs);
      else
        box.raid(name, legs);
      layers.emplace_back(name, all || kind < 2);
    }
    for (const auto& [name, wanted] : layers) {
      EXPECT_EQ(device(box, name), wanted ? Protection::encrypted : Protection::plain)
          << "round " << round << " " << name;
      ++(wanted ? encrypted : plain);
    }
  }
  EXPECT_GT(encrypted, 100);
  EXPECT_GT(plain, 100);
}

TEST(Walk, WithoutMountTableNothingIsKnown) {
  FakeBox box;
  box.folder("/srv");
  EXPECT_EQ(path(box, "/srv").protection, Protection::unknown);
  FakeBox closed;
  closed.plain_root().deny("/proc/self/mountinfo");
  EXPECT_EQ(path(closed, "/srv").protection, Protection::unknown);
}

}  // namespace
}  // namespace edgefit
