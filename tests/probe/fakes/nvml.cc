// A scripted libnvidia-ml: the FAKE_... macro of the build chooses what it does.
// Layouts and return codes are those of nvml.h; the numbers are of an RTX 4090 and an H100.
#include <unistd.h>

#include <cstdlib>
#include <cstring>

// A split card whose whole the caller may not ask, with an instance that does not tell its memory.
#ifdef FAKE_SPLIT_CLOSED
#define FAKE_SPLIT
#endif

namespace {

struct PciInfo {
  char legacy[16];
  unsigned domain, bus, device, device_id, subsystem_id;
  char bus_id[32];
};
struct MemoryV1 {
  unsigned long long total, free, used;
};
struct MemoryV2 {
  unsigned version;
  unsigned long long total, reserved, free, used;
};
struct Mode {
  unsigned version, value;
};
struct MigAttributes {
  unsigned multiprocessors, rest[7];
  unsigned long long memory_mib;
};

struct Card {
  const char* name;
  const char* bus_id;
  unsigned device_id;
  unsigned long long total, reserved, free;
  int major, minor;
  unsigned width, clock, cores, power;
};
constexpr unsigned long long kMiB = 1ULL << 20;
[[maybe_unused]] Card cards[] = {{"NVIDIA GeForce RTX 4090", "00000000:01:00.0", 0x268410de, 24564 * kMiB, 350 * kMiB,
                                  23800 * kMiB, 8, 9, 384, 10501, 16384, 450000},
                                 {"NVIDIA H100 80GB HBM3", "00000000:02:00.0", 0x233010de, 81559 * kMiB, 620 * kMiB,
                                  80000 * kMiB, 9, 0, 5120, 2619, 16896, 700000}};

[[maybe_unused]] constexpr int kNotSupported = 3, kNoPermission = 4, kNotFound = 6, kNotLoaded = 9, kLost = 15,
                               kMismatch = 18, kUnknown = 999;

Card& at(void* device) {
  return *static_cast<Card*>(device);
}

#ifdef FAKE_HANG_ON_LOAD
__attribute__((constructor)) void hang() {
  while (true) pause();
}
#endif

}  // namespace

extern "C" {

int nvmlInitWithFlags(unsigned) {
#if defined FAKE_NOT_LOADED
  return kNotLoaded;
#elif defined FAKE_MISMATCH
  return kMismatch;
#elif defined FAKE_HANG
  while (true) pause();
#elif defined FAKE_CRASH
  abort();
#elif defined FAKE_LEAVE
  exit(0);
#else
  return 0;
#endif
}
int nvmlInit_v2() {
  return nvmlInitWithFlags(0);
}

int nvmlSystemGetDriverVersion(char* out, unsigned length) {
  strncpy(out, "580.95.05", length);
  return 0;
}
int nvmlSystemGetCudaDriverVersion_v2(int* out) {
  *out = 13000;
  return 0;
}
int nvmlDeviceGetCount_v2(unsigned* out) {
#if defined FAKE_TWO_CARDS
  *out = 2;
#else
  *out = 1;
#endif
  return 0;
}

#ifndef FAKE_MISSING_SYMBOL
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** out) {
#ifdef FAKE_LOST
  (void)index, (void)out;
  return kLost;
#else
  // The second card of the bus comes first: order is not PCI order.
  *out = &cards[1 - index];
#ifndef FAKE_TWO_CARDS
  *out = &cards[0];
#endif
  return 0;
#endif
}
#endif

int nvmlDeviceGetName(void* device, char* out, unsigned length) {
#if defined FAKE_FIELD_ERRORS
  (void)device, (void)out, (void)length;
  return kNotSupported;
#elif defined FAKE_STRANGE_TEXT
  (void)device;
  strncpy(out, "bad\nedgefit-end\n0\tmemory.total\t1", length);
  return 0;
#elif defined FAKE_SPLIT
  strncpy(out, device == &cards[0] ? cards[0].name : "NVIDIA H100 MIG 1g.10gb", length);
  return 0;
#else
  strncpy(out, at(device).name, length);
  return 0;
#endif
}

int nvmlDeviceGetPciInfo_v3(void* device, PciInfo* out) {
  *out = {};
  strncpy(out->bus_id, at(device).bus_id, sizeof out->bus_id - 1);
  out->device_id = at(device).device_id;
  return 0;
}

#ifndef FAKE_FIELD_ERRORS  // an old driver
int nvmlDeviceGetMemoryInfo_v2(void* device, MemoryV2* out) {
#ifdef FAKE_UNIFIED
  (void)device, (void)out;
  return kNotSupported;
#else
  if (out->version != 0x02000028) return kUnknown;
#ifdef FAKE_SPLIT_CLOSED
  if (at(device).free == 5000 * kMiB) return kUnknown;
#endif
  out->total = at(device).total;
  out->reserved = at(device).reserved;
  out->free = at(device).free;
  out->used = out->total - out->reserved - out->free;
  return 0;
#endif
}
#endif
int nvmlDeviceGetMemoryInfo(void* device, MemoryV1* out) {
#ifdef FAKE_UNIFIED
  (void)device, (void)out;
  return kNotSupported;
#else
#ifdef FAKE_SPLIT_CLOSED
  if (at(device).free == 5000 * kMiB) return kUnknown;
#endif
  out->total = at(device).total;
  out->free = at(device).free;
  out->used = out->total - out->free;
  return 0;
#endif
}

int nvmlDeviceGetCudaComputeCapability(void* device, int* major, int* minor) {
#ifdef FAKE_FIELD_ERRORS
  (void)device, (void)major, (void)minor;
  return kNoPermission;
#else
  *major = at(device).major;
  *minor = at(device).minor;
  return 0;
#endif
}
int nvmlDeviceGetMemoryBusWidth(void* device, unsigned* out) {
#ifdef FAKE_FIELD_ERRORS
  (void)device, (void)out;
  return kNotSupported;
#else
  *out = at(device).width;
  return 0;
#endif
}
int nvmlDeviceGetMaxClockInfo(void* device, int clock, unsigned* out) {
  *out = clock == 2 ? at(device).clock : 1;
  return 0;
}
int nvmlDeviceGetNumGpuCores(void* device, unsigned* out) {
  *out = at(device).cores;
  return 0;
}
int nvmlDeviceGetEnforcedPowerLimit(void* device, unsigned* out) {
#ifdef FAKE_FIELD_ERRORS
  (void)device, (void)out;
  return kUnknown;
#else
  *out = at(device).power;
  return 0;
#endif
}
int nvmlDeviceGetViolationStatus(void*, int policy, unsigned long long* out) {
  out[0] = 1;
  out[1] = policy == 1 ? 2500000000ULL : 7;
  return 0;
}
int nvmlDeviceGetPowerManagementDefaultLimit(void* device, unsigned* out) {
  *out = at(device).power + 50000;
  return 0;
}
int nvmlDeviceGetMaxPcieLinkGeneration(void*, unsigned* out) {
  *out = 4;
  return 0;
}
int nvmlDeviceGetMaxPcieLinkWidth(void*, unsigned* out) {
  *out = 16;
  return 0;
}
int nvmlDeviceGetCurrPcieLinkGeneration(void*, unsigned* out) {
  *out = 1;
  return 0;
}
int nvmlDeviceGetCurrPcieLinkWidth(void*, unsigned* out) {
  *out = 16;
  return 0;
}
int nvmlDeviceGetUUID(void* device, char* out, unsigned length) {
  const char* uuids[] = {"GPU-3f2b8c1d-0a4e-4c7b-9d11-5e6f7a8b9c0d", "GPU-0c9d8e7f-6a5b-4c3d-2e1f-0a9b8c7d6e5f"};
  strncpy(out, uuids[device == &cards[0] ? 0 : 1], length);
  return 0;
}
// Newer than many drivers: only one scenario has it.
#ifdef FAKE_TWO_CARDS
int nvmlSystemGetConfComputeState(unsigned* state) {
  state[0] = 2;
  state[1] = 1;
  state[2] = 0;
  return 0;
}
#endif

int nvmlDeviceGetEccMode(void* device, unsigned* current, unsigned* pending) {
  *current = *pending = device == &cards[0] ? 0 : 1;
  return 0;
}
int nvmlDeviceGetComputeMode(void*, unsigned* out) {
  *out = 0;
  return 0;
}
// The H100 has two links to one switch, one that is down, one to another switch.
int nvmlDeviceGetNvLinkState(void* device, unsigned link, unsigned* out) {
  if (device != &cards[1] || link >= 4) return kNotSupported;
  *out = link == 1 ? 0 : 1;
  return 0;
}
int nvmlDeviceGetNvLinkVersion(void*, unsigned, unsigned* out) {
  *out = 6;
  return 0;
}
int nvmlDeviceGetNvLinkRemotePciInfo_v2(void*, unsigned link, PciInfo* out) {
  *out = {};
  strncpy(out->bus_id, link == 3 ? "00000000:0B:00.0" : "00000000:0A:00.0", sizeof out->bus_id - 1);
  return 0;
}
int nvmlDeviceGetVirtualizationMode(void*, unsigned* out) {
#ifdef FAKE_VGPU
  *out = 2;
#else
  *out = 0;
#endif
  return 0;
}
int nvmlDeviceGetAddressingMode(void*, Mode* out) {
  if (out->version != 0x01000008) return kUnknown;
#if defined FAKE_UNIFIED || defined FAKE_ATS
  out->value = 2;
#else
  out->value = 0;
#endif
  return 0;
}

#ifdef FAKE_SPLIT
Card instances[2] = {{"", "", 0, 9856 * kMiB, 10 * kMiB, 9800 * kMiB, 9, 0, 0, 0, 0, 0},
                     {"", "", 0, 9856 * kMiB, 10 * kMiB, 5000 * kMiB, 9, 0, 0, 0, 0, 0}};
int nvmlDeviceGetMigMode(void*, unsigned* current, unsigned* pending) {
#ifdef FAKE_SPLIT_CLOSED
  (void)current, (void)pending;
  return kNoPermission;
#else
  *current = *pending = 1;
  return 0;
#endif
}
int nvmlDeviceGetMaxMigDeviceCount(void*, unsigned* out) {
  *out = 7;
  return 0;
}
int nvmlDeviceGetMigDeviceHandleByIndex(void*, unsigned index, void** out) {
  if (index >= 2) return kNotFound;
  *out = &instances[index];
  return 0;
}
int nvmlDeviceGetAttributes_v2(void*, MigAttributes* out) {
  out->multiprocessors = 16;
  return 0;
}
#elif defined FAKE_VGPU  // the mode of the host's card
int nvmlDeviceGetMigMode(void*, unsigned* current, unsigned* pending) {
  *current = *pending = 1;
  return 0;
}
#else
int nvmlDeviceGetMigMode(void*, unsigned*, unsigned*) {
  return kNotSupported;
}
#endif

}  // extern "C"
