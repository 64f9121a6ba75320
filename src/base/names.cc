// Names of enums, as in JSON and on the command line.
#include <array>
#include <cstddef>

#include "edgefit/assessment.h"
#include "edgefit/catalog_entries.h"
#include "edgefit/rank.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr std::array kBackends = {"cuda", "rocm", "vulkan", "metal", "sycl", "cpu", "npu"};
constexpr std::array kEngineRules = {"llama.cpp", "vllm", "sglang", "tensorrt-llm", "onnxruntime", "other"};
constexpr std::array kSplitModes = {"layer", "none", "row", "tensor"};
constexpr std::array kTerms = {"weights", "kv_cache",  "recurrent_state", "compute", "output",
                               "runtime", "projector", "draft",           "adapter"};
constexpr std::array kBounds = {"none", "memory_bandwidth", "compute", "overhead", "link", "storage"};
constexpr std::array kGaps = {"none",    "does_not_fit",   "bandwidth_unknown", "compute_unknown",
                              "no_rule", "weights_unknown"};
constexpr std::array kStatuses = {mark("pass"), mark("warn"), mark("fail"), mark("unknown"), mark("not_applicable")};
constexpr std::array kVerdicts = {"ready", "tight", "unknown", "not_ready"};
constexpr std::array kLeftOut = {"does_not_fit", "goal_missed", "requirement_missing", "unknown", "context_too_short"};
constexpr std::array kBases = {"free_now", "idle", "recorded", "described"};
constexpr std::array kAges = {"no_price", "old_price", "old_rate", "future"};

template <class Enum, size_t N>
const char* at(const std::array<const char*, N>& names, Enum value) {
  return names[static_cast<size_t>(value)];
}

}  // namespace

const char* name_of(Backend backend) {
  return at(kBackends, backend);
}
const char* name_of(EngineRules rules) {
  return at(kEngineRules, rules);
}
const char* name_of(SplitMode mode) {
  return at(kSplitModes, mode);
}
const char* name_of(Term term) {
  return at(kTerms, term);
}
const char* name_of(BoundBy bound) {
  return at(kBounds, bound);
}
const char* name_of(SpeedGap gap) {
  return at(kGaps, gap);
}
const char* name_of(CheckStatus status) {
  return at(kStatuses, status);
}
const char* name_of(Verdict verdict) {
  return at(kVerdicts, verdict);
}
const char* name_of(HaveBasis basis) {
  return at(kBases, basis);
}
const char* name_of(CatalogAge::What what) {
  return at(kAges, what);
}

const char* name_of(LeftOut reason) {
  return at(kLeftOut, reason);
}

std::optional<Backend> find_backend(std::string_view name) {
  for (size_t i = 0; i < kBackends.size(); ++i) {
    if (equals_ignoring_case(kBackends[i], name)) return static_cast<Backend>(i);
  }
  return std::nullopt;
}

std::optional<EngineRules> find_engine_rules(std::string_view name) {
  for (size_t i = 0; i < kEngineRules.size(); ++i) {
    if (equals_ignoring_case(kEngineRules[i], name)) return static_cast<EngineRules>(i);
  }
  return std::nullopt;
}

int exit_code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::not_ready:
      return 1;
    case Verdict::unknown:
      return 3;
    default:
      return 0;
  }
}

}  // namespace edgefit
