// What one run over a machine shares: the root it reads from, what was asked, the Host it fills.
// A source of facts is one function on a Scan and one row of kProbes; it never fails, gaps stay unknown facts.
#pragma once

#include <vector>

#include "base/files.h"
#include "edgefit/host.h"
#include "edgefit/probe.h"
#include "probe/cpuinfo.h"
#include "probe/pci.h"
#include "probe/topology.h"
#include "probe/visible.h"

namespace edgefit {

struct Scan {
  const Root& root;
  const ProbeOptions& options;
  CpuInfo cpuinfo;
  Topology topology;
  std::vector<PciFunction> pci;
  Environment environment;
  Host host;
};

// The sources, in the order of kProbes; each uses what those before it found.
void probe_os(Scan& scan);
void probe_topology(Scan& scan);
void probe_cgroup(Scan& scan);
void probe_cpu(Scan& scan);
void probe_memory(Scan& scan);
void probe_gpus(Scan& scan);
void probe_platform(Scan& scan);
void probe_npus(Scan& scan);
void probe_storage(Scan& scan);
void probe_limits(Scan& scan);

}  // namespace edgefit
