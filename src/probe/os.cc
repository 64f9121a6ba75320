// The system around the hardware: kernel, distribution, architecture, virtual machine, container.
// Never host names, serials or addresses.
#include <sys/utsname.h>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <cstring>

#include "edgefit/text.h"
#include "probe/parse.h"
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

Fact<std::string> libc_version(const Root& root) {
#ifdef __GLIBC__
  if (root.live()) return {std::string("glibc ") + gnu_get_libc_version(), {Origin::Kind::os, "gnu_get_libc_version"}};
#endif
  return Fact<std::string>::unknown(root.live() ? tr("not glibc") : tr("not part of a recording"));
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

/// The hypervisor's signature in CPUID leaf 0x40000000.
std::string cpuid_signature() {
#if defined(__x86_64__)
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  __cpuid(0x40000000, eax, ebx, ecx, edx);
  char text[13] = {};
  std::memcpy(text, &ebx, 4);
  std::memcpy(text + 4, &ecx, 4);
  std::memcpy(text + 8, &edx, 4);
  return text;
#else
  return {};
#endif
}

Fact<std::string> virtualization(const Scan& scan) {
  const Root& root = scan.root;
  for (const auto* fact : {&scan.host.sys_vendor, &scan.host.product})
    for (const auto& row : kDmiSigns)
      if (*fact && (*fact)->find(row.sign) != std::string::npos) return {row.word, fact->origin};
  if (const auto type = root.read("/sys/hypervisor/type", 64); type && !type->empty())
    return {*type, {Origin::Kind::os, "/sys/hypervisor/type"}};
  const bool flagged = scan.cpuinfo.has_flag("hypervisor");
  if (flagged && root.live()) {
    const auto signature = cpuid_signature();
    for (const auto& row : kCpuidSigns)
      if (signature == row.sign) return {row.word, {Origin::Kind::firmware, "CPUID 0x40000000"}};
  }
  if (flagged) return {"vm", {Origin::Kind::os, "/proc/cpuinfo: hypervisor"}};
  if (root.exists("/proc/device-tree/hypervisor"))
    return {"vm", {Origin::Kind::firmware, "/proc/device-tree/hypervisor"}};
  // Only x86 says so reliably; elsewhere a silent hypervisor is possible.
  if (scan.cpuinfo.has_flag("lm") || scan.host.sys_vendor) return {"none", {Origin::Kind::os, "/proc/cpuinfo"}};
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

Fact<std::string> container(const Scan& scan) {
  const Root& root = scan.root;
  for (const auto& row : kContainerFiles)
    if (root.exists(row.path)) return {row.word, {Origin::Kind::os, row.path}};
  const auto cgroup = root.read("/proc/self/cgroup");
  if (cgroup)
    for (const auto& row : kCgroupSigns)
      if (cgroup->find(row.sign) != std::string::npos) return {row.word, {Origin::Kind::os, "/proc/self/cgroup"}};
  // The word that systemd-nspawn, LXC and others put there; readable by root only.
  const auto environment = root.read("/proc/1/environ");
  for (const auto variable : split(text_of(environment), '\0'))
    if (variable.starts_with("container="))
      return {std::string(variable.substr(10)), {Origin::Kind::os, "/proc/1/environ"}};
  if (scan.host.os.kernel && lower(*scan.host.os.kernel).find("microsoft") != std::string::npos)
    return {"wsl2", scan.host.os.kernel.origin};
  if (!cgroup && !root.live()) return Fact<std::string>::unknown(tr("this recording does not tell"));
  return {"none", {Origin::Kind::os, "no trace of a container in /proc, /run and /"}};
}

}  // namespace

void probe_os(Scan& scan) {
  Host& host = scan.host;
  const Root& root = scan.root;
  host.os.name = {"linux", {Origin::Kind::os, "/proc"}};
  host.os.kernel = kernel(root);
  host.os.distro = distribution(root);
  host.os.libc = libc_version(root);
  host.cpu.architecture = architecture(root, scan.cpuinfo);
  const char* no_dmi = tr("firmware shows no system name");
  host.sys_vendor = from_file(root, "/sys/class/dmi/id/sys_vendor", no_dmi);
  host.product = from_file(root, "/sys/class/dmi/id/product_name", no_dmi);
  if (!host.product) host.product = from_file(root, "/proc/device-tree/model", no_dmi);
  host.os.virtualization = virtualization(scan);
  host.os.container = container(scan);
}

}  // namespace edgefit
