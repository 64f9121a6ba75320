// The system around the hardware: kernel, distribution, architecture, virtual machine, container.
// Never host names, serials or addresses.
#include <sys/prctl.h>
#include <sys/utsname.h>

#include <algorithm>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <cstring>

#include "base/parse.h"
#include "edgefit/text.h"
#include "probe/cpu.h"
#include "probe/os.h"
#include "probe/scan.h"

namespace edgefit {
namespace {

Fact<std::string> from_file(const Root& root, const char* path, const char* why,
                            Origin::Kind kind = Origin::Kind::firmware) {
  const auto text = root.read(path, 4096);
  if (!text) return Fact<std::string>::unknown(why);
  const std::string value(trim(text->substr(0, text->find('\0'))));
  if (value.empty()) return Fact<std::string>::unknown(why);
  return {value, {kind, path}};
}

Fact<std::string> distribution(const Root& root) {
  for (const char* path : {"/etc/os-release", "/usr/lib/os-release"}) {
    const auto text = root.read(path);
    for (const auto line : split_lines(text_of(text))) {
      const auto pair = key_value(line, '=');
      if (!pair || pair->first != "PRETTY_NAME") continue;
      auto name = pair->second;
      if (name.size() >= 2 && (name.front() == '"' || name.front() == '\'')) name = name.substr(1, name.size() - 2);
      return {std::string(name), {Origin::Kind::os, path}};
    }
  }
  return Fact<std::string>::unknown(tr("no os-release file"));
}

Fact<std::string> kernel(const Root& root) {
  auto release = from_file(root, "/proc/sys/kernel/osrelease", "", Origin::Kind::os);
  if (release) return release;
  // "Linux version 6.1.0-13-amd64 (debian-kernel@...) ...": only the third word; the rest names people and hosts.
  if (const auto text = root.read("/proc/version", 4096)) {
    const auto fields = words(*text);
    if (fields.size() > 2 && fields[0] == "Linux") return {std::string(fields[2]), {Origin::Kind::os, "/proc/version"}};
  }
  return Fact<std::string>::unknown(tr("no kernel release in /proc"));
}

/// Never uname for a sysroot: it would name the machine that looks, not the one looked at.
Fact<std::string> architecture(const Root& root, const CpuInfo& info) {
  if (const auto machine = recorded_word(root, "machine"); !machine.empty())
    return {machine, {Origin::Kind::os, "uname"}};
  if (root.live()) {
    utsname name{};
    if (::uname(&name) == 0) return {name.machine, {Origin::Kind::os, "uname"}};
  }
  const auto dump = root.read("/proc/hwloc-nofile-info", 4096);
  for (const auto line : split_lines(text_of(dump)))
    if (const auto pair = key_value(line, ':'); pair && pair->first == "Architecture")
      return {std::string(pair->second), {Origin::Kind::os, "/proc/hwloc-nofile-info"}};
  const Origin shape{Origin::Kind::derived, "/proc/cpuinfo"};
  if (info.has_flag("lm")) return {"x86_64", shape};
  if (info.has_flag("asimd")) return {"aarch64", shape};
  return Fact<std::string>::unknown(tr("this recording does not tell the architecture"));
}

Fact<std::string> libc_fact(const Root& root) {
  const auto version = root.live() ? libc_version() : recorded_word(root, "libc");
  if (!version.empty()) return {version, {Origin::Kind::os, "gnu_get_libc_version"}};
  return Fact<std::string>::unknown(root.live() ? tr("not glibc") : tr("this recording does not tell"));
}

/// Words as systemd-detect-virt prints them, by what firmware or CPUID says.
struct VirtRow {
  std::string_view sign;
  const char* word;
};
constexpr VirtRow kDmiSigns[] = {{"QEMU", "qemu"},
                                 {"KVM", "kvm"},
                                 {"Amazon EC2", "amazon"},
                                 {"VMware", "vmware"},
                                 {"VirtualBox", "oracle"},
                                 {"innotek", "oracle"},
                                 {"Xen", "xen"},
                                 {"Bochs", "bochs"},
                                 {"Parallels", "parallels"},
                                 {"BHYVE", "bhyve"},
                                 {"Google Compute Engine", "google"},
                                 {"Virtual Machine", "microsoft"}};
constexpr VirtRow kCpuidSigns[] = {{"KVMKVMKVM", "kvm"},     {"Microsoft Hv", "microsoft"}, {"VMwareVMware", "vmware"},
                                   {"XenVMMXenVMM", "xen"},  {"TCGTCGTCGTCG", "qemu"},      {"bhyve bhyve ", "bhyve"},
                                   {"ACRNACRNACRN", "acrn"}, {"VBoxVBoxVBox", "oracle"}};

Fact<std::string> virtualization(const Scan& scan) {
  const Root& root = scan.root;
  // Whole machines for rent carry the same maker's name.
  const auto& product = scan.host.product;
  if (product && product->ends_with(".metal")) return {"none", product.origin};
  for (const auto* fact : {&scan.host.sys_vendor, &scan.host.product})
    for (const auto& row : kDmiSigns)
      if (*fact && (*fact)->find(row.sign) != std::string::npos) return {row.word, fact->origin};
  if (const auto type = root.read("/sys/hypervisor/type", 64); type && !type->empty())
    return {*type, {Origin::Kind::os, "/sys/hypervisor/type"}};
  const bool flagged = scan.cpuinfo.has_flag("hypervisor");
  if (flagged) {
    const auto signature = root.live() ? hypervisor_signature() : recorded_word(root, "hypervisor");
    for (const auto& row : kCpuidSigns)
      if (signature == row.sign) return {row.word, {Origin::Kind::firmware, "CPUID 0x40000000"}};
  }
  if (flagged) return {"vm", {Origin::Kind::os, "/proc/cpuinfo: hypervisor"}};
  if (root.exists("/proc/device-tree/hypervisor"))
    return {"vm", {Origin::Kind::firmware, "/proc/device-tree/hypervisor"}};
  // Only x86 says so reliably; elsewhere a silent hypervisor is possible.
  if (scan.cpuinfo.has_flag("lm") && scan.cpuinfo.source == kCpuInfoFile)
    return {"none", {Origin::Kind::os, kCpuInfoFile}};
  if (scan.host.sys_vendor) return {"none", scan.host.sys_vendor.origin};
  return Fact<std::string>::unknown(tr("no sign for or against a virtual machine"));
}

/// Traces that container managers leave; the first that exists names it.
struct ContainerFile {
  const char* path;
  const char* word;
};
constexpr ContainerFile kContainerFiles[] = {{"/var/run/secrets/kubernetes.io", "k8s"},
                                             {"/run/.containerenv", "podman"},
                                             {"/.dockerenv", "docker"},
                                             {"/dev/lxd/sock", "lxc"}};
constexpr VirtRow kCgroupSigns[] = {{"kubepods", "k8s"}, {"docker", "docker"}, {"libpod", "podman"}, {"/lxc", "lxc"}};

/// WSL2's kernel carries the maker's name ("5.15.90.1-microsoft-standard-WSL2"); WSL1 has no kernel and answers with
/// a capital letter ("4.4.0-19041-Microsoft").
bool kernel_says(const Host& host, std::string_view word) {
  return host.os.kernel && host.os.kernel->find(word) != std::string::npos;
}
bool is_wsl1(const Host& host) {
  return kernel_says(host, "Microsoft") && !kernel_says(host, "WSL2");
}
bool is_wsl2(const Host& host) {
  return kernel_says(host, "microsoft") || kernel_says(host, "WSL2");
}

/// Files of /proc that LXC replaces by its own; the host of such containers has them elsewhere.
std::vector<std::string> lxcfs_files(const Root& root) {
  std::vector<std::string> files;
  const auto mounts = root.read("/proc/self/mountinfo", 1 << 20);
  for (const auto line : split_lines(text_of(mounts))) {
    const auto fields = words(line);
    const bool lxcfs = line.find("fuse.lxcfs") != std::string_view::npos && fields.size() > 4;
    if (lxcfs && fields[4].starts_with("/proc/")) files.emplace_back(fields[4]);
  }
  return files;
}

Fact<std::string> container(const Scan& scan) {
  const Root& root = scan.root;
  if (scan.environment.contains("KUBERNETES_SERVICE_HOST"))
    return {"k8s", {Origin::Kind::os, "KUBERNETES_SERVICE_HOST"}};
  for (const auto& row : kContainerFiles)
    if (root.exists(row.path)) return {row.word, {Origin::Kind::os, row.path}};
  if (const auto at = scan.environment.find("container"); at != scan.environment.end() && !at->second.empty())
    return {at->second, {Origin::Kind::os, "variable container"}};
  const auto cgroup = root.read("/proc/self/cgroup");
  if (cgroup)
    for (const auto& row : kCgroupSigns)
      if (cgroup->find(row.sign) != std::string::npos) return {row.word, {Origin::Kind::os, "/proc/self/cgroup"}};
  // The word that systemd-nspawn, LXC and others put there; readable by root only.
  const auto environment = root.read("/proc/1/environ");
  for (const auto variable : split(text_of(environment), '\0'))
    if (variable.starts_with("container="))
      return {std::string(variable.substr(10)), {Origin::Kind::os, "/proc/1/environ"}};
  if (is_wsl1(scan.host)) return {"wsl1", scan.host.os.kernel.origin};
  if (is_wsl2(scan.host)) return {"wsl2", scan.host.os.kernel.origin};
  // systemd as the first process of a container leaves its kind there for everyone.
  constexpr const char* kSystemdWord = "/run/systemd/container";
  if (const auto word = root.read(kSystemdWord, 64); word && !word->empty())
    return {*word, {Origin::Kind::os, kSystemdWord}};
  if (!lxcfs_files(root).empty()) return {"lxc", {Origin::Kind::os, "/proc/self/mountinfo: fuse.lxcfs"}};
  if (!cgroup && !root.live()) return Fact<std::string>::unknown(tr("this recording does not tell"));
  return {"none", {Origin::Kind::os, "no trace of a container in /proc, /run and /"}};
}

/// Family and id of a system on a chip, for boards without DMI.
Fact<std::string> soc(const Root& root) {
  std::string text;
  for (const char* file : {"/sys/devices/soc0/family", "/sys/devices/soc0/soc_id"})
    if (const auto part = root.read(file, 256); part && !part->empty()) text += (text.empty() ? "" : " ") + *part;
  if (text.empty()) return Fact<std::string>::unknown(tr("the kernel names no system on a chip"));
  return {text, {Origin::Kind::firmware, "/sys/devices/soc0"}};
}

/// Whether the process may run on fewer processors than its control group allows: taskset, a service's CPUAffinity=.
bool narrowed_by_affinity(const Scan& scan) {
  const auto affinity = affinity_of(scan.root);
  return !affinity.empty() && std::any_of(scan.topology.pus.begin(), scan.topology.pus.end(), [&](const Pu& pu) {
    return pu.allowed && !std::binary_search(affinity.begin(), affinity.end(), pu.os_index);
  });
}

}  // namespace

std::string recorded_word(const Root& root, std::string_view key) {
  const auto text = root.live() ? std::nullopt : root.read(kSystemFile);
  for (const auto line : split_lines(text_of(text)))
    if (const auto pair = key_value(line, '\t'); pair && pair->first == key) return std::string(pair->second);
  return {};
}

std::optional<double> recorded_number(const Root& root, std::string_view key) {
  return to_number(recorded_word(root, key));
}

std::string libc_version() {
#ifdef __GLIBC__
  return std::string("glibc ") + gnu_get_libc_version();
#else
  return {};
#endif
}

std::string hypervisor_signature() {
  char text[13] = {};
#if defined(__x86_64__)
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  __cpuid(0x40000000, eax, ebx, ecx, edx);
  std::memcpy(text, &ebx, 4);
  std::memcpy(text + 4, &ecx, 4);
  std::memcpy(text + 8, &edx, 4);
#endif
  return text;
}

std::optional<double> sve_bits() {
#if defined(__aarch64__) && defined(PR_SVE_GET_VL)
  const int answer = ::prctl(PR_SVE_GET_VL);
  if (answer > 0) return 8.0 * (answer & PR_SVE_VL_LEN_MASK);
#endif
  return std::nullopt;
}

void probe_os(Scan& scan) {
  Host& host = scan.host;
  const Root& root = scan.root;
  host.os.name = root.exists("/proc") ? Fact<std::string>("linux", {Origin::Kind::os, "/proc"})
                                      : Fact<std::string>::unknown(tr("this recording has no /proc"));
  host.os.kernel = kernel(root);
  host.os.distro = distribution(root);
  host.os.libc = libc_fact(root);
  host.cpu.architecture = architecture(root, scan.cpuinfo);
  const char* no_dmi = tr("firmware shows no system name");
  host.sys_vendor = from_file(root, "/sys/class/dmi/id/sys_vendor", no_dmi);
  host.product = from_file(root, "/sys/class/dmi/id/product_name", no_dmi);
  if (!host.product) host.product = from_file(root, "/proc/device-tree/model", no_dmi);
  host.board = from_file(root, "/sys/class/dmi/id/board_name", no_dmi);
  host.bios = from_file(root, "/sys/class/dmi/id/bios_version", no_dmi);
  host.soc = soc(root);
  host.os.virtualization = virtualization(scan);
  host.os.container = container(scan);
}

/// Whatever makes this process see or get less than the machine has; after all other sources.
void probe_limits(Scan& scan) {
  Host& host = scan.host;
  auto& limits = host.os.limits;
  if (host.memory.limit) limits.push_back({"memory", "cgroup", host.memory.limit_path});
  if (host.cpu.quota_cpus) limits.push_back({"cpus", "cgroup", host.cpu.quota_cpus.origin.text});
  if (host.cpu.pus && host.cpu.present_pus && *host.cpu.pus < *host.cpu.present_pus)
    limits.push_back({"cpus", "cpuset", "hwloc: allowed processors"});
  if (narrowed_by_affinity(scan)) limits.push_back({"cpus", "affinity", "/proc/self/status: Cpus_allowed_list"});
  const auto taken = [](const MemoryNode& node) { return !node.allowed; };
  if (std::any_of(scan.topology.nodes.begin(), scan.topology.nodes.end(), taken))
    limits.push_back({"memory", "cpuset", "hwloc: allowed NUMA nodes"});
  for (const auto& file : lxcfs_files(scan.root)) {
    if (file == "/proc/meminfo") limits.push_back({"memory", "lxcfs", file});
    if (file == "/proc/cpuinfo") limits.push_back({"cpus", "lxcfs", file});
  }
  if (is_wsl2(host)) limits.push_back({"memory", "wsl2", ".wslconfig of Windows: half of the memory by default"});
  if (!is_wsl2(host) && host.os.virtualization && *host.os.virtualization != "none")
    limits.push_back({"memory", "virtual-machine", host.os.virtualization.origin.text});
}

}  // namespace edgefit
