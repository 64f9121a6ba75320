// ROCm SMI: what amdgpu's files leave open, as where a container hides them or the list of names is not installed.
// It reads the same driver as sysfs does, so it fills gaps and never speaks against it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "edgefit/host.h"
#include "probe/child.h"
#include "probe/pci.h"
#include "probe/vendor_report.h"

namespace edgefit {

/// Is there an AMD card of which sysfs does not tell name or memory, or a driver whose cards sysfs does not show?
bool wants_rocm_smi(const Root& root, const std::vector<PciFunction>& functions);
/// Writes lines as parse_vendor_report reads them.
void report_rocm_smi(const std::string& library, const Child::Write& write);
void join_rocm_smi(const VendorReport& report, Host& host);
/// What a return code (rocm_smi.h, rsmi_status_t) means; nullptr when the table lacks it.
const char* rocm_smi_text(std::string_view code);

}  // namespace edgefit
