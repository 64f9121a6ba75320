#include "edgefit/golden.h"

#include "edgefit/text.h"

namespace edgefit {

const char* name_of(GoldenCheck check) {
  constexpr const char* kNames[] = {"exact",  "contains", "contains_all", "contains_any", "not_contains", "regex",
                                    "number", "choice",   "json",         "max_tokens",   "refusal",      "latency"};
  return kNames[static_cast<size_t>(check)];
}

const char* name_of(GoldenState state) {
  constexpr const char* kNames[] = {mark("pass"), mark("fail"), mark("flaky"), mark("unknown")};
  return kNames[static_cast<size_t>(state)];
}

}  // namespace edgefit
