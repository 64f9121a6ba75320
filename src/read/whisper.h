// Reads the header and the tensor list of whisper.cpp's own ggml files (speech to text); the data is skipped.
// Layout: models/convert-pt-to-ggml.py and src/whisper.cpp of whisper.cpp.
#pragma once

#include <string_view>

#include "base/byte_cursor.h"
#include "edgefit/model.h"
#include "edgefit/result.h"

namespace edgefit {

/// By the magic and the sizes that every Whisper model has; older llama.cpp files share the magic only.
bool looks_like_whisper(std::string_view head);
Result<Model> read_whisper(const ByteSource& source);

}  // namespace edgefit
