// How fast: what a token reads, unpacks and launches, by placement; prompts; what follows. docs/formulas.md#speed
#pragma once

#include <optional>
#include <span>

#include "edgefit/assessment.h"
#include "size/placement.h"

namespace edgefit {

/// Speeds of a layout that fits. What cannot be said is left out with the reason in `gap`.
Speed speed_of(const Case& question, const LlamaCpp& engine, const Layout& layout, std::span<const Device> devices,
               Given given);
/// Latency and inferences a second of a model that states its operations.
Speed plain_speed_of(const Case& question, std::span<const Device> devices, Given given);
/// Reading the model from the disk that it lies on, the first of the host; nothing when neither its rate nor its kind
/// is known.
std::optional<Estimate<Seconds>> load_time(const Case& question, Given given);

}  // namespace edgefit
