// The bill of bytes of one layout: lines a pool, with intervals from the measured error of each rule.
#pragma once

#include <span>
#include <vector>

#include "edgefit/assessment.h"
#include "size/placement.h"

namespace edgefit {

/// Pools in the order of pools_of(host): ram, then GPUs with memory of their own. Pools that hold nothing
/// are left out, ram never.
std::vector<PoolFit> make_bill(const Case& question, const LlamaCpp& engine, const Layout& layout,
                               std::span<const Device> devices, Given given);

/// The lines of one model alone: no runtime, nothing beside it, `have` open.
std::vector<PoolFit> engine_lines(const Case& question, const LlamaCpp& engine, const Layout& layout,
                                  std::span<const Device> devices);

/// For models without layers and caches: weights and activations in one place.
std::vector<PoolFit> make_plain_bill(const Case& question, std::span<const Device> devices, Given given);

/// The part of `have` that both of two disagreeing sources see.
void set_sure(const Case& question, PoolFit& ram);

/// 3 fits at the high end, 2 at the value or only by the larger of two sources, 1 at the low end, 0 not; unknown `have`
/// counts as 3.
int score_of(const PoolFit& pool);
int score_of(const std::vector<PoolFit>& pools);

}  // namespace edgefit
