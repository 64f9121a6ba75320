// Limits that control groups put on this process: memory and CPU time, versions 1 and 2.
// Every ancestor counts, because the tightest limit often sits above the process's own group (containers, slices).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/files.h"

namespace edgefit {

struct CgroupLimits {
  std::optional<double> memory;     ///< bytes, the tightest; nothing = none set
  std::string memory_path;          ///< the file that says so
  std::optional<double> available;  ///< bytes left under the tightest group, page cache not counted as used
  std::string available_path;
  std::optional<double> cpus;  ///< quota / period, the tightest
  std::string cpus_path;
  bool found = false;  ///< any group of this process could be read
};

CgroupLimits read_cgroup_limits(const Root& root);

/// Every folder that is looked at, and the files in them that matter to edgefit and to hwloc.
std::vector<std::string> cgroup_folders(const Root& root);
inline constexpr const char* kCgroupFiles[] = {"memory.max",
                                               "memory.high",
                                               "memory.current",
                                               "memory.stat",
                                               "memory.limit_in_bytes",
                                               "memory.usage_in_bytes",
                                               "cpu.max",
                                               "cpu.cfs_quota_us",
                                               "cpu.cfs_period_us",
                                               "cpuset.cpus",
                                               "cpuset.mems",
                                               "cpuset.cpus.effective",
                                               "cpuset.mems.effective"};

}  // namespace edgefit
