// A scripted librocm_smi64: the FAKE_... macro of the build chooses what it does.
// Functions, numbers and the bits of an address are those of rocm_smi.h.
#include <unistd.h>

#include <cstddef>
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

struct Card {
  uint64_t address;
  const char* name;
  uint64_t vram, used, gtt;
};
constexpr uint64_t kGiB = 1ULL << 30U;
#ifdef FAKE_PARTITIONS
// One card in two parts: the second carries its number in bits 28 to 31, or as the function.
constexpr Card kCards[] = {{0x0400, "AMD Instinct MI300X", 192 * kGiB, kGiB, 4 * kGiB},
                           {0x10000400, "AMD Instinct MI300X", 192 * kGiB, kGiB, 4 * kGiB},
                           {0x0401, "AMD Instinct MI300X", 192 * kGiB, kGiB, 4 * kGiB}};
#else
constexpr Card kCards[] = {{0x0400, "AMD Radeon RX 7900 XTX", 24 * kGiB, 2 * kGiB, 16 * kGiB},
                           {0x0003000000000a00, "AMD Radeon PRO W7800", 32 * kGiB, kGiB, 16 * kGiB}};
#endif
[[maybe_unused]] constexpr int kNotSupported = 2, kPermission = 4, kUnexpectedData = 15;

}  // namespace

extern "C" {

#ifndef FAKE_MISSING_SYMBOL
int rsmi_init(uint64_t) {
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
int rsmi_version_str_get(int, char* out, uint32_t length) {
  std::strncpy(out, "6.12.12", length);
  return 0;
}
int rsmi_num_monitor_devices(uint32_t* out) {
  *out = sizeof kCards / sizeof kCards[0];
  return 0;
}
int rsmi_dev_pci_id_get(uint32_t card, uint64_t* out) {
  *out = kCards[card].address;
  return 0;
}
int rsmi_dev_name_get(uint32_t card, char* out, size_t length) {
#ifdef FAKE_FIELD_ERRORS
  return kNotSupported;
#endif
  std::strncpy(out, kCards[card].name, length);
  return 0;
}
int rsmi_dev_memory_total_get(uint32_t card, int kind, uint64_t* out) {
#ifdef FAKE_FIELD_ERRORS
  if (kind == 0) return kPermission;
#endif
  *out = kind == 0 ? kCards[card].vram : kCards[card].gtt;
  return 0;
}
int rsmi_dev_memory_usage_get(uint32_t card, int kind, uint64_t* out) {
#ifdef FAKE_FIELD_ERRORS
  return kUnexpectedData;
#endif
  *out = kind == 0 ? kCards[card].used : kCards[card].gtt / 4;
  return 0;
}

}  // extern "C"
