// Any bytes: read_runs gives a Problem or runs whose speeds are finite and positive.
#include "read/runs.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto runs = edgefit::read_runs(text, "runs");
  if (!runs) return runs.error().what.empty() ? std::abort(), 1 : 0;
  if (runs->empty() || runs->size() > edgefit::kMostRuns) std::abort();
  for (const auto& run : *runs) {
    const double speed = run.speed.value;
    if (!std::isfinite(speed) || speed <= 0 || speed > edgefit::kMostSpeed || run.runtime.empty()) std::abort();
  }
  return 0;
}
