// Any bytes cut in two: joining the parts of a split GGUF model gives a Problem or a Model that holds together.
#include "read/gguf_split.h"

#include <algorithm>
#include <cstdint>

#include "fuzz/model_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  // The first two bytes say where the second part starts.
  const size_t cut = std::min<size_t>(size - 2, data[0] + size_t{256} * data[1]);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  auto first = edgefit::read_gguf_header(edgefit::MemorySource(bytes.substr(0, cut), "fuzz-00001-of-00002.gguf"));
  if (!first) return 0;
  const auto model = edgefit::join_gguf_parts(std::move(*first), [&](const std::string& path) {
    return edgefit::read_gguf_header(edgefit::MemorySource(bytes.substr(cut), path));
  });
  if (model) edgefit::fuzz::check(*model);
  return 0;
}
