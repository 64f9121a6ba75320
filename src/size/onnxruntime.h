// What a session of ONNX Runtime holds and how long one run takes: networks and text encoders. The constants of the CPU
// provider come from 129 measured runs (docs/accuracy.md), those of the CUDA provider, a wide range, from reports of
// its users; other providers stay unknown.
#pragma once

#include <optional>

#include "edgefit/assessment.h"
#include "size/pool_builder.h"

namespace edgefit {

/// The engine is ONNX Runtime on the CPU or on CUDA, and the model a network or a text encoder.
bool runs_on_onnxruntime(const Case& question);
/// The sizes that the rules need are known.
bool has_onnxruntime_rules(const Case& question);

/// Weights, activations, session and process of the CPU provider, as lines of one pool.
void add_onnxruntime_lines(PoolBuilder& pool, const Case& question, Given given);
/// Weights and activations on a device, and what the process holds in host memory; the context is the profile's.
void add_onnxruntime_device_lines(PoolBuilder& device, PoolBuilder& host, const Case& question, Given given);

/// Operations of one run, as the model states them or as the shapes of an encoder tell; unknown otherwise.
Fact<Flops> network_operations(const Case& question);
/// Seconds of one run on the processor; nothing when the graph or the processor does not tell enough.
std::optional<Estimate<Seconds>> onnxruntime_latency(const Case& question, Given given);

}  // namespace edgefit
