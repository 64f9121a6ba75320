// Level Zero: what sysfs does not tell of Intel's GPUs, above all of graphics inside the processor.
// Its loader starts Intel's compute runtime, so it is asked only where an Intel GPU with a driver is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edgefit/host.h"
#include "probe/child.h"
#include "probe/pci.h"
#include "probe/vendor_report.h"

namespace edgefit {

/// Is there an Intel GPU with a driver, or the adapter by which WSL2 shows one?
bool wants_level_zero(const std::vector<PciFunction>& functions);
/// Writes lines as parse_vendor_report reads them.
void report_level_zero(const std::string& library, const Child::Write& write);
void join_level_zero(const VendorReport& report, Host& host);
/// What a return code (ze_api.h, ze_result_t, hexadecimal) means; nullptr when the table lacks it.
const char* level_zero_text(std::string_view code);

}  // namespace edgefit
