#include "probe/nvml.h"

#include <cstdio>

#include "probe/nvml_api.h"
#include "probe/nvml_codes.h"
#include "probe/vendor_library.h"

namespace edgefit {
namespace {

// Layouts of nvml.h.
struct MemoryV1 {
  unsigned long long total, free, used;
};
struct MemoryV2 {
  unsigned version;
  unsigned long long total, reserved, free, used;
};
struct AddressingMode {
  unsigned version, value;
};
struct MigAttributes {
  unsigned multiprocessors, copy_engines, decoders, encoders, jpegs, ofas, gpu_slices, compute_slices;
  unsigned long long memory_mib;
};
constexpr unsigned kMemoryV2Version = sizeof(MemoryV2) | 2U << 24U;
constexpr unsigned kAddressingVersion = sizeof(AddressingMode) | 1U << 24U;
static_assert(kMemoryV2Version == 0x02000028 && kAddressingVersion == 0x01000008);
constexpr unsigned kNameSize = 96, kVersionSize = 80;
constexpr int kClockMemory = 2;
constexpr unsigned kMaxMigInstances = 16, kMaxLinks = 36;

class Nvml : public VendorLibrary {
 public:
  using VendorLibrary::VendorLibrary;

  /// One unsigned number of a device.
  void number(const std::string& card, const char* key, const char* name, NvmlDevice device) const {
    unsigned out = 0;
    if (call(card, name, device, &out)) value(card, key, out);
  }
};

void report_memory(const Nvml& nvml, const std::string& card, NvmlDevice device) {
  MemoryV2 v2{};
  v2.version = kMemoryV2Version;
  if (nvml.call(card, "nvmlDeviceGetMemoryInfo_v2", device, &v2)) {
    nvml.value(card, "memory.total", v2.total);
    nvml.value(card, "memory.free", v2.free);
    nvml.value(card, "memory.used", v2.used);
    nvml.value(card, "memory.reserved", v2.reserved);
    return;
  }
  MemoryV1 v1{};
  if (!nvml.call(card, "nvmlDeviceGetMemoryInfo", device, &v1)) return;
  nvml.value(card, "memory.total", v1.total);
  nvml.value(card, "memory.free", v1.free);
  nvml.value(card, "memory.used", v1.used);
}

/// What an instance of a split card shares with its parent.
void report_shared(const Nvml& nvml, const std::string& card, NvmlDevice device) {
  NvmlPciInfo pci{};
  if (nvml.call(card, "nvmlDeviceGetPciInfo_v3", device, &pci)) {
    pci.bus_id[sizeof pci.bus_id - 1] = 0;
    nvml.value(card, "bdf", pci.bus_id);
    char ids[16];
    std::snprintf(ids, sizeof ids, "%04x:%04x", pci.device_id & 0xffffU, pci.device_id >> 16U);
    nvml.value(card, "pci", ids);
  }
  int major = 0, minor = 0;
  if (nvml.call(card, "nvmlDeviceGetCudaComputeCapability", device, &major, &minor))
    nvml.value(card, "cc", std::to_string(major) + "." + std::to_string(minor));
  nvml.number(card, "pcie.generation", "nvmlDeviceGetMaxPcieLinkGeneration", device);
  nvml.number(card, "pcie.width", "nvmlDeviceGetMaxPcieLinkWidth", device);
}

void report_name(const Nvml& nvml, const std::string& card, NvmlDevice device) {
  char name[kNameSize] = {};
  if (!nvml.call(card, "nvmlDeviceGetName", device, name, kNameSize)) return;
  name[kNameSize - 1] = 0;
  nvml.value(card, "name", name);
}

void report_uuid(const Nvml& nvml, const std::string& card, NvmlDevice device) {
  char uuid[kNameSize] = {};
  if (!nvml.call(card, "nvmlDeviceGetUUID", device, uuid, kNameSize)) return;
  uuid[kNameSize - 1] = 0;
  nvml.value(card, "uuid", uuid);
}

/// "link.<n>" is "<version> <address of the other end>" for each NVLink that is up.
void report_links(const Nvml& nvml, const std::string& card, NvmlDevice device) {
  for (unsigned link = 0; link < kMaxLinks; ++link) {
    unsigned up = 0, version = 0;
    NvmlPciInfo remote{};
    // The first link that a card does not have answers "invalid argument" or "not supported": no failure of the card.
    if (!nvml.call("?", "nvmlDeviceGetNvLinkState", device, link, &up)) return;
    if (up != 1 || !nvml.call(card, "nvmlDeviceGetNvLinkVersion", device, link, &version)) continue;
    if (!nvml.call(card, "nvmlDeviceGetNvLinkRemotePciInfo_v2", device, link, &remote)) continue;
    remote.bus_id[sizeof remote.bus_id - 1] = 0;
    nvml.value(card, "link." + std::to_string(link), std::to_string(version) + " " + remote.bus_id);
  }
}

void report_card(const Nvml& nvml, const std::string& card, NvmlDevice device) {
  report_name(nvml, card, device);
  report_uuid(nvml, card, device);
  report_shared(nvml, card, device);
  report_memory(nvml, card, device);
  nvml.number(card, "bus_width", "nvmlDeviceGetMemoryBusWidth", device);
  nvml.number(card, "cores", "nvmlDeviceGetNumGpuCores", device);
  nvml.number(card, "power_limit", "nvmlDeviceGetEnforcedPowerLimit", device);
  nvml.number(card, "power_default", "nvmlDeviceGetPowerManagementDefaultLimit", device);
  nvml.number(card, "virtualization", "nvmlDeviceGetVirtualizationMode", device);
  nvml.number(card, "compute_mode", "nvmlDeviceGetComputeMode", device);
  nvml.number(card, "pcie.generation.now", "nvmlDeviceGetCurrPcieLinkGeneration", device);
  nvml.number(card, "pcie.width.now", "nvmlDeviceGetCurrPcieLinkWidth", device);
  unsigned ecc = 0, ecc_pending = 0;
  if (nvml.call(card, "nvmlDeviceGetEccMode", device, &ecc, &ecc_pending)) nvml.value(card, "ecc", ecc);
  unsigned clock = 0;
  if (nvml.call(card, "nvmlDeviceGetMaxClockInfo", device, kClockMemory, &clock))
    nvml.value(card, "memory_clock", clock);
  AddressingMode mode{kAddressingVersion, 0};
  if (nvml.call(card, "nvmlDeviceGetAddressingMode", device, &mode)) nvml.value(card, "addressing", mode.value);
  report_links(nvml, card, device);
}

/// Instances of a card in MIG mode, each as a card of its own; the parent itself can run nothing.
void report_instances(const Nvml& nvml, const std::string& card, NvmlDevice device) {
  unsigned count = 0;
  nvml.value(card, "mig", 1ULL);
  if (!nvml.call(card, "nvmlDeviceGetMaxMigDeviceCount", device, &count)) return;
  for (unsigned i = 0; i < count && i < kMaxMigInstances; ++i) {
    NvmlDevice instance = nullptr;
    const std::string name = card + "." + std::to_string(i);
    // Free places of the card answer "not found"; that is no failure of an instance.
    if (!nvml.call("?", "nvmlDeviceGetMigDeviceHandleByIndex", device, i, &instance)) continue;
    report_name(nvml, name, instance);
    report_uuid(nvml, name, instance);
    report_shared(nvml, name, device);
    report_memory(nvml, name, instance);
    MigAttributes attributes{};
    if (nvml.call(name, "nvmlDeviceGetAttributes_v2", instance, &attributes))
      nvml.value(name, "multiprocessors", attributes.multiprocessors);
  }
}

/// In a container the whole card may be closed while its instances answer (k8s-device-plugin#399). A virtual GPU may
/// take over the mode of its host's card and have no instance of its own (gpustack#4314).
bool is_split(const Nvml& nvml, const std::string& card, NvmlDevice device) {
  constexpr unsigned kVgpu = 2;  // nvmlGpuVirtualizationMode_t
  unsigned mode = 0, pending = 0, virtualization = 0;
  const bool told = nvml.call(card, "nvmlDeviceGetMigMode", device, &mode, &pending);
  if (told && mode == 0) return false;
  NvmlDevice instance = nullptr;
  for (unsigned i = 0; i < kMaxMigInstances; ++i)
    if (nvml.call("?", "nvmlDeviceGetMigDeviceHandleByIndex", device, i, &instance)) return true;
  return told &&
         !(nvml.call("?", "nvmlDeviceGetVirtualizationMode", device, &virtualization) && virtualization == kVgpu);
}

}  // namespace

void report_nvml(const std::string& library, const Child::Write& write) {
  const Nvml nvml(library, write, kNvmlFunctionNotFound);
  if (!nvml) return;
  const std::string all = "-";
  constexpr unsigned kNoGpusIsFine = 1;
  if (!nvml.call(all, "nvmlInitWithFlags", kNoGpusIsFine) && !nvml.call(all, "nvmlInit_v2")) return;
  nvml.value(all, "init", 1ULL);
  char driver[kVersionSize] = {};
  if (nvml.call(all, "nvmlSystemGetDriverVersion", driver, kVersionSize)) {
    driver[kVersionSize - 1] = 0;
    nvml.value(all, "driver", driver);
  }
  int cuda = 0;
  if (nvml.call(all, "nvmlSystemGetCudaDriverVersion_v2", &cuda) && cuda > 0)
    nvml.value(all, "cuda", std::to_string(cuda / 1000) + "." + std::to_string(cuda % 1000 / 10));
  unsigned count = 0;
  if (!nvml.call(all, "nvmlDeviceGetCount_v2", &count)) return;
  for (unsigned i = 0; i < count && i < kNvmlMostCards; ++i) {
    const std::string card = std::to_string(i);
    NvmlDevice device = nullptr;
    if (!nvml.call(card, "nvmlDeviceGetHandleByIndex_v2", i, &device)) continue;
    if (is_split(nvml, card, device)) {
      report_shared(nvml, card, device);
      report_instances(nvml, card, device);
    } else {
      report_card(nvml, card, device);
    }
  }
}

}  // namespace edgefit
