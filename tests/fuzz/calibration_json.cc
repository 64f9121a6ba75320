// Any bytes: read_calibration gives a Problem or a calibration that writes and reads the same again, and whose
// corrections are finite.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "edgefit/calibration.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto calibration = edgefit::read_calibration(text, "calibration");
  if (!calibration) return calibration.error().what.empty() ? std::abort(), 1 : 0;
  const std::string written = edgefit::write_calibration(*calibration);
  const auto again = edgefit::read_calibration(written, "again");
  if (!again || edgefit::write_calibration(*again) != written) std::abort();
  for (const auto& row : calibration->rows()) {
    const auto correction = calibration->correct(row.runtime, row.release, row.traits);
    if (!correction || !std::isfinite(correction->factor) || correction->factor <= 0) std::abort();
    if (!(correction->low <= correction->factor && correction->factor <= correction->high)) std::abort();
  }
  return 0;
}
