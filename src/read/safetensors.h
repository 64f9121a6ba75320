// Reads the header of a safetensors file and the index of a sharded checkpoint; the data is never touched.
// Format: docs of huggingface/safetensors; checks: those of its reference reader (no holes, no overlaps).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/byte_cursor.h"
#include "edgefit/model.h"
#include "edgefit/result.h"

namespace edgefit {

/// The tensors of one file, with the names of the file. Counts are of elements; see ParameterCounts.
struct Safetensors {
  std::vector<Tensor> tensors;
  double weights = 0;  ///< unpacked: eight 4-bit weights in an I32 count as eight
  double side = 0;     ///< scales, zero points and shapes of quantised weights
  double storage = 0;  ///< elements as stored
  double bytes = 0;
  std::vector<std::string> warnings;
};

/// A length of eight bytes and a brace.
bool looks_like_safetensors(std::string_view head);
Result<Safetensors> read_safetensors_header(const ByteSource& source);
Result<Model> read_safetensors(const ByteSource& source);
/// Sets role and layer from a name of Hugging Face ("model.layers.3.mlp.experts.7.up_proj.weight").
void place_hf(Tensor& tensor);
/// Moves the tensors of `found` into the model and fills the facts that they tell.
void use_stored(Model& model, Safetensors&& found, const std::string& name);

/// *.safetensors.index.json: which shard holds which tensor.
struct SafetensorsIndex {
  std::vector<std::string> shards;  ///< sorted, each once; never outside the folder
  size_t tensors = 0;
  Fact<Bytes> total;
  std::vector<std::string> warnings;
};
Result<SafetensorsIndex> read_safetensors_index(std::string_view text, const std::string& source);
/// The index alone, without its shards: bytes and names.
Result<Model> read_safetensors_index_model(std::string_view text, const std::string& source);

}  // namespace edgefit
