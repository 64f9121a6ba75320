#include "measure/crew.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

namespace edgefit {
namespace {

using std::chrono::milliseconds;

TEST(Crew, EveryThreadPreparesOnceAndTakesPartInEachPass) {
  std::atomic<int> prepared{0}, passed{0};
  const auto cpus = allowed_cpus();
  ASSERT_FALSE(cpus.empty());
  const std::vector<int> two = {cpus.front(), cpus.back()};
  const CrewWork work{[&](size_t) { ++prepared; }, [&](size_t) { ++passed; }};
  const auto passes = run_crew(two, work, {milliseconds(100000), 3, 3});
  EXPECT_EQ(prepared, 2);
  ASSERT_EQ(passes.size(), 3U);
  EXPECT_EQ(passed, 2 * 4);  // the first one warms up
  for (const auto& pass : passes) {
    ASSERT_EQ(pass.size(), 2U);
    EXPECT_GE(*std::min_element(pass.begin(), pass.end()), 0);
  }
}

TEST(Crew, NoMorePassesThanAsked) {
  const auto cpus = allowed_cpus();
  const CrewWork work{[](size_t) {}, [](size_t) {}};
  EXPECT_EQ(run_crew({cpus.front()}, work, {milliseconds(100000), 3, 7}).size(), 7U);
}

TEST(Crew, ThreadsHaveNumbersOfTheirOwn) {
  std::mutex guard;
  std::set<size_t> seen;
  const CrewWork work{[&](size_t thread) {
                        const std::lock_guard lock(guard);
                        seen.insert(thread);
                      },
                      [](size_t) {}};
  // A processor that does not exist: the thread runs where it may.
  run_crew({0, 0, 65000}, work, {milliseconds(100), 1, 1});
  EXPECT_EQ(seen, (std::set<size_t>{0, 1, 2}));
}

TEST(Crew, SlowPassesAreFewer) {
  const CrewWork work{[](size_t) {}, [](size_t) { std::this_thread::sleep_for(milliseconds(5)); }};
  const auto passes = run_crew({allowed_cpus().front()}, work, {milliseconds(1), 100, 200});
  EXPECT_GE(passes.size(), 1U);
  EXPECT_LT(passes.size(), 5U);
}

TEST(Crew, NobodyMeasuresNothing) {
  EXPECT_TRUE(run_crew({}, {[](size_t) {}, [](size_t) {}}, {}).empty());
}

}  // namespace
}  // namespace edgefit
