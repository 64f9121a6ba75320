#include "edgefit/probe.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/json.h"
#include "probe/probe_run.h"
#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

void expect_sane(const Host& host) {
  const auto at_most = [](const auto& part, const auto& whole, const char* what) {
    if (part && whole) {
      EXPECT_LE(part->value, whole->value) << what;
    }
  };
  at_most(host.memory.usable, host.memory.os_total, "usable");
  at_most(host.memory.available, host.memory.usable, "available");
  at_most(host.memory.usable_sure, host.memory.usable, "usable_sure");
  at_most(host.memory.swap_free, host.memory.swap_total, "swap_free");
  for (const auto& gpu : host.gpus) {
    at_most(gpu.vram_free, gpu.vram_total, "vram_free");
    at_most(gpu.vram_used, gpu.vram_total, "vram_used");
    at_most(gpu.gtt_used, gpu.gtt_total, "gtt_used");
  }
  if (host.cpu.cores && host.cpu.present_cores) {
    EXPECT_LE(*host.cpu.cores, *host.cpu.present_cores);
  }
  const auto read = read_host_json(write_host_json(host), "host.json");
  ASSERT_TRUE(read) << read.error().what << " " << read.error().where;
  EXPECT_EQ(read->conflicts.size(), host.conflicts.size());
}

/// The pointers of all leaves that have a value.
void known_leaves(const Json& json, const std::string& path, std::set<std::string>& out) {
  if (json.is_object() && json.contains("v") && json.contains("conf")) {
    if (!json["v"].is_null()) out.insert(path);
    return;
  }
  if (json.is_structured())
    for (const auto& [key, value] : json.items()) known_leaves(value, path + "/" + key, out);
}
std::set<std::string> known_leaves(const Host& host) {
  std::set<std::string> out;
  const auto text = write_host_json(host);
  known_leaves(*parse_json(text, "host.json"), "", out);
  return out;
}

/// Every leaf without a value must say why.
void expect_reasons(const Json& json, const std::string& path) {
  if (json.is_object() && json.contains("v") && json.contains("conf")) {
    if (json["v"].is_null()) {
      EXPECT_FALSE(json["why"].is_null()) << path;
    }
    return;
  }
  if (json.is_structured())
    for (const auto& [key, value] : json.items()) expect_reasons(value, path + "/" + key);
}

TEST(Probe, LiveMachine) {
  ProbeOptions options;
  options.disk_paths = {"."};
  options.now_utc = "2026-11-23T10:00:00Z";
  const auto host = Probe(options).finish();
  EXPECT_EQ(host.mode, Host::Mode::live);
  EXPECT_EQ(host.taken, options.now_utc);
  ASSERT_TRUE(host.cpu.pus);
  EXPECT_GE(*host.cpu.pus, 1);
  ASSERT_TRUE(host.memory.os_total);
  ASSERT_TRUE(host.memory.available);
  ASSERT_EQ(host.storage.size(), 1U);
  EXPECT_TRUE(host.storage[0].free);
  expect_sane(host);
}

TEST(Probe, UnknownFactsSayWhy) {
  Machine machine;
  machine.small_box().pci("0000:01:00.0", "0x030000", "0x10de", "0x2684");
  for (const auto& host : {machine.probe(), Machine().probe(), Probe(ProbeOptions{}).finish()}) {
    const auto text = write_host_json(host);
    expect_reasons(*parse_json(text, "host.json"), "");
  }
}

TEST(Probe, RowsHaveNames) {
  std::set<std::string_view> names;
  for (const auto& row : probe_rows()) EXPECT_TRUE(names.insert(row.name).second && row.run) << row.name;
  EXPECT_EQ(names.size(), 10U);
}

TEST(Probe, NoIdentitiesLeak) {
  Machine machine;
  machine.small_box().file("/proc/sys/kernel/hostname", "secret-host").file("/etc/machine-id", "secret-id");
  machine.file("/sys/class/dmi/id/product_serial", "secret-serial")
      .file("/sys/class/dmi/id/product_uuid", "secret-uuid");
  machine.file("/run/udev/data/+dmi:id",
               "E:MEMORY_DEVICE_0_SIZE=17179869184\nE:MEMORY_DEVICE_0_SERIAL_NUMBER=secret-serial\n"
               "E:MEMORY_DEVICE_0_ASSET_TAG=secret-tag\nE:MEMORY_DEVICE_0_LOCATOR=ChannelA\n");
  machine.file("/proc/driver/nvidia/gpus/0000:01:00.0/information", "GPU UUID: secret-uuid\n");
  EXPECT_EQ(write_host_json(machine.probe()).find("secret"), std::string::npos);
}

/// A machine with something for every source.
Machine& full_box(Machine& machine) {
  machine.small_box().pci("0000:01:00.0", "0x030000", "0x1002", "0x744c", "amdgpu");
  const std::string card = "/sys/devices/pci0000:00/0000:01:00.0/";
  machine.file(card + "mem_info_vram_total", "25753026560").file(card + "mem_info_vram_used", "1000");
  machine.file(card + "max_link_speed", "16.0 GT/s PCIe").file(card + "max_link_width", "16");
  machine.file(card + "hwmon/hwmon1/power1_cap", "300000000").file(card + "revision", "0xc8");
  machine.file("/sys/class/kfd/kfd/topology/nodes/1/properties",
               "simd_count 192\nsimd_per_cu 2\ngfx_target_version 110000\ndomain 0\nlocation_id 256\n");
  machine.file("/sys/class/kfd/kfd/topology/nodes/1/mem_banks/0/properties",
               "heap_type 1\nsize_in_bytes 25753026560\nwidth 384\nmem_clk_max 1249\n");
  machine.file(card + "mem_info_gtt_total", "8000000000").file(card + "mem_info_gtt_used", "2000");
  machine.pci("0000:00:0b.0", "0x118000", "0x1022", "0x17f0", "amdxdna");
  const std::string npu = "/sys/devices/pci0000:00/0000:00:0b.0/";
  machine.file(npu + "vbnv", "RyzenAI-npu5").file(npu + "fw_version", "1.0").file(npu + "npu_memory_utilization", "9");
  machine.file("/usr/share/libdrm/amdgpu.ids", "744C, C8, AMD Radeon RX 7900 XTX\n");
  machine.pci("0000:02:00.0", "0x030000", "0x10de", "0x2684", "nvidia");
  machine.file("/edgefit/answers/nvml", "-\tinit\t1\n0\tbdf\t0:2:0.0\n0\tname\tRTX\n0\tmemory.total\t1000\n");
  machine.file("/edgefit/answers/rocm_smi",
               "-\tdriver\t6.12\n0\tbdf\t0000:01:00.0\n0\tname\tRadeon\n0\tmemory.total\t25753026560\n");
  machine.pci("0000:00:02.0", "0x030000", "0x8086", "0xa780", "i915");
  machine.file("/edgefit/answers/level_zero",
               "0\tbdf\t0000:00:02.0\n0\tname\tUHD\n0\tintegrated\t1\n0\tmemory.total\t7000000000\n0\tcores\t4\n");
  machine.file("/edgefit/nodes", "/dev/kfd\topen\t-\n/dev/dri/renderD128\topen\t-\n/dev/nvidiactl\topen\t-\n");
  machine.file("/edgefit/system", "machine\tx86_64\nlibc\tglibc 2.36\n")
      .file("/edgefit/cpuid", "5 7 0 0 0 => 1 20 0 0\n");
  machine.file("/run/udev/data/+dmi:id", "E:MEMORY_DEVICE_0_SIZE=17179869184\nE:MEMORY_DEVICE_0_LOCATOR=ChannelA\n");
  machine.file("/sys/devices/system/edac/mc/mc0/dimm0/dimm_edac_mode", "SECDED");
  machine.file("/sys/devices/system/edac/mc/mc0/dimm0/dimm_location", "channel 0 slot 0");
  machine.file("/sys/devices/system/edac/mc/mc0/dimm0/size", "16384");
  machine.file("/sys/class/dmi/id/product_name", "Box").file("/etc/os-release", "PRETTY_NAME=\"Test 1\"\n");
  machine.file("/proc/self/environ", std::string("CUDA_VISIBLE_DEVICES=0\0", 23));
  return machine.file("/proc/self/cgroup", "0::/\n").file("/sys/fs/cgroup/memory.max", "1073741824");
}

TEST(Probe, TakingFilesAwayNeverAddsAFact) {
  Machine full;
  const auto all = known_leaves(full_box(full).probe());
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(full.root().prefix()))
    // Without its class a card is no card, and the next one takes its number.
    if (entry.is_regular_file() && entry.path().filename() != "class") files.push_back(entry.path());
  ASSERT_GT(files.size(), 40U);
  for (const auto& file : files) {
    const auto aside = file.string() + ".aside";
    std::filesystem::rename(file, aside);
    const auto host = full.probe();
    for (const auto& leaf : known_leaves(host)) EXPECT_TRUE(all.contains(leaf)) << leaf << " without " << file;
    expect_sane(host);
    std::filesystem::rename(aside, file);
  }
}

TEST(Probe, PoolsNeverExceedWhatIsInstalled) {
  Machine machine;
  const auto host = full_box(machine).probe();
  double pools = 0, installed = host.memory.os_total->value;
  for (const auto& pool : pools_of(host)) pools += pool.total ? pool.total->value : 0;
  for (const auto& gpu : host.gpus) installed += gpu.vram_total ? gpu.vram_total->value : 0;
  EXPECT_EQ(pools_of(host).size(), 3U);
  EXPECT_LE(pools, installed);
}

TEST(Probe, WslShowsTheCardOnce) {
  Machine machine;
  machine.small_box().pci("5582:00:00.0", "0x030200", "0x1414", "0x008e", "dxgkrnl");
  machine.file("/proc/sys/kernel/osrelease", "6.6.87.2-microsoft-standard-WSL2\n");
  const auto alone = machine.probe();
  EXPECT_EQ(*alone.os.container, "wsl2");
  EXPECT_EQ(alone.gpus.at(0).state, GpuState::no_library);
  EXPECT_NE(alone.gpus.at(0).state_text.find("wsl"), std::string::npos);
  ASSERT_FALSE(alone.os.limits.empty());
  EXPECT_EQ(alone.os.limits[0].kind, "wsl2");
  machine.file("/edgefit/answers/nvml", "-\tinit\t1\n0\tbdf\t00000000:01:00.0\n0\tname\tRTX\n0\tmemory.total\t1000\n");
  const auto host = machine.probe();
  ASSERT_EQ(host.gpus.size(), 2U);
  EXPECT_EQ(host.gpus[0].pool, "gpu0");
  EXPECT_EQ(host.gpus[1].state, GpuState::display_only);
  EXPECT_EQ(pools_of(host).size(), 2U);
}

TEST(Probe, LimitsSayWhatKind) {
  Machine machine;
  machine.small_box().file("/proc/self/cgroup", "0::/kubepods/pod1\n");
  machine.file("/sys/fs/cgroup/kubepods/memory.max", "1073741824")
      .file("/sys/fs/cgroup/kubepods/pod1/memory.max", "max");
  machine.file("/sys/fs/cgroup/kubepods/pod1/cpu.max", "150000 100000");
  machine.file("/proc/self/mountinfo",
               "30 20 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
               "99 20 0:50 /proc/meminfo /proc/meminfo rw - fuse.lxcfs lxcfs rw\n");
  const auto host = machine.probe();
  EXPECT_EQ(*host.os.container, "k8s");
  std::set<std::string> kinds;
  for (const auto& limit : host.os.limits) kinds.insert(limit.what + " " + limit.kind);
  EXPECT_EQ(kinds, (std::set<std::string>{"memory cgroup", "cpus cgroup", "memory lxcfs"}));
  EXPECT_EQ(*host.cpu.threads_recommended, 1);  // 1.5 CPUs, rounded down
}

TEST(Probe, HostileSysrootEndsQuickly) {
  Machine machine;
  machine.small_box();
  namespace fs = std::filesystem;
  const auto at = [&](const char* path) { return machine.root().host_path(path); };
  fs::remove(at("/proc/meminfo"));
  ASSERT_EQ(::mkfifo(at("/proc/meminfo").c_str(), 0600), 0);
  fs::create_directories(at("/proc/self"));
  fs::create_symlink("cgroup", at("/proc/self/cgroup"));
  fs::create_symlink("/etc/passwd", at("/proc/self/mountinfo"));
  machine.file("/proc/cpuinfo", std::string(3 << 20, 'x'));
  machine.file("/sys/class/dmi/id/product_name", std::string(100000, '\x1b'));
  machine.file("/run/udev/data/+dmi:id", std::string(1 << 20, '='));
  machine.pci("0000:01:00.0", std::string(100000, '0'), "0xffffffffffffffff", "nan");
  const auto host = machine.probe();
  EXPECT_FALSE(host.memory.os_total);
  EXPECT_FALSE(host.cpu.cores);  // hwloc blocks on the FIFO and is given up
  EXPECT_EQ(host.errors.size(), 1U);
  expect_sane(host);
}

/// What an unkind sysroot puts in a file's place.
using Spoil = void (*)(const std::string& path);
void put_fifo(const std::string& path) {
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
}
void put_loop(const std::string& path) {
  std::filesystem::create_symlink(std::filesystem::path(path).filename(), path);
}
void put_outside(const std::string& path) {
  std::filesystem::create_symlink("/etc/passwd", path);
}
void put_folder(const std::string& path) {
  std::filesystem::create_directory(path);
}
void put_garbage(const std::string& path) {
  std::string text;
  for (int i = 0; i < 1 << 18; ++i) text += static_cast<char>((i * 131 + i / 251) & 0xff);
  std::ofstream(path, std::ios::binary) << text;
}
void put_numbers(const std::string& path) {
  std::ofstream(path) << "99999999999999999999999 -1 0x7fffffffffffffffffff\n";
}

TEST(Probe, EveryFileSpoilt) {
  for (const Spoil spoil : {put_fifo, put_loop, put_outside, put_folder, put_garbage, put_numbers}) {
    Machine machine;
    full_box(machine);
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(machine.root().prefix())) {
      const auto path = entry.path().string();
      // What hwloc reads is spoilt in HostileSysrootEndsQuickly: a FIFO there costs its deadline.
      const bool hwlocs = path.find("/devices/system/") != std::string::npos ||
                          path.find("/proc/") != std::string::npos || path.find("/class/dmi/") != std::string::npos;
      if (entry.is_regular_file() && !hwlocs) files.push_back(path);
    }
    ASSERT_GT(files.size(), 15U);
    for (const auto& file : files) {
      std::filesystem::remove(file);
      spoil(file);
    }
    const auto host = machine.probe();
    expect_sane(host);
    EXPECT_EQ(*host.cpu.cores, 2);
    EXPECT_EQ(write_host_json(host).find("root:x:"), std::string::npos);  // nothing from outside the sysroot
  }
}

}  // namespace
}  // namespace edgefit
