// Reads the header of a GGUF file (versions 2 and 3) through one bounded window; the data itself is never touched.
// Layout: docs/gguf.md of ggml.
#pragma once

#include <string_view>

#include "base/byte_cursor.h"
#include "edgefit/model.h"
#include "edgefit/result.h"

namespace edgefit {

bool looks_like_gguf(std::string_view head);
/// Every count, length and offset is checked against the bytes left; damaged or hostile files are Problems.
Result<Model> read_gguf(const ByteSource& source);

}  // namespace edgefit
