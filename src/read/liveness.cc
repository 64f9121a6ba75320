#include "read/liveness.h"

#include <algorithm>

namespace edgefit {

double peak_bytes(const std::vector<double>& bytes, const std::vector<GraphStep>& steps,
                  const std::vector<uint32_t>& kept) {
  const size_t never = steps.size();
  std::vector<size_t> last(bytes.size(), never);
  std::vector<char> made(bytes.size(), 0);
  for (size_t i = 0; i < steps.size(); ++i) {
    for (const uint32_t value : steps[i].inputs) last[value] = i;
    // What nobody reads is freed after the node that made it.
    for (const uint32_t value : steps[i].outputs) {
      last[value] = i;
      made[value] = 1;
    }
  }
  std::vector<char> keep(bytes.size(), 0);
  for (const uint32_t value : kept) keep[value] = 1;
  double alive = 0;
  for (size_t value = 0; value < bytes.size(); ++value)
    if (!made[value]) alive += bytes[value];
  std::vector<char> born(bytes.size(), 0), dead(bytes.size(), 0);
  double peak = alive;
  for (size_t i = 0; i < steps.size(); ++i) {
    for (const uint32_t old : steps[i].reusable) {
      const uint32_t made_here = steps[i].outputs.front();
      const bool free = made[old] && last[old] == i && !keep[old] && !dead[old] && bytes[old] == bytes[made_here];
      if (!free || born[made_here]) continue;
      dead[old] = born[made_here] = 1;
    }
    for (const uint32_t value : steps[i].outputs)
      if (!born[value]++) alive += bytes[value];
    peak = std::max(peak, alive);
    for (const auto* values : {&steps[i].inputs, &steps[i].outputs})
      for (const uint32_t value : *values)
        if (last[value] == i && !keep[value] && !dead[value]++) alive -= bytes[value];
  }
  return peak;
}

}  // namespace edgefit
