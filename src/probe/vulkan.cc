#include "probe/vulkan.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "edgefit/text.h"
#include "probe/gpu.h"
#include "probe/intel.h"

namespace edgefit {
namespace {

// Layouts and numbers of vulkan_core.h, as far as they are read here.
struct ApplicationInfo {
  uint32_t type = 0;
  const void* next = nullptr;
  const char* name = "edgefit";
  uint32_t version = 0;
  const char* engine = nullptr;
  uint32_t engine_version = 0, api_version = 1U << 22U | 1U << 12U;  // 1.1: the first with the calls below
};
struct InstanceInfo {
  uint32_t type = 1;
  const void* next = nullptr;
  uint32_t flags = 0;
  const ApplicationInfo* application = nullptr;
  uint32_t layers = 0;
  const char* const* layer_names = nullptr;
  uint32_t extensions = 0;
  const char* const* extension_names = nullptr;
};
constexpr uint32_t kUnset = 0xffffffff;
struct PciAddress {
  uint32_t type = 1000212000;
  void* next = nullptr;
  uint32_t domain = kUnset, bus = kUnset, device = kUnset, function = kUnset;
};
struct Limits {
  uint32_t type = 1000168000;
  void* next = nullptr;
  uint32_t descriptors = 0;
  uint64_t largest_allocation = 0;
};
struct Properties {
  uint32_t type = 1000059001;
  void* next = nullptr;
  uint32_t api, driver, vendor, device, kind;
  char name[256];
  uint8_t rest[824 - 5 * 4 - 256];
};
static_assert(sizeof(Properties) == 840 && sizeof(PciAddress) == 32 && sizeof(Limits) == 32);
constexpr uint32_t kMaxHeaps = 16;
struct Budget {
  uint32_t type = 1000237000;
  void* next = nullptr;
  uint64_t budget[kMaxHeaps] = {}, usage[kMaxHeaps] = {};
};
struct Heap {
  uint64_t size;
  uint32_t flags;
};
struct MemoryProperties {
  uint32_t type = 1000059006;
  void* next = nullptr;
  uint32_t types_count, types[64], heaps_count;
  Heap heaps[kMaxHeaps];
};
static_assert(sizeof(Budget) == 272 && sizeof(MemoryProperties) == 536);
constexpr uint32_t kCpu = 4, kDeviceLocal = 1, kMaxDevices = 64;

using Object = void*;
using Function = void (*)();
using GetFunction = Function (*)(Object instance, const char* name);

class Vulkan {
 public:
  Vulkan(GetFunction get, Object instance) : get_(get), instance_(instance) {}
  template <class F>
  F find(const char* name) const {
    return reinterpret_cast<F>(get_(instance_, name));
  }

 private:
  GetFunction get_;
  Object instance_;
};

void value(const Child::Write& write, const std::string& card, const char* key, const std::string& text) {
  write(card + "\t" + key + "\t" + text);
}

/// Sum of the device's own heaps. The window through which the processor reaches an old card is no memory beside it,
/// and a budget may exceed its heap (llama.cpp#29277).
void report_heaps(const MemoryProperties& memory, const Budget& budget, const std::string& card,
                  const Child::Write& write) {
  constexpr uint64_t kWindow = 256ULL << 20U;
  uint64_t total = 0, free = 0, largest = 0;
  const uint32_t count = std::min(memory.heaps_count, kMaxHeaps);
  for (uint32_t i = 0; i < count; ++i)
    if ((memory.heaps[i].flags & kDeviceLocal) != 0) largest = std::max(largest, memory.heaps[i].size);
  bool budget_known = false;
  for (uint32_t i = 0; i < count; ++i) {
    const Heap& heap = memory.heaps[i];
    if ((heap.flags & kDeviceLocal) == 0 || (heap.size <= kWindow && heap.size < largest)) continue;
    total += heap.size;
    budget_known = budget_known || budget.budget[i] > 0;
    free += std::min(heap.size, budget.budget[i] > budget.usage[i] ? budget.budget[i] - budget.usage[i] : 0);
  }
  if (total > 0) value(write, card, "memory.total", std::to_string(total));
  if (budget_known) value(write, card, "memory.free", std::to_string(free));
}

void report_device(const Vulkan& vulkan, Object device, const std::string& card, const Child::Write& write) {
  const auto properties_of = vulkan.find<void (*)(Object, Properties*)>("vkGetPhysicalDeviceProperties2");
  const auto memory_of = vulkan.find<void (*)(Object, MemoryProperties*)>("vkGetPhysicalDeviceMemoryProperties2");
  if (!properties_of || !memory_of) return value(write, card, "!vkGetPhysicalDeviceProperties2", "missing");
  PciAddress pci;
  Limits limits;
  limits.next = &pci;
  Properties properties{};
  properties.type = Properties().type;
  properties.next = &limits;
  properties_of(device, &properties);
  if (properties.kind == kCpu) return;
  properties.name[sizeof properties.name - 1] = 0;
  value(write, card, "name", properties.name);
  value(write, card, "api", fmt::format("{}.{}", properties.api >> 22U, properties.api >> 12U & 0x3ffU));
  value(write, card, "pci", fmt::format("{:04x}:{:04x}", properties.vendor, properties.device));
  if (pci.domain != kUnset)
    value(write, card, "bdf", fmt::format("{:04x}:{:02x}:{:02x}.{:x}", pci.domain, pci.bus, pci.device, pci.function));
  if (limits.largest_allocation > 0) value(write, card, "max_alloc", std::to_string(limits.largest_allocation));
  Budget budget;
  MemoryProperties memory{};
  memory.type = MemoryProperties().type;
  memory.next = &budget;
  memory_of(device, &memory);
  report_heaps(memory, budget, card, write);
}

constexpr const char* kCall = "query of Vulkan's heaps";
constexpr double kMostBytes = 0x1p46;

Fact<Bytes> bytes_of(const VendorCard& card, const char* key) {
  const auto bytes = number_value(card, key);
  if (!bytes || *bytes < 0 || *bytes > kMostBytes) return Fact<Bytes>::unknown(tr("Vulkan did not tell"));
  return {Bytes{*bytes}, {Origin::Kind::driver, kCall}};
}

void join_card(const VendorCard& card, Gpu& gpu) {
  const auto total = bytes_of(card, "memory.total"), free = bytes_of(card, "memory.free");
  if (!gpu.name) gpu.name = {std::string(text_value(card, "name")), {Origin::Kind::driver, "Vulkan"}};
  if (const auto api = text_value(card, "api"); !api.empty()) gpu.runtimes.emplace_back("vulkan", std::string(api));
  if (!gpu.max_alloc) gpu.max_alloc = bytes_of(card, "max_alloc");
  if (!gpu.has_own_memory()) {
    if (!gpu.shared_max) gpu.shared_max = total;
    return;
  }
  if (!gpu.vram_total) gpu.vram_total = total;
  if (!gpu.vram_free && free && gpu.vram_total && *free <= *gpu.vram_total) gpu.vram_free = free;
}

}  // namespace

bool wants_vulkan(const Root& root, const std::vector<PciFunction>& functions) {
  constexpr unsigned kMooreThreads = 0x1ed5;
  const bool card = std::any_of(functions.begin(), functions.end(), [](const PciFunction& function) {
    const bool vendor = function.vendor == kIntel || function.vendor == kMooreThreads;
    return is_gpu(function) && vendor && !function.driver.empty() && !is_intel_integrated(function);
  });
  if (card) return true;
  const auto board = root.read("/proc/device-tree/compatible", 4096);
  return board && board->find("apple,") != std::string::npos;
}

void report_vulkan(const std::string& library, const Child::Write& write) {
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  const auto get = handle ? reinterpret_cast<GetFunction>(dlsym(handle, "vkGetInstanceProcAddr")) : nullptr;
  if (!get) {
    const char* why = dlerror();
    return value(write, "-", "!dlopen", why ? why : library);
  }
  const auto create = Vulkan(get, nullptr).find<int (*)(const InstanceInfo*, const void*, Object*)>("vkCreateInstance");
  const ApplicationInfo application;
  InstanceInfo info;
  info.application = &application;
  Object instance = nullptr;
  const int code = create ? create(&info, nullptr, &instance) : -1;
  if (code != 0) return value(write, "-", "!vkCreateInstance", std::to_string(code));
  const Vulkan vulkan(get, instance);
  const auto list = vulkan.find<int (*)(Object, uint32_t*, Object*)>("vkEnumeratePhysicalDevices");
  Object devices[kMaxDevices] = {};
  uint32_t count = kMaxDevices;
  if (!list || list(instance, &count, devices) < 0) return value(write, "-", "!vkEnumeratePhysicalDevices", "failed");
  for (uint32_t i = 0; i < count && i < kMaxDevices; ++i) report_device(vulkan, devices[i], std::to_string(i), write);
}

void join_vulkan(const VendorReport& report, Host& host) {
  for (const auto& [call, code] : report.system.failures) host.errors.push_back({"vulkan", call, code, ""});
  std::vector<std::string> joined;  // two installed drivers may both show one card (llama.cpp PR#7582)
  for (const auto& [name, card] : report.cards) {
    const auto bdf = normal_bdf(text_value(card, "bdf"));
    for (auto& gpu : host.gpus) {
      const bool same = bdf.empty() ? gpu.id.starts_with(kPlatformGpu) : gpu.bdf == bdf;
      if (!same || !gpu.usable() || std::find(joined.begin(), joined.end(), gpu.id) != joined.end()) continue;
      join_card(card, gpu);
      joined.push_back(gpu.id);
    }
  }
}

}  // namespace edgefit
