// What the processor itself says it can do, from the instruction or from a dump of hwloc-gather-cpuid.
// /proc/cpuinfo shows what the kernel lets through; the difference is what a setting or a hypervisor took away.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.h"
#include "probe/cpuinfo.h"

namespace edgefit {

struct CpuidRegisters {
  uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};
/// Answers by leaf and subleaf.
using Cpuid = std::map<std::pair<uint32_t, uint32_t>, CpuidRegisters>;

/// A root that holds such a dump (files pu0, pu1 ...) instead of /proc and /sys.
bool is_cpuid_dump(const Root& root);
/// Lines "5 7 0 0 0 => eax ebx ecx edx": a mask of the inputs that matter, four inputs, four outputs.
Cpuid parse_cpuid(std::string_view text);
inline constexpr const char* kCpuidFile = "/edgefit/cpuid";
/// As parse_cpuid() reads it.
std::string cpuid_text(const Cpuid& cpuid);
/// The leaf that describes the running core and its siblings (AMD).
inline constexpr uint32_t kCpuidCoreLeaf = 0x80000026;
/// One answer; nothing when the processor or the dump lacks it.
std::optional<CpuidRegisters> find_cpuid(const Cpuid& cpuid, uint32_t leaf, uint32_t subleaf);
/// Of a live machine the running processor's answers, of a recording those kept, of a dump those of its first
/// processor.
Cpuid cpuid_of(const Root& root);
/// The running processor's leaves that this file reads; empty on another architecture.
Cpuid live_cpuid();

/// Words of kFeatures that CPUID shows, in the kernel's spelling.
std::vector<std::string> cpuid_features(const Cpuid& cpuid);
/// Vendor, model, family and features of a dump, as /proc/cpuinfo would show them.
CpuInfo cpuinfo_of(const Cpuid& cpuid);
/// The dump's first processor as CpuInfo.
CpuInfo read_cpuid_dump(const Root& root);

}  // namespace edgefit
