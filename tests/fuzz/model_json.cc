// Any bytes: read_model_json gives a Problem or a Model whose numbers are finite and whose descriptor reads back.
#include "read/model_json.h"

#include <cstdint>

#include "fuzz/model_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto model = edgefit::read_model_json(text, "fuzz.json");
  if (model) edgefit::fuzz::check(*model);
  return 0;
}
