// Which processors read how much memory, decided before anything is timed. Threads that share a core or run beyond a
// quota, and sets that lie in the caches, would measure something else.
#pragma once

#include <vector>

#include "base/files.h"
#include "edgefit/host.h"

namespace edgefit {

/// The threads of one NUMA node: one processor a core.
struct Team {
  int node = 0;           ///< as the kernel counts
  std::vector<int> cpus;  ///< as the kernel counts, in order
};

struct MeasurePlan {
  std::vector<Team> teams;  ///< never an empty one
  double bytes = 0;         ///< read in one pass by all threads together
  bool beyond_caches = true;
  size_t threads() const;
};

/// `allowed`: the processors that this process may use.
MeasurePlan plan_measure(const Host& host, const Root& root, const std::vector<int>& allowed);

}  // namespace edgefit
