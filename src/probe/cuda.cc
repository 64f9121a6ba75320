#include "probe/cuda.h"

#include <cstdio>
#include <cstdlib>

#include "probe/vendor_library.h"

namespace edgefit {
namespace {

// cuda.h: CUdevice_attribute.
constexpr int kMultiprocessors = 16, kIntegrated = 18, kComputeMode = 20, kEcc = 32, kMemoryClock = 36, kBusWidth = 37,
              kMajor = 75, kMinor = 76;
constexpr int kFunctionMissing = -1, kMaxCards = 256;

class Cuda : public VendorLibrary {
 public:
  using VendorLibrary::VendorLibrary;

  bool attribute(const std::string& card, int device, int which, int& out) const {
    return call(card, "cuDeviceGetAttribute", &out, which, device);
  }
  void attribute(const std::string& card, int device, int which, const char* key) const {
    int out = 0;
    if (attribute(card, device, which, out)) value(card, key, std::to_string(out));
  }
};

void report_uuid(const Cuda& cuda, const std::string& card, int device) {
  unsigned char bytes[16] = {};
  if (!cuda.call(card, "cuDeviceGetUuid", bytes, device)) return;
  std::string text = "GPU-";
  for (int i = 0; i < 16; ++i) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", bytes[i]);
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += digits;
  }
  cuda.value(card, "uuid", text);
}

void report_device(const Cuda& cuda, const std::string& card, int device) {
  constexpr int kTextSize = 256;
  char text[kTextSize] = {};
  if (cuda.call(card, "cuDeviceGetName", text, kTextSize - 1, device)) cuda.value(card, "name", text);
  if (cuda.call(card, "cuDeviceGetPCIBusId", text, kTextSize - 1, device)) cuda.value(card, "bdf", text);
  report_uuid(cuda, card, device);
  size_t bytes = 0;
  if (cuda.call(card, "cuDeviceTotalMem_v2", &bytes, device)) cuda.value(card, "memory.total", std::to_string(bytes));
  int major = 0, minor = 0, kilohertz = 0;
  if (cuda.attribute(card, device, kMajor, major) && cuda.attribute(card, device, kMinor, minor))
    cuda.value(card, "cc", std::to_string(major) + "." + std::to_string(minor));
  if (cuda.attribute(card, device, kMemoryClock, kilohertz) && kilohertz > 0)
    cuda.value(card, "memory_clock", std::to_string(kilohertz / 1000));
  cuda.attribute(card, device, kBusWidth, "bus_width");
  cuda.attribute(card, device, kMultiprocessors, "multiprocessors");
  cuda.attribute(card, device, kIntegrated, "integrated");
  cuda.attribute(card, device, kEcc, "ecc");
  cuda.attribute(card, device, kComputeMode, "compute_mode");
}

}  // namespace

void report_cuda(const std::string& library, const Child::Write& write) {
  ::unsetenv("CUDA_VISIBLE_DEVICES");
  ::setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID", 1);
  const Cuda cuda(library, write, kFunctionMissing);
  if (!cuda) return;
  const std::string all = "-";
  if (!cuda.call(all, "cuInit", 0U)) return;
  cuda.value(all, "init", "1");
  int version = 0, count = 0;
  if (cuda.call(all, "cuDriverGetVersion", &version) && version > 0)
    cuda.value(all, "cuda", std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10));
  if (!cuda.call(all, "cuDeviceGetCount", &count)) return;
  for (int i = 0; i < count && i < kMaxCards; ++i) {
    int device = 0;
    const std::string card = std::to_string(i);
    if (cuda.call(card, "cuDeviceGet", &device, i)) report_device(cuda, card, device);
  }
}

}  // namespace edgefit
