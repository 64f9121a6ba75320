// A scripted libvulkan with an Arc card, the same card by a second driver, and a software renderer.
// Structures and numbers are those of vulkan_core.h.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

struct Chain {
  uint32_t type;
  Chain* next;
};
struct PciAddress {
  Chain head;
  uint32_t domain, bus, device, function;
};
struct Limits {
  Chain head;
  uint32_t descriptors;
  uint64_t largest;
};
struct Properties {
  Chain head;
  uint32_t api, driver, vendor, device, kind;
  char name[256];
};
struct Budget {
  Chain head;
  uint64_t budget[16], usage[16];
};
struct Memory {
  Chain head;
  uint32_t types_count, types[64], heaps_count;
  struct {
    uint64_t size;
    uint32_t flags;
  } heaps[16];
};
constexpr uint64_t kGiB = 1ULL << 30U;

int create(const void*, const void*, void** out) {
  *out = out;
#if defined FAKE_NO_DRIVER
  return -9;
#elif defined FAKE_HANG
  while (true) pause();
#else
  return 0;
#endif
}
int enumerate(void*, uint32_t* count, void** out) {
  *count = 3;
  for (uintptr_t i = 0; i < 3; ++i) out[i] = reinterpret_cast<void*>(i + 1);
  return 0;
}
void properties_of(void* device, Properties* out) {
  const bool software = device == reinterpret_cast<void*>(3);
  out->api = 1U << 22U | 3U << 12U;
  out->vendor = 0x8086;
  out->device = 0xe20b;
  out->kind = software ? 4 : 2;
  std::strcpy(out->name, software ? "llvmpipe" : "Intel Arc B580");
  for (Chain* at = out->head.next; at != nullptr; at = at->next) {
    if (at->type == 1000212000) {
      auto* pci = reinterpret_cast<PciAddress*>(at);
      pci->domain = 0;
      pci->bus = 3;
      pci->device = pci->function = 0;
    }
    if (at->type == 1000168000) reinterpret_cast<Limits*>(at)->largest = 4 * kGiB;
  }
}
void memory_of(void*, Memory* out) {
  out->heaps_count = 3;
  out->heaps[0] = {12 * kGiB, 1};
  out->heaps[1] = {16 * kGiB, 0};
  out->heaps[2] = {kGiB / 4, 1};  // the window
  for (Chain* at = out->head.next; at != nullptr; at = at->next)
    if (at->type == 1000237000) {
      auto* budget = reinterpret_cast<Budget*>(at);
      budget->budget[0] = 20 * kGiB;  // more than there is
      budget->usage[0] = 9 * kGiB;
    }
}

using Function = void (*)();

}  // namespace

extern "C" Function vkGetInstanceProcAddr(void*, const char* name) {
  if (std::strcmp(name, "vkCreateInstance") == 0) return reinterpret_cast<Function>(create);
  if (std::strcmp(name, "vkEnumeratePhysicalDevices") == 0) return reinterpret_cast<Function>(enumerate);
  if (std::strcmp(name, "vkGetPhysicalDeviceProperties2") == 0) return reinterpret_cast<Function>(properties_of);
  if (std::strcmp(name, "vkGetPhysicalDeviceMemoryProperties2") == 0) return reinterpret_cast<Function>(memory_of);
  return nullptr;
}
