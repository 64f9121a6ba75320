#include "probe/storage.h"

#include <gtest/gtest.h>

#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;
using test::TempDir;

constexpr const char* kMounts =
    "27 1 254:1 / / rw - ext4 /dev/nvme0n1p2 rw\n"
    "28 27 0:30 / /data rw - nfs4 server:/export rw\n"
    "29 27 0:31 /@ /data/my\\040models rw - btrfs /dev/sda1 rw\n"
    "broken line\n";

TEST(Storage, PartitionBelongsToItsDisk) {
  Machine machine;
  machine.file("/sys/devices/pci/nvme0n1/nvme0n1p2/partition", "2");
  machine.link("/sys/dev/block/254:1", "/sys/devices/pci/nvme0n1/nvme0n1p2");
  machine.link("/sys/class/block/nvme0n1p2", "/sys/devices/pci/nvme0n1/nvme0n1p2");
  machine.link("/sys/class/block/nvme0n1", "/sys/devices/pci/nvme0n1");
  const auto device = block_device(machine.root(), *find_mount(kMounts, "/"));
  EXPECT_EQ(*device.device, "nvme0n1");
  EXPECT_EQ(*device.kind, "nvme");
}

TEST(Storage, LayersAreFollowedAndDisksToldApart) {
  Machine machine;
  machine.link("/sys/dev/block/253:0", "/sys/devices/virtual/block/dm-0");
  machine.link("/sys/class/block/dm-0", "/sys/devices/virtual/block/dm-0");
  machine.link("/sys/devices/virtual/block/dm-0/slaves/sda", "/sys/devices/pci/ata1/sda");
  machine.link("/sys/class/block/sda", "/sys/devices/pci/ata1/sda");
  machine.file("/sys/devices/pci/ata1/sda/queue/rotational", "0");
  const MountEntry mount{"/", "xfs", "/dev/mapper/root", "253:0"};
  EXPECT_EQ(*block_device(machine.root(), mount).device, "sda");
  EXPECT_EQ(*block_device(machine.root(), mount).kind, "sata-ssd");
  machine.file("/sys/devices/pci/ata1/sda/queue/rotational", "1");
  EXPECT_EQ(*block_device(machine.root(), mount).kind, "hdd");
}

TEST(Storage, VirtualDisksAreNoHardDisks) {
  Machine machine;
  machine.link("/sys/dev/block/254:0", "/sys/devices/virtio/vda")
      .link("/sys/class/block/vda", "/sys/devices/virtio/vda");
  machine.file("/sys/devices/virtio/vda/queue/rotational", "1");
  EXPECT_EQ(*block_device(machine.root(), {"/", "ext4", "/dev/vda", "254:0"}).kind, "virtual");
}

TEST(Storage, DisksOfANetwork) {
  Machine machine;
  machine.link("/sys/dev/block/259:0", "/sys/devices/virtual/nvme0n1");
  machine.link("/sys/class/block/nvme0n1", "/sys/devices/virtual/nvme0n1");
  machine.file("/sys/devices/virtual/nvme0n1/device/transport", "pcie\n");
  const MountEntry mount{"/", "ext4", "/dev/nvme0n1", "259:0"};
  EXPECT_EQ(*block_device(machine.root(), mount).kind, "nvme");
  machine.file("/sys/devices/virtual/nvme0n1/device/transport", "tcp\n");
  EXPECT_EQ(*block_device(machine.root(), mount).kind, "net");
  machine.link("/sys/class/block/sdc", "/sys/devices/platform/host2/session1/target2:0:0/sdc");
  machine.file("/sys/devices/platform/host2/session1/target2:0:0/sdc/queue/rotational", "0");
  EXPECT_EQ(*block_device(machine.root(), {"/", "ext4", "/dev/sdc", "0:31"}).kind, "net");
}

TEST(Storage, AnonymousNumbersUseTheSource) {
  Machine machine;
  machine.link("/sys/class/block/sdb", "/sys/devices/usb1/sdb").file("/sys/devices/usb1/sdb/queue/rotational", "0");
  const auto device = block_device(machine.root(), {"/", "btrfs", "/dev/sdb", "0:31"});
  EXPECT_EQ(*device.device, "sdb");
  EXPECT_EQ(*device.kind, "usb");
  EXPECT_FALSE(block_device(machine.root(), {"/", "overlay", "overlay", "0:40"}).device);
  EXPECT_EQ(*block_device(machine.root(), *find_mount(kMounts, "/data")).kind, "net");
}

TEST(Storage, LiveFolderHasFreeSpace) {
  const TempDir folder;
  const auto storage = describe_storage(Root(), folder.path());
  ASSERT_TRUE(storage.free);
  EXPECT_GT(storage.free->value, 0);
  // In a chroot the mount table does not name the mount below it.
  EXPECT_TRUE(storage.filesystem || !storage.filesystem.why.empty());
  // A model that is not there yet lies where its folder will be.
  const auto later = describe_storage(Root(), folder.at("not/yet/model.gguf"));
  EXPECT_EQ(later.filesystem.value, storage.filesystem.value);
  EXPECT_TRUE(later.free);
}

TEST(Storage, RecordingTellsNoFreeSpace) {
  const Machine machine;
  const auto storage = describe_storage(machine.root(), "/");
  EXPECT_FALSE(storage.free);
  EXPECT_FALSE(storage.free.why.empty());
}

TEST(Storage, EncryptedVolumeDownToItsDisk) {
  Machine machine;
  machine.link("/sys/dev/block/253:0", "/sys/devices/virtual/block/dm-0");
  machine.link("/sys/class/block/dm-0", "/sys/devices/virtual/block/dm-0");
  machine.file("/sys/devices/virtual/block/dm-0/dm/uuid", "CRYPT-LUKS2-0123456789abcdef-root\n");
  machine.file("/sys/devices/virtual/block/dm-0/slaves/nvme0n1p3/partition", "3");
  machine.file("/sys/devices/pci/nvme0n1/nvme0n1p3/partition", "3");
  machine.link("/sys/class/block/nvme0n1p3", "/sys/devices/pci/nvme0n1/nvme0n1p3");
  const auto device = block_device(machine.root(), {"/", "ext4", "/dev/mapper/root", "253:0"});
  EXPECT_EQ(*device.device, "nvme0n1");
  EXPECT_EQ(*device.layers, "dm-0 > nvme0n1p3 > nvme0n1");
  EXPECT_EQ(*device.encrypted, "luks");
}

/// A mirror of two disks; `uuids` are those of its legs, of which an empty one is the bare disk.
Fact<std::string> mirror(std::initializer_list<std::string> uuids) {
  Machine machine;
  const std::string md = "/sys/devices/virtual/block/md0";
  machine.link("/sys/dev/block/9:0", md).link("/sys/class/block/md0", md);
  int n = 0;
  for (const auto& uuid : uuids) {
    const std::string disk = "sd" + std::string(1, static_cast<char>('a' + n)), leg = "dm-" + std::to_string(n++);
    machine.link("/sys/class/block/" + disk, "/sys/devices/pci/ata1/" + disk);
    machine.file("/sys/devices/pci/ata1/" + disk + "/device/model", "Samsung SSD 990");
    machine.file(md + "/slaves/" + (uuid.empty() ? disk : leg) + "/x", "");
    if (uuid.empty()) continue;
    machine.link("/sys/class/block/" + leg, "/sys/devices/virtual/block/" + leg);
    machine.file("/sys/devices/virtual/block/" + leg + "/dm/uuid", uuid + "\n");
    machine.file("/sys/devices/virtual/block/" + leg + "/slaves/" + disk + "/x", "");
  }
  return block_device(machine.root(), {"/", "ext4", "/dev/md0", "9:0"}).encrypted;
}

TEST(Storage, EveryLegMustBeEncrypted) {
  EXPECT_EQ(*mirror({"CRYPT-LUKS2-0-a", "CRYPT-LUKS1-0-b"}), "luks");
  EXPECT_EQ(*mirror({"CRYPT-PLAIN-a"}), "dm-crypt");
  EXPECT_FALSE(mirror({"CRYPT-LUKS2-0-a", ""}));
  EXPECT_FALSE(mirror({"", "CRYPT-LUKS2-0-a"}));
  EXPECT_FALSE(mirror({"CRYPT-VERITY-0-a"})) << "verity only detects changes";
  EXPECT_FALSE(mirror({"CRYPT-INTEGRITY-a", "CRYPT-LUKS2-0-b"}));
  EXPECT_FALSE(mirror({"CRYPT-"})) << "its kind is not told";
}

TEST(Storage, RecordedEncryptionStandsForItsWalk) {
  Machine machine;
  machine.link("/sys/dev/block/8:0", "/sys/devices/pci/sda").link("/sys/class/block/sda", "/sys/devices/pci/sda");
  machine.file(kDisksFile, "/a\t1\text4\t8:0\t-\tluks\n/b\t1\text4\t8:0\t-\tnone\n/c\t1\text4\t8:0\t-\tunknown\n");
  EXPECT_EQ(*describe_storage(machine.root(), "/a").encrypted, "luks");
  EXPECT_FALSE(describe_storage(machine.root(), "/b").encrypted);
  EXPECT_FALSE(describe_storage(machine.root(), "/c").encrypted);
  EXPECT_NE(describe_storage(machine.root(), "/b").encrypted.why, describe_storage(machine.root(), "/c").encrypted.why);
}

TEST(Storage, RecordedDisk) {
  Machine machine;
  machine.file(kDisksFile, "/models\t1000\tnfs4\t0:30\t-\n/none\t-\t-\t-\t-\n");
  const auto disk = describe_storage(machine.root(), "/models");
  EXPECT_EQ(disk.free->value, 1000);
  EXPECT_EQ(*disk.filesystem, "nfs4");
  EXPECT_EQ(*disk.kind, "net");
  EXPECT_FALSE(describe_storage(machine.root(), "/none").free);
  EXPECT_FALSE(describe_storage(machine.root(), "/other").filesystem);
}

}  // namespace
}  // namespace edgefit
