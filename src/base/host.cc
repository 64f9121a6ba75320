// Names of the host vocabulary and the memory pools of a box.
#include "edgefit/host.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "edgefit/fact.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

template <class Enum>
struct Word {
  Enum value;
  const char* name;
};

constexpr std::array<Word<GpuClass>, 5> kGpuClasses = {{
    {GpuClass::discrete, mark("discrete")},
    {GpuClass::integrated, mark("integrated")},
    {GpuClass::unified, mark("unified")},
    {GpuClass::virtual_gpu, mark("virtual")},
    {GpuClass::display_only, mark("display-only")},
}};

constexpr std::array<Word<GpuState>, 12> kGpuStates = {{
    {GpuState::usable, mark("usable")},
    {GpuState::no_driver, mark("present-no-driver")},
    {GpuState::driver_not_recorded, mark("driver-not-recorded")},
    {GpuState::wrong_driver, mark("wrong-driver")},
    {GpuState::not_exposed, mark("not-exposed")},
    {GpuState::no_permission, mark("no-permission")},
    {GpuState::no_library, mark("no-library")},
    {GpuState::version_mismatch, mark("version-mismatch")},
    {GpuState::lost, mark("lost")},
    {GpuState::too_old, mark("too-old")},
    {GpuState::display_only, mark("display-only")},
    {GpuState::described, mark("described")},
}};

constexpr std::array<Word<Origin::Kind>, 9> kOriginKinds = {{
    {Origin::Kind::measured, mark("measured")},
    {Origin::Kind::driver, mark("driver")},
    {Origin::Kind::firmware, mark("firmware")},
    {Origin::Kind::os, mark("os")},
    {Origin::Kind::file, mark("file")},
    {Origin::Kind::user, mark("user")},
    {Origin::Kind::catalog, mark("catalog")},
    {Origin::Kind::derived, mark("derived")},
    {Origin::Kind::assumed, mark("assumed")},
}};

template <class Enum, size_t N>
const char* name_in(const std::array<Word<Enum>, N>& words, Enum value) {
  for (const auto& word : words)
    if (word.value == value) return word.name;
  return "unknown";
}

template <class Enum, size_t N>
std::optional<Enum> find_in(const std::array<Word<Enum>, N>& words, std::string_view name) {
  for (const auto& word : words)
    if (name == word.name) return word.value;
  return std::nullopt;
}

}  // namespace

const char* name_of(GpuClass c) {
  return name_in(kGpuClasses, c);
}
const char* name_of(GpuState s) {
  return name_in(kGpuStates, s);
}
const char* name_of(Origin::Kind kind) {
  return name_in(kOriginKinds, kind);
}
std::optional<Origin::Kind> find_origin_kind(std::string_view name) {
  return find_in(kOriginKinds, name);
}
std::optional<GpuClass> find_gpu_class(std::string_view name) {
  return find_in(kGpuClasses, name);
}
std::optional<GpuState> find_gpu_state(std::string_view name) {
  return find_in(kGpuStates, name);
}

bool Gpu::has_own_memory() const {
  // What firmware took from main memory for an integrated GPU is not in MemTotal: where it is the larger part, and
  // therefore told as vram_total, it is a pool of its own.
  return kind == GpuClass::discrete || kind == GpuClass::virtual_gpu || (carveout && vram_total);
}

void number_pools(Host& host) {
  int next = 0;
  for (auto& gpu : host.gpus) {
    const bool pooled = gpu.usable() && gpu.kind != GpuClass::display_only;
    gpu.pool = !pooled ? std::string() : gpu.has_own_memory() ? "gpu" + std::to_string(next++) : std::string("ram");
  }
}

bool add_memory(Host& host, Bytes more, std::string_view why) {
  if (more.value <= 0) return true;
  Memory& memory = host.memory;
  if (!memory.usable) return false;
  for (Fact<Bytes>* fact :
       {&memory.installed, &memory.os_total, &memory.available, &memory.usable, &memory.usable_sure}) {
    if (!*fact) continue;
    fact->value = **fact + more;
    fact->origin = {Origin::Kind::user, fact->origin.text + " and " + std::string(why)};
  }
  for (Fact<Bytes>* fact : {&memory.available, &memory.usable, &memory.usable_sure}) {
    if (memory.limit && *fact) fact->value = std::min(**fact, *memory.limit);
  }
  return true;
}

std::vector<Pool> pools_of(const Host& host) {
  std::vector<Pool> pools;
  pools.push_back({"ram", -1, host.memory.usable, host.memory.available});
  int next = 0;
  for (size_t i = 0; i < host.gpus.size(); ++i) {
    const Gpu& gpu = host.gpus[i];
    if (!gpu.usable() || !gpu.has_own_memory()) continue;
    pools.push_back({"gpu" + std::to_string(next++), static_cast<int>(i), gpu.vram_total, gpu.vram_free});
  }
  return pools;
}

}  // namespace edgefit
