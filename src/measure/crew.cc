#include "measure/crew.h"

#include <sched.h>

#include <atomic>
#include <barrier>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>

namespace edgefit {
namespace {

using Clock = std::chrono::steady_clock;

struct FreeSet {
  void operator()(cpu_set_t* set) const { CPU_FREE(set); }
};
using CpuSet = std::unique_ptr<cpu_set_t, FreeSet>;

/// Larger machines than cpu_set_t knows have sets of their own size.
constexpr int kMostCpus = 65536;

void pin(int cpu) {
  const CpuSet set(CPU_ALLOC(kMostCpus));
  if (!set || cpu < 0 || cpu >= kMostCpus) return;
  CPU_ZERO_S(CPU_ALLOC_SIZE(kMostCpus), set.get());
  CPU_SET_S(static_cast<size_t>(cpu), CPU_ALLOC_SIZE(kMostCpus), set.get());
  // Not allowed: the scheduler decides, and the spread of the passes tells.
  (void)::sched_setaffinity(0, CPU_ALLOC_SIZE(kMostCpus), set.get());
}

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

/// What all threads share.
class Crew {
 public:
  Crew(const CrewWork& work, const CrewLimits& limits) : work_(work), limits_(limits) {}

  std::vector<PassTimes> run(const std::vector<int>& cpus) {
    std::vector<std::thread> threads;
    try {
      for (size_t i = 0; i < cpus.size(); ++i) threads.emplace_back([this, i, cpu = cpus[i]] { serve(i, cpu); });
    } catch (const std::system_error&) {
      // A limit on threads: those that started measure.
    }
    count_ = threads.size();
    ends_.resize(count_);
    if (count_ > 0) gate_.emplace(static_cast<std::ptrdiff_t>(count_), Turn{this});
    begun_ = Clock::now();
    open_ = true;
    open_.notify_all();
    for (auto& thread : threads) thread.join();
    if (!passes_.empty()) passes_.erase(passes_.begin());
    return std::move(passes_);
  }

 private:
  struct Turn {
    Crew* crew;
    void operator()() noexcept { crew->turn(); }
  };

  void serve(size_t thread, int cpu) {
    pin(cpu);
    open_.wait(false);
    work_.prepare(thread);
    while (true) {
      gate_->arrive_and_wait();
      if (done_) return;
      work_.pass(thread);
      ends_[thread] = Clock::now();
      gate_->arrive_and_wait();
    }
  }

  /// Between passes and before them, by the last thread that arrives; the others wait.
  void turn() {
    if (running_) {
      PassTimes& times = passes_.emplace_back();
      for (const auto end : ends_) times.push_back(seconds_between(started_, end));
    }
    running_ = !running_;
    const auto now = Clock::now();
    if (passes_.empty() && running_) begun_ = now;  // preparing does not count
    // Beside other programs a pass can take many times as long: then fewer must do.
    const auto taken = now - begun_;
    const bool enough =
        (passes_.size() > limits_.least && taken >= limits_.time) || (passes_.size() > 1 && taken >= 2 * limits_.time);
    done_ = running_ && (enough || passes_.size() > limits_.most);
    started_ = Clock::now();
  }

  const CrewWork& work_;
  const CrewLimits limits_;
  std::atomic<bool> open_{false};
  std::optional<std::barrier<Turn>> gate_;
  size_t count_ = 0;
  bool running_ = false, done_ = false;
  Clock::time_point begun_, started_;
  std::vector<Clock::time_point> ends_;
  std::vector<PassTimes> passes_;
};

}  // namespace

std::vector<PassTimes> run_crew(const std::vector<int>& cpus, const CrewWork& work, const CrewLimits& limits) {
  return Crew(work, limits).run(cpus);
}

std::vector<int> allowed_cpus() {
  std::vector<int> out;
  const CpuSet set(CPU_ALLOC(kMostCpus));
  if (!set || ::sched_getaffinity(0, CPU_ALLOC_SIZE(kMostCpus), set.get()) != 0) return out;
  for (int cpu = 0; cpu < kMostCpus; ++cpu)
    if (CPU_ISSET_S(static_cast<size_t>(cpu), CPU_ALLOC_SIZE(kMostCpus), set.get())) out.push_back(cpu);
  return out;
}

}  // namespace edgefit
