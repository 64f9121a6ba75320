// A GGUF model in several files, "model-00001-of-00003.gguf" as llama-gguf-split names them: any part leads to all.
// Only headers are read; the parts' tensors become one model.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/files.h"
#include "edgefit/model.h"
#include "edgefit/result.h"
#include "read/gguf.h"

namespace edgefit {

/// What the name of a part says; numbers count from 1.
struct SplitName {
  std::string prefix;  ///< path up to and without "-00001-of-00003.gguf"
  uint32_t part = 0, parts = 0;
  std::string path_of(uint32_t number) const;
};
std::optional<SplitName> split_name_of(const std::string& path);
/// Are both names of parts of one model?
bool same_split_model(const std::string& a, const std::string& b);

/// A whole model, or any part of one. A missing or foreign part is a Problem that names it; a part under another
/// name, whose neighbours cannot be found, is read alone with a warning.
Result<Model> read_gguf_parts(const File& file);
/// The same over any bytes: `header_of` gives the header of the part of that path.
Result<Model> join_gguf_parts(GgufFile&& first, const std::function<Result<GgufFile>(const std::string&)>& header_of);

}  // namespace edgefit
