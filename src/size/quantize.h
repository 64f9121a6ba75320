// Which number format each tensor gets when a model is written in a named precision, as llama-quantize
// chooses without an importance matrix. docs/formulas.md#weights.quantisation
#pragma once

#include <vector>

#include "edgefit/model.h"

namespace edgefit {

/// What decides besides the tensor's own name and shape.
struct QuantiseContext {
  std::string_view family;
  int layers = 0;  ///< in the file, MTP layers included
  double heads = 0, kv_heads = 0;
  double experts = 0;
};

/// Sets type and bytes of every tensor. Norms, biases and routers stay f32.
void quantise(std::vector<Tensor>& tensors, const Precision& precision, const QuantiseContext& context);

}  // namespace edgefit
