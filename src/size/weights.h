// Tensors folded into the bytes that placement needs, by the rules of ggml's backends.
#pragma once

#include "edgefit/model.h"

namespace edgefit {

/// Extra bytes that the CUDA backend allocates for one tensor: the rest of a row of a quantised matrix whose
/// length is no multiple of 512, then padding to 128 B. docs/formulas.md#llamacpp.weights.cuda
double cuda_padding(const Tensor& tensor);

/// Bytes of the copy that the CPU backend keeps of a matrix in its own layout, 0 when it keeps none.
/// docs/formulas.md#llamacpp.weights.repack
double repacked_bytes(const Tensor& tensor);

/// The weight table of a model that has tensors. `layers` = layers the engine runs; later ones are not loaded.
WeightTable tabulate(const std::vector<Tensor>& tensors, int layers, bool tied);

}  // namespace edgefit
