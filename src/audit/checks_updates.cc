// EF-UPD and EF-TIME: whether fixes arrive, whether they run, and whether dates can be trusted.
#include <algorithm>

#include "audit/checks.h"
#include "audit/lifetimes.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

std::string same(std::string_view text) {
  return std::string(text);
}

/// A value of os-release(5), without its quotes.
std::string value_of(std::string_view text, std::string_view key) {
  for (const auto line : split_lines(text)) {
    const auto pair = key_value(line, '=');
    if (!pair || pair->first != key) continue;
    auto value = pair->second;
    if (value.size() >= 2 && (value[0] == '"' || value[0] == '\'')) value = value.substr(1, value.size() - 2);
    return std::string(value);
  }
  return {};
}

constexpr std::string_view kRolling[] = {"arch",   "opensuse-tumbleweed", "gentoo", "void", "nixos", "cachyos",
                                         "manjaro"};

Evidence release(const Scene& scene) {
  constexpr const char* kRelease = "/etc/os-release";
  const auto& text = scene.box.read(kRelease, same);
  if (!text) return unseen(kRelease, text.access);
  const auto id = value_of(*text, "ID"), version = value_of(*text, "VERSION_ID"), own = value_of(*text, "SUPPORT_END");
  if (std::find(std::begin(kRolling), std::end(kRolling), id) != std::end(kRolling))
    return pass(kRelease, say(tr("{} has no releases that end; EF-UPD-003 tells whether it is updated"), id));
  const auto own_end = parse_day(own);
  const auto row = distribution_lifetime(scene.tables, id, version);
  if (!own_end && !row) return unknown(kRelease, say(tr("no table knows how long {} {} is supported"), id, version));
  const Day end = own_end ? *own_end : row->end;
  const auto status = judge_end(end, scene.today, own_end ? std::nullopt : std::optional(row->as_of));
  std::string name = own_end ? id + " " + version : row->name;
  if (status == CheckStatus::unknown)
    return unknown(kRelease, say(tr("the row of {} is too old to vouch for {}; update edgefit or add --advisories"),
                                 show_day(row->as_of), name));
  return {{kRelease, status,
           say(status == CheckStatus::fail ? tr("{}: security fixes ended on {}") : tr("{}: security fixes until {}"),
               name, show_day(end))}};
}

/// Which package manager keeps this system; by the folders of their databases.
enum class Packages : uint8_t { none, apt, rpm, pacman, apk };
struct PackagesRow {
  Packages packages;
  const char* path;
};
constexpr PackagesRow kPackages[] = {{Packages::apt, "/var/lib/dpkg/status"}, {Packages::apt, "/var/lib/dpkg"},
                                     {Packages::rpm, "/var/lib/dnf"},         {Packages::rpm, "/usr/lib/sysimage/rpm"},
                                     {Packages::rpm, "/var/lib/rpm"},         {Packages::pacman, "/var/lib/pacman"},
                                     {Packages::apk, "/lib/apk/db"}};

Packages packages_of(const Box& box) {
  for (const auto& row : kPackages)
    if (box.access(row.path) != Access::absent) return row.packages;
  return Packages::none;
}

/// The last value of an option in apt.conf(5): `APT::Periodic::Unattended-Upgrade "1";` or inside braces.
std::string apt_value(std::string_view text, std::string_view option) {
  std::string value;
  for (auto at = text.find(option); at != std::string_view::npos; at = text.find(option, at + 1)) {
    const auto begin = text.rfind('\n', at) + 1;
    if (trim(text.substr(begin, at - begin)).starts_with("//")) continue;
    const auto rest = trim(text.substr(at + option.size()));
    if (!rest.starts_with("\"")) continue;
    value = rest.substr(1, rest.find('"', 1) - 1);
  }
  return value;
}

Evidence apt_updates(const Scene& scene) {
  const auto files = scene.box.find("/etc/apt/apt.conf.d/*");
  if (files.access == Access::denied) return unseen("/etc/apt/apt.conf.d", Access::denied);
  std::string all;
  for (const auto& file : *files) {
    const auto& text = scene.box.read(file, same);
    if (text.access == Access::denied) return unseen(file, text.access);
    all += *text + "\n";
  }
  const auto upgrade = apt_value(all, "Unattended-Upgrade"), download = apt_value(all, "Download-Upgradeable-Packages");
  const Access tool = scene.box.access("/usr/bin/unattended-upgrade");
  if (tool == Access::denied) return unseen("/usr/bin/unattended-upgrade", tool);
  constexpr const char* kFolder = "/etc/apt/apt.conf.d";
  if (!upgrade.empty() && upgrade != "0")
    return tool == Access::ok ? pass(kFolder, tr("unattended-upgrades installs security updates"))
                              : fail(kFolder, tr("updates are switched on, but unattended-upgrades is not installed"));
  if (!download.empty() && download != "0") return warn(kFolder, tr("updates are fetched, but not installed"));
  return fail(kFolder, tr("nothing installs security updates by itself"));
}

Evidence rpm_updates(const Scene& scene) {
  const auto timers = scene.box.find("/etc/systemd/system/timers.target.wants/*");
  const auto has = [&timers](std::string_view word) {
    return std::any_of(timers->begin(), timers->end(),
                       [word](const std::string& path) { return path.find(word) != std::string::npos; });
  };
  constexpr const char* kTimers = "/etc/systemd/system/timers.target.wants";
  if (timers.access == Access::denied) return unseen(kTimers, Access::denied);
  if (has("transactional-update")) return pass(kTimers, tr("transactional-update installs updates"));
  if (has("dnf-automatic-install")) return pass(kTimers, tr("dnf-automatic installs updates"));
  if (!has("dnf-automatic") && !has("dnf5-automatic"))
    return fail(kTimers, tr("nothing installs security updates by itself"));
  for (const char* path : {"/etc/dnf/automatic.conf", "/etc/dnf/dnf5-plugins/automatic.conf"}) {
    const auto& text = scene.box.read(path, same);
    if (text.access == Access::denied) return unseen(path, text.access);
    const auto apply = lower(value_of(*text, "apply_updates"));
    if (apply == "yes" || apply == "true" || apply == "1") return pass(path, tr("dnf-automatic installs updates"));
  }
  return warn(kTimers, tr("updates are fetched, but not installed"));
}

Evidence automatic(const Scene& scene) {
  if (scene.options.profile == Profile::air_gap)
    return not_applicable("/etc", tr("without a network updates come by hand: see EF-UPD-003"));
  switch (packages_of(scene.box)) {
    case Packages::apt:
      return apt_updates(scene);
    case Packages::rpm:
      return rpm_updates(scene);
    default:
      return unknown("/etc", tr("no package manager with updates that are known here was found"));
  }
}

/// Files that change when packages do, by whatever package manager.
constexpr const char* kUpdateSigns[] = {"/var/lib/apt/periodic/update-success-stamp",
                                        "/var/log/dpkg.log",
                                        "/var/lib/dpkg/status",
                                        "/var/lib/dnf/history.sqlite",
                                        "/usr/lib/sysimage/libdnf5/transaction_history.sqlite",
                                        "/usr/lib/sysimage/rpm/rpmdb.sqlite",
                                        "/var/lib/rpm/rpmdb.sqlite",
                                        "/var/log/pacman.log",
                                        "/lib/apk/db/installed"};

Evidence last_update(const Scene& scene) {
  std::string path;
  int64_t newest = 0;
  for (const char* sign : kUpdateSigns) {
    const auto& state = scene.box.look(sign);
    if (state.access == Access::denied) return unseen(sign, state.access);
    if (!state || state->changed <= newest) continue;
    newest = state->changed;
    path = sign;
  }
  if (path.empty()) return unseen("/var/lib/dpkg/status", Access::absent);
  const bool apart = scene.options.profile == Profile::air_gap;
  const Day fresh = apart ? 30 : 14, stale = apart ? 90 : 45;
  const Day age = scene.today - day_of_seconds(newest);
  if (age < -1)
    return unknown(path,
                   say(tr("packages changed on {}, after the day of this report"), show_day(day_of_seconds(newest))));
  const auto days = static_cast<size_t>(std::max<Day>(age, 0));
  const auto text = say(tr("packages changed {} day ago", "packages changed {} days ago", days), days);
  if (age > stale) return fail(path, text);
  return age > fresh ? warn(path, text) : pass(path, text);
}

/// "6.1.0-18-amd64" as numbers and words, so that 6.10 comes after 6.9.
bool older(std::string_view a, std::string_view b) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  while (!a.empty() && !b.empty()) {
    if (is_digit(a[0]) && is_digit(b[0])) {
      const auto x = leading_number(a.substr(0, a.find_first_not_of("0123456789"))).value_or(0);
      const auto y = leading_number(b.substr(0, b.find_first_not_of("0123456789"))).value_or(0);
      if (x != y) return x < y;
      a.remove_prefix(std::min(a.find_first_not_of("0123456789"), a.size()));
      b.remove_prefix(std::min(b.find_first_not_of("0123456789"), b.size()));
    } else {
      if (a[0] != b[0]) return a[0] < b[0];
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  return a.size() < b.size();
}

/// "6.1.0-18-cloud-amd64" -> "cloud-amd64", "6.10.3-arch1-1" -> "": only kernels of one kind follow each other.
std::string flavour(const std::string& release) {
  const auto first = release.find('-');
  const auto second = first == std::string::npos ? first : release.find('-', first + 1);
  if (second == std::string::npos) return {};
  auto kind = release.substr(second + 1);
  return kind.find_first_not_of("0123456789") == std::string::npos ? std::string() : kind;
}

constexpr Day kPatience = 7;  // days that a restart may wait

Evidence pending(const Scene& scene, const std::string& path, std::string text, int64_t since) {
  const Day days = scene.today - day_of_seconds(since);
  const auto told = static_cast<size_t>(std::max<Day>(days, 0));
  text = say(tr("{}, for {} day", "{}, for {} days", told), text, told);
  return days > kPatience ? fail(path, std::move(text)) : warn(path, std::move(text));
}

/// The module of the running kernel and the library on disk must be of one version.
void add_driver_mismatch(const Scene& scene, Evidence& evidence) {
  const auto& module = scene.box.read("/sys/module/nvidia/version");
  if (module.access == Access::denied) evidence.push_back(unseen("/sys/module/nvidia/version", module.access)[0]);
  if (!module) return;
  for (const char* folder : {"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"}) {
    constexpr std::string_view kLibrary = "libnvidia-ml.so.";
    const auto& names = scene.box.list(folder, 1 << 16);
    if (names.access == Access::denied) evidence.push_back(unseen(folder, names.access)[0]);
    for (const auto& name : *names) {
      if (!name.starts_with(kLibrary) || name.find('.', kLibrary.size()) == std::string::npos) continue;
      const auto version = name.substr(kLibrary.size());
      if (version != trim(*module))
        evidence.push_back(
            fail(std::string(folder) + "/" + name,
                 say(tr("NVIDIA's library is {}, the running driver {}: restart"), version, trim(*module)))[0]);
    }
  }
}

Evidence restart(const Scene& scene) {
  constexpr const char *kFlag = "/run/reboot-required", *kRunning = "/proc/sys/kernel/osrelease",
                       *kModules = "/lib/modules";
  if (scene.container == TriState::yes) return not_applicable(kRunning, tr("a container runs its host's kernel"));
  Evidence evidence;
  if (scene.container == TriState::unseen)
    evidence.push_back(unknown(kRunning, tr("whether this is a container cannot be seen by this user"))[0]);
  const auto& flag = scene.box.look(kFlag);
  if (flag.access == Access::denied) evidence.push_back(unseen(kFlag, flag.access)[0]);
  if (flag) evidence.push_back(pending(scene, kFlag, tr("a restart is asked for"), flag->changed)[0]);
  const auto& running = scene.box.read(kRunning, same);
  if (!running) evidence.push_back(unseen(kRunning, running.access)[0]);
  const std::string now(trim(*running));
  const auto& kernels = scene.box.list(kModules);
  if (running && !kernels) {
    evidence.push_back(unseen(kModules, kernels.access)[0]);
  } else if (running) {
    std::string newest = now;
    for (const auto& kernel : *kernels)
      if (flavour(kernel) == flavour(now) && older(newest, kernel)) newest = kernel;
    const std::string path = std::string(kModules) + "/" + newest;
    if (newest != now)
      evidence.push_back(pending(scene, path, say(tr("kernel {} is installed, {} runs"), newest, now),
                                 scene.box.look(path)->changed)[0]);
  }
  add_driver_mismatch(scene, evidence);
  return evidence.empty() ? pass(kRunning, say(tr("kernel {} is the newest installed"), now)) : evidence;
}

Evidence clock(const Scene& scene) {
  constexpr const char* kClock = "/proc/sys/kernel/osrelease";
  const auto& state = scene.box.clock();
  if (!state) return unknown(kClock, tr("the kernel's clock cannot be asked"));
  if (!state->synchronised) return fail(kClock, tr("the clock is not synchronised"));
  constexpr double kMost = 1;  // seconds
  const auto text = say(tr("the clock is synchronised, at most {:.3f} s off"), state->error_seconds);
  return state->error_seconds > kMost ? warn(kClock, text) : pass(kClock, text);
}

constexpr Check kChecks[] = {
    {{"EF-UPD-001", mark("operating system supported"), AuditGroup::updates, Severity::high,
      mark("holes found after the end of support stay open"), mark("upgrade to a release that is supported"),
      "53:SI-2, 53:SA-22", Privilege::user, 30},
     release},
    {{"EF-UPD-002", mark("security updates installed by themselves"), AuditGroup::updates, Severity::high,
      mark("unpatched servers are the mistake that companies make most"),
      mark("install and switch on unattended-upgrades or dnf-automatic"),
      "gspp:KONF.8.1.1, gs:OPS.1.1.3.A3, cis:1.2.2.1", Privilege::user, 90},
     automatic},
    {{"EF-UPD-003", mark("last update not long ago"), AuditGroup::updates, Severity::high,
      mark("a setting is no proof that updates arrive"), mark("install the updates that wait"),
      "gspp:DET.5.10, 53:SI-2", Privilege::user, 7},
     last_update},
    {{"EF-UPD-004", mark("no restart outstanding"), AuditGroup::updates, Severity::high,
      mark("a patched kernel that does not run protects nobody"), mark("restart in the next maintenance window"),
      "53:SI-2", Privilege::user, 7},
     restart},
    {{"EF-TIME-001", mark("clock synchronised"), AuditGroup::updates, Severity::high,
      mark("logs, certificates and due dates rest on it"), mark("set up chrony with a time server of your own"),
      "53:AU-8, gs:OPS.1.1.5.A4, cis:2.3.1", Privilege::user, 30},
     clock},
};

}  // namespace

std::span<const Check> update_checks() {
  return kChecks;
}

}  // namespace edgefit
