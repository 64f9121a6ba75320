#include "probe/cgroup.h"

#include <gtest/gtest.h>

#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

constexpr const char* kV2Mount = "31 23 0:28 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n";

TEST(Cgroup, TightestAncestorWins) {
  Machine machine;
  machine.file("/proc/self/mountinfo", kV2Mount).file("/proc/self/cgroup", "0::/a/b/c\n");
  machine.file("/sys/fs/cgroup/a/memory.max", "2147483648").file("/sys/fs/cgroup/a/cpu.max", "150000 100000");
  machine.file("/sys/fs/cgroup/a/b/memory.max", "max").file("/sys/fs/cgroup/a/b/cpu.max", "max 100000");
  machine.file("/sys/fs/cgroup/a/b/c/memory.max", "4294967296").file("/sys/fs/cgroup/a/b/c/cpu.max", "400000 100000");
  const auto limits = read_cgroup_limits(machine.root());
  EXPECT_EQ(limits.memory, 2147483648.0);
  EXPECT_EQ(limits.memory_path, "/sys/fs/cgroup/a/memory.max");
  EXPECT_EQ(limits.cpus, 1.5);
  EXPECT_TRUE(limits.found);
}

TEST(Cgroup, PageCacheIsNotUsed) {
  Machine machine;
  machine.file("/proc/self/mountinfo", kV2Mount).file("/proc/self/cgroup", "0::/a\n");
  machine.file("/sys/fs/cgroup/a/memory.max", "1000000").file("/sys/fs/cgroup/a/memory.current", "900000");
  machine.file("/sys/fs/cgroup/a/memory.stat",
               "anon 100000\nfile 700000\ninactive_file 500000\nactive_file 200000\nslab_reclaimable 50000\n");
  EXPECT_EQ(read_cgroup_limits(machine.root()).available, 1000000.0 - (900000 - 750000));
}

TEST(Cgroup, MaxIsNoLimit) {
  Machine machine;
  machine.file("/proc/self/mountinfo", kV2Mount).file("/proc/self/cgroup", "0::/a\n");
  machine.file("/sys/fs/cgroup/a/memory.max", "max").file("/sys/fs/cgroup/a/memory.current", "900000");
  machine.file("/sys/fs/cgroup/a/cpu.max", "max 100000");
  const auto limits = read_cgroup_limits(machine.root());
  EXPECT_TRUE(limits.found);
  EXPECT_FALSE(limits.memory);
  EXPECT_FALSE(limits.available);
  EXPECT_FALSE(limits.cpus);
}

TEST(Cgroup, SoftLimitBelowTheHardOneLimits) {
  Machine machine;
  machine.file("/proc/self/mountinfo", kV2Mount).file("/proc/self/cgroup", "0::/a\n");
  machine.file("/sys/fs/cgroup/a/memory.max", "4000").file("/sys/fs/cgroup/a/memory.high", "3000");
  const auto limits = read_cgroup_limits(machine.root());
  EXPECT_EQ(limits.memory, 3000.0);
  EXPECT_EQ(limits.memory_path, "/sys/fs/cgroup/a/memory.high");
}

TEST(Cgroup, VersionOneControllersHaveTheirOwnTrees) {
  Machine machine;
  machine.file("/proc/self/mountinfo",
               "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
               "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
               "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  machine.file("/proc/self/cgroup", "9:memory:/job/step\n4:cpu,cpuacct:/job\n0::/\n");
  machine.file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
  machine.file("/sys/fs/cgroup/memory/job/memory.limit_in_bytes", "1000000");
  machine.file("/sys/fs/cgroup/memory/job/memory.usage_in_bytes", "600000");
  machine.file("/sys/fs/cgroup/memory/job/memory.stat",
               "cache 1\ntotal_inactive_file 300000\ntotal_active_file 100000\n");
  machine.file("/sys/fs/cgroup/memory/job/step/memory.limit_in_bytes", "9223372036854771712");
  machine.file("/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "250000");
  machine.file("/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000");
  machine.file("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1");
  machine.file("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000");
  const auto limits = read_cgroup_limits(machine.root());
  EXPECT_EQ(limits.memory, 1000000.0);
  EXPECT_EQ(limits.available, 800000.0);
  EXPECT_EQ(limits.cpus, 2.5);
}

TEST(Cgroup, ContainerSeesItsGroupAsTheMount) {
  Machine machine;  // the host's path in /proc/self/cgroup, only the container's part mounted
  machine.file("/proc/self/mountinfo", "31 23 0:28 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  machine.file("/proc/self/cgroup", "0::/docker/abc\n").file("/sys/fs/cgroup/memory.max", "5000");
  EXPECT_EQ(read_cgroup_limits(machine.root()).memory, 5000.0);
  machine.file("/proc/self/cgroup", "0::/../../elsewhere\n");
  EXPECT_EQ(read_cgroup_limits(machine.root()).memory, 5000.0);
}

TEST(Cgroup, HostileTextGivesNoLimit) {
  Machine machine;
  machine.file("/proc/self/mountinfo", "x\n - \n1 2 3 - cgroup2\n" + std::string(kV2Mount));
  machine.file("/proc/self/cgroup", ":::::\nno colon\n0::/a\n").file("/sys/fs/cgroup/a/memory.max", "nan");
  machine.file("/sys/fs/cgroup/a/cpu.max", "-5 0");
  const auto limits = read_cgroup_limits(machine.root());
  EXPECT_FALSE(limits.memory);
  EXPECT_FALSE(limits.cpus);
}

TEST(Cgroup, NothingReadableIsNotNoLimit) {
  const Machine machine;
  EXPECT_FALSE(read_cgroup_limits(machine.root()).found);
}

TEST(Cgroup, HostSaysWhatIsUsable) {
  Machine machine;
  machine.small_box().file("/proc/self/cgroup", "0::/a\n").file("/sys/fs/cgroup/a/memory.max", "1073741824");
  machine.file("/sys/fs/cgroup/a/memory.current", "73741824").file("/sys/fs/cgroup/a/memory.stat", "anon 1\n");
  const auto host = machine.probe();
  EXPECT_EQ(host.memory.limit->value, 1073741824);
  EXPECT_EQ(host.memory.limit_path, "/sys/fs/cgroup/a/memory.max");
  EXPECT_EQ(host.memory.usable->value, 1073741824);
  EXPECT_EQ(host.memory.available->value, 1000000000);
  EXPECT_EQ(host.memory.os_total->value, 8388608 * 1024.0);
}

TEST(Cgroup, NoLimitWithLargePages) {
  for (const char* none : {"9223372036854771712", "9223372036854759424", "9223372036854710272"}) {  // 4, 16, 64 KiB
    Machine machine;
    machine.file("/proc/self/mountinfo", "32 23 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
    machine.file("/proc/self/cgroup", "4:memory:/\n");
    machine.file("/sys/fs/cgroup/memory/memory.limit_in_bytes", none);
    machine.file("/sys/fs/cgroup/memory/memory.stat", std::string("hierarchical_memory_limit ") + none + "\n");
    const auto limits = read_cgroup_limits(machine.root());
    EXPECT_FALSE(limits.memory) << none;
    EXPECT_TRUE(limits.found);
  }
}

TEST(Cgroup, LimitAboveTheMountOfVersion1) {
  Machine machine;
  machine.file("/proc/self/mountinfo", "32 23 0:29 /docker/x /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
  machine.file("/proc/self/cgroup", "4:memory:/docker/x\n");
  machine.file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
  machine.file("/sys/fs/cgroup/memory/memory.stat", "cache 0\nhierarchical_memory_limit 536870912\n");
  const auto limits = read_cgroup_limits(machine.root());
  EXPECT_EQ(limits.memory, 536870912.0);
  EXPECT_EQ(limits.memory_path, "/sys/fs/cgroup/memory/memory.stat");
  EXPECT_FALSE(limits.available);
  machine.file("/sys/fs/cgroup/memory/memory.usage_in_bytes", "136870912");
  EXPECT_EQ(read_cgroup_limits(machine.root()).available, 400000000.0);
  EXPECT_EQ(cgroup_folders(machine.root()), std::vector<std::string>{"/sys/fs/cgroup/memory"});
}

}  // namespace
}  // namespace edgefit
