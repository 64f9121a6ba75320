// Fixtures of EF-UPD, EF-TIME and EF-GPU: releases, updates, drivers.
#pragma once

#include "audit/fixtures.h"

namespace edgefit::test {

/// Seconds since 1970 of a day shortly before kToday.
inline constexpr int64_t kDaySeconds = 86400, kTodaySeconds = 1795392000;  // 2026-11-23

inline void updated(FakeBox& box, int64_t days_ago) {
  box.file("/var/log/dpkg.log", "x")
      .state("/var/log/dpkg.log", "file", 0644, 0, kTodaySeconds - days_ago * kDaySeconds);
}
inline void kernels(FakeBox& box, const std::string& newest, int64_t days_ago) {
  box.file("/proc/sys/kernel/osrelease", "6.9.0-1-amd64\n").folder("/lib/modules/6.9.0-1-amd64").folder("/run");
  box.folder("/lib/modules/" + newest);
  box.state("/lib/modules/" + newest, "folder", 0755, 0, kTodaySeconds - days_ago * kDaySeconds);
}
inline void nvidia(FakeBox& box, const std::string& version) {
  box.file("/sys/module/nvidia/version", version + "\n");
}
inline constexpr const char* kAptConf = "/etc/apt/apt.conf.d/20auto-upgrades";
inline constexpr const char* kCard = "/sys/bus/pci/devices/0000:01:00.0/";

/// An NVIDIA card; with a power limit in mW the driver's library was asked, whose default is 450 W.
inline void card(FakeBox& box, const std::string& lanes, const std::string& all, const std::string& limit = "",
                 const std::string& ecc = "") {
  const std::string id = "\t0000:01:00.0\\011";
  if (!limit.empty())
    box.answer("note\tnvidia" + id + "power_limit\\011" + limit + id + "power_default\\011450000" + id + "ecc\\011" +
               ecc);
  box.file("/proc/cpuinfo", "flags : fpu\n").file(std::string(kCard) + "class", "0x030000\n");
  box.file(std::string(kCard) + "vendor", "0x10de\n").file(std::string(kCard) + "max_link_width", all + "\n");
  box.file(std::string(kCard) + "current_link_width", lanes + "\n");
}

inline constexpr Fixture kUpdates[] = {
    {"EF-UPD-001", kPass,
     [](FakeBox& box, AuditOptions&) { box.file("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n"); }},
    {"EF-UPD-001", kPass,
     [](FakeBox& box, AuditOptions&) {
       box.file("/etc/os-release", "ID=fedora\nVERSION_ID=44\nSUPPORT_END=2027-05-19\n");
     }},
    {"EF-UPD-001", kFail,
     [](FakeBox& box, AuditOptions&) { box.file("/etc/os-release", "ID=debian\nVERSION_ID=\"11\"\n"); }},
    {"EF-UPD-001", kWarn,
     [](FakeBox& box, AuditOptions&) {
       box.file("/etc/os-release", "ID=fedora\nVERSION_ID=43\nSUPPORT_END=2026-12-02\n");
     }},
    {"EF-UPD-001", kUnknown,
     [](FakeBox& box, AuditOptions&) { box.file("/etc/os-release", "ID=homemade\nVERSION_ID=1\n"); }},
    {"EF-UPD-001", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-UPD-001", kUnknown,
     [](FakeBox& box, AuditOptions& options) {
       box.file("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
       options.as_of = "2027-06-01";  // the table is older than 180 days
     }},
    {"EF-UPD-002", kPass,
     [](FakeBox& box, AuditOptions&) {
       box.file("/var/lib/dpkg/status", "x").file(kAptConf, "APT::Periodic::Unattended-Upgrade \"1\";\n");
       box.file("/usr/bin/unattended-upgrade", "x");
     }},
    {"EF-UPD-002", kPass,
     [](FakeBox& box, AuditOptions&) {
       box.folder("/var/lib/dnf").file("/etc/dnf/automatic.conf", "[commands]\napply_updates = yes\n");
       box.file("/etc/systemd/system/timers.target.wants/dnf-automatic.timer", "x");
     }},
    {"EF-UPD-002", kFail,
     [](FakeBox& box, AuditOptions&) {
       box.file("/var/lib/dpkg/status", "x").file(kAptConf, "APT::Periodic::Unattended-Upgrade \"0\";\n");
     }},
    {"EF-UPD-002", kFail,
     [](FakeBox& box, AuditOptions&) {
       box.file("/var/lib/dpkg/status", "x").file(kAptConf, "APT::Periodic::Unattended-Upgrade \"1\";\n");
     }},
    {"EF-UPD-002", kWarn,
     [](FakeBox& box, AuditOptions&) {
       box.file("/var/lib/dpkg/status", "x").file(kAptConf, "APT::Periodic::Download-Upgradeable-Packages \"1\";\n");
     }},
    {"EF-UPD-002", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-UPD-002", kNone,
     [](FakeBox& box, AuditOptions& options) {
       box.file("/var/lib/dpkg/status", "x");
       options.profile = Profile::air_gap;
     }},
    {"EF-UPD-003", kPass, [](FakeBox& box, AuditOptions&) { updated(box, 14); }},
    {"EF-UPD-003", kWarn, [](FakeBox& box, AuditOptions&) { updated(box, 15); }},
    {"EF-UPD-003", kFail, [](FakeBox& box, AuditOptions&) { updated(box, 46); }},
    {"EF-UPD-003", kWarn,
     [](FakeBox& box, AuditOptions& options) {
       updated(box, 46);
       options.profile = Profile::air_gap;
     }},
    {"EF-UPD-003", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-UPD-003", kUnknown, [](FakeBox& box, AuditOptions&) { updated(box, -30); }},
    {"EF-UPD-004", kPass, [](FakeBox& box, AuditOptions&) { kernels(box, "6.9.0-1-amd64", 100); }},
    {"EF-UPD-004", kPass, [](FakeBox& box, AuditOptions&) { kernels(box, "6.10.0-1-cloud", 100); }},
    {"EF-UPD-004", kFail, [](FakeBox& box, AuditOptions&) { kernels(box, "6.10.0-1-amd64", 8); }},
    {"EF-UPD-004", kWarn, [](FakeBox& box, AuditOptions&) { kernels(box, "6.10.0-1-amd64", 7); }},
    {"EF-UPD-004", kFail,
     [](FakeBox& box, AuditOptions&) {
       kernels(box, "6.9.0-1-amd64", 1);
       box.file("/run/reboot-required", "x")
           .state("/run/reboot-required", "file", 0644, 0, kTodaySeconds - 9 * kDaySeconds);
     }},
    {"EF-UPD-004", kFail,
     [](FakeBox& box, AuditOptions&) {
       kernels(box, "6.9.0-1-amd64", 1);
       nvidia(box, "580.82.07");
       box.file("/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.580.95.05", "x");
     }},
    {"EF-UPD-004", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-UPD-004", kNone,
     [](FakeBox& box, AuditOptions&) {
       kernels(box, "6.9.0-1-amd64", 1);
       box.file("/.dockerenv", "");
     }},
    {"EF-TIME-001", kPass, [](FakeBox& box, AuditOptions&) { box.answer("clock\t-\t1\t0.02"); }},
    {"EF-TIME-001", kWarn, [](FakeBox& box, AuditOptions&) { box.answer("clock\t-\t1\t1.5"); }},
    {"EF-TIME-001", kFail, [](FakeBox& box, AuditOptions&) { box.answer("clock\t-\t0\t16"); }},
    {"EF-TIME-001", kUnknown, [](FakeBox&, AuditOptions&) {}},
};

inline constexpr Fixture kGpu[] = {
    {"EF-GPU-001", kPass, [](FakeBox& box, AuditOptions&) { nvidia(box, "580.82.07"); }},
    {"EF-GPU-001", kFail, [](FakeBox& box, AuditOptions&) { nvidia(box, "535.183.01"); }},
    {"EF-GPU-001", kUnknown, [](FakeBox& box, AuditOptions&) { nvidia(box, "590.48.01"); }},
    {"EF-GPU-001", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-GPU-001", kWarn,
     [](FakeBox& box, AuditOptions& options) {
       nvidia(box, "595.45.04");
       options.as_of = "2027-02-01";
     }},
    {"EF-GPU-001", kNone, [](FakeBox& box, AuditOptions&) { box.folder("/sys/module/amdgpu"); }},
    {"EF-GPU-002", kPass,
     [](FakeBox& box, AuditOptions&) {
       nvidia(box, "580.82.07");
       box.folder("/usr/local/cuda-13.0");
     }},
    {"EF-GPU-002", kFail,
     [](FakeBox& box, AuditOptions&) {
       nvidia(box, "535.183.01");
       box.folder("/usr/local/cuda-13.0");
     }},
    {"EF-GPU-002", kWarn,
     [](FakeBox& box, AuditOptions&) {
       nvidia(box, "535.183.01");
       box.folder("/usr/local/lib/ollama/cuda_v13").folder("/usr/local/lib/ollama/cuda_v12");
     }},
    {"EF-GPU-002", kUnknown, [](FakeBox& box, AuditOptions&) { nvidia(box, "580.82.07"); }},
    {"EF-GPU-002", kNone, [](FakeBox& box, AuditOptions&) { box.folder("/sys/module"); }},
    {"EF-GPU-003", kPass, [](FakeBox& box, AuditOptions&) { card(box, "16", "16", "450000", "1"); }},
    {"EF-GPU-003", kWarn, [](FakeBox& box, AuditOptions&) { card(box, "4", "16", "450000", "1"); }},
    {"EF-GPU-003", kWarn, [](FakeBox& box, AuditOptions&) { card(box, "16", "16", "300000", "1"); }},
    {"EF-GPU-003", kWarn, [](FakeBox& box, AuditOptions&) { card(box, "16", "16", "450000", "0"); }},
    {"EF-GPU-003", kUnknown, [](FakeBox& box, AuditOptions&) { card(box, "16", "16"); }},
    {"EF-GPU-003", kPass,
     [](FakeBox& box, AuditOptions&) {
       card(box, "16", "16");
       box.file(std::string(kCard) + "vendor", "0x1002\n");
     }},
    {"EF-GPU-003", kWarn,
     [](FakeBox& box, AuditOptions&) {
       card(box, "16", "16");
       box.file(std::string(kCard) + "vendor", "0x1002\n");
       box.file(std::string(kCard) + "hwmon/hwmon2/power1_cap", "100000000\n");
       box.file(std::string(kCard) + "hwmon/hwmon2/power1_cap_default", "300000000\n");
     }},
    {"EF-GPU-003", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-GPU-003", kNone,
     [](FakeBox& box, AuditOptions&) { box.file("/proc/cpuinfo", "flags : fpu\n").folder("/sys/bus/pci/devices"); }},
};

}  // namespace edgefit::test
