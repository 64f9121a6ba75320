#include "probe/cgroup.h"

#include <algorithm>
#include <vector>

#include "base/parse.h"
#include "base/redact.h"
#include "edgefit/text.h"
#include "probe/scan.h"

namespace edgefit {
namespace {

/// One mounted hierarchy: where it is mounted and which part of the group tree the mount shows.
struct Mount {
  std::string point, root;
  bool v2 = false;
  std::vector<std::string_view> options;
};

// Documentation/filesystems/proc.rst 3.5: id parent major:minor root mount-point options [tags] - type source super.
std::vector<Mount> cgroup_mounts(std::string_view mountinfo) {
  std::vector<Mount> mounts;
  for (const auto line : split_lines(mountinfo)) {
    const auto dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    const auto left = words(line.substr(0, dash)), right = words(line.substr(dash + 3));
    if (left.size() < 5 || right.size() < 3 || (right[0] != "cgroup" && right[0] != "cgroup2")) continue;
    mounts.push_back({std::string(left[4]), std::string(left[3]), right[0] == "cgroup2", split(right[2], ',')});
  }
  return mounts;
}

// For a sysroot that was recorded without mountinfo.
const Mount kUsualMounts[] = {{"/sys/fs/cgroup", "/", true, {}},
                              {"/sys/fs/cgroup/unified", "/", true, {}},
                              {"/sys/fs/cgroup/memory", "/", false, {"memory"}},
                              {"/sys/fs/cgroup/cpu", "/", false, {"cpu"}},
                              {"/sys/fs/cgroup/cpu,cpuacct", "/", false, {"cpu"}}};

/// One line of /proc/self/cgroup: "5:memory:/path" or "0::/path".
struct Membership {
  std::vector<std::string_view> controllers;
  std::string path;
  bool v2 = false;
};

std::vector<Membership> memberships(std::string_view text) {
  std::vector<Membership> out;
  for (const auto line : split_lines(text)) {
    const auto first = key_value(line, ':');
    const auto second = first ? key_value(first->second, ':') : std::nullopt;
    if (!second) continue;
    out.push_back(
        {split(second->first, ','), std::string(second->second), first->first == "0" && second->first.empty()});
  }
  return out;
}

bool has(const std::vector<std::string_view>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// Folders from the process's own group up to the mount point. Inside a cgroup namespace or a container that mounts
/// only its own part, the path of /proc/self/cgroup does not exist below the mount: then the mount point is the group.
std::vector<std::string> group_folders(const Root& root, const Mount& mount, std::string path) {
  if (mount.root != "/" && (path + "/").starts_with(mount.root + "/")) path.erase(0, mount.root.size());
  if (path.find("..") != std::string::npos || path == "/" || !root.exists(mount.point + path)) path.clear();
  std::vector<std::string> folders;
  while (!path.empty() && path != "/") {
    folders.push_back(mount.point + path);
    path.erase(path.rfind('/'));
  }
  folders.push_back(mount.point);
  return folders;
}

std::optional<double> stat_value(std::string_view stat, std::string_view key) {
  for (const auto line : split_lines(stat)) {
    const auto pair = key_value(line, ' ');
    if (pair && pair->first == key) return to_number(pair->second);
  }
  return std::nullopt;
}

/// The words of one version's interface.
struct MemoryFiles {
  const char* limits[2];  ///< a number of bytes or "max"
  const char* usage;
  const char* reclaimable[3];  ///< keys of memory.stat: memory that goes away under pressure
};
// v2: memory.high throttles a process above it to a crawl, so it limits as well. Page cache and slab count as usage
// but are given back (ollama#15474). v1: the total_ keys count the groups below.
constexpr MemoryFiles kMemoryV2 = {
    {"memory.max", "memory.high"}, "memory.current", {"inactive_file", "active_file", "slab_reclaimable"}};
constexpr MemoryFiles kMemoryV1 = {
    {"memory.limit_in_bytes", nullptr}, "memory.usage_in_bytes", {"total_inactive_file", "total_active_file", nullptr}};
// v1 prints "no limit" as the largest number that is a multiple of the page size, which is 4, 16 or 64 KiB.
constexpr double kNoLimitV1 = 0x1p62;

void keep_smaller(std::optional<double>& best, std::string& where, double value, const std::string& path) {
  if (best && *best <= value) return;
  best = value;
  where = path;
}

/// A limit that `path` tells, and what the group in `folder` leaves of it.
void keep_limit(const Root& root, const std::string& folder, const MemoryFiles& files, double limit,
                const std::string& path, CgroupLimits& limits) {
  keep_smaller(limits.memory, limits.memory_path, limit, path);
  const auto usage = root.read_number(folder + "/" + files.usage);
  const auto stat = root.read(folder + "/memory.stat");
  if (!usage || !stat) return;
  double used = *usage;
  for (const char* key : files.reclaimable)
    if (key) used -= stat_value(*stat, key).value_or(0);
  keep_smaller(limits.available, limits.available_path, std::max(0.0, limit - std::max(0.0, used)), path);
}

/// Version 1 knows limits of groups above the mount, which a container cannot read otherwise.
void read_hierarchical_limit(const Root& root, const std::string& folder, CgroupLimits& limits) {
  const std::string path = folder + "/memory.stat";
  const auto stat = root.read(path);
  const auto limit = stat_value(text_of(stat), "hierarchical_memory_limit");
  if (limit && *limit > 0 && *limit < kNoLimitV1) keep_limit(root, folder, kMemoryV1, *limit, path, limits);
}

void read_memory(const Root& root, const std::string& folder, const MemoryFiles& files, CgroupLimits& limits) {
  for (const char* file : files.limits) {
    if (!file) continue;
    const std::string path = folder + "/" + file;
    const auto limit = root.read_number(path);  // "max" is no number: no limit
    if (root.exists(path)) limits.found = true;
    if (limit && *limit >= 0 && *limit < kNoLimitV1) keep_limit(root, folder, files, *limit, path, limits);
  }
}

void read_quota(const Root& root, const std::string& folder, bool v2, CgroupLimits& limits) {
  std::optional<double> quota, period;
  std::string path = folder + (v2 ? "/cpu.max" : "/cpu.cfs_quota_us");
  if (v2) {
    const auto text = root.read(path);
    const auto parts = words(text_of(text));
    if (parts.size() == 2) quota = to_number(parts[0]), period = to_number(parts[1]);
    if (text) limits.found = true;
  } else {
    quota = root.read_number(path);
    period = root.read_number(folder + "/cpu.cfs_period_us");
    if (quota) limits.found = true;
  }
  if (quota && period && *quota > 0 && *period > 0) keep_smaller(limits.cpus, limits.cpus_path, *quota / *period, path);
}

}  // namespace

namespace {

/// A folder of a control group of this process, and which controllers speak in it.
struct Group {
  std::string folder;
  bool v2 = false, memory = false, cpu = false, cpuset = false;
};

std::vector<Group> groups_of(const Root& root) {
  std::vector<Group> groups;
  const auto mountinfo = root.read("/proc/self/mountinfo", 1 << 20);
  const auto cgroup = root.read("/proc/self/cgroup");
  if (!cgroup) return groups;
  auto mounts = cgroup_mounts(text_of(mountinfo));
  if (!mountinfo) mounts.assign(std::begin(kUsualMounts), std::end(kUsualMounts));
  for (const auto& member : memberships(*cgroup))
    for (const auto& mount : mounts) {
      if (mount.v2 != member.v2) continue;
      const auto controls = [&](std::string_view name) {
        return member.v2 || (has(member.controllers, name) && has(mount.options, name));
      };
      const Group group{{}, member.v2, controls("memory"), controls("cpu"), controls("cpuset")};
      if (!group.memory && !group.cpu && !group.cpuset) continue;
      for (auto& folder : group_folders(root, mount, member.path)) {
        groups.push_back(group);
        groups.back().folder = std::move(folder);
      }
    }
  return groups;
}

}  // namespace

CgroupLimits read_cgroup_limits(const Root& root) {
  CgroupLimits limits;
  for (const auto& group : groups_of(root)) {
    if (group.memory) read_memory(root, group.folder, group.v2 ? kMemoryV2 : kMemoryV1, limits);
    if (group.memory && !group.v2) read_hierarchical_limit(root, group.folder, limits);
    if (group.cpu) read_quota(root, group.folder, group.v2, limits);
  }
  return limits;
}

std::vector<std::string> cgroup_folders(const Root& root) {
  std::vector<std::string> folders;
  for (auto& group : groups_of(root)) folders.push_back(std::move(group.folder));
  return folders;
}

void probe_cgroup(Scan& scan) {
  auto limits = read_cgroup_limits(scan.root);
  // The names of groups hold ids of containers and pods.
  for (auto* path : {&limits.memory_path, &limits.available_path, &limits.cpus_path}) *path = hide_ids(*path);
  const char* none = limits.found ? tr("no limit is set for this process") : tr("no control group could be read");
  Memory& memory = scan.host.memory;
  memory.limit = limits.memory ? Fact<Bytes>(Bytes{*limits.memory}, {Origin::Kind::os, limits.memory_path})
                               : Fact<Bytes>::unknown(none);
  memory.limit_path = limits.memory_path;
  // Narrowed further by MemAvailable in probe_memory.
  if (limits.available) memory.available = {Bytes{*limits.available}, {Origin::Kind::os, limits.available_path}};
  scan.host.cpu.quota_cpus =
      limits.cpus ? Fact<double>(*limits.cpus, {Origin::Kind::os, limits.cpus_path}) : Fact<double>::unknown(none);
}

}  // namespace edgefit
