// Any bytes: read_onnx gives a Problem or a Model whose numbers are finite and whose descriptor reads back.
#include "read/onnx.h"

#include <cstdint>

#include "fuzz/model_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto model =
      edgefit::read_onnx(edgefit::MemorySource(bytes, "fuzz.onnx"),
                         [](const std::string&) -> edgefit::Result<uint64_t> { return uint64_t{1} << 40; });
  if (model) edgefit::fuzz::check(*model);
  return 0;
}
