#include <algorithm>

#include "base/parse.h"
#include "base/redact.h"
#include "probe/cgroup.h"
#include "probe/platform.h"
#include "probe/record.h"
#include "probe/storage.h"

namespace edgefit {
namespace {

constexpr const char* kLinkFiles[] = {"/max_link_speed", "/max_link_width", "/current_link_speed",
                                      "/current_link_width"};
constexpr const char* kFunctionFiles[] = {"/class",
                                          "/vendor",
                                          "/device",
                                          "/revision",
                                          "/product_name",
                                          "/mem_info_vram_total",
                                          "/mem_info_vram_used",
                                          "/mem_info_gtt_total",
                                          "/mem_info_gtt_used",
                                          "/vbnv",
                                          "/fw_version",
                                          "/npu_memory_utilization",
                                          "/ve/*/memory_size",
                                          "/power/runtime_status",
                                          "/tile*/physical_vram_size_bytes",
                                          "/drm/*/lmem_total_bytes",
                                          "/hwmon/*/power1_cap",
                                          "/hwmon/*/power1_max"};

std::string driver_line(std::string_view uevent) {
  for (const auto line : split_lines(uevent))
    if (line.starts_with("DRIVER=")) return std::string(line) + "\n";
  return {};
}

void record_driver(Recorder& recorder, const std::string& device, const char* drivers) {
  const auto driver = recorder.root().link_name(device + "/driver");
  if (!driver) return;
  recorder.make_folder(drivers + *driver);
  recorder.link(device + "/driver", drivers + *driver);
}

/// The prefix alone says what it is; the rest is the volume's own id.
std::string crypt_mark(std::string_view uuid) {
  return std::string(uuid.substr(0, uuid.find('-') + 1));
}

}  // namespace

void record_pci(Recorder& recorder, const std::vector<PciFunction>& functions) {
  for (const auto& function : functions) {
    const auto device = recorder.root().resolve(function.path());
    if (!device) continue;
    recorder.make_folder(*device);
    recorder.link(function.path(), *device);
    for (const char* file : kFunctionFiles)
      for (const auto& path : recorder.find(*device + file)) recorder.copy(path);
    recorder.copy(*device + "/uevent", driver_line);
    record_driver(recorder, *device, "/sys/bus/pci/drivers/");
    for (const char* pattern : {"/drm/*", "/accel/*"})
      for (const auto& path : recorder.find(*device + pattern)) recorder.make_folder(path);
    for (std::string path = *device; !normal_bdf(path.substr(path.rfind('/') + 1)).empty(); path.erase(path.rfind('/')))
      for (const char* file : kLinkFiles) recorder.copy(path + file);
    constexpr unsigned kAmd = 0x1002;
    if (function.vendor == kAmd) recorder.copy("/usr/share/libdrm/amdgpu.ids");
  }
  for (const auto& path : board_devices(recorder.root())) {
    recorder.make_folder(path);
    record_driver(recorder, path, "/sys/bus/platform/drivers/");
  }
  // Accelerators of boards: the class entry, its device and its driver.
  for (const char* pattern : {"/sys/class/accel/*", "/sys/class/devfreq/*.npu"})
    for (const auto& path : recorder.find(pattern)) {
      const auto device = recorder.root().resolve(path + "/device");
      if (!device) continue;
      recorder.make_folder(*device);
      recorder.make_folder(path);
      recorder.link(path + "/device", *device);
      record_driver(recorder, *device, "/sys/bus/platform/drivers/");
    }
}

void record_block(Recorder& recorder, const std::string& name) {
  constexpr int kMaxLayers = 8;
  std::string layer = name;
  for (int depth = 0; depth < kMaxLayers && !layer.empty(); ++depth) {
    const std::string folder = "/sys/class/block/" + layer;
    const auto device = recorder.root().resolve(folder);
    if (!device) return;
    recorder.make_folder(*device);
    recorder.link(folder, *device);
    for (const char* file : {"/partition", "/queue/rotational", "/device/vendor", "/device/type", "/device/transport"})
      recorder.copy(*device + file);
    recorder.copy(*device + "/dm/uuid", crypt_mark);
    const auto slaves = recorder.root().list(*device + "/slaves");
    for (const auto& slave : slaves) recorder.make_folder(*device + "/slaves/" + slave);
    const auto parent = device->substr(0, device->rfind('/'));
    layer = recorder.root().exists(*device + "/partition") ? parent.substr(parent.rfind('/') + 1)
            : slaves.empty()                               ? std::string()
                                                           : slaves.front();
  }
}

void record_disks(Recorder& recorder, const std::vector<std::string>& paths) {
  std::string lines;
  for (const auto& path : paths) {
    const auto line = disk_line(recorder.root(), path);
    lines += line;
    const auto fields = split(trim(line), '\t');
    if (fields.size() < 5) continue;
    const std::string number = "/sys/dev/block/" + std::string(fields[3]);
    auto name = recorder.root().link_name(number).value_or("");
    if (const auto target = recorder.root().resolve(number); target && !name.empty()) recorder.link(number, *target);
    if (name.empty()) name = fields[4].substr(fields[4].rfind('/') + 1);
    record_block(recorder, name);
  }
  recorder.write(kDisksFile, lines);
}

void record_cgroups(Recorder& recorder) {
  const auto groups = recorder.root().read("/proc/self/cgroup");
  if (!groups) return;
  recorder.write("/proc/self/cgroup", hide_ids(*groups) + "\n");
  for (const auto& folder : cgroup_folders(recorder.root())) {
    recorder.make_folder(hide_ids(folder));
    for (const char* file : kCgroupFiles)
      if (const auto text = recorder.root().read(folder + "/" + file))
        recorder.write(hide_ids(folder) + "/" + file, *text + "\n");
  }
}

}  // namespace edgefit
