// What every look at this box is given: the time, and where its user's programs find libraries.
// The only place of the probe's environment, because nothing below the command line reads it.
#pragma once

#include <string>
#include <vector>

#include "edgefit/probe.h"

namespace edgefit {

/// The live machine, with the free space of `disk_paths`.
ProbeOptions probe_options(std::vector<std::string> disk_paths);

}  // namespace edgefit
