// The probe with its foreign answers made visible, so that tests can give it stand-ins for libraries.
// Everyone else uses edgefit/probe.h.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "edgefit/probe.h"
#include "probe/scan.h"
#include "probe/vendors.h"

namespace edgefit {

/// A source of facts.
struct ProbeRow {
  std::string_view name;
  void (*run)(Scan& scan);
};
/// All sources in the order they run.
std::span<const ProbeRow> probe_rows();

/// Reads the machine while `vendors` answer, joins both and numbers the pools. `functions` is scan_pci(root).
Host run_probe(const ProbeOptions& options, const Root& root, std::vector<PciFunction> functions, Vendors& vendors);

}  // namespace edgefit
