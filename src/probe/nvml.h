// The child's side of NVIDIA: loads libnvidia-ml and writes what it says, line by line.
// Only what is needed of NVML's interface is declared here, so that no NVIDIA header is needed to build.
#pragma once

#include <string>

#include "probe/child.h"

namespace edgefit {

/// Writes lines "<card>\t<key>\t<value>" and "<card>\t!<call>\t<code>"; card is "-" for the whole system.
/// Numbers are in NVML's own units. Runs in a child: `library` may do anything.
void report_nvml(const std::string& library, const Child::Write& write);

}  // namespace edgefit
