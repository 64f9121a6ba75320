// Rates that decoding and prompts share: memory, link, processor, matrix units.
#include <algorithm>
#include <array>
#include <cmath>

#include "edgefit/text.h"
#include "size/speed_model.h"

namespace edgefit {
namespace {

constexpr double kLinkBandwidth = 12.5e9;  // host to device when the slot is not known: PCIe 4.0 x8

/// fp32 operations a core and cycle when the clock and units are not known: two FMA units of so many lanes.
constexpr double kWideOperations = 32, kNarrowOperations = 16;  // AVX2 and later; NEON, AVX
constexpr double kAssumedClock = 3e9, kAssumedCores = 4;

double operations_a_cycle(const Cpu& cpu) {
  if (cpu.architecture && *cpu.architecture == "aarch64") return kNarrowOperations;
  if (!cpu.isa) return kWideOperations;
  const auto& isa = *cpu.isa;
  return std::find(isa.begin(), isa.end(), "avx2") != isa.end() ? kWideOperations : kNarrowOperations;
}

}  // namespace

BoundBy TimeParts::largest() const {
  const std::array<std::pair<double, BoundBy>, 4> parts = {{{bandwidth, BoundBy::memory_bandwidth},
                                                            {compute, BoundBy::compute},
                                                            {overhead, BoundBy::overhead},
                                                            {link, BoundBy::link}}};
  return std::max_element(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.first < b.first; })
      ->second;
}

double of_generation(const Gpu& gpu, const BackendProfile& profile, double newer,
                     std::span<const GenerationRow> older) {
  if (!gpu.compute_capability) return newer;
  for (const auto& row : older) {
    if (*gpu.compute_capability < row.below && profile.*row.member > 0) return profile.*row.member;
  }
  return newer;
}

Figure<BytesPerSecond> SpeedModel::ram_bandwidth() const {
  const auto& memory = case_.host->memory;
  if (memory.measured_bandwidth) return given_(memory.measured_bandwidth, "ram_read_bandwidth");
  return given_(memory.peak_bandwidth, "ram_peak_bandwidth") *
         given_(cpu_->bandwidth_efficiency, "ram_share", Origin::Kind::catalog, mark("runtime profile"));
}

Figure<BytesPerSecond> SpeedModel::link() const {
  const auto& stated = gpu(0).pcie_bandwidth;
  return given_(BytesPerSecond{stated ? stated->value : kLinkBandwidth}, "link_bandwidth",
                stated ? Origin::Kind::driver : Origin::Kind::assumed, "PCIe");
}

Figure<FlopsPerSecond> cpu_peak_of(const Cpu& cpu, Given given) {
  const double cores = cpu.cores.value_or(kAssumedCores);
  const double share = std::min(cores, cpu.quota_cpus.value_or(cores)) / cores;  // a container's part of the cores
  if (cpu.fp32_peak) {
    const auto peak = given(cpu.fp32_peak, "cpu_fp32_peak");
    return cpu.fp32_peak.origin.kind == Origin::Kind::measured ? peak : peak * share;  // measured within the quota
  }
  return given(FlopsPerSecond{cores * share * kAssumedClock * operations_a_cycle(cpu)}, "cpu_fp32_peak",
               Origin::Kind::assumed, mark("cores x 3 GHz x operations a cycle"));
}

Figure<FlopsPerSecond> SpeedModel::cpu_peak() const {
  return cpu_peak_of(case_.host->cpu, given_);
}

const Fact<FlopsPerSecond>& SpeedModel::matrix_peak(const Gpu& gpu) const {
  if (gpu_->half_accumulation > 0 && gpu.fp16_half_peak) return gpu.fp16_half_peak;
  return gpu.fp16_peak ? gpu.fp16_peak : gpu.fp32_peak;
}

double SpeedModel::split_gain() const {
  return shares_layers() ? std::pow(static_cast<double>(devices_.size()), gpu_->split_exponent) : 1;
}

}  // namespace edgefit
