#include "probe/gpu.h"

#include <algorithm>

#include "base/parse.h"
#include "edgefit/text.h"
#include "probe/intel.h"
#include "probe/memory.h"
#include "probe/nodes.h"
#include "probe/scan.h"

namespace edgefit {
namespace {

constexpr const char* kNvidiaFolder = "/proc/driver/nvidia/gpus/";

struct VendorRow {
  unsigned id;
  const char* name;
};
constexpr VendorRow kVendors[] = {{kNvidia, "NVIDIA"},          {kAmd, "AMD"},      {kIntel, "Intel"},
                                  {0x1ed5, "Moore Threads"},    {0x19e5, "Huawei"}, {0x106b, "Apple"},
                                  {kMicrosoft, kWindowsAdapter}};

/// Baseboard and virtual display adapters. device 0xffff = all of the vendor.
struct DisplayRow {
  unsigned vendor, device;
  const char* name;
};
constexpr unsigned kAll = 0xffff;
constexpr DisplayRow kDisplays[] = {
    {0x1013, kAll, "Cirrus Logic VGA"},       {0x102b, kAll, "Matrox BMC graphics"},
    {0x1a03, kAll, "ASPEED BMC graphics"},    {0x1234, kAll, "Bochs/QEMU display"},
    {0x15ad, kAll, "VMware display"},         {0x1b36, kAll, "QXL display"},
    {0x1af4, 0x1050, "virtio-gpu"},           {0x1414, 0x5353, "Hyper-V display"},
    {0x1002, 0x515e, "ES1000 BMC graphics"},  {0x1002, 0x4752, "Rage XL BMC graphics"},
    {0x19e5, 0x1711, "Huawei BMC graphics"},  {0x80ee, kAll, "VirtualBox display"},
    {0x1ab8, 0x4005, "Parallels display"},    {0x1d0f, 0x1111, "Amazon EC2 display"},
    {0x126f, kAll, "Silicon Motion display"},
};

/// Bound drivers that cannot compute, with what they mean.
struct WrongDriver {
  const char* driver;
  const char* text;
};
constexpr WrongDriver kWrongDrivers[] = {
    {"nouveau", mark("open driver nouveau without CUDA (Vulkan may work); install NVIDIA's driver")},
    {"nova", mark("open driver nova without CUDA; install NVIDIA's driver")},
    {"NovaCore", mark("open driver nova without CUDA; install NVIDIA's driver")},
    {"radeon", mark("driver radeon is too old for ROCm and Vulkan compute; the amdgpu driver is needed")},
    {"vfio-pci", mark("given to a virtual machine (vfio-pci); unbind it to use it here")},
    {"nvgrace-gpu-vfio-pci", mark("given to a virtual machine (vfio-pci); unbind it to use it here")},
    {"xe-vfio-pci", mark("given to a virtual machine (vfio-pci); unbind it to use it here")},
    {"pci-stub", mark("held back for a virtual machine (pci-stub); unbind it to use it here")},
    {"pciback", mark("held back for a virtual machine (xen-pciback); unbind it to use it here")},
    {"simple-framebuffer", mark("only a frame buffer driver is bound; install the vendor's driver")},
};

/// The drivers that compute on a vendor's GPUs; whatever else is bound only shows pictures.
struct ComputeDriver {
  unsigned vendor;
  std::string_view driver;
};
constexpr ComputeDriver kComputeDrivers[] = {{kNvidia, "nvidia"}, {kAmd, "amdgpu"}, {kIntel, "i915"}, {kIntel, "xe"}};

bool can_compute(const PciFunction& function) {
  bool vendor_known = false;
  for (const auto& row : kComputeDrivers) {
    if (row.vendor != function.vendor) continue;
    vendor_known = true;
    if (row.driver == function.driver) return true;
  }
  return !vendor_known;
}

struct MissingDriver {
  unsigned vendor;
  const char* text;
};
constexpr MissingDriver kMissingDrivers[] = {
    {kNvidia, mark("GPU present, driver missing: install NVIDIA's driver (Debian: nvidia-driver), then reboot")},
    {kAmd, mark("GPU present, driver missing: load amdgpu (Debian: firmware-amd-graphics, then modprobe amdgpu)")},
    {kIntel, mark("GPU present, driver missing: load i915 or xe (Debian: firmware-misc-nonfree, newer kernel)")},
};

/// NVIDIA's GPUs that have a PCI function and no memory of their own; pci.ids: GB10, its siblings N1X, Thor.
constexpr unsigned kUnifiedNvidia[] = {0x2e12, 0x2e03, 0x2e06, 0x2e13, kThor};

GpuClass class_of(const PciFunction& function) {
  const bool listed =
      std::find(std::begin(kUnifiedNvidia), std::end(kUnifiedNvidia), function.device) != std::end(kUnifiedNvidia);
  if (function.vendor == kNvidia && listed) return GpuClass::unified;
  return is_intel_integrated(function) || is_amd_apu(function) ? GpuClass::integrated : GpuClass::discrete;
}

void find_state(const Root& root, const PciFunction& function, Gpu& gpu) {
  // WSL2 shows one adapter whatever the host has; the vendor's library behind it speaks for the real card.
  if (function.vendor == kMicrosoft)
    return set_state(gpu, GpuState::no_library,
                     tr("a GPU of the Windows host: install its vendor's driver on Windows, and give a container "
                        "/usr/lib/wsl/lib"));
  if (function.driver.empty()) {
    if (!function.driver_recorded)
      return set_state(gpu, GpuState::driver_not_recorded, tr("GPU present; this recording does not tell its driver"));
    for (const auto& row : kMissingDrivers)
      if (row.vendor == function.vendor) return set_state(gpu, GpuState::no_driver, tr(row.text));
    return set_state(gpu, GpuState::no_driver, tr("GPU present, driver missing: install the vendor's driver"));
  }
  if (const char* text = wrong_driver_text(function.driver)) return set_state(gpu, GpuState::wrong_driver, tr(text));
  if (!can_compute(function))
    return set_state(gpu, GpuState::wrong_driver,
                     say(tr("driver {} does not compute on this GPU; install the vendor's driver"), function.driver));
  if (auto problem = check_nodes(root, function.driver, nodes_of(root, function)))
    set_state(gpu, problem->state, std::move(problem->text));
}

/// What NVIDIA's kernel driver shows without its library: the model, and memory that is a NUMA node (POWER9, Grace).
void describe_nvidia_gpu(const Root& root, const PciFunction& function, Gpu& gpu) {
  const std::string path = kNvidiaFolder + function.bdf + "/information";
  const auto text = root.read(path);
  for (const auto line : split_lines(text_of(text)))
    if (const auto pair = key_value(line, ':'); pair && pair->first == "Model" && !pair->second.empty())
      gpu.name = {std::string(pair->second), {Origin::Kind::driver, path}};
  for (const auto& node : gpu_memory_nodes(root))
    if (node.bdf == normal_bdf(function.bdf))
      gpu.vram_total = {Bytes{node.bytes}, {Origin::Kind::driver, kNvidiaFolder + function.bdf + "/numa_status"}};
}

/// Microwatts of the first power limit that the driver's sensor shows; Documentation/hwmon/sysfs-interface.rst.
void read_power_limit(const Root& root, const PciFunction& function, Gpu& gpu) {
  const std::string folder = function.path() + "/hwmon/";
  for (const auto& name : root.list(folder))
    for (const char* file : {"/power1_cap", "/power1_max"})
      if (const auto limit = root.read_number(folder + name + file); !gpu.power_limit && limit && *limit > 0)
        gpu.power_limit = {Watts{*limit / 1e6}, {Origin::Kind::driver, folder + name + file}};
}

Fact<std::string> driver_version(const Root& root, const std::string& driver) {
  constexpr const char* kNvidiaVersion = "/proc/driver/nvidia/version";
  const bool own_version = driver == "nvidia";
  const std::string module = "/sys/module/" + driver + "/version";
  if (const auto version = root.read(module, 256); version && !version->empty())
    return {*version, {Origin::Kind::driver, module}};
  const auto text = own_version ? root.read(kNvidiaVersion, 4096) : std::nullopt;
  if (const auto version = nvidia_version(text_of(text)); !version.empty())
    return {std::string(version), {Origin::Kind::driver, kNvidiaVersion}};
  return Fact<std::string>::unknown(own_version ? tr("the driver's version is not shown")
                                                : tr("the driver is part of the kernel and has no version of its own"));
}

}  // namespace

const char* wrong_driver_text(std::string_view driver) {
  for (const auto& row : kWrongDrivers)
    if (driver == row.driver) return row.text;
  return nullptr;
}

// "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.95.05  Wed ...": the first word that is a dotted number.
std::string_view nvidia_version(std::string_view text) {
  for (const auto word : words(text))
    if (word.find('.') != std::string_view::npos && word.find_first_not_of("0123456789.") == std::string_view::npos)
      return word;
  return {};
}

void set_state(Gpu& gpu, GpuState state, std::string text) {
  gpu.state = state;
  gpu.state_text = std::move(text);
}

bool is_gpu(const PciFunction& function) {
  const unsigned base = function.class_code >> 8;
  // MI300 and other Instinct cards are class 1200, as are NPUs of other vendors.
  return base == 0x03 || (base == 0x12 && (function.vendor == kAmd || function.vendor == kNvidia));
}

Gpu describe_pci_gpu(const Root& root, const PciFunction& seen, const std::vector<KfdNode>& kfd) {
  PciFunction function = seen;
  // Some POWER recordings lose the ids; the folder that the driver itself keeps says whose card it is.
  if (function.driver.empty() && root.exists(kNvidiaFolder + function.bdf)) {
    function.vendor = kNvidia;
    function.driver = "nvidia";
  }
  Gpu gpu;
  gpu.id = gpu.bdf = normal_bdf(function.bdf);
  gpu.pci = seen.ids();
  const char* why = tr("no driver answered for this device");
  gpu.name = Fact<std::string>::unknown(why);
  gpu.vram_total = gpu.vram_free = Fact<Bytes>::unknown(why, "--gpu KEY,VRAM");
  gpu.driver = gpu.kernel_driver = Fact<std::string>::unknown(
      function.driver_recorded ? tr("no driver is bound") : tr("this recording does not tell the driver"));
  if (!function.driver.empty()) gpu.kernel_driver = {function.driver, {Origin::Kind::os, function.path() + "/driver"}};
  for (const auto& row : kDisplays)
    if (row.vendor == function.vendor && (row.device == kAll || row.device == function.device)) {
      gpu.kind = GpuClass::display_only;
      gpu.name = {row.name, {Origin::Kind::catalog, "PCI id " + gpu.pci}};
      gpu.vram_total = gpu.vram_free = Fact<Bytes>::unknown(tr("not a GPU for models"));
      set_state(gpu, GpuState::display_only, tr("shows pictures only; not a GPU for models"));
      return gpu;
    }
  for (const auto& row : kVendors)
    if (row.id == function.vendor) gpu.vendor = row.name;
  gpu.kind = class_of(function);
  find_state(root, function, gpu);
  if (!function.driver.empty()) {
    gpu.driver = driver_version(root, function.driver);
    if (function.driver == "amdgpu") describe_amd_gpu(root, function, kfd, gpu);
    if (function.vendor == kIntel) describe_intel_gpu(root, function, gpu);
    if (function.driver == "nvidia") describe_nvidia_gpu(root, function, gpu);
    read_power_limit(root, function, gpu);
  }
  if (gpu.kind == GpuClass::unified) {
    const char* shared = tr("shares main memory with the processor");
    if (function.vendor == kNvidia) gpu.vram_total = gpu.vram_free = Fact<Bytes>::unknown(shared);
    gpu.pcie_generation = gpu.pcie_width = gpu.pcie_generation_now = gpu.pcie_width_now = Fact<double>::unknown(shared);
    gpu.pcie_bandwidth = Fact<BytesPerSecond>::unknown(shared);
    return gpu;
  }
  auto link = pci_link(root, function.bdf);
  gpu.pcie_generation_now = std::move(link.generation_now);
  gpu.pcie_width_now = std::move(link.width_now);
  gpu.pcie_generation = std::move(link.generation);
  gpu.pcie_width = std::move(link.width);
  gpu.pcie_bandwidth = std::move(link.bandwidth);
  return gpu;
}

void probe_gpus(Scan& scan) {
  const auto kfd = read_kfd(scan.root);
  for (const auto& function : scan.pci)
    if (is_gpu(function)) scan.host.gpus.push_back(describe_pci_gpu(scan.root, function, kfd));
}

}  // namespace edgefit
