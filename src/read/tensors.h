// What a tensor's name tells: its place in the model (role, layer) and whether it counts as a parameter.
// Names are those of GGUF; see docs/gguf.md of ggml and src/llama-arch.cpp of llama.cpp.
#pragma once

#include <string_view>

#include "edgefit/model.h"

namespace edgefit {

/// Layer number of "blk.N.rest", with `rest` cut out; -1 and the whole name for any other.
int32_t layer_of(std::string_view name, std::string_view& rest);
/// Sets role and layer from the name. `embedding_norm_is_last`: see ArchitectureRow.
void place(Tensor& tensor, bool embedding_norm_is_last = false);
/// Rotary tables and scales of quantised weights are stored beside the weights but were not trained.
bool is_parameter(std::string_view name);
double elements_of(const Tensor& tensor);
/// Fills unknown parameter facts from the tensors: all, active per token (used of all experts, without the layers
/// that predict further tokens), and those of the look-up tables at the input.
void count_parameters(Model& model, const Origin& origin);

}  // namespace edgefit
