// Main memory: what is installed, what the OS has, what is free now, what this process may use.
// /proc/meminfo, hwloc and control groups are each wrong on real machines; disagreement is kept as a conflict.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "probe/scan.h"

namespace edgefit {

/// What /proc/meminfo tells, in bytes.
struct MemInfo {
  bool shown = false;  ///< whether there is such a file at all
  std::optional<double> total, available, swap_total, swap_free, huge_pages;
};
/// `available` falls back to MemFree + Cached + SReclaimable - Shmem for kernels before 3.14.
MemInfo parse_meminfo(std::string_view text);

/// A NUMA node made of a GPU's memory (POWER9, Grace Hopper).
struct GpuNode {
  std::string bdf;
  int os_index = 0;
  double bytes = 0;
};
/// /proc/driver/nvidia/gpus/*/numa_status of the nodes that are online.
std::vector<GpuNode> gpu_memory_nodes(const Root& root);

}  // namespace edgefit
