// GPUs that are part of a board instead of a PCI card: Jetson, Apple, and boards whose recording lost the PCI tree.
// They share main memory, so none of them adds a pool.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "edgefit/host.h"

namespace edgefit {

/// The GPU of a Jetson (device tree nvidia,tegra*) or an Apple board; nothing elsewhere.
std::optional<Gpu> board_gpu(const Root& root);
/// The GPU that a known product must have, for recordings without a PCI tree; origin `catalog`.
std::optional<Gpu> product_gpu(const Root& root, const Host& host);

/// What a recording needs for board_gpu(): device folders and nodes.
std::vector<std::string> board_devices(const Root& root);
std::vector<std::string> board_nodes();

/// A GPU beside the processor, without memory of its own; `id` tells it from others of the board.
Gpu shared_gpu(const std::string& id, const char* vendor);

}  // namespace edgefit
