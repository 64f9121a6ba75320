// All formulas, no I/O: bytes, placement, speed, verdict. docs/formulas.md has one heading a rule.
#pragma once

#include "edgefit/assessment.h"
#include "edgefit/case.h"
#include "edgefit/figure.h"
#include "edgefit/model.h"

namespace edgefit {

/// Completes a model as a reader left it: derives missing sizes of a generic transformer (marked derived or
/// assumed), makes the weight table from tensors, family or parameter count. Once a model, before any Case.
void prepare(Model& model);
/// The same model with its matrices in another precision, as llama-quantize would write it.
Model requantize(const Model& model, const Precision& precision);
/// Mean bytes a weight of the model's precision; nothing when its name has no row and no digits.
std::optional<double> model_bytes_per_weight(const Model& model);
/// Layers, heads and caches apply: a language model or an encoder, not a vision network without architecture.
bool has_transformer_shape(const Model& model);
/// Fills every unknown member of the workload: descriptor first, then defaults, marked assumed.
Workload resolve(const Workload& asked, const Model& model);

/// The backend that runs: the user's choice, else what the box offers best.
Backend backend_of(const Case& question);

}  // namespace edgefit
