// /proc/cpuinfo of every architecture in one struct.
// The kernel has already removed what it or the hypervisor does not allow, which CPUID alone would not tell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edgefit/fact.h"

namespace edgefit {

/// Arm's identity of a core design.
struct ArmPart {
  unsigned implementer = 0, part = 0;
  friend bool operator==(ArmPart, ArmPart) = default;
};

inline constexpr const char* kCpuInfoFile = "/proc/cpuinfo";

struct CpuInfo {
  std::string source = kCpuInfoFile;  ///< who says so
  std::string vendor, model_name;
  int family = -1, model = -1;     ///< x86
  std::vector<std::string> flags;  ///< that all processors have
  std::vector<ArmPart> parts;      ///< by number of processor; empty elsewhere
  int physical_address_bits = 0;   ///< 0 = not told
  bool has_flag(std::string_view flag) const;
};

CpuInfo parse_cpuinfo(std::string_view text);

/// Words of the features that engines switch on: "avx2" "avx512_vnni" "asimddp" "i8mm" ...; unknown without flags.
Fact<std::vector<std::string>> usable_isa(const CpuInfo& info);

struct ArmCore {
  ArmPart id;
  const char* name;
  int fp32_per_cycle;  ///< flops a cycle in its NEON or SVE pipes; 0 = not known
};
/// Nothing when the table has no such core.
const ArmCore* find_arm_core(ArmPart part);

}  // namespace edgefit
