// The sizes of a model as its config states them: counts, widths, experts, latent ranks and recurrent state.
#pragma once

#include "read/hf_families.h"

namespace edgefit {

/// False when the report has a Problem: a size is missing, has the wrong type or is implausible.
bool fill_sizes(const HfFields& config, const HfFamily& row, Architecture& a);
/// Whether the row's switch is on in this config.
bool is_on(const HfFields& config, const HfSwitch& part);

}  // namespace edgefit
