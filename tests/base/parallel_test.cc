#include "base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace edgefit {
namespace {

TEST(Parallel, EveryPieceIsDoneOnce) {
  for (const int threads : {1, 2, 7}) {
    for (const size_t count : {size_t{0}, size_t{1}, size_t{5000}}) {
      std::vector<std::atomic<int>> done(count);
      std::atomic<int> highest{0};
      run_parallel(count, threads, [&](size_t i, int thread) {
        ++done[i];
        if (thread > highest) highest = thread;
      });
      for (const auto& times : done) EXPECT_EQ(times, 1);
      EXPECT_LT(highest, threads);
    }
  }
}

TEST(Parallel, FewPiecesStayWithTheCaller) {
  run_parallel(10, 8, [](size_t, int thread) { EXPECT_EQ(thread, 0); });
}

}  // namespace
}  // namespace edgefit
