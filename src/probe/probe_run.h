// The probe with its vendor query made visible, so that tests can give it stand-ins for libraries.
// Everyone else uses edgefit/probe.h.
#pragma once

#include <span>
#include <string_view>

#include "edgefit/probe.h"
#include "probe/nvidia.h"
#include "probe/scan.h"

namespace edgefit {

/// A source of facts.
struct ProbeRow {
  std::string_view name;
  void (*run)(Scan& scan);
};
/// All sources in the order they run.
std::span<const ProbeRow> probe_rows();

/// Reads the machine while `nvidia` answers, joins both and numbers the pools.
Host run_probe(const ProbeOptions& options, const Root& root, NvidiaQuery nvidia);

}  // namespace edgefit
