#include "base/walk.h"

#include <algorithm>

#include "base/parse.h"
#include "base/redact.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr const char* kMountInfo = "/proc/self/mountinfo";
constexpr size_t kDeepest = 48;  // no real stack has more layers

// cryptsetup lib/utils_dm.h and libdevmapper.c: the types that encrypt. VERITY and INTEGRITY only detect changes.
constexpr std::string_view kCiphers[] = {"LUKS1", "LUKS2", "PLAIN", "TCRYPT", "BITLK", "FVAULT2", "LOOPAES"};
constexpr std::string_view kMarks[] = {"VERITY", "INTEGRITY", "SUBDEV"};
// Words in vendor and model of disks that a hypervisor makes up: what lies behind them only its owner knows.
constexpr std::string_view kVirtualDisks[] = {"QEMU",   "VMware",    "Msft",    "VBOX",      "Google",
                                              "Amazon", "Microsoft", "Virtual", "nvme_card", "MSFT"};
constexpr std::string_view kRemotePrefixes[] = {"nbd", "rbd", "drbd"};
constexpr std::string_view kEncryptingFilesystems[] = {"ecryptfs", "fuse.gocryptfs", "fuse.cryfs", "fuse.encfs",
                                                       "fuse.securefs"};

template <size_t N>
bool is_one_of(std::string_view word, const std::string_view (&list)[N]) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

bool has(const Sight::Names& names, std::string_view name) {
  return std::binary_search(names.begin(), names.end(), name);
}

/// Over which wire a disk of an NVMe subsystem is reached: "pcie", "tcp" ...; empty when it is not told.
std::string nvme_transport(const Sight& sight, const std::string& folder) {
  const std::string subsystem = folder.substr(0, folder.rfind('/'));
  for (const auto& entry : *sight.list(subsystem))
    if (const auto& text = sight.read(subsystem + "/" + entry + "/transport")) return std::string(trim(*text));
  return {};
}

std::string last_part(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

/// Of a path without any folder it is empty, so that climbing always ends.
std::string folder_part(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

Walk unknown(std::string text) {
  return {Protection::unknown, {}, std::move(text)};
}

/// `below` seen through one more layer.
Walk through(const std::string& layer, Walk below) {
  below.layers = below.layers.empty() ? layer : layer + " > " + below.layers;
  return below;
}

/// The worse of two legs; equal ones keep the first.
int rank(Protection protection) {
  constexpr int kRanks[] = {0, 0, 2, 1};
  return kRanks[static_cast<size_t>(protection)];
}

std::string value_of_option(std::string_view options, std::string_view key) {
  for (const auto option : split(options, ','))
    if (option.size() > key.size() && option.starts_with(key) && option[key.size()] == '=')
      return std::string(option.substr(key.size() + 1));
  return {};
}

/// Sources may name volumes by UUID; paths stay, as findings name them anyway.
std::string mount_table(std::string_view text) {
  std::string out;
  for (const auto line : split_lines(text)) {
    const auto dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    const auto right = words(line.substr(dash + 3));
    if (right.size() < 2) continue;
    out += std::string(line.substr(0, dash)) + " - " + std::string(right[0]) + " " + hide_ids(right[1]) +
           (right.size() > 2 ? " " + std::string(right[2]) : "") + "\n";
  }
  return out;
}

}  // namespace

CheckStatus status_of(Protection protection) {
  if (protection == Protection::plain) return CheckStatus::fail;
  return protection == Protection::unknown ? CheckStatus::unknown : CheckStatus::pass;
}

std::string mapper_kind(std::string_view uuid) {
  const auto first = uuid.find('-');
  if (!uuid.starts_with("CRYPT-")) return std::string(uuid.substr(0, first)) + "-";
  const auto second = uuid.find('-', first + 1);
  return std::string(uuid.substr(0, second)) + "-";
}

Seen<std::string> existing_part(const Sight& sight, const std::string& path) {
  for (std::string part = path;; part = folder_part(part)) {
    const auto& real = sight.resolve(part.empty() ? "/" : part);
    if (real || real.access == Access::denied || part.empty()) return real;
  }
}

Walker::Walker(const Sight& sight) : sight_(sight) {
  const auto& text = sight.read(kMountInfo, mount_table, 4 << 20);
  mounts_known_ = static_cast<bool>(text);
  mounts_ = parse_mounts(*text);
}

std::optional<MountEntry> Walker::mount_of(const std::string& path) const {
  return find_mount(mounts_, path);
}

Walk Walker::path(const std::string& path) {
  const auto place = existing_part(sight_, path);
  if (!place) return unknown(say(tr("{} cannot be looked at by this user; run as root"), path));
  return existing(*place);
}

Walk Walker::existing(const std::string& path) {
  if (!mounts_known_) return unknown(say(tr("{} cannot be read"), kMountInfo));
  const auto found = find_mount(mounts_, path);
  if (!found) return unknown(say(tr("no mount of {} is visible here"), path));
  const std::string mark = "mount " + std::to_string(found->id) + " " + found->point;
  if (std::find(trail_.begin(), trail_.end(), mark) != trail_.end() || trail_.size() >= kDeepest)
    return unknown(tr("its layers come back to themselves: what lies below is not visible here"));
  trail_.push_back(mark);
  auto walk = through(found->filesystem, mount(*found));
  trail_.pop_back();
  return walk;
}

Walk Walker::mount(const MountEntry& mount) {
  if (is_network_filesystem(mount.filesystem))
    return unknown(say(tr("{} is kept by another machine, which must encrypt it"), mount.filesystem));
  if (is_memory_filesystem(mount.filesystem)) return {Protection::memory, {}, tr("in memory only")};
  if (is_one_of(mount.filesystem, kEncryptingFilesystems))
    return {Protection::encrypted, {}, say(tr("{} encrypts each file"), mount.filesystem), mount.filesystem};
  if (mount.filesystem == "overlay") return overlay(mount);
  if (mount.filesystem == "btrfs") return btrfs(mount);
  if (mount.filesystem == "zfs")
    return unknown(tr("ZFS does not tell here whether the dataset is encrypted: see zfs get encryption"));
  if (!mount.device_number.starts_with("0:")) {
    const auto& link = sight_.resolve("/sys/dev/block/" + mount.device_number);
    if (link) return device(last_part(*link));
    if (link.access == Access::denied) return unknown(tr("/sys/dev/block is closed"));
  }
  return source(mount);
}

/// New files go to the upper folder, those of the image lie in the lower ones. In a container neither is visible.
Walk Walker::overlay(const MountEntry& mount) {
  std::vector<std::string> folders;
  for (const char* key : {"upperdir", "lowerdir", "lowerdir+", "datadir+"}) {
    const std::string value = value_of_option(mount.options, key);
    for (const auto part : split(value, ':'))
      if (!part.empty()) folders.emplace_back(part);
  }
  if (folders.empty()) return unknown(tr("the folders below this overlay are not visible here"));
  Walk worst{Protection::encrypted, {}, {}};
  bool first = true;
  for (const auto& folder : folders) {
    const auto& real = sight_.resolve(folder);
    auto walk = real ? existing(*real) : unknown(tr("the folders below this overlay are not visible here"));
    if (first || rank(walk.protection) > rank(worst.protection)) worst = std::move(walk);
    first = false;
  }
  return worst;
}

/// All devices of the filesystem: data may lie on any of them.
Walk Walker::btrfs(const MountEntry& mount) {
  const std::string name = kernel_name(mount.source);
  if (name.empty()) return unknown(say(tr("nothing tells which device {} is"), mount.source));
  const std::string base = "/sys/fs/btrfs";
  const auto& filesystems = sight_.list(base);
  for (const auto& id : *filesystems) {
    const auto& devices = sight_.list(base + "/" + id + "/devices");
    if (has(*devices, name)) return legs(*devices);
  }
  auto walk = device(name);
  if (walk.protection == Protection::plain) return walk;
  return unknown(tr("/sys/fs/btrfs does not tell on which devices it lies"));
}

Walk Walker::source(const MountEntry& mount) {
  if (!mount.source.starts_with("/dev/")) return unknown(say(tr("no device stands behind {}"), mount.filesystem));
  std::vector<std::string> names;  // bcachefs names all its devices: /dev/sda:/dev/sdb
  for (const auto part : split(mount.source, ':')) {
    names.push_back(kernel_name(std::string(part)));
    if (names.back().empty()) return unknown(say(tr("nothing tells which device {} is"), std::string(part)));
  }
  auto walk = legs(names);
  // bcachefs can encrypt by itself, which only its superblock tells.
  if (mount.filesystem == "bcachefs" && walk.protection == Protection::plain)
    return unknown(tr("bcachefs may encrypt by itself; see bcachefs show-super"));
  return walk;
}

std::string Walker::kernel_name(const std::string& node) const {
  std::string name = last_part(node);
  if (node.starts_with("/dev/mapper/")) {
    for (const auto& entry : *sight_.list("/sys/class/block")) {
      if (!entry.starts_with("dm-")) continue;
      const auto& text = sight_.read("/sys/class/block/" + entry + "/dm/name");
      if (text && trim(*text) == name) return entry;
    }
  }
  if (!node.starts_with("/dev/mapper/") && sight_.resolve("/sys/class/block/" + name)) return name;
  const auto& real = sight_.resolve(node);
  if (!real || *real == node) return {};
  return last_part(*real);
}

Walk Walker::legs(const std::vector<std::string>& names) {
  Walk worst;
  for (size_t i = 0; i < names.size(); ++i) {
    auto walk = device(names[i]);
    if (i == 0 || rank(walk.protection) > rank(worst.protection)) worst = std::move(walk);
  }
  return worst;
}

Walk Walker::device(const std::string& name) {
  if (std::find(trail_.begin(), trail_.end(), name) != trail_.end() || trail_.size() >= kDeepest)
    return through(name, unknown(say(tr("the layers below {} come back to themselves"), name)));
  const auto& folder = sight_.resolve("/sys/class/block/" + name);
  if (!folder) return through(name, unknown(say(tr("/sys/class/block/{} is not visible here"), name)));
  trail_.push_back(name);
  auto walk = through(name, node(name, *folder));
  trail_.pop_back();
  return walk;
}

Walk Walker::node(const std::string& name, const std::string& folder) {
  const auto& entries = sight_.list(folder);
  if (!entries) return unknown(say(tr("{} is closed"), folder));
  if (has(*entries, "dm")) {
    const auto& uuid = sight_.read(folder + "/dm/uuid", mapper_kind);
    if (!uuid) return unknown(say(tr("{} cannot be read"), folder + "/dm/uuid"));
    const auto parts = split(*uuid, '-');
    if (parts.size() > 1 && parts[0] == "CRYPT" && is_one_of(parts[1], kCiphers))
      return {Protection::encrypted, {}, say(tr("{} is encrypted ({})"), name, parts[1]), lower(parts[1])};
    if (parts[0] == "CRYPT" && (parts.size() < 2 || !is_one_of(parts[1], kMarks)))
      return unknown(say(tr("{} is of an unknown kind of dm-crypt"), name));
  }
  // A partition has no slaves of its own: those of the disk that it is a part of count.
  if (has(*entries, "partition")) return device(last_part(folder_part(folder)));
  if (name.starts_with("zram")) return zram(name, folder);
  if (has(*entries, "loop")) {
    const auto& file =
        sight_.read(folder + "/loop/backing_file", [](std::string_view text) { return std::string(trim(text)); });
    if (!file) return unknown(say(tr("the file behind {} is not told"), name));
    const auto& real = sight_.resolve(*file);
    return real ? existing(*real) : unknown(say(tr("{}, the file behind {}, is not visible here"), *file, name));
  }
  if (has(*entries, "slaves")) {
    const auto& slaves = sight_.list(folder + "/slaves");
    if (!slaves) return unknown(say(tr("{} is closed"), folder + "/slaves"));
    if (!slaves->empty()) return legs(*slaves);
  }
  return disk(name, folder);
}

Walk Walker::zram(const std::string& name, const std::string& folder) {
  const auto& backing = sight_.read(folder + "/backing_dev");
  if (backing.access == Access::denied) return unknown(say(tr("{} cannot be read"), folder + "/backing_dev"));
  const std::string target(trim(*backing));
  if (!backing || target == "none" || target.empty()) return {Protection::memory, {}, say(tr("{} is memory"), name)};
  const std::string below = kernel_name(target);
  return below.empty() ? unknown(say(tr("nothing tells which device {} is"), target)) : device(below);
}

Walk Walker::disk(const std::string& name, const std::string& folder) {
  if (std::any_of(std::begin(kRemotePrefixes), std::end(kRemotePrefixes),
                  [&](std::string_view prefix) { return name.starts_with(prefix); }) ||
      folder.find("/session") != std::string::npos || folder.find("/nvme-fabrics/") != std::string::npos)
    return unknown(say(tr("{} is kept by another machine, which must encrypt it"), name));
  if (name.starts_with("ram") && folder.starts_with("/sys/devices/virtual/"))
    return {Protection::memory, {}, say(tr("{} is memory"), name)};
  if (name.starts_with("dm-") ||
      (folder.starts_with("/sys/devices/virtual/") && folder.find("/nvme-subsystem/") == std::string::npos))
    return unknown(say(tr("{} does not tell what it lies on"), name));
  if (folder.find("/nvme-subsystem/") != std::string::npos)
    if (const auto wire = nvme_transport(sight_, folder); wire != "pcie")
      return unknown(say(tr("{} is reached over {}; who keeps it must encrypt it"), name, wire.empty() ? "?" : wire));
  std::string maker;
  for (const char* file : {"/device/vendor", "/device/model"}) {
    const auto& text = sight_.read(folder + file);
    if (text.access == Access::denied) return unknown(say(tr("{} cannot be read"), folder + file));
    maker += *text + " ";
  }
  const bool made_up = name.starts_with("vd") || name.starts_with("xvd") ||
                       folder.find("/virtio") != std::string::npos ||
                       std::any_of(std::begin(kVirtualDisks), std::end(kVirtualDisks),
                                   [&](std::string_view word) { return maker.find(word) != std::string::npos; });
  if (made_up)
    return unknown(
        say(tr("{} is a virtual disk: ask who runs its host whether it is encrypted, then waive this"), name));
  return {Protection::plain, {}, say(tr("{} has no encryption layer"), name)};
}

}  // namespace edgefit
