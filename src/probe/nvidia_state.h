// The child's side of edgefit audit --ask-gpu: what only NVIDIA's library knows of limits and protection.
// Apart from nvml.h, which asks for what a model needs to run.
#pragma once

#include <string>
#include <vector>

#include "probe/child.h"

namespace edgefit {

/// Writes lines as ask_nvidia_state (edgefit/probe.h) gives them. Runs in a child: `library` may do anything.
void report_nvidia_state(const std::string& library, const Child::Write& write);
/// The lines of the first library that exists and answers in time.
std::vector<std::string> ask_nvidia_state(const std::vector<std::string>& libraries, int deadline_ms);

}  // namespace edgefit
