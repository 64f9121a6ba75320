#include "base/mounts.h"

#include <algorithm>

#include "base/parse.h"

namespace edgefit {
namespace {

constexpr std::string_view kNetwork[] = {"nfs",  "nfs4",      "cifs",        "smb3",        "9p",       "drvfs",
                                         "ceph", "glusterfs", "lustre",      "fuse.sshfs",  "virtiofs", "beegfs",
                                         "afs",  "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse"};
constexpr std::string_view kMemory[] = {"tmpfs", "ramfs", "devtmpfs", "hugetlbfs", "rootfs"};

/// mountinfo writes blanks, tabs, line ends and backslashes as \ooo.
std::string unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto octal = text.substr(i, 4);
    if (octal.size() == 4 && octal[0] == '\\' && octal.find_first_not_of("01234567", 1) == std::string_view::npos) {
      out += static_cast<char>((octal[1] - '0') * 64 + (octal[2] - '0') * 8 + (octal[3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// The mount that no other mount of the table carries.
const MountEntry* root_mount(const std::vector<MountEntry>& mounts) {
  const auto carried = [&mounts](const MountEntry& mount) {
    return std::any_of(mounts.begin(), mounts.end(),
                       [&](const MountEntry& other) { return other.id == mount.parent && other.id != mount.id; });
  };
  const auto at = std::find_if(mounts.begin(), mounts.end(),
                               [&](const MountEntry& mount) { return mount.point == "/" && !carried(mount); });
  return at == mounts.end() ? nullptr : &*at;
}

/// The mount on `below` that a walk along `path` enters first; at one point the latest lies on top.
const MountEntry* next_mount(const std::vector<MountEntry>& mounts, const MountEntry& below, const std::string& path) {
  const MountEntry* next = nullptr;
  for (const auto& mount : mounts) {
    if (mount.parent != below.id || mount.id == below.id || !is_below(path, mount.point)) continue;
    if (next == nullptr || mount.point.size() <= next->point.size()) next = &mount;
  }
  return next;
}

const MountEntry* longest(const std::vector<MountEntry>& mounts, const std::string& path) {
  const MountEntry* best = nullptr;
  for (const auto& mount : mounts)
    if (is_below(path, mount.point) && (best == nullptr || mount.point.size() >= best->point.size())) best = &mount;
  return best;
}

}  // namespace

bool is_below(std::string_view path, std::string_view point) {
  return point == "/" || path == point ||
         (path.size() > point.size() && path.starts_with(point) && path[point.size()] == '/');
}

std::vector<MountEntry> parse_mounts(std::string_view mountinfo) {
  std::vector<MountEntry> mounts;
  for (const auto line : split_lines(mountinfo)) {
    const auto dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    const auto left = words(line.substr(0, dash)), right = words(line.substr(dash + 3));
    if (left.size() < 5 || right.size() < 2) continue;
    mounts.push_back({unescape(left[4]), std::string(right[0]), unescape(right[1]), std::string(left[2]),
                      right.size() > 2 ? unescape(right[2]) : std::string(),
                      static_cast<int>(to_number(left[0]).value_or(0)),
                      static_cast<int>(to_number(left[1]).value_or(0))});
  }
  return mounts;
}

std::optional<MountEntry> find_mount(const std::vector<MountEntry>& mounts, const std::string& path) {
  const MountEntry* at = root_mount(mounts);
  if (at == nullptr) at = longest(mounts, path);
  if (at == nullptr) return std::nullopt;
  for (size_t steps = 0; steps < mounts.size(); ++steps) {
    const MountEntry* next = next_mount(mounts, *at, path);
    if (next == nullptr) break;
    at = next;
  }
  return *at;
}

std::optional<MountEntry> find_mount(std::string_view mountinfo, const std::string& path) {
  return find_mount(parse_mounts(mountinfo), path);
}

bool is_network_filesystem(std::string_view filesystem) {
  return std::find(std::begin(kNetwork), std::end(kNetwork), filesystem) != std::end(kNetwork);
}

bool is_memory_filesystem(std::string_view filesystem) {
  return std::find(std::begin(kMemory), std::end(kMemory), filesystem) != std::end(kMemory);
}

}  // namespace edgefit
