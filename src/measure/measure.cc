#include "edgefit/measure.h"

#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "base/parse.h"
#include "edgefit/text.h"
#include "measure/crew.h"
#include "measure/disk.h"
#include "measure/kernels.h"
#include "measure/plan.h"
#include "measure/sample.h"

namespace edgefit {
namespace {

using std::chrono::milliseconds;

// Two seconds and a half in all, with the page faults of half a gibibyte among them.
constexpr CrewLimits kReading{milliseconds(400), 3, 40};
constexpr CrewLimits kArithmetic{milliseconds(120), 3, 9};
constexpr milliseconds kTouching{500};      // virtual machines can take seconds for pages that they were promised
constexpr double kPassOfArithmetic = 0.01;  // seconds
constexpr double kDiskSeconds = 0.6;
constexpr size_t kFirstRounds = 20000;

/// Zeroed memory that no other thread has touched: each thread touches its own, so that it lies on its own node.
class Part {
 public:
  explicit Part(size_t bytes)
      : bytes_(bytes), memory_(::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    if (memory_ == MAP_FAILED) return;
    ::madvise(memory_, bytes_, MADV_HUGEPAGE);
  }
  ~Part() {
    if (memory_ != MAP_FAILED) ::munmap(memory_, bytes_);
  }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  bool good() const { return memory_ != MAP_FAILED; }
  std::span<uint64_t> words() const { return {static_cast<uint64_t*>(memory_), bytes_ / sizeof(uint64_t)}; }

 private:
  size_t bytes_;
  void* memory_;
};

const char* nothing_started() {
  return tr("no thread could be started for it");
}

std::string virtualization_of(const Host& host) {
  return host.os.virtualization.value_or("");
}

/// A measured rate with what it rests on.
template <class Q>
Fact<Q> measured(const Sample& sample, std::string how, const std::string& doubt) {
  Fact<Q> out(Q{sample.median()}, {Origin::Kind::measured, std::move(how)});
  out.why = doubt;
  return out;
}

std::string joined(const std::string& one, const std::string& other) {
  return one.empty() || other.empty() ? one + other : one + "; " + other;
}

/// Reads all parts at once, pass by pass.
class MemoryTest {
 public:
  explicit MemoryTest(const MeasurePlan& plan) {
    for (const auto& team : plan.teams) cpus_.insert(cpus_.end(), team.cpus.begin(), team.cpus.end());
    const size_t words = static_cast<size_t>(plan.bytes) / sizeof(uint64_t) / std::max<size_t>(1, cpus_.size());
    bytes_ = words / 8 * 8 * sizeof(uint64_t);
    parts_.resize(cpus_.size());
    sums_.resize(cpus_.size());
    touched_.resize(cpus_.size());
  }

  void run() {
    if (bytes_ == 0) return;
    const CrewWork work{[this](size_t i) {
                          parts_[i] = std::make_unique<Part>(bytes_);
                          if (!parts_[i]->good()) return;
                          touched_[i] = touch(parts_[i]->words(), i);
                        },
                        [this](size_t i) {
                          if (parts_[i]->good()) sums_[i] = read_all(parts_[i]->words().first(common()));
                        }};
    passes_ = run_crew(cpus_, work, kReading);
    for (const auto& part : parts_)
      if (part && !part->good()) passes_.clear();
    bytes_ = common() * sizeof(uint64_t);
  }

  /// Of the threads [first, first + count): bytes over the slowest one's time.
  Sample rates(size_t first, size_t count) const {
    Sample out;
    for (const auto& pass : passes_) {
      const size_t last = std::min(first + count, pass.size());
      if (first >= last) continue;
      const double slowest = *std::max_element(pass.begin() + static_cast<std::ptrdiff_t>(first),
                                               pass.begin() + static_cast<std::ptrdiff_t>(last));
      if (slowest > 0) out.rates.push_back(static_cast<double>(bytes_ * (last - first)) / slowest);
    }
    return out;
  }
  size_t threads() const { return passes_.empty() ? 0 : passes_.front().size(); }
  size_t repeats() const { return passes_.size(); }
  double bytes() const { return static_cast<double>(bytes_ * threads()); }

 private:
  /// Writes to all pages, as far as the time allows; the words that are there.
  static size_t touch(std::span<uint64_t> words, size_t value) {
    constexpr size_t kStep = 1 << 17;  // words, a mebibyte
    const auto until = std::chrono::steady_clock::now() + kTouching;
    size_t done = 0;
    while (done < words.size() && std::chrono::steady_clock::now() < until) {
      const auto part = words.subspan(done, std::min(kStep, words.size() - done));
      std::fill(part.begin(), part.end(), value);
      done += part.size();
    }
    return done;
  }
  /// Every thread reads as much as all of them have; one that could not be started has nothing.
  size_t common() const {
    size_t least = bytes_ / sizeof(uint64_t);
    for (const size_t words : touched_)
      if (words > 0) least = std::min(least, words);
    return least;
  }

  std::vector<int> cpus_;
  size_t bytes_ = 0;
  std::vector<std::unique_ptr<Part>> parts_;
  std::vector<uint64_t> sums_;
  std::vector<size_t> touched_;  ///< words of each thread
  std::vector<PassTimes> passes_;
};

void measure_memory(Host& host, const MeasurePlan& plan) {
  MemoryTest test(plan);
  test.run();
  Memory& memory = host.memory;
  const Sample all = test.rates(0, plan.threads());
  if (all.empty()) {
    memory.measured_bandwidth = Fact<BytesPerSecond>::unknown(nothing_started());
    return;
  }
  const std::string in_caches = plan.beyond_caches && 2 * test.bytes() >= plan.bytes
                                    ? ""
                                    : tr("low confidence: too little memory could be had to read past the caches");
  const std::string doubt = joined(doubt_of(all, virtualization_of(host)), in_caches);
  const auto how = say(tr("{} read a pass, threads: {}, median of {} passes, {:.1f} to {:.1f} GB/s"),
                       show(Bytes{test.bytes()}), test.threads(), test.repeats(), all.low() / 1e9, all.high() / 1e9);
  memory.measured_bandwidth = measured<BytesPerSecond>(all, how, doubt);
  // More than the modules can give came out of a cache, or the modules are not what the firmware says.
  if (memory.peak_bandwidth && !memory.peak_bandwidth.assumed() && all.median() > memory.peak_bandwidth->value) {
    host.conflicts.push_back({"memory.measured.read_bps", show(BytesPerSecond{all.median()}) + ": " + how,
                              show(*memory.peak_bandwidth) + ": " + memory.peak_bandwidth.origin.text, "the smaller"});
    memory.measured_bandwidth.value = memory.peak_bandwidth.value;
  }
  const Origin origin{Origin::Kind::measured, tr("the reading of memory itself")};
  memory.read_test = {{static_cast<double>(test.threads()), origin},
                      {static_cast<double>(test.repeats()), origin},
                      {Bytes{test.bytes()}, origin},
                      {all.spread(), origin}};
  size_t first = 0;
  for (const auto& team : plan.teams) {
    const Sample own = test.rates(first, team.cpus.size());
    first += team.cpus.size();
    for (auto& node : memory.nodes) {
      if (node.os_index != team.node || own.empty()) continue;
      node.read_bandwidth = measured<BytesPerSecond>(
          own, say(tr("threads of this node: {}, all nodes at once"), team.cpus.size()), doubt);
    }
  }
}

/// All cores at once, for they share clock and power.
Sample time_kernel(const std::vector<int>& cpus, const ArithmeticKernel& kernel) {
  const auto begin = std::chrono::steady_clock::now();
  kernel.run(kFirstRounds);
  const double first = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const double wanted = static_cast<double>(kFirstRounds) * kPassOfArithmetic / std::max(first, 1e-7);
  const auto rounds = static_cast<size_t>(std::clamp(wanted, 1e3, 1e9));
  const CrewWork work{[](size_t) {}, [&kernel, rounds](size_t) { kernel.run(rounds); }};
  Sample out;
  for (const auto& pass : run_crew(cpus, work, kArithmetic)) {
    const double slowest = *std::max_element(pass.begin(), pass.end());
    const double operations = kernel.operations * static_cast<double>(rounds * pass.size());
    if (slowest > 0) out.rates.push_back(operations / slowest);
  }
  return out;
}

void measure_arithmetic(Host& host, const MeasurePlan& plan, std::span<const ArithmeticKernel> kernels,
                        Fact<FlopsPerSecond>& rate) {
  std::vector<int> cpus;
  for (const auto& team : plan.teams) cpus.insert(cpus.end(), team.cpus.begin(), team.cpus.end());
  const auto& kernel = choose_kernel(kernels, host.cpu.isa.value_or({}));
  const Sample sample = time_kernel(cpus, kernel);
  if (sample.empty()) {
    if (!rate) rate.why = nothing_started();
    return;
  }
  const auto how = say(tr("{}, threads: {}, median of {} passes, {:.0f} to {:.0f} Gop/s"), kernel.name, cpus.size(),
                       sample.rates.size(), sample.low() / 1e9, sample.high() / 1e9);
  rate = measured<FlopsPerSecond>(sample, how, doubt_of(sample, virtualization_of(host)));
}

void measure_disk(Host& host, const std::string& path) {
  if (host.storage.empty()) return;
  Storage& disk = host.storage.front();
  const auto nothing = [&disk](const char* why, const char* remedy) {
    disk.read_bandwidth = disk.direct_bandwidth = Fact<BytesPerSecond>::unknown(why, remedy);
  };
  if (disk.filesystem && (*disk.filesystem == "tmpfs" || *disk.filesystem == "ramfs"))
    return nothing(tr("this folder lies in memory, not on a disk"), "--path FOLDER");
  const auto files = files_to_read(path);
  if (files.empty()) return nothing(tr("no file of 8 MiB that may be read lies on this disk"), "--path FOLDER");
  const DiskRates rates = read_disk(files, kDiskSeconds);
  if (rates.buffered.empty() && rates.direct.empty())
    return nothing(rates.cached ? tr("all large files are in memory, in use by programs") : tr("reading failed"),
                   "--path FOLDER");
  const std::string doubt = doubt_of(rates.buffered.empty() ? rates.direct : rates.buffered, virtualization_of(host));
  const auto fact = [&](const Sample& sample, const char* through) {
    if (sample.empty())
      return Fact<BytesPerSecond>::unknown(through == nullptr
                                               ? tr("this filesystem cannot read past the page cache")
                                               : tr("all large files are in memory, in use by programs"));
    const auto how =
        say(tr("{} stretches of files on this disk{}, {:.2f} to {:.2f} GB/s"), sample.rates.size(),
            through == nullptr ? tr(", past the page cache") : through, sample.low() / 1e9, sample.high() / 1e9);
    return measured<BytesPerSecond>(sample, how, doubt);
  };
  disk.read_bandwidth = fact(rates.buffered, tr(" that were not in memory"));
  disk.direct_bandwidth = fact(rates.direct, nullptr);
}

}  // namespace

void measure(Host& host, const MeasureOptions& options) {
  const auto progress = [&options](double share) {
    if (options.progress) options.progress(share);
  };
  progress(0);
  // The disk first: what it reads into the page cache is gone from free memory only then.
  measure_disk(host, options.path);
  progress(0.35);
  const MeasurePlan plan = plan_measure(host, Root(), allowed_cpus());
  measure_memory(host, plan);
  progress(0.8);
  measure_arithmetic(host, plan, fp32_kernels(), host.cpu.fp32_peak);
  progress(0.9);
  measure_arithmetic(host, plan, int8_kernels(), host.cpu.int8_rate);
  progress(1);
}

}  // namespace edgefit
