#include "probe/record.h"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <algorithm>

#include "base/parse.h"
#include "base/redact.h"
#include "edgefit/text.h"
#include "probe/cpuid.h"
#include "probe/gpu.h"
#include "probe/nodes.h"
#include "probe/npu.h"
#include "probe/os.h"
#include "probe/platform.h"
#include "probe/smbios.h"
#include "probe/storage.h"
#include "probe/visible.h"

namespace edgefit {
namespace {

/// Lines whose first word, up to a separator, passes a test.
template <class Keep>
std::string keep_lines(std::string_view text, Keep keep) {
  std::string out;
  for (const auto line : split_lines(text))
    if (keep(line)) out += std::string(line) + "\n";
  return out;
}

// Arm boards print the serial number of the board here.
std::string without_serial(std::string_view text) {
  return keep_lines(text, [](std::string_view line) { return !line.starts_with("Serial"); });
}
std::string memory_modules(std::string_view text) {
  return keep_lines(text, [](std::string_view line) {
    return line.starts_with("E:MEMORY_") && line.find("SERIAL") == std::string_view::npos &&
           line.find("ASSET") == std::string_view::npos && line.find("PART_NUMBER") == std::string_view::npos;
  });
}
std::string pretty_name(std::string_view text) {
  return keep_lines(text, [](std::string_view line) { return line.starts_with("PRETTY_NAME="); });
}
std::string allowed_lists(std::string_view text) {
  return keep_lines(
      text, [](std::string_view line) { return line.starts_with("Cpus_allowed") || line.starts_with("Mems_allowed"); });
}
std::string without_unique_id(std::string_view text) {
  return keep_lines(text, [](std::string_view line) { return !line.starts_with("unique_id"); });
}
std::string version_number(std::string_view text) {
  return std::string(nvidia_version(text)) + "\n";
}
std::string nothing(std::string_view) {
  return {};
}

/// Files by pattern, and what of them is kept.
struct FileRow {
  const char* pattern;
  Recorder::Filter filter = nullptr;
};
constexpr FileRow kFiles[] = {
    {"/proc/cpuinfo", without_serial},
    {"/proc/meminfo"},
    {"/proc/sys/kernel/osrelease"},
    {"/proc/self/status", allowed_lists},
    {"/proc/device-tree/model"},
    {"/proc/device-tree/compatible"},
    {"/proc/driver/nvidia/version", version_number},
    {"/proc/driver/nvidia/gpus/*/information"},
    {"/proc/driver/nvidia/gpus/*/numa_status"},
    {"/etc/os-release", pretty_name},
    {"/etc/nv_tegra_release"},
    {"/opt/rocm/.info/version"},
    {"/run/udev/data/+dmi:id", memory_modules},
    {"/run/.containerenv", nothing},
    {"/.dockerenv", nothing},
    {"/run/systemd/container"},
    {"/sys/class/dmi/id/sys_vendor"},
    {"/sys/class/dmi/id/product_name"},
    {"/sys/class/dmi/id/board_name"},
    {"/sys/class/dmi/id/bios_version"},
    {"/sys/firmware/dmi/entries/16-*/raw", redacted_table},
    {"/sys/firmware/dmi/entries/17-*/raw", redacted_table},
    {"/sys/firmware/dmi/tables/DMI", redacted_table},
    {"/sys/hypervisor/type"},
    {"/sys/module/nvidia/version"},
    {"/sys/module/amdgpu/version"},
    {"/sys/module/i915/version"},
    {"/sys/module/xe/version"},
    {"/sys/devices/soc0/family"},
    {"/sys/devices/soc0/soc_id"},
    {"/sys/devices/cpu_core/cpus"},
    {"/sys/devices/cpu_atom/cpus"},
    {"/sys/devices/system/cpu/*"},
    {"/sys/devices/system/cpu/cpu*/online"},
    {"/sys/devices/system/cpu/cpu*/cpu_capacity"},
    {"/sys/devices/system/cpu/cpu*/topology/*"},
    {"/sys/devices/system/cpu/cpu*/cache/index*/*"},
    {"/sys/devices/system/cpu/cpu*/cpufreq/base_frequency"},
    {"/sys/devices/system/cpu/cpu*/cpufreq/cpuinfo_max_freq"},
    {"/sys/devices/system/cpu/cpu*/cpufreq/amd_pstate_highest_perf"},
    {"/sys/devices/system/cpu/cpu*/acpi_cppc/highest_perf"},
    {"/sys/devices/system/cpu/cpu*/acpi_cppc/nominal_freq"},
    {"/sys/devices/system/node/*"},
    {"/sys/devices/system/node/node*/cpumap"},
    {"/sys/devices/system/node/node*/cpulist"},
    {"/sys/devices/system/node/node*/meminfo"},
    {"/sys/devices/system/node/node*/distance"},
    {"/sys/devices/system/node/node*/hugepages/*/nr_hugepages"},
    {"/sys/devices/system/node/node*/access*/initiators/*"},
    {"/sys/devices/system/node/node*/memory_side_cache/index*/*"},
    {"/sys/devices/system/memory/block_size_bytes"},
    {"/sys/devices/system/edac/mc/mc*/*/dimm_edac_mode"},
    {"/sys/devices/system/edac/mc/mc*/*/dimm_location"},
    {"/sys/devices/system/edac/mc/mc*/*/size"},
    {"/sys/kernel/mm/hugepages/*/nr_hugepages"},
    {"/sys/block/zram*/disksize"},
    {"/sys/bus/usb/devices/*/idVendor"},
    {"/sys/bus/usb/devices/*/idProduct"},
    {"/sys/class/kfd/kfd/topology/nodes/*/properties", without_unique_id},
    {"/sys/class/kfd/kfd/topology/nodes/*/mem_banks/*/properties"},
    {"/sys/class/kfd/kfd/topology/nodes/*/io_links/*/properties"},
};

/// Names that mean something by being there.
constexpr const char* kFolders[] = {
    "/sys/block",
    "/sys/devices/system/memory/memory*",
    "/sys/devices/system/node/node*/access*/initiators/node*",
    "/sys/bus/virtio/drivers/virtio_mem/virtio*",
    "/sys/bus/virtio/drivers/virtio_balloon/virtio*",
    "/sys/bus/pci/drivers",
    "/proc/device-tree/hypervisor",
    "/var/run/secrets/kubernetes.io",
    "/dev/lxd/sock",
};

void record_system(Recorder& recorder) {
  utsname name{};
  std::string text;
  if (::uname(&name) == 0) text += "machine\t" + std::string(name.machine) + "\n";
  text += "libc\t" + libc_version() + "\nhypervisor\t" + printable(hypervisor_signature()) + "\n";
  if (const auto bits = sve_bits()) text += fmt::format("sve_bits\t{:.0f}\n", *bits);
  recorder.write(kSystemFile, text);
  if (const auto cpuid = live_cpuid(); !cpuid.empty()) recorder.write(kCpuidFile, cpuid_text(cpuid));
  std::string variables;
  for (const auto& [key, value] : read_environment(recorder.root())) variables += key + "=" + value + '\0';
  recorder.write("/proc/self/environ", variables);
  if (const auto rules = recorder.root().read("/proc/self/mountinfo", 1 << 20))
    recorder.write("/proc/self/mountinfo", keep_lines(hide_ids(*rules), [](std::string_view line) {
                     return line.find(" cgroup") != std::string_view::npos ||
                            line.find("fuse.lxcfs") != std::string_view::npos;
                   }));
  if (const auto mounts = recorder.root().read("/proc/mounts", 1 << 20))
    recorder.write("/proc/mounts", keep_lines(*mounts, [](std::string_view line) {
                     return line.find(" cgroup") != std::string_view::npos ||
                            line.find(" cpuset ") != std::string_view::npos;
                   }));
}

void record_nodes(Recorder& recorder, const std::vector<PciFunction>& functions) {
  std::vector<std::string> paths = board_nodes();
  paths.emplace_back(kNvidiaUvm);
  for (const auto& function : functions)
    for (auto& path : nodes_of(recorder.root(), function)) paths.push_back(std::move(path));
  for (auto& path : npu_nodes(recorder.root())) paths.push_back(std::move(path));
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  std::string text;
  for (const auto& path : paths)
    if (const auto node = look_at_node(recorder.root(), path)) text += node_line(path, *node);
  recorder.write(kNodesFile, text);
}

}  // namespace

void record_files(Recorder& recorder) {
  for (const auto& row : kFiles)
    for (const auto& path : recorder.find(row.pattern)) recorder.copy(path, row.filter);
  for (const char* pattern : kFolders)
    for (const auto& path : recorder.find(pattern)) recorder.make_folder(path);
}

Result<Done> record_machine(const Root& root, const ProbeOptions& options, const std::vector<PciFunction>& functions,
                            const Vendors& vendors, const std::string& folder) {
  if (auto good = check_recording(root, folder); !good) return good;
  Recorder recorder(root, folder);
  record_files(recorder);
  record_system(recorder);
  record_cgroups(recorder);
  record_pci(recorder, functions);
  record_disks(recorder, options.disk_paths);
  record_nodes(recorder, functions);
  for (const auto* inquiry : vendors.inquiries())
    if (const auto text = inquiry->recorded(); !text.empty()) recorder.write(kAnswersFolder + inquiry->source(), text);
  if (recorder.problem()) return *recorder.problem();
  return Done{};
}

}  // namespace edgefit
