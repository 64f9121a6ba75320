// The child's side of Vulkan: for GPUs of which no driver tells more, as Intel's free memory and all of Apple's.
// Loading it costs 30 to 100 ms, so it is not asked about cards that NVML or sysfs describe.
#pragma once

#include <string>
#include <vector>

#include "edgefit/host.h"
#include "probe/child.h"
#include "probe/pci.h"
#include "probe/vendor_report.h"

namespace edgefit {

/// Is there a function whose memory only Vulkan tells?
bool wants_vulkan(const Root& root, const std::vector<PciFunction>& functions);

/// Writes lines as parse_vendor_report reads them; software renderers are left out.
void report_vulkan(const std::string& library, const Child::Write& write);
void join_vulkan(const VendorReport& report, Host& host);

}  // namespace edgefit
