// NVML's return codes in words, and what each means for a card.
// "Not supported" is a fact about a field; "lost" and "driver not loaded" are facts about the card.
#pragma once

#include <optional>
#include <string_view>

#include "edgefit/host.h"

namespace edgefit {

/// Return codes that mean something for one field; nvml.h, nvmlReturn_t.
inline constexpr int kNvmlSuccess = 0, kNvmlNotSupported = 3, kNvmlNoPermission = 4, kNvmlFunctionNotFound = 13;

struct NvmlCode {
  std::string_view code;  ///< as the child writes it
  GpuState state;         ///< of the card when the code ends all talk with it; `usable` when it does not
  const char* text;       ///< what is wrong and what cures it
};
/// Nothing for a code that the table lacks.
const NvmlCode* find_nvml_code(std::string_view code);
/// Is it no more than a field that this device, or this age of driver, does not tell?
bool is_quiet_nvml_code(std::string_view code);

}  // namespace edgefit
