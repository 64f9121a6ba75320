#include "probe/level_zero.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>

#include "edgefit/text.h"
#include "probe/gpu.h"
#include "probe/intel.h"
#include "probe/vendor_library.h"

namespace edgefit {
namespace {

using Handle = void*;

// Layouts and numbers of ze_api.h, as far as they are read here.
struct DeviceProperties {
  uint32_t stype = 0x3;
  void* next = nullptr;
  uint32_t type, vendor, device, flags, subdevice, clock;
  uint64_t max_allocation;
  uint32_t contexts, priority, threads, simd_width, units_a_subslice, subslices_a_slice, slices;
  uint64_t timer_resolution;
  uint32_t timestamp_bits, kernel_timestamp_bits;
  uint8_t uuid[16];
  char name[256];
};
static_assert(sizeof(DeviceProperties) == 368 && offsetof(DeviceProperties, max_allocation) == 40 &&
              offsetof(DeviceProperties, name) == 112);
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): the order is that of Level Zero.
struct MemoryProperties {
  uint32_t stype = 0x7;
  void* next = nullptr;
  uint32_t flags, clock, bus_width;
  uint64_t total;
  char name[256];
};
static_assert(sizeof(MemoryProperties) == 296 && offsetof(MemoryProperties, total) == 32);
struct PciProperties {
  uint32_t stype = 0x10008;
  void* next = nullptr;
  uint32_t domain, bus, device, function;
  int32_t generation, width;
  int64_t bandwidth;
};
static_assert(sizeof(PciProperties) == 48);
// The same of zes_api.h, which administers devices: it tells free memory and bandwidth.
struct SysmanAddress {
  uint32_t stype = 0x2;
  void* next = nullptr;
  uint32_t domain, bus, device, function;
  int32_t generation, width;
  int64_t bandwidth;
  uint8_t counters[8];
};
struct ModuleProperties {
  uint32_t stype = 0xb;
  void* next = nullptr;
  uint32_t type;
  uint8_t on_subdevice;
  uint32_t subdevice, location;
  uint64_t bytes;
  int32_t bus_width, channels;
};
struct ModuleState {
  uint32_t stype = 0x1e;
  void* next = nullptr;
  uint32_t health;
  uint64_t free, size;
};
struct ModuleBandwidth {
  uint64_t read, written, most, time;
};
static_assert(sizeof(SysmanAddress) == 56 && sizeof(ModuleProperties) == 48 && sizeof(ModuleState) == 40);
constexpr uint32_t kOnDevice = 1;
constexpr uint32_t kGpuOnly = 1, kGpuType = 1, kIntegrated = 1, kSubdevice = 2;
constexpr uint32_t kMaxDrivers = 16, kMaxDevices = 64, kMaxMemories = 16;
constexpr int kUnsupported = 0x78000003;
constexpr double kMostBytes = 0x1p46;

struct CodeRow {
  std::string_view code;
  const char* text;
};
constexpr CodeRow kCodes[] = {
    {"0x1", mark("the device is not ready yet")},
    {"0x70000001", mark("the GPU hung or was removed: see the kernel log, then reboot")},
    {"0x70000002", mark("there is too little main memory for the call")},
    {"0x70000003", mark("there is too little GPU memory for the call")},
    {"0x70000006", mark("the GPU needs a reset: reboot")},
    {"0x70000007", mark("the GPU sleeps")},
    {"0x70010000", mark("no permission: add yourself to the group render")},
    {"0x70010001", mark("another program holds the device")},
    {"0x70020000",
     mark("a part of Intel's compute runtime is missing: install intel-opencl-icd or intel-level-zero-gpu")},
    {"0x78000001", mark("Level Zero found no driver: install intel-level-zero-gpu, and check the group render")},
    {"0x78000002", mark("driver and loader are of different versions: install both from one source")},
    {"0x78000003", mark("this device or driver does not tell it")},
    {"0x78000004", mark("Level Zero refused an argument")},
    {"0x78000005", mark("Level Zero lost a handle")},
    {"0x78000007", mark("Level Zero refused an argument")},
    {"0x7ffffffe", mark("Level Zero failed without saying why: see the kernel log")},
};

std::string bdf_text(uint32_t domain, uint32_t bus, uint32_t device, uint32_t function) {
  return fmt::format("{:04x}:{:02x}:{:02x}.{:x}", domain, bus, device, function);
}

void report_memory(const VendorLibrary& zero, const std::string& card, Handle device) {
  MemoryProperties memories[kMaxMemories] = {};
  for (auto& memory : memories) memory.stype = MemoryProperties().stype;
  uint32_t count = kMaxMemories;
  if (!zero.call(card, "zeDeviceGetMemoryProperties", device, &count, static_cast<MemoryProperties*>(memories))) return;
  uint64_t total = 0;
  for (uint32_t i = 0; i < std::min(count, kMaxMemories); ++i) total += memories[i].total;
  if (total > 0) zero.value(card, "memory.total", total);
}

/// Sums over the modules that lie on the device. Only administrators may ask for bandwidth: its refusal is no failure.
void report_modules(const VendorLibrary& zero, const std::string& card, Handle device) {
  Handle modules[kMaxMemories] = {};
  uint32_t count = kMaxMemories;
  if (!zero.call(card, "zesDeviceEnumMemoryModules", device, &count, static_cast<Handle*>(modules))) return;
  uint64_t free = 0, size = 0, bandwidth = 0;
  bool all_told = true;
  for (uint32_t i = 0; i < std::min(count, kMaxMemories); ++i) {
    ModuleProperties properties{};
    properties.stype = ModuleProperties().stype;
    ModuleState state{};
    state.stype = ModuleState().stype;
    if (!zero.call(card, "zesMemoryGetProperties", modules[i], &properties)) return;
    if (properties.location != kOnDevice) continue;
    if (!zero.call(card, "zesMemoryGetState", modules[i], &state)) return;
    free += state.free;
    size += state.size;
    ModuleBandwidth speed{};
    all_told = all_told && zero.call("?", "zesMemoryGetBandwidth", modules[i], &speed) && speed.most > 0;
    bandwidth += speed.most;
  }
  if (size == 0) return;
  zero.value(card, "module.size", size);
  zero.value(card, "module.free", free);
  if (all_told) zero.value(card, "module.bandwidth", bandwidth);
}

/// What the sysman interface adds to cards that were named before, by PCI address. Loaders before 1.10 have no zesInit.
void report_sysman(const VendorLibrary& zero, const std::map<std::string, std::string>& cards) {
  if (cards.empty() || !zero.call("?", "zesInit", 0U)) return;
  Handle drivers[kMaxDrivers] = {};
  uint32_t count = kMaxDrivers;
  if (!zero.call("-", "zesDriverGet", &count, static_cast<Handle*>(drivers))) return;
  for (uint32_t i = 0; i < std::min(count, kMaxDrivers); ++i) {
    Handle devices[kMaxDevices] = {};
    uint32_t device_count = kMaxDevices;
    if (!zero.call("-", "zesDeviceGet", drivers[i], &device_count, static_cast<Handle*>(devices))) continue;
    for (uint32_t d = 0; d < std::min(device_count, kMaxDevices); ++d) {
      SysmanAddress at{};
      at.stype = SysmanAddress().stype;
      if (!zero.call("-", "zesDevicePciGetProperties", devices[d], &at)) continue;
      const auto card = cards.find(bdf_text(at.domain, at.bus, at.device, at.function));
      if (card != cards.end()) report_modules(zero, card->second, devices[d]);
    }
  }
}

void report_device(const VendorLibrary& zero, const std::string& card, Handle device, const std::string& api,
                   std::map<std::string, std::string>& cards) {
  DeviceProperties properties{};
  properties.stype = DeviceProperties().stype;
  if (!zero.call(card, "zeDeviceGetProperties", device, &properties)) return;
  if (properties.type != kGpuType || (properties.flags & kSubdevice) != 0) return;
  properties.name[sizeof properties.name - 1] = 0;
  zero.value(card, "name", properties.name);
  zero.value(card, "pci", fmt::format("{:04x}:{:04x}", properties.vendor, properties.device));
  zero.value(card, "integrated", (properties.flags & kIntegrated) != 0 ? "1" : "0");
  if (!api.empty()) zero.value(card, "api", api);
  if (properties.max_allocation > 0) zero.value(card, "max_alloc", properties.max_allocation);
  const uint64_t cores = static_cast<uint64_t>(properties.slices) * properties.subslices_a_slice;
  if (cores > 0) zero.value(card, "cores", cores);
  PciProperties pci{};
  pci.stype = PciProperties().stype;
  if (zero.call(card, "zeDevicePciGetPropertiesExt", device, &pci)) {
    const auto bdf = bdf_text(pci.domain, pci.bus, pci.device, pci.function);
    zero.value(card, "bdf", bdf);
    cards.emplace(bdf, card);
  }
  report_memory(zero, card, device);
}

/// Without CAP_PERFMON the driver says that everything is free (Documentation/gpu/i915): that is no answer.
void join_modules(const VendorCard& card, Gpu& gpu) {
  if (!gpu.has_own_memory()) return;
  const auto size = number_value(card, "module.size"), free = number_value(card, "module.free");
  const bool told = size && free && *free > 0 && *free < *size && *size < kMostBytes;
  if (told && !gpu.vram_free && gpu.vram_total && *free <= gpu.vram_total->value) {
    const Origin origin{Origin::Kind::driver, "zesMemoryGetState"};
    gpu.vram_free = {Bytes{*free}, origin};
    gpu.vram_used = {Bytes{*size - *free}, origin};
  }
  const auto speed = number_value(card, "module.bandwidth");
  constexpr double kLeast = 1e9, kMost = 1e14;
  if (!gpu.peak_bandwidth && speed && *speed >= kLeast && *speed <= kMost)
    gpu.peak_bandwidth = {BytesPerSecond{*speed}, {Origin::Kind::driver, "zesMemoryGetBandwidth"}};
}

void join_card(const VendorCard& card, Gpu& gpu) {
  const auto bytes = [&](const char* key, const char* call) {
    const auto number = number_value(card, key);
    return number && *number > 0 && *number < kMostBytes ? Fact<Bytes>(Bytes{*number}, {Origin::Kind::driver, call})
                                                         : Fact<Bytes>::unknown(tr("Level Zero did not tell"));
  };
  const auto total = bytes("memory.total", "zeDeviceGetMemoryProperties");
  if (const auto name = text_value(card, "name"); !gpu.name && !name.empty())
    gpu.name = {std::string(name), {Origin::Kind::driver, "zeDeviceGetProperties"}};
  if (const auto api = text_value(card, "api"); !api.empty()) gpu.runtimes.emplace_back("level-zero", std::string(api));
  if (!gpu.max_alloc) gpu.max_alloc = bytes("max_alloc", "zeDeviceGetProperties");
  const auto cores = number_value(card, "cores");
  if (!gpu.sm_count && cores && *cores < 1e4) gpu.sm_count = {*cores, {Origin::Kind::driver, "zeDeviceGetProperties"}};
  const bool integrated = text_value(card, "integrated") == "1";
  if (integrated && gpu.kind == GpuClass::discrete && !gpu.vram_total) {
    gpu.kind = GpuClass::integrated;
    gpu.vram_total = gpu.vram_free = Fact<Bytes>::unknown(tr("shares main memory with the processor"));
  }
  if (!gpu.has_own_memory()) {
    if (!gpu.shared_max) gpu.shared_max = total;
  } else if (!gpu.vram_total && !integrated) {
    gpu.vram_total = total;
  }
  join_modules(card, gpu);
}

void note_errors(const VendorCard& card, const std::string& source, Host& host) {
  for (const auto& [call, code] : card.failures) {
    if (code == fmt::format("{:#x}", kUnsupported)) continue;
    const char* text = level_zero_text(code);
    host.errors.push_back({source, call, code, text ? tr(text) : ""});
  }
}

}  // namespace

const char* level_zero_text(std::string_view code) {
  for (const auto& row : kCodes)
    if (code == row.code) return row.text;
  return nullptr;
}

bool wants_level_zero(const std::vector<PciFunction>& functions) {
  return std::any_of(functions.begin(), functions.end(), [](const PciFunction& function) {
    const bool bound = function.driver == "i915" || function.driver == "xe";
    return is_gpu(function) && ((function.vendor == kIntel && bound) || function.vendor == kMicrosoft);
  });
}

void report_level_zero(const std::string& library, const Child::Write& write) {
  // What a setting hides is settled elsewhere; tiles are parts of a card, not cards (Level Zero specification, "Device
  // Hierarchy").
  ::unsetenv("ZE_AFFINITY_MASK");
  ::setenv("ZE_FLAT_DEVICE_HIERARCHY", "COMPOSITE", 1);
  const VendorLibrary zero(library, write, kUnsupported, VendorLibrary::Codes::hexadecimal);
  const std::string all = "-";
  if (!zero || !zero.call(all, "zeInit", kGpuOnly)) return;
  Handle drivers[kMaxDrivers] = {};
  uint32_t count = kMaxDrivers, next = 0;
  std::map<std::string, std::string> cards;  // the first of a card's numbers by its address
  if (!zero.call(all, "zeDriverGet", &count, static_cast<Handle*>(drivers))) return;
  for (uint32_t i = 0; i < std::min(count, kMaxDrivers); ++i) {
    uint32_t version = 0, device_count = kMaxDevices;
    std::string api;
    if (zero.call(all, "zeDriverGetApiVersion", drivers[i], &version))
      api = fmt::format("{}.{}", version >> 16U, version & 0xffffU);
    Handle devices[kMaxDevices] = {};
    if (!zero.call(all, "zeDeviceGet", drivers[i], &device_count, static_cast<Handle*>(devices))) continue;
    for (uint32_t d = 0; d < std::min(device_count, kMaxDevices); ++d)
      report_device(zero, std::to_string(next++), devices[d], api, cards);
  }
  report_sysman(zero, cards);
}

void join_level_zero(const VendorReport& report, Host& host) {
  note_errors(report.system, "level_zero", host);
  const bool shown =
      std::any_of(host.gpus.begin(), host.gpus.end(), [](const Gpu& gpu) { return gpu.vendor == "Intel"; });
  std::vector<std::string> joined;  // two installed drivers may both show one card
  for (const auto& [number, card] : report.cards) {
    note_errors(card, "level_zero " + number, host);
    const auto bdf = normal_bdf(text_value(card, "bdf"));
    const bool same = std::any_of(host.gpus.begin(), host.gpus.end(), [&](const Gpu& gpu) { return gpu.bdf == bdf; });
    if (bdf.empty() || (!same && shown) || std::find(joined.begin(), joined.end(), bdf) != joined.end()) continue;
    Gpu& gpu = gpu_at(bdf, "level_zero", number, host);
    gpu.vendor = "Intel";
    if (gpu.pci.empty()) gpu.pci = std::string(text_value(card, "pci"));
    join_card(card, gpu);
    joined.push_back(bdf);
  }
}

}  // namespace edgefit
