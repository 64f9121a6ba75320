// What a session of ONNX Runtime holds and how long one run takes, on its CPU provider: networks and text encoders.
// The constants come from 129 measured runs (docs/accuracy.md); other providers were not measured and stay unknown.
#pragma once

#include <optional>

#include "edgefit/assessment.h"
#include "size/pool_builder.h"

namespace edgefit {

/// The engine is ONNX Runtime on the CPU, and the model a network or a text encoder.
bool runs_on_onnxruntime(const Case& question);
/// The sizes that the rules need are known.
bool has_onnxruntime_rules(const Case& question);

/// Weights, activations, session and process, as lines of one pool.
void add_onnxruntime_lines(PoolBuilder& pool, const Case& question, Given given);

/// Seconds of one run; nothing when the graph or the processor does not tell enough.
std::optional<Estimate<Seconds>> onnxruntime_latency(const Case& question, Given given);

}  // namespace edgefit
