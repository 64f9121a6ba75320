// A scripted libcuda: the FAKE_... macro of the build chooses what it does.
// Numbers of attributes are those of cuda.h; the cards are those of the scripted NVML, in PCI order.
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace {

struct Card {
  const char* name;
  const char* bus_id;
  size_t megabytes;
  int attributes[6];  // multiprocessors, clock in kHz, width, major, minor, ECC
};
constexpr Card kCards[] = {
    {"NVIDIA GeForce RTX 4090", "0000:01:00.0", 24080, {128, 10501000, 384, 8, 9, 0}},
    {"NVIDIA H100 80GB HBM3", "0000:02:00.0", 81000, {132, 2619000, 5120, 9, 0, 1}},
};
[[maybe_unused]] constexpr int kNoDevice = 100;

}  // namespace

extern "C" {

int cuInit(unsigned) {
  if (std::getenv("CUDA_VISIBLE_DEVICES") != nullptr) return 1;
#if defined FAKE_NO_DEVICE
  return kNoDevice;
#elif defined FAKE_HANG
  while (true) pause();
#elif defined FAKE_LEAVE
  std::exit(0);
#else
  return 0;
#endif
}
int cuDriverGetVersion(int* out) {
  *out = 12080;
  return 0;
}
int cuDeviceGetCount(int* out) {
  *out = 2;
  return 0;
}
int cuDeviceGet(int* out, int ordinal) {
  *out = ordinal;
  return 0;
}
int cuDeviceGetName(char* out, int length, int device) {
  std::strncpy(out, kCards[device].name, static_cast<size_t>(length));
  return 0;
}
int cuDeviceGetPCIBusId(char* out, int length, int device) {
  std::strncpy(out, kCards[device].bus_id, static_cast<size_t>(length));
  return 0;
}
int cuDeviceGetUuid(unsigned char* out, int device) {
  std::memset(out, 0x10 + device, 16);
  return 0;
}
int cuDeviceTotalMem_v2(size_t* out, int device) {
  *out = kCards[device].megabytes << 20;
  return 0;
}
int cuDeviceGetAttribute(int* out, int which, int device) {
  constexpr int kNumbers[] = {16, 36, 37, 75, 76, 32};
  *out = 0;
#ifdef FAKE_INTEGRATED
  if (which == 18) *out = 1;
#endif
  for (size_t i = 0; i < 6; ++i)
    if (kNumbers[i] == which) *out = kCards[device].attributes[i];
  return 0;
}

}  // extern "C"
