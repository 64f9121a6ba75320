// Intel GPUs by sysfs and the drivers' ioctls: local memory of cards, none of the processor's own graphics.
// Files of other vendors are never read for them: mem_info_vram_total does not exist here.
#pragma once

#include "base/files.h"
#include "edgefit/host.h"
#include "probe/pci.h"
#include "probe/vendor_report.h"

namespace edgefit {

/// Graphics inside the processor always sit at 00:02.0.
bool is_intel_integrated(const PciFunction& function);

void describe_intel_gpu(const Root& root, const PciFunction& function, Gpu& gpu);
/// Adds local memory as the driver can hand it out: less than sysfs shows, which counts stolen memory as well.
void join_intel_drm(const VendorCard& card, Gpu& gpu);

}  // namespace edgefit
