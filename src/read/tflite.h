// Reads a TensorFlow Lite (LiteRT) model: weights by type, precision, operations and live activations. No package
// ships its schema, so the few tables that count are read by their field numbers (schema.fbs of TensorFlow).
#pragma once

#include <string_view>

#include "base/byte_cursor.h"
#include "edgefit/model.h"
#include "edgefit/result.h"

namespace edgefit {

bool looks_like_tflite(std::string_view head);
Result<Model> read_tflite(const ByteSource& source);

}  // namespace edgefit
