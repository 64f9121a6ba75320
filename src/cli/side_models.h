// The models beside MODEL: --mmproj, --lora, --draft. Each is read like MODEL and refused when it is something else.
#pragma once

#include "cli/case_flags.h"
#include "edgefit/case.h"
#include "edgefit/result.h"

namespace edgefit {

/// Fills projector, adapters and draft of a question whose model is set.
Result<Done> add_side_models(const CaseFlags& typed, Case& question);

}  // namespace edgefit
