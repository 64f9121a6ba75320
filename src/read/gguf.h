// Reads the header of a GGUF file (versions 2 and 3) through one bounded window; the data itself is never touched.
// Layout: docs/gguf.md of ggml.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/byte_cursor.h"
#include "edgefit/model.h"
#include "edgefit/result.h"
#include "read/gguf_metadata.h"
#include "read/gguf_tensors.h"

namespace edgefit {

bool looks_like_gguf(std::string_view head);
/// Every count, length and offset is checked against the bytes left; damaged or hostile files are Problems.
Result<Model> read_gguf(const ByteSource& source);

/// What the header of one file says; the parts of a split model are joined before a Model is made of them.
struct GgufFile {
  std::string path;
  uint64_t bytes = 0;  ///< of the file, or of all parts
  double parts = 1;    ///< joined here
  GgufMetadata metadata;
  GgufTensors tensors;
};
Result<GgufFile> read_gguf_header(const ByteSource& source);
Result<Model> model_of(GgufFile&& file);

}  // namespace edgefit
