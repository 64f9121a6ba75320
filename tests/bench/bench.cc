// Speed of the pure parts, printed for docs/performance.md; never judged by a test, machines differ.
//   edgefit_bench [MODEL ...]     also times reading the given model files
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "bench/whole_process.h"
#include "edgefit/assessment.h"
#include "edgefit/plan.h"
#include "edgefit/read.h"
#include "plan/search.h"
#include "support/cases.h"
#include "support/market.h"

namespace edgefit {
namespace {

/// Median seconds of one call, over at least `rounds` rounds of `calls` calls.
template <class Call>
double seconds_per_call(int rounds, int calls, Call call) {
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; ++i) call();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    times.push_back(took.count() / calls);
  }
  std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
  return times[static_cast<size_t>(rounds) / 2];
}

void print_assess(const char* name, const Case& c) {
  const double plain = seconds_per_call(9, 2000, [&c] { return assess(c).verdict; });
  const double traced = seconds_per_call(9, 200, [&c] {
    Trace trace;
    return assess(c, &trace).verdict;
  });
  fmt::print("assess, {:<28} {:>7.2f} us untraced ({:>9.0f} a second), {:>7.2f} us traced\n", name, plain * 1e6,
             1 / plain, traced * 1e6);
}

/// A fleet's worth of questions on two threads: boxes of every size, contexts and users that differ from one to the
/// next.
void print_fleet(const char* name, const Case& first) {
  constexpr int kThreads = 2, kEach = 500'000;
  std::atomic<int> fits = 0;
  const double took = seconds_per_call(5, 1, [&] {
    fits = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&first, &fits, t] {
        Case c = first;
        int ready = 0;
        for (int i = 0; i < kEach; ++i) {
          c.workload.context.value = 1024 * (1 + (i + t) % 16);
          c.workload.sequences.value = 1 + i % 4;
          ready += assess(c).verdict == Verdict::ready ? 1 : 0;
        }
        fits += ready;
      });
    }
    for (auto& thread : threads) thread.join();
  });
  fmt::print("fleet, 1,000,000 of {:<18} {:>12.2f} s on two threads, {:.0f} a second, {} fit\n", name, took,
             kThreads * kEach / took, fits.load());
}

/// A market of many cards, kits and boxes: how many changed questions a second a plan looks at, on two threads.
void print_search() {
  testing::Market market;
  std::deque<std::string> names;
  for (int i = 0; i < 6000; ++i) {
    names.push_back(fmt::format("card-{}", i));
    market.card(names.back(), 8 + i % 90, 250 + i, 300 + i % 1500, 100 + i % 500);
  }
  PlanTerms terms = market.terms();
  terms.threads = 2;
  const Case misfit =
      testing::question(testing::prepared(testing::llama_8b("f16")), testing::box(gib(8), 1, gib(6)), 32768, 4);
  Search found;
  const double took = seconds_per_call(3, 1, [&] {
    found = search(misfit, terms, Pruning::bounds);
    return select(found.found, terms).size();
  });
  fmt::print("plan, market of 6,000 cards {:>19.2f} s, {} cases ({} assessed), {:.0f} a second\n", took,
             found.considered, found.assessed, static_cast<double>(found.considered) / took);
}

int run(int count, char** models) {
  bench::print_whole_processes();
  const auto q4 = testing::prepared(testing::llama_8b());
  const auto f16 = testing::prepared(testing::llama_8b("f16"));
  print_assess("8B on one GPU", testing::question(q4, testing::box(gib(64), 1)));
  print_assess("8B on two GPUs", testing::question(q4, testing::box(gib(64), 2)));
  print_assess("8B on the CPU", testing::question(q4, testing::box(gib(64))));
  print_assess("8B partly on a small GPU", testing::question(q4, testing::box(gib(64), 1, gib(4))));
  print_assess("8B that does not fit", testing::question(f16, testing::box(gib(8), 1, gib(6))));
  const Case misfit = testing::question(f16, testing::box(gib(8), 1, gib(6)));
  print_fleet("8B on one GPU", testing::question(q4, testing::box(gib(64), 1)));
  print_fleet("8B on the CPU", testing::question(q4, testing::box(gib(64))));
  fmt::print("plan, 8B that does not fit {:>20.2f} ms\n",
             1e3 * seconds_per_call(5, 3, [&] { return plan(misfit, PlanTerms()).size(); }));
  print_search();
  fmt::print("limits, 8B on one GPU {:>25.2f} ms\n",
             1e3 * seconds_per_call(5, 20, [c = testing::question(q4, testing::box(gib(64), 1))] {
               return limits_of(c).max_context;
             }));
  for (int i = 0; i < count; ++i) {
    const std::string path = models[i];
    if (const auto model = read_model(path); !model) {
      fmt::print("read, {}: {}\n", path, model.error().what);
      continue;
    }
    fmt::print("read, {} {:>10.2f} ms\n", path.substr(path.rfind('/') + 1),
               1e3 * seconds_per_call(7, 1, [&path] { return read_model(path).has_value(); }));
  }
  return 0;
}

}  // namespace
}  // namespace edgefit

int main(int argc, char** argv) {
  return edgefit::run(argc - 1, argv + 1);
}
