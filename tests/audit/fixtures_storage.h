// Fixtures of EF-ENC, EF-BOOT, EF-CPU and EF-HW: disks, firmware, processors.
#pragma once

#include "audit/fixtures.h"

namespace edgefit::test {

inline void memory_swap(FakeBox& box) {
  box.plain_root().raid("zram0", {}).file(box.place_of("zram0") + "/backing_dev", "none\n");
}
inline void efi_variable(FakeBox& box, const std::string& name, char value) {
  box.folder("/sys/firmware/efi").file("/sys/firmware/efi/efivars/" + name, std::string("\x06\0\0\0", 4) + value);
}
inline void metal(FakeBox& box) {
  box.file("/proc/cpuinfo", "flags\t\t: fpu sse2\n").folder("/sys/class");
}
inline void guest(FakeBox& box) {
  box.file("/proc/cpuinfo", "flags\t\t: fpu hypervisor\n").folder("/sys/class");
}
inline constexpr const char* kSecureBoot = "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
inline constexpr const char* kSetupMode = "SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c";
inline constexpr const char* kMok = "MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23";
inline constexpr const char* kWeak = "/sys/devices/system/cpu/vulnerabilities/";
inline constexpr const char* kThrottle = "/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count";

/// A box on a site that is not trusted, whose driver's library was asked.
inline void confidential(FakeBox& box, AuditOptions& options, const std::string& answers) {
  box.file("/proc/driver/nvidia/version", "NVRM").answer("note\tnvidia\t" + answers);
  options.profile = Profile::edge_box;
}

inline constexpr Fixture kEncryption[] = {
    {"EF-ENC-001", kPass, [](FakeBox& box, AuditOptions&) { box.secret_root().folder("/srv/models"); }},
    {"EF-ENC-001", kFail, [](FakeBox& box, AuditOptions&) { box.plain_root().folder("/srv/models"); }},
    {"EF-ENC-001", kUnknown, [](FakeBox& box, AuditOptions&) { box.folder("/srv/models"); }},
    {"EF-ENC-001", kNone, [](FakeBox& box, AuditOptions&) { box.secret_root(); }},
    {"EF-ENC-002", kPass,
     [](FakeBox& box, AuditOptions&) {
       box.plain_root().folder("/srv/models").answer("policy\t/srv/models\tfscrypt");
     }},
    {"EF-ENC-002", kWarn,
     [](FakeBox& box, AuditOptions&) { box.plain_root().folder("/srv/models").answer("policy\t/srv/models\tnone"); }},
    {"EF-ENC-002", kUnknown, [](FakeBox& box, AuditOptions&) { box.plain_root().folder("/srv/models"); }},
    {"EF-ENC-002", kNone, [](FakeBox& box, AuditOptions&) { box.secret_root().folder("/srv/models"); }},
    {"EF-ENC-003", kPass, [](FakeBox& box, AuditOptions&) { box.secret_root().folder("/var/log"); }},
    {"EF-ENC-003", kFail,
     [](FakeBox& box, AuditOptions&) { box.plain_root().folder("/var/log").answer("policy\t/var/log\tnone"); }},
    {"EF-ENC-003", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-ENC-004", kPass, [](FakeBox& box, AuditOptions&) { box.file("/proc/swaps", "Filename Type\n"); }},
    {"EF-ENC-004", kFail,
     [](FakeBox& box, AuditOptions&) {
       box.plain_root().file("/proc/swaps", "Filename Type\n/dev/sda1 partition 1\n");
     }},
    {"EF-ENC-004", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-ENC-005", kPass, [](FakeBox& box, AuditOptions&) { memory_swap(box); }},
    {"EF-ENC-005", kFail,
     [](FakeBox& box, AuditOptions&) {
       memory_swap(box);
       box.file(box.place_of("zram0") + "/backing_dev", "/dev/sda1\n");
     }},
    {"EF-ENC-005", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-ENC-005", kNone, [](FakeBox& box, AuditOptions&) { box.plain_root(); }},
    {"EF-ENC-006", kPass, [](FakeBox& box, AuditOptions&) { box.file("/sys/power/state", "freeze mem\n"); }},
    {"EF-ENC-006", kFail,
     [](FakeBox& box, AuditOptions&) {
       box.plain_root().file("/sys/power/state", "mem disk\n").file("/sys/power/disk", "[platform]\n");
       box.file("/sys/power/resume", "8:1\n");
     }},
    {"EF-ENC-006", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-ENC-007", kPass,
     [](FakeBox& box, AuditOptions&) { box.file("/proc/cpuinfo", "flags : hypervisor tdx_guest\n"); }},
    {"EF-ENC-007", kUnknown, [](FakeBox& box, AuditOptions&) { guest(box); }},
    {"EF-ENC-007", kNone, [](FakeBox& box, AuditOptions&) { metal(box); }},
    {"EF-ENC-008", kUnknown,
     [](FakeBox& box, AuditOptions& options) {
       box.file("/proc/driver/nvidia/version", "NVRM");
       options.profile = Profile::edge_box;
     }},
    {"EF-ENC-008", kPass,
     [](FakeBox& box, AuditOptions& o) { confidential(box, o, "-\\011cc\\0111\t-\\011cc.devtools\\0110"); }},
    {"EF-ENC-008", kWarn,
     [](FakeBox& box, AuditOptions& o) { confidential(box, o, "-\\011cc\\0110\t-\\011cc.devtools\\0110"); }},
    {"EF-ENC-008", kWarn,
     [](FakeBox& box, AuditOptions& o) { confidential(box, o, "-\\011cc\\0111\t-\\011cc.devtools\\0111"); }},
    {"EF-ENC-008", kWarn,
     [](FakeBox& box, AuditOptions& o) { confidential(box, o, "-\\011!nvmlSystemGetConfComputeState\\0113"); }},
    {"EF-ENC-008", kUnknown,
     [](FakeBox& box, AuditOptions& o) { confidential(box, o, "-\\011!nvmlSystemGetConfComputeState\\01113"); }},
    {"EF-ENC-008", kNone, [](FakeBox&, AuditOptions&) {}},
};

inline constexpr Fixture kBoot[] = {
    {"EF-BOOT-001", kPass,
     [](FakeBox& box, AuditOptions&) {
       efi_variable(box, kSecureBoot, 1);
       efi_variable(box, kSetupMode, 0);
     }},
    {"EF-BOOT-001", kFail, [](FakeBox& box, AuditOptions&) { efi_variable(box, kSecureBoot, 0); }},
    {"EF-BOOT-001", kFail,
     [](FakeBox& box, AuditOptions&) {
       efi_variable(box, kSecureBoot, 1);
       efi_variable(box, kSetupMode, 1);
     }},
    {"EF-BOOT-001", kFail,
     [](FakeBox& box, AuditOptions&) {
       efi_variable(box, kSecureBoot, 1);
       efi_variable(box, kMok, 1);
     }},
    {"EF-BOOT-001", kUnknown, [](FakeBox& box, AuditOptions&) { box.folder("/sys/firmware/efi"); }},
    {"EF-BOOT-001", kUnknown, [](FakeBox& box, AuditOptions&) { box.folder("/sys/firmware"); }},
    {"EF-BOOT-001", kWarn,
     [](FakeBox& box, AuditOptions&) {
       metal(box);
       box.folder("/sys/firmware/acpi");
     }},
    {"EF-BOOT-001", kNone,
     [](FakeBox& box, AuditOptions&) {
       guest(box);
       box.folder("/sys/firmware/acpi");
     }},
    {"EF-BOOT-002", kPass,
     [](FakeBox& box, AuditOptions&) {
       box.file("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
     }},
    {"EF-BOOT-002", kWarn,
     [](FakeBox& box, AuditOptions&) {
       box.file("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
     }},
    {"EF-BOOT-002", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-BOOT-003", kPass,
     [](FakeBox& box, AuditOptions&) {
       metal(box);
       box.file("/sys/class/tpm/tpm0/tpm_version_major", "2\n");
     }},
    {"EF-BOOT-003", kWarn, [](FakeBox& box, AuditOptions&) { metal(box); }},
    {"EF-BOOT-003", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       metal(box);
       box.folder("/sys/class/tpm/tpm0");
     }},
    {"EF-BOOT-003", kNone, [](FakeBox& box, AuditOptions&) { guest(box); }},
    {"EF-BOOT-004", kPass,
     [](FakeBox& box, AuditOptions&) {
       metal(box);
       box.folder("/sys/class/iommu/dmar0").file("/sys/kernel/iommu_groups/0/type", "DMA-FQ\n");
     }},
    {"EF-BOOT-004", kFail,
     [](FakeBox& box, AuditOptions&) {
       metal(box);
       box.folder("/sys/class/iommu/dmar0").file("/sys/kernel/iommu_groups/0/type", "DMA\n");
       box.file("/sys/bus/thunderbolt/devices/domain0/iommu_dma_protection", "0\n");
     }},
    {"EF-BOOT-004", kWarn, [](FakeBox& box, AuditOptions&) { metal(box); }},
    {"EF-BOOT-004", kWarn,
     [](FakeBox& box, AuditOptions&) {
       metal(box);
       box.folder("/sys/class/iommu/dmar0").file("/sys/kernel/iommu_groups/0/type", "identity\n");
     }},
    {"EF-BOOT-004", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-BOOT-004", kNone, [](FakeBox& box, AuditOptions&) { guest(box); }},
    {"EF-CPU-001", kPass,
     [](FakeBox& box, AuditOptions&) {
       metal(box);
       box.file("/proc/cmdline", "quiet\n").file(std::string(kWeak) + "mds", "Not affected\n");
     }},
    {"EF-CPU-001", kFail,
     [](FakeBox& box, AuditOptions&) {
       metal(box);
       box.file("/proc/cmdline", "quiet\n").file(std::string(kWeak) + "mds", "Vulnerable\n");
     }},
    {"EF-CPU-001", kFail,
     [](FakeBox& box, AuditOptions&) {
       box.file("/proc/cmdline", "mitigations=off\n").file(std::string(kWeak) + "mds", "Not affected\n");
     }},
    {"EF-CPU-001", kWarn,
     [](FakeBox& box, AuditOptions&) {
       guest(box);
       box.file("/proc/cmdline", "quiet\n").file(std::string(kWeak) + "srso", "Vulnerable: Safe RET, no microcode\n");
     }},
    {"EF-CPU-001", kUnknown, [](FakeBox& box, AuditOptions&) { metal(box); }},
    {"EF-CPU-002", kPass,
     [](FakeBox& box, AuditOptions&) {
       metal(box);
       box.file(std::string(kWeak) + "old_microcode", "Not affected\n")
           .file("/sys/class/dmi/id/bios_date", "05/01/2026\n");
     }},
    {"EF-CPU-002", kFail,
     [](FakeBox& box, AuditOptions&) {
       metal(box);
       box.file(std::string(kWeak) + "old_microcode", "Vulnerable\n");
     }},
    {"EF-CPU-002", kWarn,
     [](FakeBox& box, AuditOptions&) {
       metal(box);
       box.file(std::string(kWeak) + "old_microcode", "Not affected\n")
           .file("/sys/class/dmi/id/bios_date", "05/01/2020\n");
     }},
    {"EF-CPU-002", kUnknown, [](FakeBox& box, AuditOptions&) { metal(box); }},
    {"EF-CPU-002", kNone, [](FakeBox& box, AuditOptions&) { guest(box); }},
};

inline constexpr Fixture kHardware[] = {
    {"EF-HW-001", kPass,
     [](FakeBox& box, AuditOptions&) {
       box.file("/sys/block/mmcblk0/device/life_time", "0x01 0x02\n")
           .file("/sys/block/mmcblk0/device/pre_eol_info", "0x01\n");
     }},
    {"EF-HW-001", kFail,
     [](FakeBox& box, AuditOptions&) {
       box.file("/sys/block/mmcblk0/device/life_time", "0x0a 0x02\n")
           .file("/sys/block/mmcblk0/device/pre_eol_info", "0x01\n");
     }},
    {"EF-HW-001", kFail,
     [](FakeBox& box, AuditOptions&) {
       box.folder("/sys/block/sda")
           .file("/var/lib/node_exporter/smartmon.prom", "smartmon_device_smart_healthy{disk=\"/dev/sda\"} 0\n");
     }},
    {"EF-HW-001", kPass,
     [](FakeBox& box, AuditOptions&) {
       box.folder("/sys/block/sda")
           .file("/var/lib/node_exporter/smartmon.prom", "smartmon_device_smart_healthy{disk=\"/dev/sda\"} 1\n");
     }},
    {"EF-HW-001", kPass,
     [](FakeBox& box, AuditOptions&) {
       box.folder("/sys/block/nvme0n1").answer("health\t/dev/nvme0\t2\t100\t10\t89");
     }},
    {"EF-HW-001", kFail,
     [](FakeBox& box, AuditOptions&) {
       box.folder("/sys/block/nvme0n1").answer("health\t/dev/nvme0\t0\t100\t10\t90");
     }},
    {"EF-HW-001", kFail,
     [](FakeBox& box, AuditOptions&) { box.folder("/sys/block/nvme0n1").answer("health\t/dev/nvme0\t4\t100\t10\t1"); }},
    {"EF-HW-001", kFail,
     [](FakeBox& box, AuditOptions&) { box.folder("/sys/block/nvme0n1").answer("health\t/dev/nvme0\t0\t9\t10\t1"); }},
    {"EF-HW-001", kUnknown,
     [](FakeBox& box, AuditOptions&) { box.folder("/sys/block/nvme0n1").answer("health-denied\t/dev/nvme0"); }},
    {"EF-HW-001", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       box.folder("/sys/block/nvme0n1").folder("/sys/block/sda").answer("health\t/dev/nvme0\t0\t100\t10\t1");
     }},
    {"EF-HW-001", kUnknown, [](FakeBox& box, AuditOptions&) { box.folder("/sys/block/sda"); }},
    {"EF-HW-001", kUnknown, [](FakeBox& box, AuditOptions&) { box.folder("/sys/block/mmcblk0"); }},
    {"EF-HW-001", kNone, [](FakeBox& box, AuditOptions&) { box.folder("/sys/block/vda"); }},
    {"EF-HW-002", kPass,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.answer("space\t/srv/models\t1000000\t2000000\t900\t1000");
     }},
    {"EF-HW-002", kFail,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.answer("space\t/srv/models\t10000\t2000000\t900\t1000");
     }},
    {"EF-HW-002", kFail,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.answer("space\t/srv/models\t1000000\t2000000\t1\t1000");
     }},
    {"EF-HW-002", kWarn,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.answer("space\t/srv/models\t80\t100\t900\t1000");
     }},
    {"EF-HW-002", kUnknown, [](FakeBox& box, AuditOptions&) { models(box); }},
    {"EF-HW-003", kPass, [](FakeBox& box, AuditOptions&) { box.file("/sys/block/md0/md/degraded", "0\n"); }},
    {"EF-HW-003", kFail, [](FakeBox& box, AuditOptions&) { box.file("/sys/block/md0/md/degraded", "1\n"); }},
    {"EF-HW-003", kFail,
     [](FakeBox& box, AuditOptions&) {
       box.folder("/sys/block").file("/proc/spl/kstat/zfs/tank/state", "DEGRADED\n");
     }},
    {"EF-HW-003", kWarn,
     [](FakeBox& box, AuditOptions&) {
       metal(box);
       box.folder("/sys/block/sda");
     }},
    {"EF-HW-003", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-HW-003", kNone,
     [](FakeBox& box, AuditOptions&) {
       guest(box);
       box.folder("/sys/block/vda");
     }},
    {"EF-HW-004", kPass,
     [](FakeBox& box, AuditOptions&) {
       box.file("/sys/devices/system/edac/mc/mc0/ue_count", "0\n")
           .file("/sys/devices/system/edac/mc/mc0/ce_count", "0\n");
     }},
    {"EF-HW-004", kFail,
     [](FakeBox& box, AuditOptions&) {
       box.file("/sys/devices/system/edac/mc/mc0/ue_count", "1\n")
           .file("/sys/devices/system/edac/mc/mc0/ce_count", "0\n");
     }},
    {"EF-HW-004", kWarn,
     [](FakeBox& box, AuditOptions&) {
       box.file("/sys/devices/system/edac/mc/mc0/ue_count", "0\n")
           .file("/sys/devices/system/edac/mc/mc0/ce_count", "7\n");
     }},
    {"EF-HW-004", kUnknown, [](FakeBox& box, AuditOptions&) { metal(box); }},
    {"EF-HW-004", kNone, [](FakeBox& box, AuditOptions&) { guest(box); }},
    {"EF-HW-005", kPass, [](FakeBox& box, AuditOptions&) { box.file(kThrottle, "0\n"); }},
    {"EF-HW-005", kWarn, [](FakeBox& box, AuditOptions&) { box.file(kThrottle, "12\n"); }},
    {"EF-HW-005", kUnknown, [](FakeBox& box, AuditOptions&) { metal(box); }},
    {"EF-HW-005", kNone, [](FakeBox& box, AuditOptions&) { guest(box); }},
    {"EF-HW-006", kPass,
     [](FakeBox& box, AuditOptions&) {
       metal(box);
       box.file("/sys/class/power_supply/ups/type", "UPS\n");
     }},
    {"EF-HW-006", kWarn, [](FakeBox& box, AuditOptions&) { metal(box); }},
    {"EF-HW-006", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       metal(box);
       box.file("/sys/class/power_supply/ups/type", "UPS\n").deny("/sys/class/power_supply/ups/type");
     }},
    {"EF-HW-006", kNone,
     [](FakeBox& box, AuditOptions&) {
       metal(box);
       box.file("/sys/class/power_supply/BAT0/type", "Battery\n");
     }},
};

}  // namespace edgefit::test
