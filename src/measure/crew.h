// Pinned threads that start and end each pass together. Unlike run_parallel, which hands out pieces to whoever is free,
// each thread here has its own processor and its own memory: that is what is measured.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <vector>

namespace edgefit {

/// One pass as every thread saw it: seconds from the common start, by thread.
using PassTimes = std::vector<double>;

struct CrewLimits {
  std::chrono::milliseconds time{500};  ///< no pass begins after this
  size_t least = 3, most = 15;          ///< passes
};

/// What one thread does. `prepare` runs once, outside the clock; `pass` again and again.
struct CrewWork {
  std::function<void(size_t thread)> prepare;
  std::function<void(size_t thread)> pass;
};

/// The passes of as many threads as could be started, pinned to `cpus` where the system allows it; the first pass,
/// which warms up, is left out.
std::vector<PassTimes> run_crew(const std::vector<int>& cpus, const CrewWork& work, const CrewLimits& limits);

/// Processors that this process may run on.
std::vector<int> allowed_cpus();

}  // namespace edgefit
