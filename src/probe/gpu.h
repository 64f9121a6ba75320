// Every PCI display or compute function as a Gpu with a state: usable, or what stands in the way and its cure.
// A device is reported even when nothing can talk to it, because "no GPU" and "driver missing" need different help.
#pragma once

#include <string_view>
#include <vector>

#include "base/files.h"
#include "edgefit/host.h"
#include "probe/amd.h"
#include "probe/pci.h"

namespace edgefit {

inline constexpr unsigned kNvidia = 0x10de, kAmd = 0x1002, kIntel = 0x8086, kMicrosoft = 0x1414;

/// PCI device of the GPU inside Jetson Thor, the first of its kind that is a PCI function.
inline constexpr unsigned kThor = 0x2b00;

/// Vendor of the adapter by which WSL2 shows the GPUs of Windows.
inline constexpr const char* kWindowsAdapter = "Microsoft";

/// Is it a GPU rather than an NPU or another co-processor?
bool is_gpu(const PciFunction& function);

/// State by driver link and device nodes, and whatever sysfs tells of the card.
Gpu describe_pci_gpu(const Root& root, const PciFunction& seen, const std::vector<KfdNode>& kfd = {});

/// What a bound driver that cannot compute means; null for any other.
const char* wrong_driver_text(std::string_view driver);

/// The version that /proc/driver/nvidia/version tells; empty when it does not.
std::string_view nvidia_version(std::string_view text);

/// Sets state and text together.
void set_state(Gpu& gpu, GpuState state, std::string text);

}  // namespace edgefit
