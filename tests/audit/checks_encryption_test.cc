#include <gtest/gtest.h>

#include "audit/fake_box.h"

namespace edgefit {
namespace {

using test::FakeBox;

TEST(EncryptionChecks, ModelStore) {
  FakeBox secret;
  secret.secret_root().folder("/srv/models");
  EXPECT_STATUS(secret.check("EF-ENC-001"), pass);
  FakeBox plain;
  plain.plain_root().folder("/srv/models");
  EXPECT_STATUS(plain.check("EF-ENC-001"), fail);
  EXPECT_EQ(plain.check("EF-ENC-001").path, "/srv/models");
  EXPECT_FALSE(plain.check("EF-ENC-001").fix.empty());
  plain.deny("/proc/self/mountinfo");
  EXPECT_STATUS(plain.check("EF-ENC-001"), unknown);
  FakeBox none;
  none.plain_root();
  EXPECT_STATUS(none.check("EF-ENC-001"), not_applicable);
}

TEST(EncryptionChecks, OnePlainStoreIsEnough) {
  FakeBox box;
  box.secret_root().disk("sdb").number("8:16", "sdb").mount("/srv/models", "xfs", "/dev/sdb", "8:16").folder("/models");
  const auto finding = box.check("EF-ENC-001");
  EXPECT_STATUS(finding, fail);
  EXPECT_EQ(finding.evidence.size(), 2U);
  EXPECT_EQ(finding.path, "/srv/models");
}

TEST(EncryptionChecks, FilesOneByOne) {
  FakeBox box;
  box.plain_root().folder("/srv/models");
  EXPECT_STATUS(box.check("EF-ENC-002"), unknown);
  box.answer("policy\t/srv/models\tnone");
  EXPECT_STATUS(box.check("EF-ENC-002"), warn);
  box.answer("policy\t/srv/models\tfscrypt");
  EXPECT_STATUS(box.check("EF-ENC-002"), pass);
  EXPECT_STATUS(box.check("EF-ENC-001"), not_applicable);
  FakeBox secret;
  secret.secret_root().folder("/srv/models");
  EXPECT_STATUS(secret.check("EF-ENC-002"), not_applicable);
}

TEST(EncryptionChecks, DataPaths) {
  FakeBox box;
  box.secret_root().folder("/var/log").mount("/tmp", "tmpfs", "tmpfs", "0:30");
  EXPECT_STATUS(box.check("EF-ENC-003"), pass);
  box.disk("sdb").number("8:16", "sdb").mount("/vectors", "xfs", "/dev/sdb", "8:16").answer("policy\t/vectors\tnone");
  auto options = box.options();
  options.data = {"/vectors"};
  EXPECT_STATUS(FakeBox::check("EF-ENC-003", options), fail);
  box.answer("policy\t/vectors\tfscrypt");
  EXPECT_STATUS(FakeBox::check("EF-ENC-003", options), pass);
  EXPECT_STATUS(FakeBox().check("EF-ENC-003"), unknown);
}

constexpr const char* kSwapHead = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";

TEST(EncryptionChecks, Swap) {
  FakeBox box;
  EXPECT_STATUS(box.check("EF-ENC-004"), unknown);
  box.file("/proc/swaps", kSwapHead);
  EXPECT_STATUS(box.check("EF-ENC-004"), pass);
  box.plain_root().file("/proc/swaps", std::string(kSwapHead) + "/dev/sda1 partition 1 0 -2\n");
  EXPECT_STATUS(box.check("EF-ENC-004"), fail);
  box.mapper("dm-0", "CRYPT-PLAIN-swap", {"sda1"}, "swap");
  box.file("/proc/swaps", std::string(kSwapHead) + "/dev/dm-0 partition 1 0 -2\n");
  EXPECT_STATUS(box.check("EF-ENC-004"), pass);
  box.file("/proc/swaps", std::string(kSwapHead) + "/swapfile file 1 0 -2\n").file("/swapfile", "x");
  EXPECT_STATUS(box.check("EF-ENC-004"), fail);
  box.file("/proc/swaps", std::string(kSwapHead) + "/dev/sdz9 partition 1 0 -2\n");
  EXPECT_STATUS(box.check("EF-ENC-004"), unknown);
  box.deny("/proc/swaps");
  EXPECT_STATUS(box.check("EF-ENC-004"), unknown);
}

TEST(EncryptionChecks, SwapFileOnBtrfs) {
  FakeBox box;
  box.disk("sda")
      .disk("sdb")
      .mapper("dm-0", "CRYPT-LUKS2-1-a", {"sda"}, "one")
      .mount("/", "btrfs", "/dev/mapper/one", "0:40");
  box.folder("/sys/fs/btrfs/abc/devices/dm-0").file("/swap/file", "x");
  box.file("/proc/swaps", std::string(kSwapHead) + "/swap/file file 1 0 -2\n");
  EXPECT_STATUS(box.check("EF-ENC-004"), pass);
  box.folder("/sys/fs/btrfs/abc/devices/sdb");
  EXPECT_STATUS(box.check("EF-ENC-004"), fail);
}

TEST(EncryptionChecks, CompressedSwap) {
  FakeBox box;
  EXPECT_STATUS(box.check("EF-ENC-005"), unknown);
  box.plain_root();
  EXPECT_STATUS(box.check("EF-ENC-005"), not_applicable);
  box.raid("zram0", {}).file(box.place_of("zram0") + "/backing_dev", "none\n");
  EXPECT_STATUS(box.check("EF-ENC-005"), pass);
  box.file(box.place_of("zram0") + "/backing_dev", "/dev/sda1\n");
  EXPECT_STATUS(box.check("EF-ENC-005"), fail);
  box.deny(box.place_of("zram0") + "/backing_dev");
  EXPECT_STATUS(box.check("EF-ENC-005"), unknown);
}

TEST(EncryptionChecks, ZswapInheritsItsSwapArea) {
  FakeBox box;
  box.plain_root().file("/sys/module/zswap/parameters/enabled", "Y\n");
  box.file("/proc/swaps", std::string(kSwapHead) + "/dev/sda1 partition 1 0 -2\n");
  EXPECT_STATUS(box.check("EF-ENC-005"), fail);
  box.file("/proc/swaps", kSwapHead);
  EXPECT_STATUS(box.check("EF-ENC-005"), pass);
}

TEST(EncryptionChecks, Hibernation) {
  FakeBox box;
  EXPECT_STATUS(box.check("EF-ENC-006"), unknown);
  box.plain_root().file("/sys/power/state", "freeze mem\n");
  EXPECT_STATUS(box.check("EF-ENC-006"), pass);
  box.file("/sys/power/state", "freeze mem disk\n").file("/sys/power/disk", "[platform] shutdown\n");
  EXPECT_STATUS(box.check("EF-ENC-006"), unknown);
  box.file("/sys/power/resume", "0:0\n");
  EXPECT_STATUS(box.check("EF-ENC-006"), pass);
  box.file("/sys/power/resume", "8:1\n");
  EXPECT_STATUS(box.check("EF-ENC-006"), fail);
  box.file("/sys/power/disk", "[disabled]\n");
  EXPECT_STATUS(box.check("EF-ENC-006"), pass);
  box.deny("/sys/power/state");
  EXPECT_STATUS(box.check("EF-ENC-006"), unknown);
}

TEST(EncryptionChecks, MemoryNeverFails) {
  FakeBox box;
  EXPECT_STATUS(box.check("EF-ENC-007"), unknown);
  box.file("/proc/cpuinfo", "flags\t\t: fpu sse2\n");
  EXPECT_STATUS(box.check("EF-ENC-007"), not_applicable);
  box.file("/proc/cpuinfo", "flags\t\t: fpu sme\n");
  EXPECT_STATUS(box.check("EF-ENC-007"), unknown);
  box.file("/proc/cmdline", "quiet mem_encrypt=on\n");
  EXPECT_STATUS(box.check("EF-ENC-007"), pass);
  box.file("/proc/cpuinfo", "flags\t\t: fpu hypervisor tdx_guest\n");
  EXPECT_STATUS(box.check("EF-ENC-007"), pass);
}

TEST(EncryptionChecks, ConfidentialGpu) {
  FakeBox box;
  EXPECT_STATUS(box.check("EF-ENC-008"), not_applicable);
  box.file("/proc/driver/nvidia/version", "NVRM version: 580.82.07\n");
  EXPECT_STATUS(box.check("EF-ENC-008"), not_applicable);
  auto options = box.options();
  options.profile = Profile::edge_box;
  EXPECT_STATUS(FakeBox::check("EF-ENC-008", options), unknown);
}

}  // namespace
}  // namespace edgefit
