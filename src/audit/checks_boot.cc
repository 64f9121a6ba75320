// EF-BOOT and EF-CPU: what a box runs before and below the operating system's own care.
#include <algorithm>

#include "audit/checks.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr const char* kEfi = "/sys/firmware/efi";
constexpr const char* kVariables = "/sys/firmware/efi/efivars/";
constexpr const char* kGlobal = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";  // UEFI specification, EFI_GLOBAL_VARIABLE
constexpr const char* kShim = "-605dab50-e046-4300-abb6-3dd810dd8b23";    // shim, SHIM_LOCK_GUID

/// Four bytes of attributes, then the value.
Seen<int> efi_byte(const Box& box, const std::string& name) {
  const auto& bytes = box.read(
      kVariables + name, [](std::string_view all) { return std::string(all); }, 64);
  if (!bytes) return {bytes.access, 0};
  if (bytes->size() < 5) return {Access::denied, 0};
  return {Access::ok, static_cast<unsigned char>((*bytes)[4])};
}

Evidence secure_boot(const Scene& scene) {
  const Box& box = scene.box;
  const Access efi = box.access(kEfi);
  if (efi == Access::denied) return unseen(kEfi, efi);
  if (efi == Access::absent) {
    // In a container /sys/firmware is covered by an empty folder.
    const auto& firmware = box.list("/sys/firmware");
    if (!firmware || firmware->empty()) return unseen(kEfi, firmware.access);
    if (auto host = left_to_host(scene, kEfi, tr("this virtual machine starts without UEFI"))) return *host;
    const bool board = box.access("/sys/firmware/devicetree") == Access::ok;
    if (board)
      return not_applicable(kEfi, tr("this board starts without UEFI; its own verified boot is not seen here"));
    return warn(kEfi, tr("this box starts without UEFI and so without Secure Boot"));
  }
  const std::string path = std::string(kVariables) + "SecureBoot" + kGlobal;
  const auto on = efi_byte(box, std::string("SecureBoot") + kGlobal);
  if (!on) return unseen(path, on.access);
  if (*on != 1) return fail(path, tr("Secure Boot is off"));
  const auto setup = efi_byte(box, std::string("SetupMode") + kGlobal);
  if (setup.access == Access::denied) return unseen(std::string(kVariables) + "SetupMode" + kGlobal, setup.access);
  if (setup && *setup == 1) return fail(path, tr("Secure Boot is in setup mode: anyone may enrol keys"));
  const auto shim = efi_byte(box, std::string("MokSBStateRT") + kShim);
  if (shim.access == Access::denied) return unseen(std::string(kVariables) + "MokSBStateRT" + kShim, shim.access);
  if (shim && *shim == 1) return fail(path, tr("the boot loader's own validation is switched off (MokSBState)"));
  return pass(path, tr("Secure Boot is on"));
}

Evidence lockdown(const Scene& scene) {
  constexpr const char* kLockdown = "/sys/kernel/security/lockdown";
  const auto& text = scene.box.read(kLockdown);
  if (!text) return unseen(kLockdown, text.access);
  for (const char* level : {"[integrity]", "[confidentiality]"})
    if (text->find(level) != std::string::npos) return pass(kLockdown, say(tr("lockdown is {}"), level));
  if (text->find("[none]") != std::string::npos) return warn(kLockdown, tr("root may change the running kernel"));
  return unknown(kLockdown, tr("its text is not understood"));
}

Evidence tpm(const Scene& scene) {
  constexpr const char *kClass = "/sys/class/tpm", *kVersion = "/sys/class/tpm/tpm0/tpm_version_major";
  if (auto host = left_to_host(scene, kClass, tr("a virtual machine has the TPM that its host gives it"))) return *host;
  const Access chip = scene.box.access("/sys/class/tpm/tpm0");
  if (chip == Access::denied) return unseen("/sys/class/tpm/tpm0", chip);
  if (chip == Access::absent) {
    const Access sys = scene.box.access("/sys/class");
    return sys == Access::ok ? warn(kClass, tr("no TPM is seen")) : unseen("/sys/class", sys);
  }
  const auto& version = scene.box.read(kVersion);
  if (!version) return unseen(kVersion, version.access);
  if (trim(*version) == "2") return pass(kVersion, tr("a TPM 2.0 is there"));
  return warn(kVersion, say(tr("a TPM {} is there, 2 is wanted"), trim(*version)));
}

Evidence thunderbolt(const Scene& scene) {
  Evidence evidence;
  const auto domains = scene.box.find("/sys/bus/thunderbolt/devices/domain*/iommu_dma_protection");
  if (domains.access == Access::denied) return unseen("/sys/bus/thunderbolt/devices", Access::denied);
  for (const auto& path : *domains) {
    const auto& text = scene.box.read(path);
    if (!text)
      evidence.push_back(unseen(path, text.access)[0]);
    else if (trim(*text) == "1")
      evidence.push_back(pass(path, tr("the Thunderbolt port is kept from memory by the IOMMU"))[0]);
    else
      evidence.push_back(fail(path, tr("whoever plugs into the Thunderbolt port reads the memory"))[0]);
  }
  return evidence;
}

Evidence iommu(const Scene& scene) {
  constexpr const char* kClass = "/sys/class/iommu";
  if (auto host = left_to_host(scene, kClass, tr("a virtual machine's devices are given by its host"))) return *host;
  auto evidence = thunderbolt(scene);
  const auto& units = scene.box.list(kClass);
  if (units.access == Access::denied || (!units && scene.box.access("/sys/class") != Access::ok)) {
    evidence.push_back(unseen(kClass, units.access)[0]);
    return evidence;
  }
  if (units->empty()) {
    evidence.push_back(warn(kClass, tr("no IOMMU is on: devices reach all of the memory"))[0]);
    return evidence;
  }
  const auto types = scene.box.find("/sys/kernel/iommu_groups/*/type");
  size_t translated = 0, identity = 0;
  for (const auto& path : *types) {
    const auto& text = scene.box.read(path);
    if (text && text->starts_with("DMA")) ++translated;
    if (text && text->starts_with("identity")) ++identity;
  }
  if (types.access == Access::denied || translated + identity == 0)
    evidence.push_back(unknown("/sys/kernel/iommu_groups", tr("an IOMMU is on, but its groups do not tell how"))[0]);
  else if (identity > 0)
    evidence.push_back(warn("/sys/kernel/iommu_groups", say(tr("{} of {} groups of devices reach all of the memory"),
                                                            identity, identity + translated))[0]);
  else
    evidence.push_back(
        pass("/sys/kernel/iommu_groups", say(tr("{} group of devices is kept apart",
                                                "{} groups of devices are kept apart", static_cast<size_t>(translated)),
                                             translated))[0]);
  return evidence;
}

Evidence mitigations(const Scene& scene) {
  const std::string folder = "/sys/devices/system/cpu/vulnerabilities";
  Evidence evidence;
  const auto& cmdline = scene.box.read("/proc/cmdline");
  for (const auto word : words(*cmdline))
    if (word == "mitigations=off") evidence.push_back(fail("/proc/cmdline", tr("mitigations=off"))[0]);
  const auto& names = scene.box.list(folder);
  if (!names) {
    evidence.push_back(unseen(folder, names.access)[0]);
    return evidence;
  }
  size_t good = 0;
  for (const auto& name : *names) {
    if (name == "old_microcode") continue;  // EF-CPU-002
    const std::string path = folder + "/" + name;
    const auto& text = scene.box.read(path);
    const auto line = text ? trim(*text) : std::string_view();
    if (!text)
      evidence.push_back(unseen(path, text.access)[0]);
    else if (line.find("Vulnerable") == std::string_view::npos && line.find("Unknown") == std::string_view::npos)
      ++good;
    else if (line.find("Unknown") != std::string_view::npos)
      evidence.push_back(unknown(path, std::string(line))[0]);
    // A guest sees no microcode of its own: what the host does about it, only the host knows.
    else if (scene.virtual_machine != TriState::no)
      evidence.push_back(warn(path, say(tr("{} (in a virtual machine; see its host)"), line))[0]);
    else
      evidence.push_back(fail(path, std::string(line))[0]);
  }
  if (good > 0)
    evidence.push_back(pass(
        folder, say(tr("{} kind of attack is kept off", "{} kinds of attack are kept off", static_cast<size_t>(good)),
                    good))[0]);
  if (evidence.empty()) return unseen(folder, Access::absent);
  if (!cmdline) evidence.push_back(unseen("/proc/cmdline", cmdline.access)[0]);
  return evidence;
}

/// BIOS dates are American: month/day/year.
std::optional<Day> bios_day(std::string_view text) {
  const auto parts = split(text, '/');
  if (parts.size() != 3 || parts[2].size() != 4) return std::nullopt;
  return parse_day(std::string(parts[2]) + "-" + std::string(parts[0]) + "-" + std::string(parts[1]));
}

Evidence microcode(const Scene& scene) {
  constexpr const char *kOld = "/sys/devices/system/cpu/vulnerabilities/old_microcode",
                       *kBios = "/sys/class/dmi/id/bios_date";
  constexpr Day kOldBios = Day{3} * 365;
  if (auto host = left_to_host(scene, kOld, tr("microcode is the host's"))) return *host;
  const auto& old = scene.box.read(kOld);
  if (!old) return unseen(kOld, old.access);
  if (old->find("Vulnerable") != std::string::npos) return fail(kOld, tr("the microcode is known to be out of date"));
  if (old->find("Not affected") == std::string::npos) return unknown(kOld, std::string(trim(*old)));
  const auto& date = scene.box.read(kBios);
  if (date.access == Access::denied) return unseen(kBios, date.access);
  const auto day = date ? bios_day(trim(*date)) : std::nullopt;
  if (day && scene.today - *day > kOldBios) return warn(kBios, say(tr("the firmware is of {}"), show_day(*day)));
  return pass(kOld, tr("the microcode is not known to be out of date"));
}

constexpr Check kChecks[] = {
    {{"EF-BOOT-001", mark("Secure Boot on"), AuditGroup::boot, Severity::high,
      mark("whoever reaches the box can start another system and wait for the passphrase"),
      mark("turn on Secure Boot in the firmware"), "53:SI-7(6), gs:SYS.1.1.A36", Privilege::user, 90},
     secure_boot},
    {{"EF-BOOT-002", mark("kernel locked down"), AuditGroup::boot, Severity::medium,
      mark("root can read keys and prompts out of the kernel's memory"),
      mark("start with Secure Boot, or with lockdown=integrity"), "hsi:Kernel.Lockdown, gs:SYS.1.3.A17",
      Privilege::root, 90},
     lockdown},
    {{"EF-BOOT-003", mark("TPM 2.0 there"), AuditGroup::boot, Severity::medium,
      mark("without one an unattended box cannot unlock its disks safely"), mark("turn on the firmware's TPM"),
      "hsi:Tpm.Version20", Privilege::user, 365},
     tpm},
    {{"EF-BOOT-004", mark("devices kept from memory"), AuditGroup::boot, Severity::high,
      mark("a device in an open slot or port reads weights and keys"), mark("turn on VT-d or AMD-Vi in the firmware"),
      "hsi:Iommu", Privilege::user, 365},
     iommu},
    {{"EF-CPU-001", mark("processor's weaknesses mitigated"), AuditGroup::boot, Severity::high,
      mark("users of one inference host read each other's memory"),
      mark("update kernel and microcode, drop mitigations=off"), "53:SI-2", Privilege::user, 30},
     mitigations},
    {{"EF-CPU-002", mark("microcode current"), AuditGroup::boot, Severity::high,
      mark("many mitigations need microcode that the kernel does not bring"),
      mark("install the microcode package, update the firmware"), "53:SI-2, gs:OPS.1.1.3.A15", Privilege::user, 90},
     microcode},
};

}  // namespace

std::span<const Check> boot_checks() {
  return kChecks;
}

}  // namespace edgefit
