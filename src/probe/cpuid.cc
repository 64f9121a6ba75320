#include "probe/cpuid.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/parse.h"

namespace edgefit {
namespace {

constexpr uint32_t kBrand = 0x80000002;

/// Where a feature's bit is: Intel SDM volume 2, CPUID; AMD APM volume 3, appendix E.
struct FeatureRow {
  const char* word;
  uint32_t leaf, subleaf;
  uint32_t CpuidRegisters::*part;
  int bit;
};
constexpr FeatureRow kFeatures[] = {
    {"sse2", 1, 0, &CpuidRegisters::edx, 26},         {"sse4_2", 1, 0, &CpuidRegisters::ecx, 20},
    {"avx", 1, 0, &CpuidRegisters::ecx, 28},          {"f16c", 1, 0, &CpuidRegisters::ecx, 29},
    {"fma", 1, 0, &CpuidRegisters::ecx, 12},          {"avx2", 7, 0, &CpuidRegisters::ebx, 5},
    {"bmi2", 7, 0, &CpuidRegisters::ebx, 8},          {"avx512f", 7, 0, &CpuidRegisters::ebx, 16},
    {"avx512dq", 7, 0, &CpuidRegisters::ebx, 17},     {"avx512bw", 7, 0, &CpuidRegisters::ebx, 30},
    {"avx512vl", 7, 0, &CpuidRegisters::ebx, 31},     {"avx512vbmi", 7, 0, &CpuidRegisters::ecx, 1},
    {"avx512_vnni", 7, 0, &CpuidRegisters::ecx, 11},  {"avx512_fp16", 7, 0, &CpuidRegisters::edx, 23},
    {"amx_bf16", 7, 0, &CpuidRegisters::edx, 22},     {"amx_tile", 7, 0, &CpuidRegisters::edx, 24},
    {"amx_int8", 7, 0, &CpuidRegisters::edx, 25},     {"avx_vnni", 7, 1, &CpuidRegisters::eax, 4},
    {"avx512_bf16", 7, 1, &CpuidRegisters::eax, 5},   {"amx_fp16", 7, 1, &CpuidRegisters::eax, 21},
    {"avx_vnni_int8", 7, 1, &CpuidRegisters::edx, 4}, {"avx10", 7, 1, &CpuidRegisters::edx, 19},
    {"lm", 0x80000001, 0, &CpuidRegisters::edx, 29},
};

void append_text(std::string& out, std::initializer_list<uint32_t> registers) {
  for (const uint32_t value : registers) {
    char bytes[4];
    std::memcpy(bytes, &value, sizeof bytes);
    for (const char c : bytes)
      if (c != '\0') out += c;
  }
}

}  // namespace

bool is_cpuid_dump(const Root& root) {
  return !root.live() && root.exists("/pu0") && !root.exists("/proc/cpuinfo");
}

Cpuid parse_cpuid(std::string_view text) {
  Cpuid cpuid;
  for (const auto line : split_lines(text)) {
    const auto fields = words(line);
    constexpr size_t kFields = 10, kArrow = 5;
    if (fields.size() != kFields || fields[kArrow] != "=>") continue;
    uint32_t numbers[kFields] = {};
    bool good = true;
    for (size_t i = 0; i < kFields; ++i) {
      if (i == kArrow) continue;
      const auto number = to_hex(fields[i]);
      good = good && number && *number <= 0xffffffff;
      numbers[i] = static_cast<uint32_t>(number.value_or(0));
    }
    constexpr uint32_t kSubleafMatters = 4;
    if (good)
      cpuid.emplace(std::pair{numbers[1], (numbers[0] & kSubleafMatters) != 0 ? numbers[3] : 0},
                    CpuidRegisters{numbers[6], numbers[7], numbers[8], numbers[9]});
  }
  return cpuid;
}

std::optional<CpuidRegisters> find_cpuid(const Cpuid& cpuid, uint32_t leaf, uint32_t subleaf) {
  const auto at = cpuid.find({leaf, subleaf});
  return at == cpuid.end() ? std::nullopt : std::optional(at->second);
}

Cpuid cpuid_of(const Root& root) {
  if (root.live()) return live_cpuid();
  const auto text = root.read(is_cpuid_dump(root) ? "/pu0" : kCpuidFile, 1 << 20);
  return parse_cpuid(text_of(text));
}

std::string cpuid_text(const Cpuid& cpuid) {
  std::string out;
  for (const auto& [input, r] : cpuid)
    out +=
        fmt::format("5 {:x} 0 {:x} 0 => {:x} {:x} {:x} {:x}\n", input.first, input.second, r.eax, r.ebx, r.ecx, r.edx);
  return out;
}

Cpuid live_cpuid() {
  Cpuid cpuid;
#if defined(__x86_64__)
  const auto ask = [&](uint32_t leaf, uint32_t subleaf) {
    CpuidRegisters r;
    if (cpuid.contains({leaf, subleaf})) return;
    if (__get_cpuid_count(leaf, subleaf, &r.eax, &r.ebx, &r.ecx, &r.edx) != 0)
      cpuid.emplace(std::pair{leaf, subleaf}, r);
  };
  for (const auto& row : kFeatures) ask(row.leaf, row.subleaf);
  ask(kCpuidCoreLeaf, 0);
#endif
  return cpuid;
}

std::vector<std::string> cpuid_features(const Cpuid& cpuid) {
  std::vector<std::string> out;
  for (const auto& row : kFeatures)
    if (const auto r = find_cpuid(cpuid, row.leaf, row.subleaf); r && (((*r).*row.part) >> row.bit & 1) != 0)
      out.emplace_back(row.word);
  return out;
}

CpuInfo cpuinfo_of(const Cpuid& cpuid) {
  CpuInfo info;
  if (const auto r = find_cpuid(cpuid, 0, 0)) append_text(info.vendor, {r->ebx, r->edx, r->ecx});
  if (const auto r = find_cpuid(cpuid, 1, 0)) {
    // Family and model are extended by further bits of the same register; SDM, CPUID leaf 1.
    const uint32_t family = r->eax >> 8 & 0xf, model = r->eax >> 4 & 0xf;
    info.family = static_cast<int>(family == 0xf ? family + (r->eax >> 20 & 0xff) : family);
    info.model = static_cast<int>(family == 0xf || family == 6 ? model | (r->eax >> 16 & 0xf) << 4 : model);
  }
  std::string brand;
  for (uint32_t leaf = kBrand; leaf < kBrand + 3; ++leaf)
    if (const auto r = find_cpuid(cpuid, leaf, 0)) append_text(brand, {r->eax, r->ebx, r->ecx, r->edx});
  info.model_name = trim(brand);
  info.flags = cpuid_features(cpuid);
  info.source = "CPUID";
  return info;
}

CpuInfo read_cpuid_dump(const Root& root) {
  const auto text = root.read("/pu0", 1 << 20);
  return cpuinfo_of(parse_cpuid(text_of(text)));
}

}  // namespace edgefit
