// An audit with one finding of each kind, hostile names included, for the tests of its reports.
#pragma once

#include "edgefit/audit.h"

namespace edgefit::test {

inline constexpr AuditCheck kChecks[] = {
    {"EF-ENC-001", "model store on encrypted storage", AuditGroup::encryption, Severity::high, "a stolen box",
     "use LUKS2", "53:SC-28, gs:SYS.1.1.A34", Privilege::user, 30},
    {"EF-BOOT-002", "kernel locked down", AuditGroup::boot, Severity::medium, "root reads keys", "lockdown=integrity",
     "hsi:Kernel.Lockdown", Privilege::root, 90},
    {"EF-MOD-004", "no model format that runs code", AuditGroup::models, Severity::high, "pickles run", "convert",
     "owasp:LLM03", Privilege::owner, 30},
    {"EF-NET-001", "ports not open", AuditGroup::network, Severity::high, "everyone asks", "bind to loopback",
     "53:SC-7", Privilege::root, 7},
    {"EF-SVC-003", "container not privileged", AuditGroup::services, Severity::high, "root", "use CDI",
     "gs:SYS.1.6.A17", Privilege::owner, 30},
    {"EF-HW-002", "room for the next model", AuditGroup::hardware, Severity::high, "no room", "add space", "42k:A.4.5",
     Privilege::user, 7},
};

inline AuditFinding finding(size_t check, CheckStatus status, const std::string& path, const std::string& message) {
  AuditFinding out;
  out.check = &kChecks[check];
  out.severity = out.check->severity;
  out.status = status;
  out.path = path;
  out.message = message;
  if (status != CheckStatus::pass && status != CheckStatus::not_applicable) out.fix = out.check->fix;
  out.evidence = {{path, status, message}};
  return out;
}

inline Audit sample_audit() {
  Audit audit;
  audit.as_of = "2026-11-23";
  audit.stores = {"/srv/models"};
  audit.findings = {finding(0, CheckStatus::fail, "/srv/my models/ü", "sda1 has no encryption layer (ext4 > sda1)"),
                    finding(1, CheckStatus::unknown, "/sys/kernel/security/lockdown", "cannot be read"),
                    finding(2, CheckStatus::warn, "/srv/a,b:c%\n<x>|`", "odd \"name\" & more]]>"),
                    finding(3, CheckStatus::pass, "/proc/net/tcp", "loopback"),
                    finding(4, CheckStatus::not_applicable, "/proc/77/cmdline", "no container"),
                    finding(5, CheckStatus::fail, "/srv/models", "full")};
  audit.findings[0].evidence.push_back({"/models", CheckStatus::fail, "sdb has no encryption layer"});
  audit.findings[5].waived = true;
  audit.findings[5].waiver = Waiver{"EF-HW-002", "disk is ordered", "A. Meier", "2027-01-31"};
  return audit;
}

}  // namespace edgefit::test
