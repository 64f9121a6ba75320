// Processors: kinds of cores, clocks, usable threads and the vector peak.
// A peak is only given when clock and vector width are both told; otherwise speed has to be measured.
#pragma once

#include "probe/scan.h"

namespace edgefit {

/// Groups the allowed PUs by kind, fastest first: P and E cores, or Arm designs; one kind when all are alike.
std::vector<CpuKind> cpu_kinds(const Root& root, const CpuInfo& info, const Topology& topology);

/// Processors that the process may be scheduled on, sorted; empty when /proc does not tell.
std::vector<int> affinity_of(const Root& root);

/// FP32 operations a second of all kinds at their base clock, or the highest when no base is told.
Fact<FlopsPerSecond> fp32_peak(const CpuInfo& info, const std::vector<CpuKind>& kinds);

/// "Intel(R) Xeon(R) CPU E5-2680 0 @ 2.70GHz": the base clock in the name.
std::optional<Hertz> clock_in_name(std::string_view model_name);

}  // namespace edgefit
