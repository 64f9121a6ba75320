// What hwloc knows of processors, caches and NUMA nodes, in plain structs.
// topology.cc is the only file that includes hwloc.h, so that a change of hwloc is a change of one file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "edgefit/host.h"
#include "edgefit/result.h"

namespace edgefit {

/// One hardware thread.
struct Pu {
  int os_index = 0;
  int core = -1;     ///< number of its core, -1 when the kernel does not tell
  int package = -1;  ///< number of its package
  bool allowed = true;
};

struct MemoryNode {
  int os_index = 0;
  double bytes = 0;
  std::string subtype;  ///< "" "DRAM" "HBM" "NVM" "GPUMemory" ... as hwloc says
  int pus = 0;
  bool allowed = true;
};

struct Topology {
  std::vector<Pu> pus;
  std::vector<MemoryNode> nodes;
  std::vector<Cache> caches;  ///< of the allowed part
  int packages = 0, cores = 0;
  int allowed_packages = 0, allowed_cores = 0;
  std::string api, runtime;  ///< hwloc's versions, compiled against and running
};

/// Loads the topology of `root` with hwloc, without GPU plugins, I/O objects or binding to CPUs.
Result<Topology> load_topology(const Root& root);
/// The same, but a sysroot is loaded in a child with a deadline: hwloc follows links out of it and blocks on a FIFO.
Result<Topology> read_topology(const Root& root);
/// A topology as lines of words, and back; lines that are none are skipped.
std::string topology_text(const Topology& topology);
Topology parse_topology(std::string_view text);

/// Fills counts, caches and nodes of a host.
void describe_topology(const Topology& topology, Host& host);

}  // namespace edgefit
