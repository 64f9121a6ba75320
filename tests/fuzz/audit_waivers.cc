// Any bytes: read_waivers gives a Problem, or waivers of known checks that are complete and end on a day.
#include <cstdint>
#include <cstdlib>

#include "base/days.h"
#include "edgefit/audit.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace edgefit;
  const auto waivers = read_waivers({reinterpret_cast<const char*>(data), size}, "waivers");
  if (!waivers) return waivers.error().what.empty() ? std::abort(), 1 : 0;
  for (const auto& waiver : *waivers)
    if (find_audit_check(waiver.check) == nullptr || waiver.reason.empty() || waiver.owner.empty() ||
        !parse_day(waiver.expires))
      std::abort();
  return 0;
}
