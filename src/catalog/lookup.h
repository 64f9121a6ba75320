// Rows by PCI id. One id often stands for several boards, which share some figures but not all.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "edgefit/catalog.h"

namespace edgefit {

/// All rows with this "vendor:device" whose memory agrees with what the driver shows.
std::vector<const AcceleratorRow*> accelerators_by_pci(std::string_view vendor_device, std::optional<Bytes> vram,
                                                       const Catalog& catalog);

}  // namespace edgefit
