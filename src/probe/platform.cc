#include "probe/platform.h"

#include <algorithm>

#include "base/parse.h"
#include "edgefit/text.h"
#include "probe/gpu.h"
#include "probe/nodes.h"
#include "probe/scan.h"
#include "probe/vendor_report.h"

namespace edgefit {
namespace {

constexpr const char* kPlatformDevices = "/sys/bus/platform/devices/";
constexpr const char* kCompatible = "/proc/device-tree/compatible";
constexpr const char* kSocFamily = "/sys/devices/soc0/family";
constexpr const char* kSocId = "/sys/devices/soc0/soc_id";

/// By the device tree's "compatible", or by the number of a Tegra (Linux, include/soc/tegra/common.h and fuse.h: 0x23
/// is 35) where a container hides the tree; names and compute capabilities from NVIDIA's CUDA GPU list.
struct BoardRow {
  std::string_view compatible;
  int tegra;
  const char* vendor;
  const char* name;
  double compute_capability;
  const char* driver;    ///< when the device has no driver link
  const char* nodes[3];  ///< of which one must be there
};
constexpr BoardRow kBoards[] = {
    {"nvidia,tegra210",
     33,
     "NVIDIA",
     "Tegra X1 (Maxwell)",
     5.3,
     "nvgpu",
     {"/dev/nvhost-gpu", "/dev/nvhost-ctrl-gpu", ""}},
    {"nvidia,tegra186",
     24,
     "NVIDIA",
     "Tegra X2 (Pascal)",
     6.2,
     "nvgpu",
     {"/dev/nvhost-gpu", "/dev/nvhost-ctrl-gpu", ""}},
    {"nvidia,tegra194", 25, "NVIDIA", "Xavier (Volta)", 7.2, "nvgpu", {"/dev/nvhost-gpu", "/dev/nvgpu/igpu0/ctrl", ""}},
    {"nvidia,tegra234", 35, "NVIDIA", "Orin (Ampere)", 8.7, "nvgpu", {"/dev/nvgpu/igpu0/ctrl", "/dev/nvhost-gpu", ""}},
    {"nvidia,tegra264",
     38,
     "NVIDIA",
     "Thor (Blackwell)",
     11.0,
     "nvidia",
     {"/dev/nvidiactl", "/dev/nvgpu/igpu0/ctrl", ""}},
    {"apple,arm-platform", -1, "Apple", "Apple GPU", 0, "asahi", {"/dev/dri/renderD128", "/dev/dri/renderD129", ""}},
};

/// Apple's chips by the device tree (Linux, Documentation/devicetree/bindings/arm/apple.yaml) and as Apple sells them.
struct AppleChip {
  std::string_view compatible;
  const char* name;
};
constexpr AppleChip kAppleChips[] = {
    {"apple,t8103", "Apple M1"},       {"apple,t6000", "Apple M1 Pro"},   {"apple,t6001", "Apple M1 Max"},
    {"apple,t6002", "Apple M1 Ultra"}, {"apple,t8112", "Apple M2"},       {"apple,t6020", "Apple M2 Pro"},
    {"apple,t6021", "Apple M2 Max"},   {"apple,t6022", "Apple M2 Ultra"}, {"apple,t8122", "Apple M3"},
    {"apple,t6030", "Apple M3 Pro"},   {"apple,t6031", "Apple M3 Max"},   {"apple,t6034", "Apple M3 Max"}};

/// The name of the board's GPU: a chip's where one row stands for many.
std::string gpu_name(const Root& root, const BoardRow& row) {
  const auto text = root.read(kCompatible, 4096);
  for (const auto word : split(text_of(text), '\0'))
    for (const auto& chip : kAppleChips)
      if (word == chip.compatible) return chip.name;
  return row.name;
}

constexpr std::string_view kGpuSuffixes[] = {".gpu", ".ga10b", ".gv11b", ".gp10b", ".gm20b"};

const BoardRow* find_board(const Root& root) {
  const auto text = root.read(kCompatible, 4096);
  if (!text && root.read(kSocFamily, 64) == "Tegra") {
    const auto number = root.read_number(kSocId);
    for (const auto& row : kBoards)
      if (number == row.tegra) return &row;
  }
  for (const auto word : split(text_of(text), '\0'))
    for (const auto& row : kBoards)
      if (word == row.compatible) return &row;
  return nullptr;
}

std::string platform_device(const Root& root) {
  for (const auto& name : root.list(kPlatformDevices))
    for (const auto suffix : kGpuSuffixes)
      if (name.ends_with(suffix)) return name;
  return {};
}

/// "# R36 (release), REVISION: 4.3, GCID: ..." as "L4T 36.4.3".
Fact<std::string> l4t_version(const Root& root) {
  constexpr const char* kRelease = "/etc/nv_tegra_release";
  const auto text = root.read(kRelease, 4096);
  const auto line = text_of(text);
  const auto major = line.find("# R"), minor = line.find("REVISION: ");
  if (major == std::string_view::npos || minor == std::string_view::npos)
    return Fact<std::string>::unknown(tr("no release file of Jetson Linux"));
  const auto digits = [](std::string_view from) { return from.substr(0, from.find_first_not_of("0123456789.")); };
  return {"L4T " + std::string(digits(line.substr(major + 3))) + "." + std::string(digits(line.substr(minor + 10))),
          {Origin::Kind::os, kRelease}};
}

/// The first of a row's nodes that exists speaks; when none does, the device was not handed out.
void check_board_nodes(const Root& root, const BoardRow& row, Gpu& gpu) {
  bool recorded = false;
  for (const std::string path : row.nodes) {
    const auto node = path.empty() ? std::nullopt : look_at_node(root, path);
    if (!node) continue;
    recorded = true;
    if (node->access == NodeAccess::missing) continue;
    if (auto problem = check_nodes(root, row.driver, {path})) set_state(gpu, problem->state, std::move(problem->text));
    return;
  }
  if (!recorded) return;
  if (auto problem = check_nodes(root, row.driver, {row.nodes[0]}))
    set_state(gpu, problem->state, std::move(problem->text));
}

/// Products whose GPU is soldered beside the processor. soc_id is the JEP106 code of the maker and its part.
struct ProductRow {
  std::string_view soc_id;
  const char* vendor;
  const char* name;
  const char* pci;
};
constexpr ProductRow kProducts[] = {{"jep106:0426:8901", "NVIDIA", "NVIDIA GB10", "10de:2e12"}};

}  // namespace

Gpu shared_gpu(const std::string& id, const char* vendor) {
  Gpu gpu;
  gpu.id = std::string(kPlatformGpu) + id;
  gpu.vendor = vendor;
  gpu.kind = GpuClass::unified;
  gpu.vram_total = gpu.vram_free = Fact<Bytes>::unknown(tr("shares main memory with the processor"));
  return gpu;
}

std::optional<Gpu> board_gpu(const Root& root) {
  const auto* row = find_board(root);
  if (!row) return std::nullopt;
  const auto device = platform_device(root);
  Gpu gpu = shared_gpu(device.empty() ? "gpu" : device, row->vendor);
  const std::string source = root.exists(kCompatible) ? kCompatible : kSocId;
  gpu.name = {gpu_name(root, *row), {Origin::Kind::catalog, source + ": " + std::string(row->compatible)}};
  if (row->compute_capability > 0) gpu.compute_capability = {row->compute_capability, {Origin::Kind::catalog, source}};
  const auto driver = device.empty() ? std::nullopt : root.link_name(kPlatformDevices + device + "/driver");
  gpu.driver = row->vendor == std::string_view("NVIDIA")
                   ? l4t_version(root)
                   : Fact<std::string>::unknown(tr("the driver is part of the kernel and has no version of its own"));
  if (device.empty()) {
    set_state(gpu, root.live() ? GpuState::no_driver : GpuState::driver_not_recorded,
              tr("this board's GPU is not in sysfs: the driver is missing, or sysfs is hidden"));
    return gpu;
  }
  gpu.kernel_driver = {driver.value_or(row->driver),
                       {driver ? Origin::Kind::os : Origin::Kind::derived, kPlatformDevices + device}};
  check_board_nodes(root, *row, gpu);
  return gpu;
}

std::vector<std::string> board_devices(const Root& root) {
  const auto device = find_board(root) ? platform_device(root) : std::string();
  if (device.empty()) return {};
  return {kPlatformDevices + device};
}

std::vector<std::string> board_nodes() {
  std::vector<std::string> nodes;
  for (const auto& row : kBoards)
    for (const std::string node : row.nodes)
      if (!node.empty()) nodes.push_back(node);
  return nodes;
}

std::optional<Gpu> product_gpu(const Root& root, const Host& host) {
  const auto soc = root.read(kSocId, 256);
  for (const auto& row : kProducts) {
    if (soc != row.soc_id) continue;
    const bool seen = std::any_of(host.gpus.begin(), host.gpus.end(),
                                  [&](const Gpu& gpu) { return gpu.vendor == row.vendor || gpu.pci == row.pci; });
    if (seen) return std::nullopt;
    Gpu gpu = shared_gpu("soc0", row.vendor);
    gpu.pci = row.pci;
    gpu.name = {row.name, {Origin::Kind::catalog, kSocId}};
    set_state(gpu, root.live() ? GpuState::not_exposed : GpuState::driver_not_recorded,
              root.live() ? tr("this product has a GPU, but none is shown to this container or session")
                          : tr("this product has a GPU; the recording does not tell its driver"));
    return gpu;
  }
  return std::nullopt;
}

void probe_platform(Scan& scan) {
  const auto is_thor = [](const PciFunction& function) {
    return function.vendor == kNvidia && function.device == kThor;
  };
  const bool on_pci = std::any_of(scan.pci.begin(), scan.pci.end(), is_thor);
  if (auto gpu = on_pci ? std::nullopt : board_gpu(scan.root)) scan.host.gpus.push_back(std::move(*gpu));
  if (auto gpu = product_gpu(scan.root, scan.host)) scan.host.gpus.push_back(std::move(*gpu));
  const char* why = tr("no interface of the system tells it");
  scan.host.chassis = {Fact<double>::unknown(why, "--fact slots.free=N"),
                       Fact<Watts>::unknown(why, "--fact psu.watts=W"),
                       Fact<double>::unknown(why, "--fact gpu.max_length=MM")};
}

}  // namespace edgefit
