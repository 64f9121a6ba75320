// The child's side of the CUDA driver library: what it says of each device without creating a context.
// Asked when NVML is missing or fails, and where only CUDA knows that a GPU shares its memory with the CPU.
#pragma once

#include <string>

#include "probe/child.h"

namespace edgefit {

/// Writes lines as report_nvml does, with the same keys where the meaning is the same.
/// CUDA_VISIBLE_DEVICES is taken away first: what the user hid is decided by edgefit, not by a shorter list.
void report_cuda(const std::string& library, const Child::Write& write);

}  // namespace edgefit
