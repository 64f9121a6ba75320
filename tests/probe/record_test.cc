#include "probe/record.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/json.h"
#include "edgefit/probe.h"
#include "probe/gpu.h"
#include "probe/storage.h"
#include "support/machine.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

namespace fs = std::filesystem;
using test::Machine;
using test::TempDir;

/// host.json without what changes from one second to the next.
Json steady(Host host) {
  host.mode = Host::Mode::live;
  // Where a hypervisor plugs memory in while the box runs, the nodes grow behind MemTotal: the reason of that conflict.
  if (host.memory.usable_sure) {
    host.memory.hwloc_total = host.memory.usable_sure = Fact<Bytes>::unknown("changes all the time");
    for (auto& node : host.memory.nodes) node.size = Fact<Bytes>::unknown("changes all the time");
    for (auto& conflict : host.conflicts) conflict.second = "changes all the time";
  }
  for (auto* fact : {&host.memory.available, &host.memory.swap_free})
    *fact = Fact<Bytes>::unknown("changes all the time");
  for (auto& disk : host.storage) disk.free = Fact<Bytes>::unknown("changes all the time");
  return *parse_json(write_host_json(host), "host.json");
}

TEST(Record, ReplayIsTheLiveMachine) {
  const TempDir folder;
  const std::string place = folder.at("box");
  ProbeOptions options;
  options.disk_paths = {"."};
  Probe live(options);
  const auto seen = live.finish();
  const auto done = live.record(place);
  ASSERT_TRUE(done) << done.error().what << " " << done.error().where;
  options.sysroot = place;
  const auto replayed = Probe(options).finish();
  EXPECT_EQ(replayed.mode, Host::Mode::sysroot);
  EXPECT_TRUE(replayed.storage.at(0).free);
  EXPECT_EQ(steady(replayed).dump(1), steady(seen).dump(1));
}

TEST(Record, NoIdentitiesLeave) {
  const TempDir folder;
  const std::string place = folder.at("box");
  Probe live(ProbeOptions{});
  live.finish();
  ASSERT_TRUE(live.record(place));
  std::vector<std::string> secrets;
  for (const char* path : {"/etc/machine-id", "/proc/sys/kernel/random/boot_id", "/sys/class/dmi/id/product_uuid",
                           "/sys/class/dmi/id/product_serial", "/sys/class/net/eth0/address"})
    if (const auto text = Root().read(path); text && text->size() >= 6) secrets.push_back(*text);
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  // A short host name is a part of many words ("vm" of "svm").
  if (std::string(name).size() >= 6) secrets.emplace_back(name);
  for (const auto& entry : fs::recursive_directory_iterator(place)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    for (const auto& secret : secrets) EXPECT_EQ(text.find(secret), std::string::npos) << entry.path();
  }
}

TEST(Record, OnlyIntoAnEmptyFolderAndOnlyTheLiveBox) {
  const TempDir folder;
  folder.write("file", "mine");
  Probe live(ProbeOptions{});
  live.finish();
  EXPECT_FALSE(live.record(folder.path()));
  EXPECT_FALSE(live.record("/proc/no/such/place"));
  const Machine machine;
  ProbeOptions options;
  options.sysroot = machine.root().prefix();
  Probe recorded(options);
  recorded.finish();
  EXPECT_FALSE(recorded.record(folder.at("new")));
}

/// A machine's recording, made of a synthetic one as if it were live, must replay its cards.
TEST(Record, PciFunctionsWithTheirBridges) {
  Machine machine;
  const std::string bridge = "/sys/devices/pci0000:00/0000:00:01.0", card = bridge + "/0000:01:00.0";
  machine.file(bridge + "/max_link_speed", "16.0 GT/s PCIe").file(bridge + "/max_link_width", "8");
  machine.file(card + "/max_link_speed", "32.0 GT/s PCIe").file(card + "/max_link_width", "16");
  machine.file(card + "/class", "0x030000").file(card + "/vendor", "0x1002").file(card + "/device", "0x744c");
  machine.file(card + "/uevent", "DRIVER=amdgpu\nPCI_SLOT_NAME=0000:01:00.0\n").file(card + "/serial_number", "secret");
  machine.file(card + "/mem_info_vram_total", "25753026560").file(card + "/drm/renderD128/dev", "226:128");
  machine.file(card + "/hwmon/hwmon3/power1_cap", "300000000");
  machine.link(card + "/driver", "/sys/bus/pci/drivers/amdgpu").link("/sys/bus/pci/devices/0000:01:00.0", card);
  const TempDir folder;
  Recorder recorder(machine.root(), folder.path());
  const auto functions = scan_pci(machine.root());
  record_pci(recorder, functions);
  ASSERT_FALSE(recorder.problem()) << recorder.problem()->what << recorder.problem()->where;
  const Root copy(folder.path());
  const auto again = scan_pci(copy);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].driver, "amdgpu");
  EXPECT_EQ(*pci_link(copy, "0000:01:00.0").width, 8);
  const auto gpu = describe_pci_gpu(copy, again[0]);
  EXPECT_EQ(gpu.vram_total->value, 25753026560);
  EXPECT_EQ(gpu.power_limit->value, 300);
  EXPECT_FALSE(copy.exists(card + "/serial_number"));
  EXPECT_FALSE(copy.read(card + "/uevent")->find("SLOT") != std::string::npos);
}

TEST(Record, DisksAndGroups) {
  Machine machine;
  machine.file("/proc/self/cgroup", "0::/docker/" + std::string(64, 'a') + "\n");
  const std::string group = "/sys/fs/cgroup/docker/" + std::string(64, 'a');
  machine.file(group + "/memory.max", "1000000").file("/sys/fs/cgroup/memory.max", "max");
  const TempDir folder;
  Recorder recorder(machine.root(), folder.path());
  record_cgroups(recorder);
  const Root copy(folder.path());
  EXPECT_EQ(copy.read("/proc/self/cgroup")->find("aaaa"), std::string::npos);
  EXPECT_EQ(copy.list("/sys/fs/cgroup/docker").size(), 1U);
}

/// Everything that a source reads must be kept, and what names the box or its owner must not.
TEST(Record, FilesAtFixedPlaces) {
  Machine machine;
  machine.file("/proc/driver/nvidia/version",
               "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.95.05  built by (secret@host)\n");
  machine.file("/run/systemd/container", "systemd-nspawn\n");
  const std::string cpu = "/sys/devices/system/cpu/cpu0/";
  machine.file(cpu + "cpufreq/amd_pstate_highest_perf", "166\n").file(cpu + "acpi_cppc/highest_perf", "180\n");
  const std::string kfd = "/sys/class/kfd/kfd/topology/nodes/1/";
  machine.file(kfd + "properties", "simd_count 4\nunique_id 77\n");
  machine.file(kfd + "mem_banks/3/properties", "heap_type 1\nsize_in_bytes 4096\n");
  const TempDir folder;
  Recorder recorder(machine.root(), folder.path());
  record_files(recorder);
  ASSERT_FALSE(recorder.problem()) << recorder.problem()->what;
  const Root copy(folder.path());
  EXPECT_EQ(copy.read("/proc/driver/nvidia/version"), "580.95.05");
  EXPECT_EQ(nvidia_version(*copy.read("/proc/driver/nvidia/version")), "580.95.05");
  EXPECT_EQ(copy.read("/run/systemd/container"), "systemd-nspawn");
  EXPECT_EQ(copy.read_number(cpu + "cpufreq/amd_pstate_highest_perf"), 166);
  EXPECT_EQ(copy.read_number(cpu + "acpi_cppc/highest_perf"), 180);
  EXPECT_EQ(copy.read(kfd + "properties"), "simd_count 4");
  EXPECT_TRUE(copy.exists(kfd + "mem_banks/3/properties"));
}

TEST(Record, ADriveOverANetworkStaysOne) {
  Machine machine;
  const std::string disk = "/sys/devices/virtual/nvme-fabrics/ctl/nvme0/nvme0n1";
  machine.file(disk + "/device/transport", "tcp\n").link("/sys/class/block/nvme0n1", disk);
  machine.link("/sys/dev/block/0:77", disk);
  const MountEntry mount{{}, "ext4", "/dev/nvme0n1", "0:77"};
  ASSERT_EQ(*block_device(machine.root(), mount).kind, "net");
  const TempDir folder;
  Recorder recorder(machine.root(), folder.path());
  record_block(recorder, "nvme0n1");
  recorder.link("/sys/dev/block/0:77", disk);
  ASSERT_FALSE(recorder.problem()) << recorder.problem()->what;
  EXPECT_EQ(*block_device(Root(folder.path()), mount).kind, "net");
}

/// What an APU's and an NPU's driver count is replayed as it was.
TEST(Record, MemoryThatDriversCount) {
  Machine machine;
  machine.small_box().pci("0000:c5:00.0", "0x030000", "0x1002", "0x1586", "amdgpu");
  const std::string gpu = "/sys/devices/pci0000:00/0000:c5:00.0/mem_info_";
  machine.file(gpu + "vram_total", "536870912").file(gpu + "vram_used", "1048576");
  machine.file(gpu + "gtt_total", "115964116992").file(gpu + "gtt_used", "2097152");
  machine.pci("0000:c5:00.1", "0x118000", "0x1022", "0x17f0", "amdxdna");
  const std::string npu = "/sys/devices/pci0000:00/0000:c5:00.1/";
  machine.file(npu + "vbnv", "RyzenAI-npu5").file(npu + "fw_version", "1.0.0.63");
  machine.file(npu + "npu_memory_utilization", "4096").file(npu + "ve/ve0/memory_size", "48");
  const TempDir folder;
  Recorder recorder(machine.root(), folder.path());
  record_files(recorder);
  record_pci(recorder, scan_pci(machine.root()));
  ProbeOptions options;
  options.sysroot = folder.path();
  const auto again = Probe(options).finish(), seen = machine.probe();
  const auto devices = [](const Host& host) {
    const auto json = *parse_json(write_host_json(host), "host.json");
    return json["gpus"].dump(1) + json["npus"].dump(1);
  };
  EXPECT_EQ(devices(again), devices(seen));
  EXPECT_EQ(again.gpus.at(0).gtt_used->value, 2097152);
  EXPECT_EQ(again.npus.at(0).memory_used->value, 4096);
}

}  // namespace
}  // namespace edgefit
