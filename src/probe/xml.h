// Hosts from an hwloc XML file: processors, nodes and PCI functions, and what vendor libraries once told hwloc.
// It has no driver, no free memory, no module speed and no limit; those stay unknown.
#pragma once

#include "edgefit/host.h"
#include "probe/scan.h"
#include "probe/topology.h"

namespace edgefit {

/// Hands the file's PCI functions, processor names and system names to the sources that follow.
void take_xml(Scan& scan);
/// Adds model names and memory sizes that vendor libraries told hwloc, by PCI address.
void describe_xml_devices(const Topology& topology, Host& host);

}  // namespace edgefit
