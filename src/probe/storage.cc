#include "probe/storage.h"

#include <sys/statvfs.h>

#include <climits>
#include <cstdlib>

#include "base/parse.h"
#include "base/walk.h"
#include "edgefit/text.h"
#include "probe/scan.h"

namespace edgefit {
namespace {

constexpr const char* kMountInfo = "/proc/self/mountinfo";

/// A partition or a stack of device-mapper and RAID layers, down to the disk it lies on.
std::vector<std::string> layers_of(const Root& root, std::string name) {
  constexpr size_t kMaxLayers = 8;
  std::vector<std::string> layers = {name};
  while (layers.size() < kMaxLayers) {
    const std::string folder = "/sys/class/block/" + name;
    if (root.exists(folder + "/partition")) {
      const auto path = root.resolve(folder);
      if (!path) break;
      const auto parent = path->substr(0, path->rfind('/'));
      name = parent.substr(parent.rfind('/') + 1);
    } else {
      const auto slaves = root.list(folder + "/slaves");
      if (slaves.empty()) break;
      name = slaves.front();
    }
    layers.push_back(name);
  }
  return layers;
}

constexpr std::string_view kNone = "none", kUntold = "unknown";

/// What the walk down all layers finds, as one word that a recording keeps: "luks", another kind, "none" or "unknown".
std::string encryption_word(const Root& root, const MountEntry& mount) {
  const RootSight sight(root);
  const auto walk = Walker(sight).mount(mount);
  if (walk.protection == Protection::encrypted)
    return walk.kind.starts_with("luks") ? "luks" : walk.kind == "plain" ? "dm-crypt" : walk.kind;
  return std::string(walk.protection == Protection::plain ? kNone : kUntold);
}

Fact<std::string> encryption(const std::string& word) {
  if (word == kNone)
    return Fact<std::string>::unknown(tr("a layer without encryption; the filesystem itself may still encrypt"));
  if (word == kUntold)
    return Fact<std::string>::unknown(tr("its layers do not tell whether all of them are encrypted"));
  return {word, {Origin::Kind::os, "/sys/class/block"}};
}

std::string joined(const std::vector<std::string>& layers) {
  std::string out;
  for (const auto& layer : layers) out += (out.empty() ? "" : " > ") + layer;
  return out;
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
  // NVMe over a network looks like a drive, and so does iSCSI.
  const auto transport = root.read(folder + "/device/transport", 64);
  for (const auto word : {"tcp", "rdma", "fc"})
    if (transport == word) return {"net", origin};
  for (const auto& row : kDisks)
    if (disk.starts_with(row.prefix)) return {row.kind, origin};
  if (disk.starts_with("mmcblk")) {
    const auto type = root.read(folder + "/device/type", 64);
    return {type == "SD" ? "sd" : "emmc", origin};
  }
  if (disk.starts_with("sd")) {
    const auto path = root.resolve(folder);
    if (path && path->find("/usb") != std::string::npos) return {"usb", origin};
    if (path && path->find("/session") != std::string::npos) return {"net", origin};
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

Fact<std::string> no_device(const char* why) {
  return Fact<std::string>::unknown(why);
}

}  // namespace

BlockDevice block_device(const Root& root, const MountEntry& mount) {
  if (is_network_filesystem(mount.filesystem))
    return {no_device(tr("a network filesystem has no device here")),
            {"net", {Origin::Kind::os, kMountInfo}},
            no_device(tr("a network filesystem has no device here")),
            no_device(tr("a network filesystem has no device here"))};
  // btrfs, zfs and overlay have numbers of their own that no block device has: then the source names it.
  auto name = root.link_name("/sys/dev/block/" + mount.device_number);
  if (!name && mount.source.starts_with("/dev/")) {
    const auto base = mount.source.substr(mount.source.rfind('/') + 1);
    if (root.exists("/sys/class/block/" + base)) name = base;
  }
  if (!name) {
    const auto none = no_device(tr("no block device stands behind this mount"));
    return {none, none, none, none};
  }
  const auto layers = layers_of(root, *name);
  const Origin origin{Origin::Kind::os, "/sys/dev/block/" + mount.device_number};
  return {{layers.back(), origin},
          disk_kind(root, layers.back()),
          {joined(layers), origin},
          encryption(encryption_word(root, mount))};
}

namespace {

/// What no file of sysfs tells of a path: free space and the mount.
struct DiskAnswer {
  std::optional<double> free;
  std::optional<MountEntry> mount;
  std::string encryption = {};  ///< the recorded word; empty: nobody has looked yet
};

DiskAnswer ask_disk(const Root& root, const std::string& path) {
  DiskAnswer answer;
  const auto place = existing_part(path);
  struct statvfs info {};
  // f_bavail leaves out what is reserved for root.
  if (::statvfs(place.c_str(), &info) == 0)
    answer.free = static_cast<double>(info.f_bavail) * static_cast<double>(info.f_frsize);
  const auto mountinfo = root.read(kMountInfo, 1 << 20);
  answer.mount = find_mount(text_of(mountinfo), place);
  return answer;
}

std::optional<DiskAnswer> recorded_disk(const Root& root, const std::string& path) {
  const auto text = root.read(kDisksFile);
  for (const auto line : split_lines(text_of(text))) {
    const auto fields = split(line, '\t');
    if (fields.size() < 5 || fields[0] != path) continue;
    DiskAnswer answer{to_number(fields[1]), std::nullopt, std::string(fields.size() > 5 ? fields[5] : "")};
    if (fields[2] != "-")
      answer.mount = MountEntry{{}, std::string(fields[2]), std::string(fields[4]), std::string(fields[3])};
    return answer;
  }
  return std::nullopt;
}

}  // namespace

std::string disk_line(const Root& root, const std::string& path) {
  const auto answer = ask_disk(root, path);
  std::string out = path + "\t" + (answer.free ? fmt::format("{:.0f}", *answer.free) : "-") + "\t";
  if (!answer.mount) return out + "-\t-\t-\t" + std::string(kUntold) + "\n";
  // Names of volumes and servers are the owner's; a name in /sys/class/block is the kernel's.
  const auto base = answer.mount->source.substr(answer.mount->source.rfind('/') + 1);
  const bool kernels = answer.mount->source.starts_with("/dev/") && root.exists("/sys/class/block/" + base);
  return out + answer.mount->filesystem + "\t" + answer.mount->device_number + "\t" + (kernels ? "/dev/" + base : "-") +
         "\t" + encryption_word(root, *answer.mount) + "\n";
}

Storage describe_storage(const Root& root, const std::string& path) {
  Storage storage;
  storage.path = path;
  storage.read_bandwidth = storage.direct_bandwidth =
      Fact<BytesPerSecond>::unknown(tr("not measured"), "edgefit probe --measure");
  const auto answer = root.live() ? ask_disk(root, path) : recorded_disk(root, path);
  if (!answer) {
    const char* why = tr("a recording does not tell free space");
    storage.free = Fact<Bytes>::unknown(why);
    storage.filesystem = storage.device = storage.kind = storage.layers = storage.encrypted = no_device(why);
    return storage;
  }
  storage.free = answer->free ? Fact<Bytes>(Bytes{*answer->free}, {Origin::Kind::os, "statvfs"})
                              : Fact<Bytes>::unknown(tr("the filesystem does not tell its free space"));
  if (!answer->mount) {
    storage.filesystem = storage.device = storage.kind = storage.layers = storage.encrypted =
        no_device(tr("no mount found for this path"));
    return storage;
  }
  storage.filesystem = {answer->mount->filesystem, {Origin::Kind::os, kMountInfo}};
  auto device = block_device(root, *answer->mount);
  storage.device = std::move(device.device);
  storage.kind = std::move(device.kind);
  storage.layers = std::move(device.layers);
  const bool recorded = device.device && !answer->encryption.empty();
  storage.encrypted = recorded ? encryption(answer->encryption) : std::move(device.encrypted);
  return storage;
}

void probe_storage(Scan& scan) {
  for (const auto& path : scan.options.disk_paths) scan.host.storage.push_back(describe_storage(scan.root, path));
}

}  // namespace edgefit
