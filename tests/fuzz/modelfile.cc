// Any bytes: read_modelfile gives a Problem or a Model whose numbers are finite and whose descriptor reads back.
#include "read/modelfile.h"

#include <cstdint>

#include "fuzz/model_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto model = edgefit::read_modelfile(bytes, "Modelfile");
  if (model) edgefit::fuzz::check(*model);
  return 0;
}
