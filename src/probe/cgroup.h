// Limits that control groups put on this process: memory and CPU time, versions 1 and 2.
// Every ancestor counts, because the tightest limit often sits above the process's own group (containers, slices).
#pragma once

#include <optional>
#include <string>

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

}  // namespace edgefit
