// Neural and other co-processors: listed with the runtime each needs.
// They never count as memory for language models, whatever their marketing says.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "edgefit/host.h"
#include "probe/pci.h"

namespace edgefit {

/// Accelerators among `functions` that are not GPUs (signal processors only when they are a known NPU), then those of
/// boards and USB.
std::vector<Npu> describe_npus(const Root& root, const std::vector<PciFunction>& functions);

/// Device nodes of the accelerators that sysfs shows.
std::vector<std::string> npu_nodes(const Root& root);

}  // namespace edgefit
