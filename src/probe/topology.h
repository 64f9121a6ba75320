// What hwloc knows of processors, caches and NUMA nodes, in plain structs.
// topology.cc is the only file that includes hwloc.h, so that a change of hwloc is a change of one file.
#pragma once

#include <string>
#include <string_view>
#include <utility>
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
  double read_bandwidth = 0;  ///< bytes a second by ACPI's HMAT; 0 = not told
  double read_latency = 0;    ///< seconds
};

/// A PCI function of an hwloc XML file, with what vendor libraries once told hwloc of it.
struct XmlDevice {
  std::string bdf;
  unsigned class_code = 0, vendor = 0, device = 0;
  std::vector<std::pair<std::string, std::string>> infos;  ///< "GPUModel", "CUDAGlobalMemorySize" ...
};

struct Topology {
  std::vector<Pu> pus;
  std::vector<MemoryNode> nodes;
  std::vector<Cache> caches;  ///< of the allowed part
  int packages = 0, cores = 0;
  int allowed_packages = 0, allowed_cores = 0;
  std::vector<XmlDevice> devices;                          ///< of an XML file only
  std::vector<std::pair<std::string, std::string>> infos;  ///< of an XML file only: "CPUModel", "OSRelease" ...
  std::string api, runtime;                                ///< hwloc's versions, compiled against and running
};

/// Loads the topology of `root` with hwloc, without GPU plugins, I/O objects or binding to CPUs. `xml` names an hwloc
/// XML file to load instead; a root with a dump of CPUID is understood as well.
Result<Topology> load_topology(const Root& root, const std::string& xml = {});
/// The same, but anything but the live machine is loaded in a child with a deadline: hwloc follows links out of a
/// sysroot, blocks on a FIFO, and trusts what a file says.
Result<Topology> read_topology(const Root& root, const std::string& xml = {});
/// A topology as lines of words, and back; lines that are none are skipped.
std::string topology_text(const Topology& topology);
Topology parse_topology(std::string_view text);

/// Fills counts, caches and nodes of a host.
void describe_topology(const Topology& topology, Host& host);

}  // namespace edgefit
