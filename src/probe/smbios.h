// SMBIOS memory devices from the kernel's raw tables, in the words of udev's database.
// Needs root and the dmi_sysfs module; recordings made by root have them.
#pragma once

#include <string>
#include <string_view>

#include "base/files.h"

namespace edgefit {

inline constexpr const char* kDmiEntries = "/sys/firmware/dmi/entries";

/// One structure of type 17 as MEMORY_DEVICE_<index>_ lines; empty when it is too short.
std::string udev_lines_of_module(std::string_view raw, int index);
/// All structures of types 16 and 17 of a root; empty when they cannot be read.
std::string udev_lines_of_dmi(const Root& root);

}  // namespace edgefit
