// How fast the live machine really is: reading memory and disk, arithmetic of its cores, timed in under three seconds.
// What was measured takes the place of what tables and firmware say.
#pragma once

#include <functional>
#include <string>

#include "edgefit/host.h"

namespace edgefit {

struct MeasureOptions {
  std::string path = ".";                                ///< a folder or a file on the disk to read from
  std::function<void(double share)> progress = nullptr;  ///< called now and then, 0 ... 1
};

/// Sets `memory.measured_bandwidth` and `read_test`, the nodes' bandwidth, `cpu.fp32_peak` and `int8_rate`, and the
/// read rates of the first disk. A rate keeps its low confidence in `why`; one that could not be measured says so and
/// leaves what was known. Nothing is written: the disk is judged by files that are there.
void measure(Host& host, const MeasureOptions& options);

}  // namespace edgefit
