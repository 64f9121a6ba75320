// A scripted libze_loader with an Arc card and graphics inside the processor, each shown by two drivers.
// Structures and numbers are those of ze_api.h.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

[[maybe_unused]] void hang() {
  while (true) pause();
}

#ifdef FAKE_HANG_ON_LOAD
__attribute__((constructor)) void hang_on_load() {
  hang();
}
#endif

struct DeviceProperties {
  uint32_t stype;
  void* next;
  uint32_t type, vendorId, deviceId, flags, subdeviceId, coreClockRate;
  uint64_t maxMemAllocSize;
  uint32_t maxHardwareContexts, maxCommandQueuePriority, numThreadsPerEU, physicalEUSimdWidth, numEUsPerSubslice,
      numSubslicesPerSlice, numSlices;
  uint64_t timerResolution;
  uint32_t timestampValidBits, kernelTimestampValidBits;
  uint8_t uuid[16];
  char name[256];
};
struct MemoryProperties {
  uint32_t stype;
  void* next;
  uint32_t flags, maxClockRate, maxBusWidth;
  uint64_t totalSize;
  char name[256];
};
struct PciProperties {
  uint32_t stype;
  void* next;
  uint32_t domain, bus, device, function;
};
constexpr uint64_t kGiB = 1ULL << 30U;
[[maybe_unused]] constexpr int kUnsupported = 0x78000003, kLost = 0x70000001, kPermission = 0x70010000;

bool is_arc(void* device) {
  return device == reinterpret_cast<void*>(1);
}

struct SysmanAddress {
  uint32_t stype;
  void* next;
  uint32_t domain, bus, device, function;
};
struct ModuleProperties {
  uint32_t stype;
  void* next;
  uint32_t type;
  uint8_t onSubdevice;
  uint32_t subdeviceId, location;
};
struct ModuleState {
  uint32_t stype;
  void* next;
  uint32_t health;
  uint64_t free, size;
};
struct ModuleBandwidth {
  uint64_t readCounter, writeCounter, maxBandwidth, timestamp;
};

}  // namespace

extern "C" {

#ifndef FAKE_MISSING_SYMBOL
int zeInit(uint32_t) {
  // What the child promises to set before it loads the library.
  if (std::getenv("ZE_AFFINITY_MASK") != nullptr) return kPermission;
#if defined FAKE_HANG
  hang();
#elif defined FAKE_CRASH
  std::abort();
#elif defined FAKE_LEAVE
  std::exit(0);
#elif defined FAKE_SCRIPTED_CODE
  return static_cast<int>(std::strtoul(std::getenv("EDGEFIT_FAKE_CODE"), nullptr, 0));
#endif
  return 0;
}
#endif
int zeDriverGet(uint32_t* count, void** out) {
  *count = 2;
  out[0] = out;
  out[1] = out + 1;
  return 0;
}
int zeDriverGetApiVersion(void*, uint32_t* out) {
  *out = 1U << 16U | 6U;
  return 0;
}
int zeDeviceGet(void*, uint32_t* count, void** out) {
  *count = 4;  // the last two are a processor and a tile
  for (uintptr_t i = 0; i < 4; ++i) out[i] = reinterpret_cast<void*>(i + 1);
  return 0;
}
int zeDeviceGetProperties(void* device, DeviceProperties* out) {
  if (out->stype != 3) return 0x78000004;
#ifdef FAKE_FIELD_ERRORS
  if (is_arc(device)) return kLost;
#endif
  out->type = device == reinterpret_cast<void*>(3) ? 2 : 1;
  out->vendorId = 0x8086;
  out->deviceId = is_arc(device) ? 0xe20b : 0x7d55;
  out->flags = device == reinterpret_cast<void*>(4) ? 2 : is_arc(device) ? 0 : 1;
  out->maxMemAllocSize = is_arc(device) ? 11 * kGiB : 4 * kGiB;
  out->numEUsPerSubslice = 8;
  out->numSubslicesPerSlice = 4;
  out->numSlices = is_arc(device) ? 5 : 2;
  std::strcpy(out->name, is_arc(device) ? "Intel(R) Arc(TM) B580 Graphics" : "Intel(R) Arc(TM) Graphics");
  return 0;
}
int zeDevicePciGetPropertiesExt(void* device, PciProperties* out) {
  if (out->stype != 0x10008) return 0x78000004;
  out->domain = out->function = 0;
  out->bus = is_arc(device) ? 3 : 0;
  out->device = is_arc(device) ? 0 : 2;
  return 0;
}
int zeDeviceGetMemoryProperties(void* device, uint32_t* count, MemoryProperties* out) {
#ifdef FAKE_FIELD_ERRORS
  return is_arc(device) ? 0 : kUnsupported;
#endif
  if (out->stype != 7 || *count < 1) return 0x78000004;
  *count = 1;
  out->totalSize = is_arc(device) ? 12 * kGiB : 28 * kGiB;
  return 0;
}

#ifndef FAKE_NO_SYSMAN
int zesInit(uint32_t) {
  return 0;
}
#endif
int zesDriverGet(uint32_t* count, void** out) {
  *count = 1;
  out[0] = out;
  return 0;
}
int zesDeviceGet(void*, uint32_t* count, void** out) {
  *count = 2;  // in another order than the devices above
  out[0] = reinterpret_cast<void*>(2);
  out[1] = reinterpret_cast<void*>(1);
  return 0;
}
int zesDevicePciGetProperties(void* device, SysmanAddress* out) {
  if (out->stype != 2) return 0x78000004;
  out->domain = out->function = 0;
  out->bus = is_arc(device) ? 3 : 0;
  out->device = is_arc(device) ? 0 : 2;
  return 0;
}
int zesDeviceEnumMemoryModules(void* device, uint32_t* count, void** out) {
  *count = 2;  // one on the device, one in main memory
  out[0] = device;
  out[1] = reinterpret_cast<void*>(9);
  return 0;
}
int zesMemoryGetProperties(void* module, ModuleProperties* out) {
  if (out->stype != 0xb) return 0x78000004;
  out->location = is_arc(module) ? 1 : 0;
  return 0;
}
int zesMemoryGetState(void*, ModuleState* out) {
  if (out->stype != 0x1e) return 0x78000004;
  out->size = 12 * kGiB;
#ifdef FAKE_ALL_FREE
  out->free = out->size;
#else
  out->free = 9 * kGiB;
#endif
  return 0;
}
int zesMemoryGetBandwidth(void*, ModuleBandwidth* out) {
#ifdef FAKE_ALL_FREE
  (void)out;
  return kPermission;
#else
  out->maxBandwidth = 456000000000;
  return 0;
#endif
}

}  // extern "C"
