#include "probe/memory.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

TEST(MemInfo, AvailableIsTheKernelsOwnNumber) {
  const auto info = parse_meminfo(
      "MemTotal:       16000 kB\nMemFree:  1000 kB\nMemAvailable: 9000 kB\nCached: 8000 kB\nSwapTotal: 500 kB\n"
      "HugePages_Total:       2\nHugepagesize:       2048 kB\n");
  EXPECT_EQ(info.total, 16000 * 1024.0);
  EXPECT_EQ(info.available, 9000 * 1024.0);
  EXPECT_EQ(info.swap_total, 500 * 1024.0);
  EXPECT_EQ(info.huge_pages, 2 * 2048 * 1024.0);
}

TEST(MemInfo, OldKernelsAreWorkedOut) {
  const auto info = parse_meminfo("MemFree: 1000 kB\nCached: 5000 kB\nSReclaimable: 200 kB\nShmem: 300 kB\n");
  EXPECT_EQ(info.available, 5900 * 1024.0);
  EXPECT_FALSE(parse_meminfo("MemFree: 1000 kB\n").available);
}

TEST(MemInfo, HugetlbCountsEverySize) {
  const auto info = parse_meminfo("HugePages_Total: 0\nHugepagesize: 2048 kB\nHugetlb: 1048576 kB\n");
  EXPECT_EQ(info.huge_pages, 1048576 * 1024.0);
}

TEST(Memory, AbsentIsUnknownNotZero) {
  const auto info = parse_meminfo("");
  EXPECT_FALSE(info.total);
  const auto host = Machine().probe();
  EXPECT_FALSE(host.memory.os_total);
  EXPECT_FALSE(host.memory.usable);
  EXPECT_FALSE(host.memory.available);
  EXPECT_FALSE(host.memory.os_total.why.empty());
}

TEST(Memory, AbsurdTotalBecomesUnknownAndAConflict) {
  Machine machine;
  machine.small_box().file("/proc/meminfo", "MemTotal: 99999999999999 kB\nMemAvailable: 1 kB\n");
  const auto host = machine.probe();
  EXPECT_FALSE(host.memory.os_total);
  EXPECT_FALSE(host.memory.usable);
  ASSERT_EQ(host.conflicts.size(), 1U);
  EXPECT_EQ(host.conflicts[0].fact, "memory.os_total");
}

TEST(Memory, TotalAboveThePhysicalAddressesIsAbsurd) {
  Machine machine;
  machine.small_box().file("/proc/cpuinfo", "flags : lm\naddress sizes : 32 bits physical, 48 bits virtual\n");
  EXPECT_FALSE(machine.probe().memory.os_total);  // 8 GiB with 32 bits
}

TEST(Memory, AMissingFileIsNotCalledAnEmptyOne) {
  Machine machine;
  EXPECT_EQ(machine.probe().memory.os_total.why, "/proc/meminfo is not shown");
  EXPECT_EQ(machine.file("/proc/meminfo", "MemFree: 1 kB\n").probe().memory.os_total.why,
            "/proc/meminfo has no MemTotal");
}

/// Two nodes of 8 GiB of which the control group allows the second.
Machine& half_allowed(Machine& machine) {
  machine.small_box("16777216");
  for (const std::string node : {"0", "1"}) {
    const std::string folder = "/sys/devices/system/node/node" + node + "/";
    machine.file(folder + "cpumap", node == "0" ? "1" : "2").file(folder + "cpulist", node);
    machine.file(folder + "meminfo", "Node " + node + " MemTotal: 8388608 kB\nNode " + node +
                                         " MemFree: 1048576 kB\nNode " + node + " FilePages: 3145728 kB\nNode " + node +
                                         " Shmem: 1048576 kB\n");
  }
  machine.file("/sys/devices/system/node/online", "0-1");
  machine.file("/proc/meminfo", "MemTotal: 16777216 kB\nMemAvailable: 12582912 kB\n");
  machine.file("/proc/mounts", "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n").file("/proc/self/cgroup", "0::/box\n");
  machine.file("/sys/fs/cgroup/cgroup.controllers", "cpuset memory");
  machine.file("/sys/fs/cgroup/box/cpuset.cpus.effective", "1").file("/sys/fs/cgroup/box/cpuset.mems.effective", "1");
  return machine;
}

TEST(Memory, AvailableIsThatOfTheNodesOfThisProcess) {
  Machine machine;
  const auto host = half_allowed(machine).probe();
  ASSERT_TRUE(host.memory.usable && host.memory.available);
  EXPECT_EQ(host.memory.usable->value, 8 * kGiB);
  EXPECT_EQ(host.memory.available->value, 3 * kGiB);  // free, and files less those that only memory holds
  const auto limited = [](const Limit& limit) { return limit.what == "memory" && limit.kind == "cpuset"; };
  EXPECT_EQ(std::count_if(host.os.limits.begin(), host.os.limits.end(), limited), 1);
}

TEST(Memory, HugePagesAreNotUsable) {
  Machine machine;
  machine.small_box().file("/proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 4194304 kB\nHugetlb: 1048576 kB\n");
  const auto host = machine.probe();
  EXPECT_EQ(host.memory.usable->value, 7 * kGiB);
  EXPECT_EQ(host.memory.hugepages_reserved->value, kGiB);
}

/// One module of `gib` GiB, or of unknown size.
std::string one_module(int index, int gib) {
  const std::string start = "E:MEMORY_DEVICE_" + std::to_string(index) + "_";
  return start + "TYPE=DDR4\n" + (gib > 0 ? start + "SIZE=" + std::to_string(gib * (1LL << 30)) + "\n" : "");
}

TEST(Memory, InstalledIsAllOrUnknown) {
  Machine machine;
  machine.small_box().file("/run/udev/data/+dmi:id", one_module(0, 8) + one_module(1, 8));
  EXPECT_EQ(machine.probe().memory.installed->value, 16 * kGiB);
  machine.file("/run/udev/data/+dmi:id", one_module(0, 8) + one_module(1, 0));
  EXPECT_FALSE(machine.probe().memory.installed);  // a part of the modules is no answer
  machine.file("/run/udev/data/+dmi:id", one_module(0, 4));
  const auto less = machine.probe();  // than the system has: memory that was plugged later
  EXPECT_FALSE(less.memory.installed);
  ASSERT_EQ(less.conflicts.size(), 1U);
  EXPECT_EQ(less.conflicts[0].fact, "memory.installed");
  machine.file("/sys/devices/system/memory/block_size_bytes", "40000000");
  for (int i = 0; i < 9; ++i)
    machine.file("/sys/devices/system/memory/memory" + std::to_string(i) + "/state", "online");
  EXPECT_EQ(machine.probe().memory.installed->value, 9 * kGiB);
}

TEST(Memory, BlocksOfGpusAreNotInstalled) {
  Machine machine;
  machine.small_box("4194304").file("/proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 8000000 kB\n");
  machine.file("/proc/driver/nvidia/gpus/0004:05:00.0/numa_status", "Node: 255\nStatus: online\nSize: 100000000\n");
  machine.file("/sys/devices/system/memory/block_size_bytes", "40000000");
  for (int i = 0; i < 9; ++i)
    machine.file("/sys/devices/system/memory/memory" + std::to_string(i) + "/state", "online");
  EXPECT_EQ(machine.probe().memory.installed->value, 5 * kGiB);
}

TEST(Memory, DisagreementIsKept) {
  Machine machine;
  machine.small_box().file("/sys/devices/system/node/node0/meminfo", "Node 0 MemTotal:       4194304 kB\n");
  const auto host = machine.probe();
  ASSERT_EQ(host.conflicts.size(), 1U);
  EXPECT_EQ(host.conflicts[0].fact, "memory.os_total");
  EXPECT_EQ(host.memory.os_total->value, 8 * kGiB);
  EXPECT_EQ(host.memory.hwloc_total->value, 4 * kGiB);
  EXPECT_FALSE(host.memory.os_total.why.empty());
}

TEST(Memory, NodesOfGpusAreNoMainMemory) {
  Machine machine;
  machine.small_box("4194304").file("/proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 8000000 kB\n");
  const std::string gpu = "/proc/driver/nvidia/gpus/0004:05:00.0/numa_status";
  machine.file(gpu, "Node:      255\nStatus:    online\nAddress:   40000000000\nSize:      100000000\n");
  machine.file("/proc/driver/nvidia/gpus/0004:06:00.0/numa_status", "Node: 254\nStatus: offline\nSize: 100000000\n");
  const auto nodes = gpu_memory_nodes(machine.root());
  ASSERT_EQ(nodes.size(), 1U);
  EXPECT_EQ(nodes[0].os_index, 255);
  const auto host = machine.probe();
  EXPECT_EQ(host.memory.usable->value, 4 * kGiB);
  EXPECT_LE(host.memory.available->value, host.memory.usable->value);
  EXPECT_TRUE(host.conflicts.empty());
}

TEST(Memory, OnlyTheSmallerOfTwoTotalsIsSure) {
  Machine machine;
  machine.small_box().file("/sys/devices/system/node/node0/meminfo", "Node 0 MemTotal:       4194304 kB\n");
  const auto less = machine.probe();
  EXPECT_EQ(less.memory.usable->value, 8 * kGiB);
  EXPECT_EQ(less.memory.usable_sure->value, 4 * kGiB);
  machine.file("/proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 4194304 kB\nHugetlb: 1048576 kB\n");
  EXPECT_EQ(machine.probe().memory.usable_sure->value, 3 * kGiB);
  machine.file("/sys/devices/system/node/node0/meminfo", "Node 0 MemTotal:       16777216 kB\n");
  const auto more = machine.probe();  // the kernel hands out no more than MemTotal
  EXPECT_EQ(more.conflicts.size(), 1U);
  EXPECT_FALSE(more.memory.usable_sure);
  Machine agreed;
  EXPECT_FALSE(agreed.small_box().probe().memory.usable_sure);
}

TEST(Memory, HugePagesOfTheAllowedNodesOnly) {
  Machine machine;
  half_allowed(machine).file("/proc/meminfo",
                             "MemTotal: 16777216 kB\nMemAvailable: 12582912 kB\nHugetlb: 3145728 kB\n");
  EXPECT_EQ(machine.probe().memory.usable->value, 5 * kGiB);  // which node they are in is not told: the worse
  machine.file("/sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages", "2\n");
  machine.file("/sys/devices/system/node/node1/hugepages/hugepages-1048576kB/nr_hugepages", "0\n");
  machine.file("/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages", "512\n");
  EXPECT_EQ(machine.probe().memory.usable->value, 7 * kGiB);
}

TEST(Memory, SwapAndWhatOfItIsFree) {
  Machine machine;
  machine.small_box().file("/proc/meminfo", "MemTotal: 8388608 kB\nSwapTotal: 2048 kB\nSwapFree: 1024 kB\n");
  const auto host = machine.probe();
  EXPECT_EQ(host.memory.swap_total->value, 2 * kMiB);
  EXPECT_EQ(host.memory.swap_free->value, kMiB);
}

TEST(Memory, PeakByTheChannelsThatTheControllersCount) {
  const auto text = [](int index, int mts) {
    const std::string start = "E:MEMORY_DEVICE_" + std::to_string(index) + "_";
    return start + "SIZE=17179869184\n" + start + "TYPE=DDR5\n" + start + "DATA_WIDTH=64\n" + start +
           "CONFIGURED_SPEED_MTS=" + std::to_string(mts) + "\n" + start + "LOCATOR=slot " + std::to_string(index) +
           "\n";
  };
  Machine machine;
  machine.small_box().file("/run/udev/data/+dmi:id", text(0, 4800) + text(1, 4800) + text(2, 5600));
  EXPECT_FALSE(machine.probe().memory.peak_bandwidth);
  for (const std::string channel : {"0", "1"}) {
    const std::string dimm = "/sys/devices/system/edac/mc/mc0/dimm" + channel + "/";
    machine.file(dimm + "dimm_location", "channel " + channel + " slot 0").file(dimm + "size", "16384");
  }
  const auto& memory = machine.probe().memory;
  EXPECT_EQ(*memory.channels, 2);
  EXPECT_EQ(memory.peak_bandwidth->value, 2 * 8 * 4800e6);
  EXPECT_EQ(memory.peak_bandwidth.origin.kind, Origin::Kind::derived);
  EXPECT_FALSE(memory.peak_bandwidth.why.empty());
}

}  // namespace
}  // namespace edgefit
