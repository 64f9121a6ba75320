// Takes the weights out of an ONNX file before protobuf sees it: protobuf keeps every byte of a message in memory,
// and a model's weights are most of its bytes. Every length is checked against the message around it.
#pragma once

#include <cstdint>
#include <string>

#include "base/byte_cursor.h"
#include "edgefit/result.h"

namespace edgefit {

/// Data of a tensor up to this many bytes stays: shapes and axes are stored as small tensors.
inline constexpr uint64_t kOnnxKeptData = 1024;

/// The ModelProto with the larger tensor data, doc strings and training parts left out. TensorProto.segment, which
/// no exporter writes, then tells the field whose data was left out (begin) and its bytes (end).
/// A Problem when the bytes are no protobuf, or hold more messages than any model.
Result<std::string> read_onnx_without_data(const ByteSource& source);

}  // namespace edgefit
