// Any bytes: read_case_parts gives a Problem or a question; the model in it keeps to what every descriptor keeps to.
#include "read/case_json.h"

#include <cstdint>

#include "fuzz/model_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parts = edgefit::read_case_parts(text, "fuzz.json");
  if (parts) edgefit::fuzz::require(parts->question.model != nullptr, "a case has a model");
  const auto model = edgefit::read_model_of_case(text, "fuzz.json");
  if (model) edgefit::fuzz::check(*model);
  return 0;
}
