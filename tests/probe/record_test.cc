#include "probe/record.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/json.h"
#include "edgefit/probe.h"
#include "probe/gpu.h"
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
  for (auto* fact : {&host.memory.available}) *fact = Fact<Bytes>::unknown("changes all the time");
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

}  // namespace
}  // namespace edgefit
