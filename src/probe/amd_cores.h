// AMD's two kinds of cores: the usual ones and dense ones (Zen 4c, Zen 5c), the same design at a lower clock.
// The kernel lists neither, so the processor itself says whether it mixes them, and clocks say which core is which.
#pragma once

#include <optional>
#include <set>

#include "base/files.h"
#include "probe/cpuinfo.h"
#include "probe/topology.h"

namespace edgefit {

/// Numbers of hardware threads.
struct AmdCores {
  std::set<int> usual, dense;
};
/// Nothing where all cores are of one kind, or where nothing tells them apart.
std::optional<AmdCores> find_amd_cores(const Root& root, const CpuInfo& info, const Topology& topology);

}  // namespace edgefit
