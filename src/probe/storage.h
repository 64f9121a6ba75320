// Free space, filesystem and kind of device behind a path.
// The mount decides: longest prefix in /proc/self/mountinfo, then the block device behind its number.
#pragma once

#include <string>
#include <string_view>

#include "base/files.h"
#include "base/mounts.h"
#include "edgefit/host.h"

namespace edgefit {

/// Name ("nvme0n1") and kind (nvme sata-ssd hdd emmc sd usb net virtual) of a mount's device.
struct BlockDevice {
  Fact<std::string> device, kind;
  Fact<std::string> layers;     ///< from the mount down to the disk: "dm-0 > nvme0n1p3 > nvme0n1"
  Fact<std::string> encrypted;  ///< "luks" or another kind, when every leg down to the disks is
};
BlockDevice block_device(const Root& root, const MountEntry& mount);

/// Free bytes, the mount and the encryption of each path, as no recorded file tells them:
/// "path<TAB>free<TAB>filesystem<TAB>number<TAB>source<TAB>encryption". The last one came later and may be missing.
inline constexpr const char* kDisksFile = "/edgefit/disks";
std::string disk_line(const Root& root, const std::string& path);

Storage describe_storage(const Root& root, const std::string& path);

}  // namespace edgefit
