// SMBIOS memory devices from the kernel's raw tables, in the words of udev's database.
// Needs root, for the entries the dmi_sysfs module as well; recordings made by root have them.
#pragma once

#include <string>
#include <string_view>

#include "base/files.h"

namespace edgefit {

inline constexpr const char* kDmiEntries = "/sys/firmware/dmi/entries";
inline constexpr const char* kDmiTable = "/sys/firmware/dmi/tables/DMI";

/// One structure of type 17 as MEMORY_DEVICE_<index>_ lines; empty when it is too short.
std::string udev_lines_of_module(std::string_view raw, int index);
/// The whole table (SMBIOS 3.7, 6.1: structures one after the other) as such lines.
std::string udev_lines_of_table(std::string_view table);

/// The structures of types 16 and 17 of a table, or of one entry, with maker, serial number, asset tag and part number
/// overwritten.
std::string redacted_table(std::string_view table);

struct SmbiosText {
  std::string text;    ///< empty when nothing could be read
  std::string source;  ///< the file or folder it comes from
};
/// All structures of types 16 and 17 of a root, from the entries or from the table itself.
SmbiosText read_smbios(const Root& root);

}  // namespace edgefit
