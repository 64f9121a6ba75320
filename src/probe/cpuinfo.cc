#include "probe/cpuinfo.h"

#include <algorithm>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

// Features that llama.cpp, ONNX Runtime or OpenVINO kernels ask for, in the kernel's own words.
// x86: arch/x86/include/asm/cpufeatures.h; Arm: Documentation/arch/arm64/elf_hwcaps.rst.
constexpr std::string_view kFeatures[] = {
    "sse4_2",      "avx",      "avx2",     "fma",      "f16c",     "bmi2",       "avx_vnni",    "avx_vnni_int8",
    "avx10",       "avx512f",  "avx512bw", "avx512vl", "avx512dq", "avx512vbmi", "avx512_vnni", "avx512_bf16",
    "avx512_fp16", "amx_tile", "amx_int8", "amx_bf16", "amx_fp16", "asimd",      "neon",        "asimdhp",
    "asimddp",     "sve",      "sve2",     "i8mm",     "bf16",     "svei8mm",    "svebf16",     "sme",
    "sme2",        "altivec",  "rvv",      "zvfh",
};

// Names: Linux arch/arm64/include/asm/cputype.h. Flops a cycle: 128-bit pipes x 4 lanes x 2, from Arm's software
// optimisation guides (one pipe up to A72 and in the little cores, two in A76 and later, four in X1 and later and V1,
// six in X925).
constexpr ArmCore kArmCores[] = {
    {{0x41, 0xd03}, "Cortex-A53", 8},     {{0x41, 0xd05}, "Cortex-A55", 8},      {{0x41, 0xd07}, "Cortex-A57", 8},
    {{0x41, 0xd08}, "Cortex-A72", 8},     {{0x41, 0xd09}, "Cortex-A73", 0},      {{0x41, 0xd0a}, "Cortex-A75", 0},
    {{0x41, 0xd0b}, "Cortex-A76", 16},    {{0x41, 0xd0c}, "Neoverse-N1", 16},    {{0x41, 0xd0d}, "Cortex-A77", 16},
    {{0x41, 0xd40}, "Neoverse-V1", 32},   {{0x41, 0xd41}, "Cortex-A78", 16},     {{0x41, 0xd42}, "Cortex-A78AE", 16},
    {{0x41, 0xd44}, "Cortex-X1", 32},     {{0x41, 0xd46}, "Cortex-A510", 0},     {{0x41, 0xd47}, "Cortex-A710", 16},
    {{0x41, 0xd48}, "Cortex-X2", 32},     {{0x41, 0xd49}, "Neoverse-N2", 16},    {{0x41, 0xd4b}, "Cortex-A78C", 16},
    {{0x41, 0xd4d}, "Cortex-A715", 16},   {{0x41, 0xd4e}, "Cortex-X3", 32},      {{0x41, 0xd4f}, "Neoverse-V2", 32},
    {{0x41, 0xd80}, "Cortex-A520", 0},    {{0x41, 0xd81}, "Cortex-A720", 16},    {{0x41, 0xd82}, "Cortex-X4", 32},
    {{0x41, 0xd84}, "Neoverse-V3", 32},   {{0x41, 0xd85}, "Cortex-X925", 48},    {{0x41, 0xd87}, "Cortex-A725", 16},
    {{0x41, 0xd8e}, "Neoverse-N3", 0},    {{0x48, 0xd01}, "Kunpeng-920", 0},     {{0x4e, 0x004}, "NVIDIA Carmel", 0},
    {{0x51, 0x001}, "Qualcomm Oryon", 0}, {{0xc0, 0xac3}, "Ampere-1", 0},        {{0xc0, 0xac4}, "Ampere-1A", 0},
    {{0x61, 0x022}, "Apple Icestorm", 0}, {{0x61, 0x023}, "Apple Firestorm", 0},
};

void keep_common(std::vector<std::string>& flags, std::string_view line, bool first) {
  const auto here = words(line);
  if (first) {
    flags.assign(here.begin(), here.end());
    return;
  }
  // Same text as before on nearly all machines, so this is a comparison of equal lists.
  if (std::equal(flags.begin(), flags.end(), here.begin(), here.end())) return;
  std::erase_if(flags,
                [&](const std::string& flag) { return std::find(here.begin(), here.end(), flag) == here.end(); });
}

/// "rv64imafdcv_zicsr_zvfh" as words: "rvv" for the vector extension, then the long names.
std::string riscv_words(std::string_view isa) {
  std::string out;
  const auto parts = split(isa, '_');
  if (parts[0].size() > 4 && parts[0].substr(4).find('v') != std::string_view::npos) out = "rvv ";
  for (size_t i = 1; i < parts.size(); ++i) out += std::string(parts[i]) + " ";
  return out;
}

int to_int(std::string_view text) {
  return static_cast<int>(std::clamp(to_number(text).value_or(-1), -1.0, 1e6));
}

}  // namespace

bool CpuInfo::has_flag(std::string_view flag) const {
  return contains_word(flags, flag);
}

CpuInfo parse_cpuinfo(std::string_view text) {
  CpuInfo info;
  bool flags_seen = false;
  unsigned implementer = 0;
  const auto take_flags = [&](std::string_view line) {
    keep_common(info.flags, line, !flags_seen);
    flags_seen = true;
  };
  for (const auto line : split_lines(text)) {
    const auto pair = key_value(line, ':');
    if (!pair) continue;
    const auto [key, value] = *pair;
    if (key == "flags" || key == "Features" || key == "features")
      take_flags(value);
    else if (key == "isa")
      take_flags(riscv_words(value));
    else if (key == "model name" && info.model_name.empty())
      info.model_name = value;
    else if (key == "vendor_id" && info.vendor.empty())
      info.vendor = value;
    else if (key == "cpu family" && info.family < 0)
      info.family = to_int(value);
    else if (key == "model" && info.model < 0)
      info.model = to_int(value);
    else if (key == "cpu" && info.model_name.empty()) {  // POWER: "POWER9, altivec supported"
      info.model_name = value.substr(0, value.find(','));
      if (value.find("altivec supported") != std::string_view::npos) take_flags("altivec");
    } else if (key == "address sizes")
      info.physical_address_bits = static_cast<int>(std::clamp(leading_number(value).value_or(0), 0.0, 64.0));
    else if (key == "CPU implementer")
      implementer = static_cast<unsigned>(to_hex(value).value_or(0) & 0xff);
    else if (key == "CPU part")
      info.parts.push_back({implementer, static_cast<unsigned>(to_hex(value).value_or(0) & 0xfff)});
  }
  return info;
}

Fact<std::vector<std::string>> usable_isa(const CpuInfo& info) {
  if (info.flags.empty())
    return Fact<std::vector<std::string>>::unknown(say(tr("{} names no features"), info.source),
                                                   "--fact cpu.isa=avx2,fma");
  std::vector<std::string> isa;
  for (const auto feature : kFeatures)
    if (info.has_flag(feature)) isa.emplace_back(feature);
  return {std::move(isa), {Origin::Kind::os, info.source}};
}

const ArmCore* find_arm_core(ArmPart part) {
  for (const auto& core : kArmCores)
    if (core.id == part) return &core;
  return nullptr;
}

}  // namespace edgefit
