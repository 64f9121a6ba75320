#include "probe/cpu.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "base/parse.h"
#include "edgefit/text.h"
#include "probe/amd_cores.h"
#include "probe/cpuid.h"
#include "probe/os.h"

namespace edgefit {
namespace {

constexpr const char* kPerformanceCore = "P-core";
constexpr const char* kEfficientCore = "E-core";
constexpr const char* kUsualCore = "core";
constexpr const char* kDenseCore = "dense core";
constexpr const char* kBaseClock = "/cpufreq/base_frequency";
constexpr const char* kCpuFolder = "/sys/devices/system/cpu/cpu";

Fact<Hertz> read_clock(const Root& root, int cpu, const char* file, double unit) {
  const std::string path = kCpuFolder + std::to_string(cpu) + file;
  const auto value = root.read_number(path);
  if (!value || *value <= 0 || *value * unit > 1e11)
    return Fact<Hertz>::unknown(tr("the kernel does not tell a clock"));
  return {Hertz{*value * unit}, {Origin::Kind::os, path}};
}

CpuKind make_kind(const Root& root, std::string name, const Topology& topology, const std::set<int>& cpus) {
  CpuKind kind;
  kind.name = std::move(name);
  std::set<int> cores;
  int pus = 0, first = -1;
  bool cores_known = true;
  for (const auto& pu : topology.pus) {
    if (!pu.allowed || !cpus.contains(pu.os_index)) continue;
    ++pus;
    if (first < 0) first = pu.os_index;
    cores.insert(pu.core);
    cores_known = cores_known && pu.core >= 0;
  }
  const Origin origin{Origin::Kind::os, "hwloc"};
  if (cores_known && pus > 0) kind.cores = {static_cast<double>(cores.size()), origin};
  if (!kind.cores) kind.cores.why = tr("the kernel does not tell");
  kind.pus = {static_cast<double>(pus), origin};
  kind.efficiency = Fact<double>::unknown(tr("not ranked by the kernel"));
  // One core stands for its kind: reading hundreds of files would cost more than the rest of the probe.
  kind.max_frequency = read_clock(root, first, "/cpufreq/cpuinfo_max_freq", 1e3);
  kind.base_frequency = read_clock(root, first, kBaseClock, 1e3);
  if (!kind.base_frequency) kind.base_frequency = read_clock(root, first, "/acpi_cppc/nominal_freq", 1e6);
  return kind;
}

struct CpuGroup {
  std::string name;
  std::set<int> cpus;
};

/// Intel hybrids register one PMU a kind and list its CPUs. A recording without these lists still has two base clocks.
std::vector<CpuGroup> intel_groups(const Root& root, const Topology& topology) {
  std::vector<CpuGroup> groups;
  for (const auto& [name, path] :
       {std::pair{kPerformanceCore, "/sys/devices/cpu_core/cpus"}, {kEfficientCore, "/sys/devices/cpu_atom/cpus"}}) {
    const auto text = root.read(path);
    if (!text) continue;
    const auto list = parse_cpu_list(*text);
    groups.push_back({name, {list.begin(), list.end()}});
  }
  constexpr size_t kMostHybridPus = 64;  // no hybrid has more; reading more files would cost milliseconds
  if (!groups.empty() || root.live() || topology.pus.size() > kMostHybridPus) return groups;
  std::map<double, std::set<int>, std::greater<>> by_clock;
  for (const auto& pu : topology.pus)
    if (const auto clock = read_clock(root, pu.os_index, kBaseClock, 1e3)) by_clock[clock->value].insert(pu.os_index);
  if (by_clock.size() != 2) return groups;
  groups.push_back({kPerformanceCore, by_clock.begin()->second});
  groups.push_back({kEfficientCore, by_clock.rbegin()->second});
  return groups;
}

/// Dense cores are the same design at a lower clock.
std::vector<CpuGroup> amd_groups(const Root& root, const CpuInfo& info, const Topology& topology) {
  auto cores = find_amd_cores(root, info, topology);
  if (!cores) return {};
  return {{kUsualCore, std::move(cores->usual)}, {kDenseCore, std::move(cores->dense)}};
}

/// By design of the core, not by capacity: hwloc 2.9 sees five kinds in a GB10, whose ten X925 differ only in binning.
std::vector<CpuGroup> arm_groups(const CpuInfo& info) {
  std::vector<std::pair<ArmPart, CpuGroup>> groups;
  for (size_t cpu = 0; cpu < info.parts.size(); ++cpu) {
    const ArmPart part = info.parts[cpu];
    auto at = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == part; });
    if (at == groups.end()) {
      const auto* core = find_arm_core(part);
      groups.push_back(
          {part, {core ? core->name : fmt::format("arm {:#04x}:{:#05x}", part.implementer, part.part), {}}});
      at = groups.end() - 1;
    }
    at->second.cpus.insert(static_cast<int>(cpu));
  }
  std::vector<CpuGroup> out;
  for (auto& group : groups) out.push_back(std::move(group.second));
  return out;
}

double top_clock(const CpuKind& kind) {
  return kind.max_frequency ? kind.max_frequency->value : 0;
}
double clock_of(const CpuKind& kind) {
  return kind.base_frequency ? kind.base_frequency->value : kind.max_frequency ? kind.max_frequency->value : 0;
}

/// x86 cores with AVX2 whose vector pipes are 128 bits wide. Agner Fog, microarchitecture: Zen 1, Gracemont.
struct NarrowCore {
  const char* vendor;
  int family, first_model, last_model;
};
constexpr NarrowCore kNarrowCores[] = {
    {"AuthenticAMD", 23, 0x00, 0x2f},  // Zen 1 and Zen+
    {"HygonGenuine", 24, 0x00, 0xff},  // Dhyana, a Zen 1
    {"GenuineIntel", 6, 0xaf, 0xaf},   // Sierra Forest
    {"GenuineIntel", 6, 0xb6, 0xb6},   // Grand Ridge
    {"GenuineIntel", 6, 0xbe, 0xbe},   // Alder Lake-N
};

/// Flops a cycle that every x86 core with these features reaches at least. AVX-512 counts as two 256-bit pipes: Zen 4,
/// Zen 5 mobile and Xeon Silver do no more, and the features do not tell the others apart.
int x86_fp32_per_cycle(const CpuInfo& info, const CpuKind& kind) {
  const bool narrow = kind.name == kEfficientCore ||
                      std::any_of(std::begin(kNarrowCores), std::end(kNarrowCores), [&](const auto& row) {
                        return info.vendor == row.vendor && info.family == row.family &&
                               info.model >= row.first_model && info.model <= row.last_model;
                      });
  const bool shared_pipes = info.vendor == "AuthenticAMD" && info.family < 23;  // two cores of Bulldozer share one
  if (info.model < 0 || shared_pipes) return 0;
  if (info.has_flag("fma") && info.has_flag("avx2")) return narrow ? 16 : 32;
  if (info.has_flag("avx")) return 16;  // one multiply and one add of 8 lanes
  return info.has_flag("sse2") ? 8 : 0;
}

int fp32_per_cycle(const CpuInfo& info, const CpuKind& kind) {
  if (info.parts.empty()) return x86_fp32_per_cycle(info, kind);
  for (const auto part : info.parts)
    if (const auto* core = find_arm_core(part); core && kind.name == core->name) return core->fp32_per_cycle;
  return 0;
}

Fact<std::string> cpu_model(const Root& root, const CpuInfo& info, const std::vector<CpuKind>& kinds) {
  if (!info.model_name.empty() && info.parts.empty()) return {info.model_name, {Origin::Kind::os, info.source}};
  if (!info.parts.empty()) {
    std::string names;
    for (const auto& kind : kinds) names += (names.empty() ? "" : " + ") + kind.name;
    return {names, {Origin::Kind::os, "/proc/cpuinfo: CPU implementer and part"}};
  }
  if (const auto text = root.read("/proc/device-tree/model"); text && !text->empty())
    return {text->substr(0, text->find('\0')), {Origin::Kind::firmware, "/proc/device-tree/model"}};
  return Fact<std::string>::unknown(say(tr("{} names no model"), info.source));
}

Fact<std::string> cpu_vendor(const CpuInfo& info) {
  if (!info.vendor.empty()) return {info.vendor, {Origin::Kind::os, info.source}};
  struct Row {
    unsigned implementer;
    const char* name;
  };
  static constexpr Row kVendors[] = {{0x41, "Arm"},      {0x48, "HiSilicon"}, {0x4e, "NVIDIA"},
                                     {0x51, "Qualcomm"}, {0x61, "Apple"},     {0xc0, "Ampere"}};
  for (const auto& row : kVendors)
    if (!info.parts.empty() && info.parts[0].implementer == row.implementer)
      return {row.name, {Origin::Kind::os, "/proc/cpuinfo: CPU implementer"}};
  return Fact<std::string>::unknown(say(tr("{} names no vendor"), info.source));
}

/// Allowed physical cores of the fastest kind that this process may be scheduled on, cut to the quota, at least one.
/// More threads than the quota cost 4 to 45 times the speed (ollama#17916), so a part of a CPU is rounded down.
Fact<double> recommend_threads(const Root& root, const Host& host, const Topology& topology) {
  if (host.cpu.kinds.empty() || !host.cpu.kinds.front().cores) return Fact<double>::unknown(tr("cores are not known"));
  double threads = *host.cpu.kinds.front().cores;
  // Dense cores outnumber the others by more than they are slower.
  for (const auto& kind : host.cpu.kinds)
    if (kind.name == kDenseCore) threads += kind.cores.value_or(0);
  std::string from = "cores";
  const auto list = affinity_of(root);
  std::set<int> cores;
  for (const auto& pu : topology.pus)
    if (pu.allowed && std::binary_search(list.begin(), list.end(), pu.os_index)) cores.insert(pu.core);
  if (!cores.empty() && static_cast<double>(cores.size()) < threads) {
    threads = static_cast<double>(cores.size());
    from = "/proc/self/status: Cpus_allowed_list";
  }
  if (host.cpu.quota_cpus && std::floor(*host.cpu.quota_cpus) < threads) {
    threads = std::max(1.0, std::floor(*host.cpu.quota_cpus));
    from = host.cpu.quota_cpus.origin.text;
  }
  return {threads, {Origin::Kind::derived, from}};
}

/// What CPUID shows. A feature in it but not in `isa` was taken away by the kernel, a hypervisor or the firmware.
Fact<std::vector<std::string>> present_isa(const Root& root, const Cpuid& cpuid) {
  if (cpuid.empty())
    return Fact<std::vector<std::string>>::unknown(root.live() ? tr("only x86 processors tell it")
                                                               : tr("this recording does not tell"));
  CpuInfo shown;
  shown.flags = cpuid_features(cpuid);
  auto isa = usable_isa(shown);
  if (isa) isa.origin = {Origin::Kind::firmware, "CPUID"};
  return isa;
}

/// The kernel has no word for AVX10: its registers are those of AVX-512, which the kernel must save (Intel, AVX10
/// Architecture Specification, "Enumeration").
void add_avx10(const Cpuid& cpuid, CpuInfo& info) {
  if (info.has_flag("avx512f") && !info.has_flag("avx10") && contains_word(cpuid_features(cpuid), "avx10"))
    info.flags.emplace_back("avx10");
}

/// Programs may set a shorter vector than the processor has, and so may the system for all; what counts is this one's.
Fact<double> sve_length(const Root& root, const CpuInfo& info) {
  if (info.flags.empty()) return Fact<double>::unknown(say(tr("{} names no features"), info.source));
  if (!info.has_flag("sve")) return Fact<double>::unknown(tr("these cores have no SVE"));
  const auto bits = root.live() ? sve_bits() : recorded_number(root, "sve_bits");
  if (!bits) return Fact<double>::unknown(tr("this recording does not tell"));
  return {*bits, {Origin::Kind::os, "prctl PR_SVE_GET_VL"}};
}

}  // namespace

std::vector<CpuKind> cpu_kinds(const Root& root, const CpuInfo& info, const Topology& topology) {
  auto groups = info.parts.empty() ? intel_groups(root, topology) : arm_groups(info);
  if (groups.empty()) groups = amd_groups(root, info, topology);
  if (groups.size() < 2) {
    // Old Arm kernels name the part once for all processors.
    std::set<int> all;
    for (const auto& pu : topology.pus) all.insert(pu.os_index);
    groups = {{groups.empty() ? kUsualCore : groups[0].name, std::move(all)}};
  }
  std::vector<CpuKind> kinds;
  for (auto& group : groups) {
    auto kind = make_kind(root, group.name, topology, group.cpus);
    if (*kind.pus > 0) kinds.push_back(std::move(kind));
  }
  std::stable_sort(kinds.begin(), kinds.end(),
                   [](const CpuKind& a, const CpuKind& b) { return top_clock(a) > top_clock(b); });
  return kinds;
}

std::vector<int> affinity_of(const Root& root) {
  const auto status = root.read("/proc/self/status");
  for (const auto line : split_lines(text_of(status)))
    if (const auto pair = key_value(line, ':'); pair && pair->first == "Cpus_allowed_list")
      return parse_cpu_list(pair->second);
  return {};
}

std::optional<Hertz> clock_in_name(std::string_view model_name) {
  const auto at = model_name.find("@ ");
  if (at == std::string_view::npos || !model_name.ends_with("GHz")) return std::nullopt;
  const auto ghz = leading_number(model_name.substr(at + 2));
  if (!ghz || *ghz <= 0 || *ghz > 20) return std::nullopt;
  return Hertz{*ghz * 1e9};
}

Fact<FlopsPerSecond> fp32_peak(const CpuInfo& info, const std::vector<CpuKind>& kinds) {
  const auto named = clock_in_name(info.model_name);
  double flops = 0;
  for (const auto& kind : kinds) {
    const int per_cycle = fp32_per_cycle(info, kind);
    double clock = clock_of(kind);
    if (clock <= 0 && named && kinds.size() == 1) clock = named->value;
    if (per_cycle == 0) return Fact<FlopsPerSecond>::unknown(tr("vector width of these cores is not known"));
    if (clock <= 0 || !kind.cores)
      return Fact<FlopsPerSecond>::unknown(tr("the kernel tells no clock, as in most virtual machines"));
    flops += *kind.cores * clock * per_cycle;
  }
  if (flops <= 0) return Fact<FlopsPerSecond>::unknown(tr("cores are not known"));
  return {FlopsPerSecond{flops}, {Origin::Kind::derived, "cores x clock x FP32 operations a cycle"}};
}

void probe_cpu(Scan& scan) {
  Cpu& cpu = scan.host.cpu;
  cpu.kinds = cpu_kinds(scan.root, scan.cpuinfo, scan.topology);
  cpu.model = cpu_model(scan.root, scan.cpuinfo, cpu.kinds);
  cpu.vendor = cpu_vendor(scan.cpuinfo);
  const auto cpuid = cpuid_of(scan.root);
  add_avx10(cpuid, scan.cpuinfo);
  cpu.isa = usable_isa(scan.cpuinfo);
  cpu.isa_present = present_isa(scan.root, cpuid);
  cpu.sve_bits = sve_length(scan.root, scan.cpuinfo);
  cpu.fp32_peak = fp32_peak(scan.cpuinfo, cpu.kinds);
  cpu.int8_rate = Fact<FlopsPerSecond>::unknown(tr("not measured"), "edgefit probe --measure");
  cpu.threads_recommended = recommend_threads(scan.root, scan.host, scan.topology);
}

}  // namespace edgefit
