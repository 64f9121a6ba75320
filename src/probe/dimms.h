// Memory modules as firmware lists them, and the channels and peak bandwidth that follow.
// udev keeps the SMBIOS table in a file that needs no root; hwloc knows neither speed nor width.
#pragma once

#include <string_view>
#include <vector>

#include "edgefit/host.h"

namespace edgefit {

inline constexpr const char* kUdevDmi = "/run/udev/data/+dmi:id";

struct DimmTable {
  std::vector<Dimm> dimms;  ///< populated slots
  Fact<double> slots;
  Fact<std::string> ecc;  ///< "none" or the array's error correction type
};
/// The database file of systemd-udevd: E:MEMORY_DEVICE_<n>_<KEY>=value. Empty text means that there is no such file.
DimmTable parse_udev_dmi(std::string_view text);

struct Channels {
  Fact<double> count;
  Fact<BytesPerSecond> peak_bandwidth;  ///< sum over populated channels of width x transfers a second
};
/// Also writes the channel of each module. Unknown when locators do not tell channels apart.
Channels channels_of(std::vector<Dimm>& dimms);

}  // namespace edgefit
