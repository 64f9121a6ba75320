// Memory controllers as the kernel's EDAC drivers show them: error correction that is on, and channels.
// Only servers with ECC have them, but there without root and with better names than firmware gives.
#pragma once

#include <string>

#include "base/files.h"
#include "edgefit/fact.h"

namespace edgefit {

struct Edac {
  Fact<std::string> ecc;  ///< "SECDED" "S4ECD4ED" "none"
  Fact<double> channels;  ///< populated ones of all controllers
};
/// /sys/devices/system/edac/mc: Documentation/admin-guide/RAS. Unknown without a driver.
Edac read_edac(const Root& root);

}  // namespace edgefit
