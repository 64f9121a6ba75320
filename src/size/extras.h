// What an engine loads beside the model: adapters, a projector for images or sound, a draft model.
// Rules of llama.cpp v0.5.0; docs/formulas.md#llamacpp.adapter and the headings after it.
#pragma once

#include <span>
#include <vector>

#include "edgefit/assessment.h"
#include "size/placement.h"

namespace edgefit {

/// Adds a line for each to the pools that hold it. `pools` has the model's own lines and the runtime's.
void add_extras(const Case& question, const LlamaCpp& engine, const Layout& layout, std::span<const Device> devices,
                std::vector<PoolFit>& pools, Given given);

/// The draft model's own question: all its layers on the devices, an f16 cache as long as the model's.
Case draft_question(const Case& question);

/// Tokens that llama-server drafts at a time (--spec-draft-n-max): rows of logits beyond the one of each sequence.
inline constexpr double kDraftedTokens = 3;

}  // namespace edgefit
