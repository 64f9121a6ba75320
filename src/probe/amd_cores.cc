#include "probe/amd_cores.h"

#include <map>
#include <string>

#include "probe/cpuid.h"

namespace edgefit {
namespace {

/// AMD APM volume 3, E.4.24: EAX bit 30 says that kinds are mixed, EBX bits 28 to 31 the kind of this core.
constexpr uint32_t kMixedBit = 1U << 30U;
constexpr int kKindShift = 28;
constexpr uint32_t kDense = 1;
constexpr size_t kMostPus = 64;  // no processor that mixes kinds has more; reading more files would cost milliseconds

/// A dump holds what each processor said.
std::optional<AmdCores> cores_of_dump(const Root& root, const Topology& topology) {
  AmdCores cores;
  for (const auto& pu : topology.pus) {
    const auto text = root.read("/pu" + std::to_string(pu.os_index), 1 << 20);
    const auto leaf = find_cpuid(parse_cpuid(text ? *text : std::string()), kCpuidCoreLeaf, 0);
    if (!leaf || (leaf->eax & kMixedBit) == 0) return std::nullopt;
    (leaf->ebx >> kKindShift == kDense ? cores.dense : cores.usual).insert(pu.os_index);
  }
  return cores;
}

/// Speed of each thread by the first file that all have and in which they differ.
std::map<int, double> speeds(const Root& root, const Topology& topology) {
  for (const char* file :
       {"/cpufreq/cpuinfo_max_freq", "/cpufreq/amd_pstate_highest_perf", "/acpi_cppc/highest_perf"}) {
    std::map<int, double> out;
    std::set<double> values;
    for (const auto& pu : topology.pus) {
      const auto speed = root.read_number("/sys/devices/system/cpu/cpu" + std::to_string(pu.os_index) + file);
      if (!speed || *speed <= 0) break;
      out[pu.os_index] = *speed;
      values.insert(*speed);
    }
    if (out.size() == topology.pus.size() && values.size() > 1) return out;
  }
  return {};
}

/// Good cores of one kind reach 5 to 10 % more than their neighbours, dies with stacked cache as much less; a dense
/// core stops at two thirds of a usual one (Ryzen AI 9 HX 370: 3.3 of 5.1 GHz, Ryzen 5 7545U: 3.5 of 4.9 GHz).
std::optional<AmdCores> cores_by_speed(const Root& root, const Topology& topology) {
  constexpr double kSameKind = 0.85;
  const auto by_pu = speeds(root, topology);
  std::set<double> values;
  for (const auto& [pu, speed] : by_pu) values.insert(speed);
  double border = 0, widest = kSameKind, below = 0;
  for (const double speed : values) {
    if (below > 0 && below / speed < widest) {
      widest = below / speed;
      border = speed;
    }
    below = speed;
  }
  if (border <= 0) return std::nullopt;
  AmdCores cores;
  for (const auto& [pu, speed] : by_pu) (speed < border ? cores.dense : cores.usual).insert(pu);
  return cores;
}

}  // namespace

std::optional<AmdCores> find_amd_cores(const Root& root, const CpuInfo& info, const Topology& topology) {
  constexpr int kFirstFamily = 25;  // Zen 3 and 4; mixed from Zen 4 on
  if (info.vendor != "AuthenticAMD" || info.family < kFirstFamily || topology.pus.size() > kMostPus) return {};
  std::optional<AmdCores> cores;
  if (is_cpuid_dump(root)) {
    cores = cores_of_dump(root, topology);
  } else {
    const auto leaf = find_cpuid(cpuid_of(root), kCpuidCoreLeaf, 0);
    if (leaf && (leaf->eax & kMixedBit) == 0) return {};
    cores = cores_by_speed(root, topology);
  }
  return cores && !cores->usual.empty() && !cores->dense.empty() ? cores : std::nullopt;
}

}  // namespace edgefit
