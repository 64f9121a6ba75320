// Writes a machine down as a folder that --sysroot replays: the files that the sources read, and under edgefit/ what no
// file holds (answers of libraries, device nodes, free disk space). Ids are made anonymous on the way.
#pragma once

#include <string>
#include <vector>

#include "base/recorder.h"
#include "edgefit/probe.h"
#include "edgefit/result.h"
#include "probe/pci.h"
#include "probe/vendors.h"

namespace edgefit {

/// `vendors` must be finished. Only a live machine can be recorded; `folder` must not exist or be empty.
Result<Done> record_machine(const Root& root, const ProbeOptions& options, const std::vector<PciFunction>& functions,
                            const Vendors& vendors, const std::string& folder);

/// Files at fixed places, each without what must not leave the box, and names that mean something by being there.
void record_files(Recorder& recorder);
/// PCI functions with their bridges, disks below the asked paths, control groups: chains of links that are followed.
void record_pci(Recorder& recorder, const std::vector<PciFunction>& functions);
/// A disk, its partitions and layers, by the name of the uppermost.
void record_block(Recorder& recorder, const std::string& name);
void record_disks(Recorder& recorder, const std::vector<std::string>& paths);
void record_cgroups(Recorder& recorder);

}  // namespace edgefit
