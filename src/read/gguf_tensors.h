// The tensor section of a GGUF file: names, shapes and types, each checked against the file before it is believed.
// Bytes are exact, from the block sizes of ggml's types.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/byte_cursor.h"
#include "edgefit/model.h"
#include "edgefit/result.h"

namespace edgefit {

struct GgufTensors {
  std::vector<Tensor> tensors;    ///< role and layer not set yet
  std::vector<uint64_t> offsets;  ///< of each tensor, from the start of the data
  std::vector<std::string> warnings;
  bool bytes_known = true;   ///< false: a type is unknown and the file does not tell its bytes either
  bool header_only = false;  ///< the file ends where the data would start
};

/// Reads `count` tensor infos; the cursor fails on the first that no reader could accept.
GgufTensors read_gguf_tensors(ByteCursor& cursor, uint64_t count);
/// Checks offsets and sizes against a file of `file_size` bytes whose data starts at `data_start`.
Result<Done> check_gguf_data(GgufTensors& found, uint64_t data_start, uint64_t alignment, uint64_t file_size,
                             const std::string& file_name);

}  // namespace edgefit
