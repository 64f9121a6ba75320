#include "probe/intel.h"

#include "edgefit/text.h"
#include "probe/gpu.h"

namespace edgefit {
namespace {

constexpr double kMostBytes = 0x1p46;

bool sane(std::optional<double> bytes) {
  return bytes && *bytes > 0 && *bytes < kMostBytes;
}

/// xe: the sum over tiles (a Data Center GPU Max has two).
void read_xe_memory(const Root& root, const std::string& path, Gpu& gpu) {
  double total = 0;
  for (const auto& name : root.list(path))
    if (name.starts_with("tile"))
      if (const auto bytes = root.read_number(path + "/" + name + "/physical_vram_size_bytes"); sane(bytes))
        total += *bytes;
  if (total > 0) gpu.vram_total = {Bytes{total}, {Origin::Kind::driver, path + "/tile*/physical_vram_size_bytes"}};
}

void read_i915_memory(const Root& root, const std::string& path, Gpu& gpu) {
  for (const auto& card : root.list(path + "/drm")) {
    const std::string file = path + "/drm/" + card + "/lmem_total_bytes";
    if (const auto bytes = root.read_number(file); sane(bytes))
      gpu.vram_total = {Bytes{*bytes}, {Origin::Kind::driver, file}};
  }
}

}  // namespace

bool is_intel_integrated(const PciFunction& function) {
  return function.vendor == kIntel && normal_bdf(function.bdf) == "0000:00:02.0";
}

void describe_intel_gpu(const Root& root, const PciFunction& function, Gpu& gpu) {
  if (function.driver == "xe") read_xe_memory(root, function.path(), gpu);
  if (function.driver == "i915") read_i915_memory(root, function.path(), gpu);
  if (is_intel_integrated(function)) {
    if (!gpu.vram_total) {
      gpu.vram_total = gpu.vram_free = gpu.vram_used =
          Fact<Bytes>::unknown(tr("shares main memory with the processor"));
      return;
    }
    gpu.kind = GpuClass::discrete;  // a card that a virtual machine was given at this address
  }
  if (gpu.vram_total)
    gpu.vram_free = gpu.vram_used = Fact<Bytes>::unknown(tr("the driver tells free memory to administrators only"));
}

void join_intel_drm(const VendorCard& card, Gpu& gpu) {
  const Origin origin{Origin::Kind::driver, "query of the driver's memory regions"};
  const auto total = number_value(card, "memory.total"), free = number_value(card, "memory.free");
  if (!gpu.has_own_memory() || !sane(total)) return;
  gpu.vram_total = {Bytes{*total}, origin};
  // Without CAP_PERFMON the driver says that nothing is used (Documentation/gpu/i915, xe_drm.h).
  if (free && *free > 0 && *free < *total) {
    gpu.vram_free = {Bytes{*free}, origin};
    gpu.vram_used = {Bytes{*total - *free}, origin};
    return;
  }
  gpu.vram_free = gpu.vram_used = Fact<Bytes>::unknown(tr("the driver tells free memory to administrators only"));
}

}  // namespace edgefit
