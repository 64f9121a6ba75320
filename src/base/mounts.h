// The mount table and what its filesystems mean: which mount holds a path, and whether its data stays on this box.
// Written for /proc/self/mountinfo, whose ids tell which mount hides another.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edgefit {

struct MountEntry {
  std::string point, filesystem, source, device_number;  ///< "254:1"
  std::string options = {};                              ///< of the filesystem: "rw,upperdir=/var/lib/..."
  int id = 0, parent = 0;
};
std::vector<MountEntry> parse_mounts(std::string_view mountinfo);

/// The mount that holds an absolute path without links; nothing when the table has none. Follows the path from the root
/// mount as the kernel does, so that a mount below a covered folder is not taken.
std::optional<MountEntry> find_mount(const std::vector<MountEntry>& mounts, const std::string& path);
std::optional<MountEntry> find_mount(std::string_view mountinfo, const std::string& path);
/// Is `path` the folder `point` or below it?
bool is_below(std::string_view path, std::string_view point);

/// Data comes over a wire or from a host outside.
bool is_network_filesystem(std::string_view filesystem);
/// Data is in memory and nowhere else: tmpfs, ramfs ...
bool is_memory_filesystem(std::string_view filesystem);

}  // namespace edgefit
