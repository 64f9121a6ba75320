// AMD GPUs by sysfs and KFD: memory, compute units, gfx target, links; what of an APU's memory is whose.
// Nothing here needs a library: ROCm's own tools read the same files.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "edgefit/host.h"
#include "probe/pci.h"
#include "probe/vendor_report.h"

namespace edgefit {

/// A node of /sys/class/kfd/kfd/topology: a processor, a GPU, or both in one (MI300A).
struct KfdNode {
  int number = 0;
  std::string bdf;  ///< empty for a processor
  double cpu_cores = 0, simds = 0, simds_per_cu = 0, gfx_version = 0;
  double local_bytes = 0;                ///< of all banks of local memory
  double width_bits = 0, clock_mhz = 0;  ///< of the first of them
};
std::vector<KfdNode> read_kfd(const Root& root);
/// 110501 is "gfx1151", 90010 is "gfx90a"; empty for 0.
std::string gfx_name(double version);

/// Graphics in the processor's package that use main memory.
bool is_amd_apu(const PciFunction& function);

/// The board's name: the driver's for a few, else the list that comes with libdrm, by device and revision.
Fact<std::string> amd_name(const Root& root, const PciFunction& function);

/// Fills what amdgpu's files tell: memory, name, compute units, gfx target, links.
void describe_amd_gpu(const Root& root, const PciFunction& function, const std::vector<KfdNode>& kfd, Gpu& gpu);

/// Adds what the driver's ioctls told: kind of memory, bandwidth, whether it is an APU.
void join_amd_drm(const VendorCard& card, Gpu& gpu);

/// Splits an APU's memory into what firmware took (not in MemTotal) and what it maps of main memory (in MemTotal).
/// The larger of the two is where models go: a large carve-out is a pool of its own, else it shares "ram".
void settle_apu_memory(Gpu& gpu);

/// Bytes a second of `width_bits` at `clock`, by kind of memory; unknown for a kind whose clock is ambiguous.
Fact<BytesPerSecond> amd_bandwidth(double width_bits, Hertz clock, const std::string& memory_type);

}  // namespace edgefit
