#include "edgefit/probe.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "base/json.h"
#include "machine.h"
#include "probe/probe_run.h"

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
  for (const auto& gpu : host.gpus) at_most(gpu.vram_free, gpu.vram_total, "vram_free");
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
  EXPECT_EQ(names.size(), 8U);
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

TEST(Probe, TakingFilesAwayNeverAddsAFact) {
  Machine full;
  full.small_box().pci("0000:01:00.0", "0x030000", "0x1002", "0x744c", "amdgpu");
  full.file("/sys/devices/pci0000:00/0000:01:00.0/mem_info_vram_total", "25753026560");
  full.file("/run/udev/data/+dmi:id", "E:MEMORY_DEVICE_0_SIZE=17179869184\nE:MEMORY_DEVICE_0_LOCATOR=ChannelA\n");
  full.file("/proc/self/cgroup", "0::/\n").file("/sys/fs/cgroup/memory.max", "1073741824");
  const auto all = known_leaves(full.probe());
  for (const char* path : {"/proc/meminfo", "/proc/cpuinfo", "/run/udev/data/+dmi:id", "/proc/self/cgroup",
                           "/sys/devices/pci0000:00/0000:01:00.0/mem_info_vram_total", "/sys/fs/cgroup/memory.max"}) {
    const auto place = full.root().host_path(path), aside = place + ".aside";
    std::filesystem::rename(place, aside);
    const auto host = full.probe();
    for (const auto& leaf : known_leaves(host)) EXPECT_TRUE(all.contains(leaf)) << leaf << " without " << path;
    expect_sane(host);
    std::filesystem::rename(aside, place);
  }
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

}  // namespace
}  // namespace edgefit
