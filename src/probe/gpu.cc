#include "probe/gpu.h"

#include <sys/stat.h>

#include <algorithm>

#include "edgefit/text.h"
#include "probe/parse.h"
#include "probe/scan.h"

namespace edgefit {
namespace {

struct VendorRow {
  unsigned id;
  const char* name;
};
constexpr VendorRow kVendors[] = {{kNvidia, "NVIDIA"},       {kAmd, "AMD"},      {kIntel, "Intel"},
                                  {0x1ed5, "Moore Threads"}, {0x19e5, "Huawei"}, {0x106b, "Apple"}};

/// Baseboard and virtual display adapters. device 0xffff = all of the vendor.
struct DisplayRow {
  unsigned vendor, device;
  const char* name;
};
constexpr unsigned kAll = 0xffff;
constexpr DisplayRow kDisplays[] = {
    {0x1013, kAll, "Cirrus Logic VGA"},      {0x102b, kAll, "Matrox BMC graphics"},
    {0x1a03, kAll, "ASPEED BMC graphics"},   {0x1234, kAll, "Bochs/QEMU display"},
    {0x15ad, kAll, "VMware display"},        {0x1b36, kAll, "QXL display"},
    {0x1af4, 0x1050, "virtio-gpu"},          {0x1414, 0x5353, "Hyper-V display"},
    {0x1002, 0x515e, "ES1000 BMC graphics"},
};

/// Bound drivers that cannot compute, with what they mean.
struct WrongDriver {
  const char* driver;
  const char* text;
};
constexpr WrongDriver kWrongDrivers[] = {
    {"nouveau", "open driver nouveau without CUDA; install NVIDIA's driver"},
    {"nova", "open driver nova without CUDA; install NVIDIA's driver"},
    {"nova_core", "open driver nova without CUDA; install NVIDIA's driver"},
    {"radeon", "driver radeon is too old for ROCm and Vulkan compute; the amdgpu driver is needed"},
    {"vfio-pci", "given to a virtual machine (vfio-pci); unbind it to use it here"},
    {"pci-stub", "held back for a virtual machine (pci-stub); unbind it to use it here"},
    {"pciback", "held back for a virtual machine (xen-pciback); unbind it to use it here"},
    {"simple-framebuffer", "only a frame buffer driver is bound; install the vendor's driver"},
};

struct MissingDriver {
  unsigned vendor;
  const char* text;
};
constexpr MissingDriver kMissingDrivers[] = {
    {kNvidia, "GPU present, driver missing: install NVIDIA's driver (Debian: nvidia-driver), then reboot"},
    {kAmd, "GPU present, driver missing: load amdgpu (Debian: firmware-amd-graphics, then modprobe amdgpu)"},
    {kIntel, "GPU present, driver missing: load i915 or xe (Debian: firmware-misc-nonfree, newer kernel)"},
};

/// AMD parts whose graphics share memory with the CPU: Linux drivers/gpu/drm/amd/amdgpu, flag AMD_IS_APU.
constexpr unsigned kAmdApus[] = {0x15d8, 0x15dd, 0x1636, 0x1638, 0x163f, 0x164c, 0x164d, 0x164e, 0x1681, 0x15bf,
                                 0x15c8, 0x1506, 0x1435, 0x1900, 0x1901, 0x150e, 0x1586, 0x1114, 0x13c0, 0x74a0};

GpuClass class_of(const PciFunction& function) {
  if (function.vendor == kIntel && function.bdf == "0000:00:02.0") return GpuClass::integrated;
  if (function.vendor == kAmd &&
      std::find(std::begin(kAmdApus), std::end(kAmdApus), function.device) != std::end(kAmdApus))
    return GpuClass::integrated;
  return GpuClass::discrete;
}

/// The device nodes a process must open, by driver.
std::vector<std::string> nodes_of(const Root& root, const PciFunction& function) {
  std::vector<std::string> nodes;
  if (function.driver == "nvidia") {
    nodes.emplace_back("/dev/nvidiactl");
    const auto text = root.read("/proc/driver/nvidia/gpus/" + function.bdf + "/information");
    for (const auto line : split_lines(text_of(text)))
      if (const auto pair = key_value(line, ':'); pair && pair->first == "Device Minor" && to_number(pair->second))
        nodes.push_back("/dev/nvidia" + std::string(pair->second));
    return nodes;
  }
  if (function.driver == "amdgpu") nodes.emplace_back("/dev/kfd");
  bool render = false;
  for (const auto& name : root.list(function.path() + "/drm"))
    if (name.starts_with("renderD")) {
      nodes.push_back("/dev/dri/" + name);
      render = true;
    }
  if (!render) nodes.emplace_back("/dev/dri/renderD128");
  return nodes;
}

/// Name of the group that owns a node, or its number.
std::string group_of(const Root& root, const std::string& node) {
  struct stat info {};
  if (::stat(root.host_path(node).c_str(), &info) != 0) return "?";
  std::string number = std::to_string(info.st_gid);
  const auto groups = root.read("/etc/group", 1 << 20);
  for (const auto line : split_lines(text_of(groups))) {
    const auto fields = split(line, ':');
    if (fields.size() >= 3 && fields[2] == number) return std::string(fields[0]);
  }
  return number;
}

/// Steps 4 and 5 of the state machine: nodes are only looked at on the live machine.
void check_nodes(const Root& root, const PciFunction& function, Gpu& gpu) {
  if (!root.live()) return;
  for (const auto& node : nodes_of(root, function)) {
    const auto open = root.may_open(node);
    if (!open)
      return set_state(gpu, GpuState::not_exposed,
                       say(tr("driver {} is loaded, but {} is missing: the device is not given to this container or "
                              "session"),
                           function.driver, node));
    if (!*open)
      return set_state(
          gpu, GpuState::no_permission,
          say(tr("no permission for {}: add this user to the group {} and log in again"), node, group_of(root, node)));
  }
}

void find_state(const Root& root, const PciFunction& function, Gpu& gpu) {
  if (function.driver.empty()) {
    if (!function.driver_recorded)
      return set_state(gpu, GpuState::driver_not_recorded, tr("GPU present; this recording does not tell its driver"));
    for (const auto& row : kMissingDrivers)
      if (row.vendor == function.vendor) return set_state(gpu, GpuState::no_driver, tr(row.text));
    return set_state(gpu, GpuState::no_driver, tr("GPU present, driver missing: install the vendor's driver"));
  }
  for (const auto& row : kWrongDrivers)
    if (function.driver == row.driver) return set_state(gpu, GpuState::wrong_driver, tr(row.text));
  check_nodes(root, function, gpu);
}

void read_bytes(const Root& root, const std::string& path, Fact<Bytes>& fact) {
  if (fact) return;
  if (const auto bytes = root.read_number(path); bytes && *bytes > 0 && *bytes < 0x1p46)
    fact = {Bytes{*bytes}, {Origin::Kind::driver, path}};
}

/// amdgpu: Documentation/gpu/amdgpu/driver-misc.rst; i915 lmem_total_bytes; xe physical_vram_size_bytes.
void read_memory(const Root& root, const PciFunction& function, Gpu& gpu) {
  const std::string path = function.path();
  if (function.driver == "amdgpu") {
    read_bytes(root, path + "/mem_info_vram_total", gpu.vram_total);
    const auto used = root.read_number(path + "/mem_info_vram_used");
    if (gpu.vram_total && used && *used >= 0 && *used <= gpu.vram_total->value)
      gpu.vram_free = {Bytes{gpu.vram_total->value - *used}, {Origin::Kind::driver, path + "/mem_info_vram_used"}};
    if (const auto name = root.read(path + "/product_name", 256); name && !name->empty())
      gpu.name = {*name, {Origin::Kind::driver, path + "/product_name"}};
  }
  if (function.driver == "xe") read_bytes(root, path + "/tile0/physical_vram_size_bytes", gpu.vram_total);
  if (function.driver == "i915")
    for (const auto& card : root.list(path + "/drm"))
      read_bytes(root, path + "/drm/" + card + "/lmem_total_bytes", gpu.vram_total);
}

Fact<std::string> driver_version(const Root& root, const std::string& driver) {
  const std::string module = "/sys/module/" + driver + "/version";
  if (const auto version = root.read(module, 256); version && !version->empty())
    return {*version, {Origin::Kind::driver, module}};
  return Fact<std::string>::unknown(tr("the driver is part of the kernel and has no version of its own"));
}

}  // namespace

void set_state(Gpu& gpu, GpuState state, std::string text) {
  gpu.state = state;
  gpu.state_text = std::move(text);
}

bool is_gpu(const PciFunction& function) {
  const unsigned base = function.class_code >> 8;
  // MI300 and other Instinct cards are class 1200, as are NPUs of other vendors.
  return base == 0x03 || (base == 0x12 && (function.vendor == kAmd || function.vendor == kNvidia));
}

Gpu describe_pci_gpu(const Root& root, const PciFunction& function) {
  Gpu gpu;
  gpu.id = gpu.bdf = normal_bdf(function.bdf);
  gpu.pci = function.ids();
  const char* why = tr("no driver answered for this device");
  gpu.name = Fact<std::string>::unknown(why);
  gpu.vram_total = gpu.vram_free = Fact<Bytes>::unknown(why, "--gpu KEY,VRAM");
  gpu.driver = gpu.kernel_driver = Fact<std::string>::unknown(tr("no driver is bound"));
  for (const auto& row : kDisplays)
    if (row.vendor == function.vendor && (row.device == kAll || row.device == function.device)) {
      gpu.kind = GpuClass::display_only;
      gpu.name = {row.name, {Origin::Kind::catalog, "PCI id " + gpu.pci}};
      set_state(gpu, GpuState::display_only, tr("shows pictures only; not a GPU for models"));
      return gpu;
    }
  for (const auto& row : kVendors)
    if (row.id == function.vendor) gpu.vendor = row.name;
  gpu.kind = class_of(function);
  find_state(root, function, gpu);
  if (!function.driver.empty()) {
    gpu.kernel_driver = {function.driver, {Origin::Kind::os, function.path() + "/driver"}};
    gpu.driver = driver_version(root, function.driver);
    read_memory(root, function, gpu);
  }
  auto link = pci_link(root, function.bdf);
  gpu.pcie_generation = std::move(link.generation);
  gpu.pcie_width = std::move(link.width);
  gpu.pcie_bandwidth = std::move(link.bandwidth);
  return gpu;
}

void probe_gpus(Scan& scan) {
  scan.pci = scan_pci(scan.root);
  for (const auto& function : scan.pci)
    if (is_gpu(function)) scan.host.gpus.push_back(describe_pci_gpu(scan.root, function));
}

}  // namespace edgefit
