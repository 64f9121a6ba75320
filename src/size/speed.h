// How fast: a memory and compute roofline with launch overhead, by placement. docs/formulas.md#speed
#pragma once

#include <span>

#include "edgefit/assessment.h"
#include "size/placement.h"

namespace edgefit {

/// Speeds of a layout that fits. What cannot be said is left out with the reason in `gap`.
Speed speed_of(const Case& question, const LlamaCpp& engine, const Layout& layout, std::span<const Device> devices,
               Given given);
/// Latency and inferences a second of a model that states its operations.
Speed plain_speed_of(const Case& question, std::span<const Device> devices, Given given);

}  // namespace edgefit
