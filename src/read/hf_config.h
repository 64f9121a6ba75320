// Reads Hugging Face's config.json, alone or with the files beside it: shapes, parameters of every kind, precision.
// What a config does not tell stays unknown; files that only look alike are refused with the reason.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "edgefit/model.h"
#include "edgefit/result.h"
#include "read/hf_fields.h"

namespace edgefit {

/// `source` is the path as the user gave it; the model's name comes from it.
Result<Model> read_hf_config(std::string_view text, const std::string& source);
/// A folder with config.json and perhaps *.safetensors, an index, hf_quant_config.json; `names` are its files.
Result<Model> read_hf_folder(const std::string& folder, const std::vector<std::string>& names);
/// Whether these names are a model of Hugging Face, rather than a folder of GGUF files.
bool is_hf_folder(const std::vector<std::string>& names);

/// The precision of the weights by quantization_config, or of the whole by torch_dtype; empty when not told.
std::string hf_precision(const HfFields& top, const HfFields& text);
/// Bytes of the weights when they are quantised: the matrices of the layers in `precision`, all that the config leaves
/// out (embeddings, head, routers, norms, listed modules) in the dtype. Nothing when they are not.
std::optional<double> hf_quantised_bytes(const HfFields& top, const HfFields& text, const std::string& precision,
                                         const std::vector<Tensor>& tensors);
/// Precision and weight bytes as the text of hf_quant_config.json (modelopt) says; as they were when it says nothing.
Result<Done> apply_hf_quant_config(std::string_view text, const std::string& source, Model& model);

}  // namespace edgefit
