// EF-HW: what wears out, fills up, breaks or overheats under a model.
#include <algorithm>
#include <set>

#include "audit/checks.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// JEDEC eMMC 5.1: DEVICE_LIFE_TIME_EST in tenths used, 0x0B beyond all; PRE_EOL_INFO 1 normal, 2 warning, 3 urgent.
void judge_emmc(const Scene& scene, const std::string& device, Evidence& evidence) {
  const auto& life = scene.box.read(device + "/life_time");
  // Of the parts of an eMMC only the first has a wear; SD cards tell none.
  if (life.access == Access::absent && device.find("boot") != std::string::npos) return;
  const auto& reserve = scene.box.read(device + "/pre_eol_info");
  const auto parts = words(*life);
  uint64_t used = 0;
  for (const auto part : parts) used = std::max(used, to_hex(part).value_or(0));
  const auto level = to_hex(trim(*reserve)).value_or(0);
  if (!life || parts.empty() || used == 0 || !reserve)
    evidence.push_back(unknown(device + "/life_time", tr("the storage does not tell its wear"))[0]);
  else if (used >= 10 || level >= 2)
    evidence.push_back(fail(device + "/life_time", say(tr("at least {} % of its life is used"), (used - 1) * 10))[0]);
  else
    evidence.push_back(pass(device + "/life_time", say(tr("at most {} % of its life is used"), used * 10))[0]);
}

/// NVM Express Base Specification, Critical Warning: spare blocks, reliability, read only, volatile backup. Bit 1 is
/// temperature, which passes.
void judge_nvme(const std::string& node, const DiskHealth& health, Evidence& evidence) {
  constexpr unsigned kBroken = 0b11101, kWorn = 90;
  if ((health.warning & kBroken) != 0 || health.spare < health.least_spare)
    evidence.push_back(fail(node, tr("the disk warns that it fails: no spare blocks, or read only"))[0]);
  else if (health.used >= kWorn)
    evidence.push_back(fail(node, say(tr("{} % of its life is used"), health.used))[0]);
  else
    evidence.push_back(pass(node, say(tr("{} % of its life is used"), health.used))[0]);
}

/// What a SMART exporter left for node_exporter: smartmon_device_smart_healthy{disk="/dev/sda"} 1. Gives the disks.
std::set<std::string> judge_smart(const Scene& scene, Evidence& evidence) {
  constexpr const char* kFiles[] = {"/var/lib/prometheus/node-exporter/smartmon.prom",
                                    "/var/lib/node_exporter/textfile_collector/smartmon.prom",
                                    "/var/lib/node_exporter/smartmon.prom"};
  std::set<std::string> disks;
  for (const char* path : kFiles) {
    const auto& text = scene.box.read(path, nullptr, 1 << 20);
    if (text.access == Access::denied) evidence.push_back(unseen(path, text.access)[0]);
    for (const auto line : split_lines(*text)) {
      if (!line.starts_with("smartmon_device_smart_healthy") && !line.starts_with("smartctl_device_smart_status"))
        continue;
      const auto begin = line.find("/dev/");
      const std::string disk(line.substr(std::min(begin, line.size()), line.find('"', begin) - begin));
      const bool well = to_number(line.substr(line.rfind(' ') + 1)) == 1;
      evidence.push_back(well ? pass(path, say(tr("SMART says that {} is well"), disk))[0]
                              : fail(path, say(tr("SMART says that {} fails"), disk))[0]);
      disks.insert(disk);
    }
  }
  return disks;
}

/// "/dev/nvme0" of "nvme0n1".
std::string controller_of(const std::string& disk) {
  return "/dev/" + disk.substr(0, disk.find('n', 4));
}

Evidence wear(const Scene& scene) {
  constexpr const char* kBlock = "/sys/block";
  const auto& blocks = scene.box.list(kBlock);
  if (!blocks) return unseen(kBlock, blocks.access);
  Evidence evidence;
  const auto exported = judge_smart(scene, evidence);
  for (const auto& name : *blocks) {
    const std::string node = name.starts_with("nvme") ? controller_of(name) : "/dev/" + name;
    if (exported.contains(node) || exported.contains("/dev/" + name)) continue;
    if (name.starts_with("mmcblk")) {
      judge_emmc(scene, "/sys/block/" + name + "/device", evidence);
    } else if (name.starts_with("nvme")) {
      const auto& health = scene.box.health(node);
      if (health)
        judge_nvme(node, *health, evidence);
      else
        evidence.push_back(
            unknown(node, tr("its health cannot be asked by this user; run as root, or see smartctl -a"))[0]);
    } else if (name.starts_with("sd")) {
      evidence.push_back(
          unknown(node, tr("its health is on record nowhere; see smartctl -H, or export it to node_exporter"))[0]);
    }
  }
  return evidence.empty() ? not_applicable(kBlock, tr("no disk here tells its health")) : evidence;
}

Evidence free_space(const Scene& scene) {
  double biggest = 0;
  Evidence evidence;
  for (const auto& view : scene.models) {
    if (view.store.access != Access::ok || !view.store.closed.empty())
      evidence.push_back(unknown(view.store.path, tr("the size of its models cannot be seen by this user"))[0]);
    for (const auto& file : view.store.files)
      if (is_weights(file.kind)) biggest = std::max(biggest, static_cast<double>(file.state.size));
  }
  std::vector<std::string> paths = scene.stores;
  for (const char* path : {"/var/log", "/tmp"})
    if (scene.box.access(path) == Access::ok) paths.emplace_back(path);
  if (paths.empty()) return unseen("/var/log", scene.box.access("/var/log"));
  for (const auto& path : paths) {
    const auto& space = scene.box.space(path);
    if (!space || space->total <= 0) {
      evidence.push_back(unknown(path, tr("free space is not told"))[0]);
      continue;
    }
    constexpr double kLeast = 0.05, kRoomy = 1.5;
    const bool store = std::find(scene.stores.begin(), scene.stores.end(), path) != scene.stores.end();
    const double share = space->free / space->total, wanted = store ? biggest : 0;
    const auto text = say(tr("{} of {} are free"), show(Bytes{space->free}), show(Bytes{space->total}));
    const bool inodes = space->total_inodes > 0 && space->free_inodes < kLeast * space->total_inodes;
    if (share < kLeast || space->free < wanted || inodes)
      evidence.push_back(fail(path, inodes ? say(tr("{}, and hardly any inodes"), text)
                                    : space->free < wanted && share >= kLeast
                                        ? say(tr("{}: less than the biggest model"), text)
                                        : text)[0]);
    else if (space->free < kRoomy * wanted)
      evidence.push_back(warn(path, say(tr("{}: a new version beside the old one hardly fits"), text))[0]);
    else
      evidence.push_back(pass(path, text)[0]);
  }
  return evidence;
}

void judge_md(const Scene& scene, Evidence& evidence, bool& unseen_any) {
  const auto& blocks = scene.box.list("/sys/block");
  if (!blocks) {
    evidence.push_back(unseen("/sys/block", blocks.access)[0]);
    unseen_any = true;
  }
  for (const auto& name : *blocks) {
    if (!name.starts_with("md")) continue;
    const std::string path = "/sys/block/" + name + "/md/degraded";
    const auto& text = scene.box.read(path);
    if (text.access == Access::absent) continue;  // RAID 0 and linear cannot be degraded
    if (!text)
      evidence.push_back(unseen(path, text.access)[0]);
    else if (trim(*text) == "0")
      evidence.push_back(pass(path, say(tr("{} is whole"), name))[0]);
    else
      evidence.push_back(fail(path, say(tr("{} lacks {} of its disks"), name, trim(*text)))[0]);
  }
}

/// Documentation/ABI: five counters a line, "write_errs 0".
void judge_btrfs(const Scene& scene, Evidence& evidence) {
  const auto files = scene.box.find("/sys/fs/btrfs/*/devinfo/*/error_stats");
  if (files.access == Access::denied) evidence.push_back(unseen("/sys/fs/btrfs", Access::denied)[0]);
  for (const auto& path : *files) {
    const auto& text = scene.box.read(path);
    double errors = 0;
    for (const auto line : split_lines(*text))
      if (const auto fields = words(line); fields.size() == 2) errors += to_number(fields[1]).value_or(0);
    if (!text)
      evidence.push_back(unseen(path, text.access)[0]);
    else if (errors > 0)
      evidence.push_back(warn(path, say(tr("btrfs counted {:.0f} errors on this device"), errors))[0]);
    else
      evidence.push_back(pass(path, tr("btrfs counted no errors"))[0]);
  }
}

void judge_zfs(const Scene& scene, Evidence& evidence) {
  const auto files = scene.box.find("/proc/spl/kstat/zfs/*/state");
  for (const auto& path : *files) {
    const auto& text = scene.box.read(path);
    if (!text)
      evidence.push_back(unseen(path, text.access)[0]);
    else if (trim(*text) == "ONLINE")
      evidence.push_back(pass(path, tr("the pool is online"))[0]);
    else
      evidence.push_back(fail(path, say(tr("the pool is {}"), trim(*text)))[0]);
  }
}

Evidence raid(const Scene& scene) {
  Evidence evidence;
  bool unseen_any = false;
  judge_md(scene, evidence, unseen_any);
  judge_btrfs(scene, evidence);
  judge_zfs(scene, evidence);
  if (!evidence.empty()) return evidence;
  if (auto host = left_to_host(scene, "/sys/block", tr("a virtual machine's disks are its host's"))) return *host;
  if (scene.options.profile == Profile::server)
    return warn("/sys/block", tr("no mirror: one broken disk stops the service"));
  return not_applicable("/sys/block", tr("no RAID"));
}

Evidence memory_errors(const Scene& scene) {
  constexpr const char* kEdac = "/sys/devices/system/edac/mc";
  if (auto host = left_to_host(scene, kEdac, tr("a virtual machine's memory is its host's"))) return *host;
  const auto controllers = scene.box.find("/sys/devices/system/edac/mc/mc*");
  if (controllers.access == Access::denied) return unseen(kEdac, Access::denied);
  if (controllers->empty()) return unknown(kEdac, tr("no memory controller counts errors: no ECC, or no EDAC driver"));
  Evidence evidence;
  for (const auto& controller : *controllers) {
    const auto& broken = scene.box.read(controller + "/ue_count");
    const auto& mended = scene.box.read(controller + "/ce_count");
    const auto bad = broken ? to_number(*broken) : std::nullopt, good = mended ? to_number(*mended) : std::nullopt;
    if (!bad || !good)
      evidence.push_back(unseen(controller + "/ue_count", broken ? mended.access : broken.access)[0]);
    else if (*bad > 0)
      evidence.push_back(
          fail(controller + "/ue_count", say(tr("{:.0f} memory error could not be mended",
                                                "{:.0f} memory errors could not be mended", static_cast<size_t>(*bad)),
                                             *bad))[0]);
    else if (*good > 0)
      evidence.push_back(warn(controller + "/ce_count",
                              say(tr("{:.0f} memory error was mended since start",
                                     "{:.0f} memory errors were mended since start", static_cast<size_t>(*good)),
                                  *good))[0]);
    else
      evidence.push_back(pass(controller + "/ue_count", tr("no memory errors since start"))[0]);
  }
  return evidence;
}

Evidence throttling(const Scene& scene) {
  constexpr const char* kCpu = "/sys/devices/system/cpu";
  if (auto host = left_to_host(scene, kCpu, tr("a virtual machine does not see its host's temperature"))) return *host;
  const auto files = scene.box.find("/sys/devices/system/cpu/cpu*/thermal_throttle/package_throttle_count");
  if (files.access == Access::denied) return unseen(kCpu, Access::denied);
  double most = 0;
  std::string path;
  for (const auto& file : *files) {
    const auto& text = scene.box.read(file);
    const auto count = text ? to_number(*text) : std::nullopt;
    if (!count) return unseen(file, text.access);
    if (path.empty() || *count > most) {
      most = *count;
      path = file;
    }
  }
  if (path.empty())
    return unknown(kCpu, tr("this processor counts no throttling; edgefit verify shows it as speed that falls"));
  if (most > 0)
    return warn(path, say(tr("the processor was too hot {:.0f} time since start",
                             "the processor was too hot {:.0f} times since start", static_cast<size_t>(most)),
                          most));
  return pass(path, tr("the processor was never too hot since start"));
}

Evidence power_supply(const Scene& scene) {
  constexpr const char* kSupplies = "/sys/class/power_supply";
  if (auto host = left_to_host(scene, kSupplies, tr("a virtual machine's power is its host's"))) return *host;
  const auto types = scene.box.find("/sys/class/power_supply/*/type");
  if (types.access == Access::denied) return unseen(kSupplies, Access::denied);
  bool battery = false;
  for (const auto& path : *types) {
    const auto& text = scene.box.read(path);
    if (!text) return unseen(path, text.access);
    if (trim(*text) == "UPS") return pass(path, tr("a UPS is watched by the kernel"));
    battery = battery || trim(*text) == "Battery";
  }
  if (battery) return not_applicable(kSupplies, tr("this box has a battery of its own"));
  for (const char* path :
       {"/etc/systemd/system/multi-user.target.wants/nut-monitor.service",
        "/etc/systemd/system/multi-user.target.wants/apcupsd.service", "/run/nut/upsmon.pid", "/run/apcupsd.pid"}) {
    const Access access = scene.box.access(path);
    if (access == Access::denied) return unseen(path, access);
    if (access == Access::ok) return pass(path, tr("a UPS is watched"));
  }
  return warn(kSupplies, tr("no UPS is watched"));
}

constexpr Check kChecks[] = {
    {{"EF-HW-001", mark("disks not worn out"), AuditGroup::hardware, Severity::high,
      mark("a worn disk takes the models with it"), mark("replace the disk"), "53:CP-9, gs:SYS.1.1.A28",
      Privilege::root, 30},
     wear},
    {{"EF-HW-002", mark("room for the next model"), AuditGroup::hardware, Severity::high,
      mark("a new model must fit beside the one to go back to"), mark("free or add space"), "42k:A.4.5",
      Privilege::user, 7},
     free_space},
    {{"EF-HW-003", mark("disks redundant and whole"), AuditGroup::hardware, Severity::high,
      mark("a mirror that lost a disk is none, and nobody notices"), mark("replace the disk that failed"),
      "gs:SYS.1.1.A28", Privilege::user, 7},
     raid},
    {{"EF-HW-004", mark("no memory errors"), AuditGroup::hardware, Severity::high,
      mark("flipped weights give wrong answers without a word"), mark("swap the memory module"), "53:SI-13",
      Privilege::user, 30},
     memory_errors},
    {{"EF-HW-005", mark("processor not too hot"), AuditGroup::hardware, Severity::medium,
      mark("speed falls after minutes of work"), mark("improve the cooling"), "42k:A.4.5", Privilege::user, 90},
     throttling},
    {{"EF-HW-006", mark("power failure survived"), AuditGroup::hardware, Severity::medium,
      mark("a power cut while a model or a database is written leaves it broken"),
      mark("attach a UPS and watch it by NUT"), "gs:SYS.1.1.A15", Privilege::user, 365},
     power_supply},
};

}  // namespace

std::span<const Check> hardware_checks() {
  return kChecks;
}

}  // namespace edgefit
