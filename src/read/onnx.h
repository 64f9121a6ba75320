// Reads an ONNX model: weights by type, external data files, opset and producer, operations and activations.
// The data itself is never loaded.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/byte_cursor.h"
#include "base/files.h"
#include "edgefit/model.h"
#include "edgefit/read.h"
#include "edgefit/result.h"

namespace edgefit {

bool looks_like_onnx(std::string_view head);
/// External data must lie beside the file or below its folder.
Result<Model> read_onnx_file(const File& file, const InputSizes& sizes);
/// `size_of` gives the bytes of a file named by external data, relative to the model.
Result<Model> read_onnx(const ByteSource& source, const std::function<Result<uint64_t>(const std::string&)>& size_of,
                        const InputSizes& sizes = {});

}  // namespace edgefit
