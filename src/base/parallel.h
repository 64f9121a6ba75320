// Independent pieces of arithmetic side by side. The result must not depend on who does which piece.
#pragma once

#include <cstddef>
#include <functional>

namespace edgefit {

/// Calls `work(index, thread)` once for each index below `count`, on at most `threads` threads; thread 0 is the
/// caller's. Few pieces are done by the caller alone: starting a thread costs more.
void run_parallel(size_t count, int threads, const std::function<void(size_t index, int thread)>& work);

}  // namespace edgefit
