#include "probe/storage.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <climits>
#include <cstdlib>

#include "edgefit/text.h"
#include "probe/parse.h"
#include "probe/scan.h"

namespace edgefit {
namespace {

constexpr const char* kMountInfo = "/proc/self/mountinfo";

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

bool below(const std::string& path, const std::string& point) {
  return point == "/" || path == point || path.starts_with(point + "/");
}

/// Filesystems whose data comes over a wire or from a host outside.
constexpr std::string_view kNetFilesystems[] = {"nfs",      "nfs4",   "cifs",      "smb3",     "9p",
                                                "drvfs",    "ceph",   "glusterfs", "lustre",   "fuse.sshfs",
                                                "virtiofs", "beegfs", "afs",       "fuse.s3fs"};

/// The disk that a partition or a stack of device-mapper and RAID layers lies on.
std::string whole_disk(const Root& root, std::string name) {
  constexpr int kMaxLayers = 8;
  for (int layer = 0; layer < kMaxLayers; ++layer) {
    const std::string folder = "/sys/class/block/" + name;
    if (root.exists(folder + "/partition")) {
      const auto path = root.resolve(folder);
      if (!path) return name;
      const auto parent = path->substr(0, path->rfind('/'));
      name = parent.substr(parent.rfind('/') + 1);
      continue;
    }
    const auto slaves = root.list(folder + "/slaves");
    if (slaves.empty()) return name;
    name = slaves.front();
  }
  return name;
}

struct DiskRow {
  std::string_view prefix;
  const char* kind;
};
// A virtual disk says "rotational" whatever lies behind it.
constexpr DiskRow kDisks[] = {{"nvme", "nvme"}, {"vd", "virtual"},   {"xvd", "virtual"}, {"nbd", "net"},
                              {"rbd", "net"},   {"zram", "virtual"}, {"loop", "virtual"}};

Fact<std::string> disk_kind(const Root& root, const std::string& disk) {
  const std::string folder = "/sys/class/block/" + disk;
  const Origin origin{Origin::Kind::os, folder};
  for (const auto& row : kDisks)
    if (disk.starts_with(row.prefix)) return {row.kind, origin};
  if (disk.starts_with("mmcblk")) {
    const auto type = root.read(folder + "/device/type", 64);
    return {type == "SD" ? "sd" : "emmc", origin};
  }
  if (disk.starts_with("sd")) {
    const auto path = root.resolve(folder);
    if (path && path->find("/usb") != std::string::npos) return {"usb", origin};
    if (path && path->find("/virtio") != std::string::npos) return {"virtual", origin};
    const auto vendor = root.read(folder + "/device/vendor", 64);
    for (const auto word : {"QEMU", "VMware", "Msft", "VBOX", "Google"})
      if (vendor && vendor->find(word) != std::string::npos) return {"virtual", origin};
    const auto rotational = root.read_number(folder + "/queue/rotational");
    if (rotational) return {*rotational == 0 ? "sata-ssd" : "hdd", origin};
  }
  return Fact<std::string>::unknown(tr("unknown kind of block device"));
}

/// The nearest folder that exists: a model that is not downloaded yet has no path of its own.
std::string existing_part(const std::string& path) {
  std::string part = path.empty() ? "." : path;
  while (true) {
    char real[PATH_MAX];
    if (::realpath(part.c_str(), real) != nullptr) return real;
    const auto slash = part.find_last_of('/');
    if (slash == std::string::npos) {
      part = ".";
    } else {
      part = slash == 0 ? "/" : part.substr(0, slash);
    }
  }
}

}  // namespace

std::optional<MountEntry> find_mount(std::string_view mountinfo, const std::string& path) {
  std::optional<MountEntry> best;
  for (const auto line : split_lines(mountinfo)) {
    const auto dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    const auto left = words(line.substr(0, dash)), right = words(line.substr(dash + 3));
    if (left.size() < 5 || right.size() < 2) continue;
    MountEntry mount{unescape(left[4]), std::string(right[0]), unescape(right[1]), std::string(left[2])};
    // Later mounts lie over earlier ones at the same point.
    if (below(path, mount.point) && (!best || mount.point.size() >= best->point.size())) best = std::move(mount);
  }
  return best;
}

BlockDevice block_device(const Root& root, const MountEntry& mount) {
  if (std::find(std::begin(kNetFilesystems), std::end(kNetFilesystems), mount.filesystem) != std::end(kNetFilesystems))
    return {Fact<std::string>::unknown(tr("a network filesystem has no device here")),
            {"net", {Origin::Kind::os, kMountInfo}}};
  // btrfs, zfs and overlay have numbers of their own that no block device has: then the source names it.
  auto name = root.link_name("/sys/dev/block/" + mount.device_number);
  if (!name && mount.source.starts_with("/dev/")) {
    const auto base = mount.source.substr(mount.source.rfind('/') + 1);
    if (root.exists("/sys/class/block/" + base)) name = base;
  }
  if (!name) {
    const char* why = tr("no block device stands behind this mount");
    return {Fact<std::string>::unknown(why), Fact<std::string>::unknown(why)};
  }
  const auto disk = whole_disk(root, *name);
  return {{disk, {Origin::Kind::os, "/sys/dev/block/" + mount.device_number}}, disk_kind(root, disk)};
}

Storage describe_storage(const Root& root, const std::string& path) {
  Storage storage;
  storage.path = path;
  storage.read_bandwidth = Fact<BytesPerSecond>::unknown(tr("not measured"));
  if (!root.live()) {
    const char* why = tr("a recording does not tell free space");
    storage.free = Fact<Bytes>::unknown(why);
    storage.filesystem = storage.device = storage.kind = Fact<std::string>::unknown(why);
    return storage;
  }
  const auto place = existing_part(path);
  struct statvfs info {};
  if (::statvfs(place.c_str(), &info) == 0)
    // f_bavail leaves out what is reserved for root.
    storage.free = {Bytes{static_cast<double>(info.f_bavail) * static_cast<double>(info.f_frsize)},
                    {Origin::Kind::os, "statvfs"}};
  else
    storage.free = Fact<Bytes>::unknown(tr("the filesystem does not tell its free space"));
  const auto mountinfo = root.read(kMountInfo, 1 << 20);
  const auto mount = find_mount(text_of(mountinfo), place);
  if (!mount) {
    storage.filesystem = storage.device = storage.kind = Fact<std::string>::unknown(tr("no mount found for this path"));
    return storage;
  }
  storage.filesystem = {mount->filesystem, {Origin::Kind::os, kMountInfo}};
  auto device = block_device(root, *mount);
  storage.device = std::move(device.device);
  storage.kind = std::move(device.kind);
  return storage;
}

void probe_storage(Scan& scan) {
  for (const auto& path : scan.options.disk_paths) scan.host.storage.push_back(describe_storage(scan.root, path));
}

}  // namespace edgefit
