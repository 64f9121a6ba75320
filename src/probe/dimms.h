// Memory modules as firmware lists them, and the channels and peak bandwidth that follow.
// udev keeps the SMBIOS table in a file that needs no root; hwloc knows neither speed nor width.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edgefit/host.h"

namespace edgefit {

inline constexpr const char* kUdevDmi = "/run/udev/data/+dmi:id";

struct DimmTable {
  std::vector<Dimm> dimms;              ///< populated slots
  std::vector<std::string> slot_names;  ///< empty ones too
  Fact<double> slots, slots_free;
  Fact<std::string> module_type;  ///< "DDR5 UDIMM": what all modules are, so what one more must be
  Fact<std::string> ecc;          ///< "none" or the array's error correction type
};
/// The database file of systemd-udevd: E:MEMORY_DEVICE_<n>_<KEY>=value. Empty text means that there is no such file.
/// `source` is named in the facts.
DimmTable parse_udev_dmi(std::string_view text, const std::string& source = kUdevDmi);

struct Channels {
  Fact<double> count;
  Fact<BytesPerSecond> peak_bandwidth;  ///< sum over populated channels of width x transfers a second
};
/// Also writes the channel of each module. Unknown when the names of the slots do not tell channels apart.
Channels channels_of(std::vector<Dimm>& dimms, const std::vector<std::string>& slot_names);

/// The peak of `channels` that another source counted, of modules whose slots do not tell which channel they are in: as
/// many as there are modules at most, each as fast as the slowest. Unknown when a speed is, or without modules.
Fact<BytesPerSecond> peak_of_channels(const std::vector<Dimm>& dimms, double channels, const std::string& counted_by);

}  // namespace edgefit
