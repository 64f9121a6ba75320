#include "base/parallel.h"

#include <atomic>
#include <thread>
#include <vector>

namespace edgefit {

void run_parallel(size_t count, int threads, const std::function<void(size_t index, int thread)>& work) {
  constexpr size_t kWorthAThread = 256;
  std::atomic<size_t> next{0};
  const auto take = [&](int thread) {
    for (size_t i = next++; i < count; i = next++) work(i, thread);
  };
  std::vector<std::thread> others;
  for (int i = 1; i < threads && count > kWorthAThread; ++i) others.emplace_back(take, i);
  take(0);
  for (auto& other : others) other.join();
}

}  // namespace edgefit
