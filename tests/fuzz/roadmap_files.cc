// Any bytes: holidays are days of the calendar, waivers are of known criteria and end on a day; or a Problem.
#include <cstdint>
#include <cstdlib>

#include "base/days.h"
#include "edgefit/roadmap.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace edgefit;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto days = read_holidays(text, "holidays"))
    for (const auto& day : *days)
      if (!parse_day(day)) std::abort();
  if (const auto waivers = read_roadmap_waivers(text, "waivers"))
    for (const auto& waiver : *waivers)
      if (find_criterion(waiver.check) == nullptr || !parse_day(waiver.expires)) std::abort();
  return 0;
}
