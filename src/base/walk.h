// From a path down to the disks that hold its bytes, through mounts, device mapper, RAID, loops and overlays.
// Protected means that every leg is: one plain disk of a mirror is enough to lose the data.
#pragma once

#include <string>
#include <vector>

#include "base/mounts.h"
#include "base/sight.h"
#include "edgefit/assessment.h"

namespace edgefit {

/// What a thief of the disks would read.
enum class Protection : uint8_t { encrypted, memory, plain, unknown };

struct Walk {
  Protection protection = Protection::unknown;
  std::string layers;     ///< "ext4 > dm-0 > nvme0n1p3 > nvme0n1"
  std::string text;       ///< what decided, a sentence without its end
  std::string kind = {};  ///< of encryption: "luks2"; empty where there is none
};
CheckStatus status_of(Protection protection);

class Walker {
 public:
  explicit Walker(const Sight& sight);
  /// What is not there yet is judged by the folder that will hold it.
  Walk path(const std::string& path);
  /// What lies below a mount, whether or not the table has it.
  Walk mount(const MountEntry& mount);
  /// A kernel name: "sda1", "dm-0".
  Walk device(const std::string& name);
  /// "/dev/mapper/root" as the kernel names it; empty when nothing tells.
  std::string kernel_name(const std::string& node) const;
  /// The mount of an existing path; nothing when the table cannot be read.
  std::optional<MountEntry> mount_of(const std::string& path) const;

 private:
  Walk overlay(const MountEntry& mount);
  Walk btrfs(const MountEntry& mount);
  Walk source(const MountEntry& mount);
  Walk node(const std::string& name, const std::string& folder);
  Walk disk(const std::string& name, const std::string& folder);
  Walk legs(const std::vector<std::string>& names);
  Walk zram(const std::string& name, const std::string& folder);
  Walk existing(const std::string& path);

  const Sight& sight_;
  std::vector<MountEntry> mounts_;
  bool mounts_known_ = false;
  std::vector<std::string> trail_;  ///< what the walk stands on: a stack that comes back to itself ends it
};

/// The nearest folder that exists, without links; denied when a folder on the way is closed.
Seen<std::string> existing_part(const Sight& sight, const std::string& path);
/// The part of a device mapper's uuid that tells its kind, "CRYPT-LUKS2-"; the rest is the volume's own id.
std::string mapper_kind(std::string_view uuid);

}  // namespace edgefit
