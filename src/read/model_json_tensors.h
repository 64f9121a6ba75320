// The "tensors" list of model.json: the shape of every tensor, one row for all layers that share it. With it a
// descriptor of any family can be asked in another precision (--quant) as exactly as the file it came from.
#pragma once

#include "edgefit/model.h"
#include "read/json_fields.h"

namespace edgefit {

inline constexpr std::array<std::string_view, 5> kTensorKeys = {"name", "layers", "shape", "type", "bytes"};

/// Fills `model.tensors`, in order of layers. Either every row says how it is stored (`type`, or `bytes` for types
/// that are not ggml's) or none does; the precision of the model decides then.
void read_json_tensors(const Json* list, JsonReport& report, Model& model);

/// Empty when the rules of the family write the same tensors, or when their names do not tell where they belong.
Json json_tensors_of(const Model& model);

}  // namespace edgefit
