// Any bytes: read_json (config.json, an index, a descriptor, a look-alike) gives a Problem or a Model whose numbers are
// finite and whose descriptor reads back.
#include <cstdint>

#include "fuzz/model_checks.h"
#include "read/json_kinds.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto model = edgefit::read_json(text, "config.json");
  if (model) edgefit::fuzz::check(*model);
  return 0;
}
