// Fixtures of EF-NET and EF-SVC: servers, ports, proxies, units.
#pragma once

#include "audit/fixtures.h"

namespace edgefit::test {

inline constexpr const char *kLoopback = "0100007F", *kAny = "00000000", *kLan = "0A00A8C0";
inline constexpr const char* kUnitGroup = "0::/system.slice/ollama.service";
inline constexpr const char* kDocker = "0::/docker/abc";
inline constexpr const char* kUnitFile = "/etc/systemd/system/ollama.service";

inline FakeBox& ollama(FakeBox& box, const char* address) {
  return box.process("77", {"/usr/local/bin/ollama", "serve"}, 990, "0", kUnitGroup).listen("77", address, 11434);
}
inline FakeBox& quiet(FakeBox& box) {
  return box.file("/proc/1/status", "Uid:\t0\t0\t0\t0\n").file("/proc/net/tcp", "  sl  local_address\n");
}
inline void vllm(FakeBox& box, const char* address, std::vector<std::string> more) {
  std::vector<std::string> arguments = {"/usr/bin/python3", "/usr/local/bin/vllm", "serve", "x"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  box.process("78", arguments).listen("78", address, 8000);
}
inline void nginx(FakeBox& box, const std::string& more) {
  box.file("/etc/nginx/conf.d/llm.conf", "server {\n proxy_pass http://127.0.0.1:11434;\n" + more + "}\n");
}
inline void unit(FakeBox& box, const std::string& settings) {
  ollama(box, kLoopback).file(kUnitFile, "[Service]\nUser=ollama\n" + settings);
}

inline constexpr Fixture kNetwork[] = {
    {"EF-NET-001", kPass, [](FakeBox& box, AuditOptions&) { ollama(box, kLoopback); }},
    {"EF-NET-001", kFail, [](FakeBox& box, AuditOptions&) { ollama(box, kAny); }},
    {"EF-NET-001", kWarn, [](FakeBox& box, AuditOptions&) { ollama(box, kLan); }},
    {"EF-NET-001", kWarn,
     [](FakeBox& box, AuditOptions&) {
       vllm(box, kAny, {"--api-key", "secret"});
     }},
    {"EF-NET-001", kFail, [](FakeBox& box, AuditOptions&) { quiet(box).listen("", kAny, 11434); }},
    {"EF-NET-001", kUnknown, [](FakeBox& box, AuditOptions&) { quiet(box).listen("", kAny, 8080); }},
    {"EF-NET-001", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       quiet(box).process("79", {"llama-server", "-m", "x"});
     }},
    {"EF-NET-001", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-NET-001", kNone, [](FakeBox& box, AuditOptions&) { quiet(box); }},
    {"EF-NET-002", kPass,
     [](FakeBox& box, AuditOptions&) {
       ollama(box, kLoopback);
       nginx(box, "listen 443 ssl;\nssl_certificate /x;\nauth_basic \"x\";\n");
     }},
    {"EF-NET-002", kPass,
     [](FakeBox& box, AuditOptions&) {
       ollama(box, kLoopback)
           .file("/etc/caddy/Caddyfile", "ai.example.org {\n basic_auth {\n }\n reverse_proxy :11434\n}\n");
     }},
    {"EF-NET-002", kFail,
     [](FakeBox& box, AuditOptions&) {
       ollama(box, kLoopback);
       nginx(box, "listen 443 ssl;\nssl_certificate /x;\n# auth_basic \"x\";\n");
     }},
    {"EF-NET-002", kFail, [](FakeBox& box, AuditOptions&) { ollama(box, kAny); }},
    {"EF-NET-002", kWarn,
     [](FakeBox& box, AuditOptions&) {
       vllm(box, kAny, {"--api-key", "secret"});
     }},
    {"EF-NET-002", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       ollama(box, kLoopback);
       nginx(box, "");
       box.deny("/etc/nginx/conf.d/llm.conf").state("/etc/nginx/conf.d/llm.conf", "file", 0600);
     }},
    {"EF-NET-002", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-NET-002", kNone, [](FakeBox& box, AuditOptions&) { ollama(box, kLoopback); }},
    {"EF-NET-003", kPass, [](FakeBox& box, AuditOptions&) { ollama(box, kLoopback); }},
    {"EF-NET-003", kFail, [](FakeBox& box, AuditOptions&) { vllm(box, kAny, {"--enable-auto-tool-choice"}); }},
    {"EF-NET-003", kWarn,
     [](FakeBox& box, AuditOptions&) {
       vllm(box, kLoopback, {});
       box.variables("78", "VLLM_SERVER_DEV_MODE=1");
     }},
    {"EF-NET-003", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       vllm(box, kLoopback, {});
       box.deny("/proc/78/environ");
     }},
    {"EF-NET-003", kNone, [](FakeBox& box, AuditOptions&) { quiet(box); }},
    {"EF-NET-004", kPass,
     [](FakeBox& box, AuditOptions&) { ollama(box, kLoopback).variables("77", "OLLAMA_NO_CLOUD=1"); }},
    {"EF-NET-004", kPass,
     [](FakeBox& box, AuditOptions&) {
       ollama(box, kLoopback).deny("/proc/77/environ");
       box.file(kUnitFile, "[Service]\nEnvironment=\"OLLAMA_HOST=127.0.0.1\" OLLAMA_NO_CLOUD=1\n");
     }},
    {"EF-NET-004", kWarn, [](FakeBox& box, AuditOptions&) { ollama(box, kLoopback); }},
    {"EF-NET-004", kUnknown, [](FakeBox& box, AuditOptions&) { ollama(box, kLoopback).deny("/proc/77/environ"); }},
    {"EF-NET-004", kNone, [](FakeBox& box, AuditOptions&) { quiet(box); }},
    {"EF-NET-005", kPass, [](FakeBox& box, AuditOptions&) { box.file("/etc/ufw/ufw.conf", "# x\nENABLED=yes\n"); }},
    {"EF-NET-005", kPass,
     [](FakeBox& box, AuditOptions&) {
       box.file("/etc/nftables.conf", "chain input { type filter hook input priority 0; policy drop; }\n");
       box.file("/etc/systemd/system/sysinit.target.wants/nftables.service", "x");
     }},
    {"EF-NET-005", kFail, [](FakeBox& box, AuditOptions&) { box.file("/etc/ufw/ufw.conf", "ENABLED=no\n"); }},
    {"EF-NET-005", kUnknown,
     [](FakeBox& box, AuditOptions&) { box.folder("/etc").file("/proc/modules", "nf_tables 1 0 - Live 0x0\n"); }},
    {"EF-NET-005", kUnknown, [](FakeBox& box, AuditOptions&) { box.folder("/etc/ufw").deny("/etc/ufw/ufw.conf"); }},
    {"EF-NET-006", kPass,
     [](FakeBox& box, AuditOptions&) {
       box.file("/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nPasswordAuthentication yes\n");
       box.file("/etc/ssh/sshd_config.d/10-keys.conf", "PasswordAuthentication no\n");
     }},
    {"EF-NET-006", kFail,
     [](FakeBox& box, AuditOptions&) { box.file("/etc/ssh/sshd_config", "PermitRootLogin yes\n"); }},
    {"EF-NET-006", kWarn,
     [](FakeBox& box, AuditOptions&) { box.file("/etc/ssh/sshd_config", "#PasswordAuthentication no\n"); }},
    {"EF-NET-006", kWarn,
     [](FakeBox& box, AuditOptions&) {
       box.file("/etc/ssh/sshd_config", "PasswordAuthentication no\nMatch User x\nPasswordAuthentication yes\n");
     }},
    {"EF-NET-006", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       box.file("/etc/ssh/sshd_config", "PasswordAuthentication no\n").answer("text-denied\t/etc/ssh/sshd_config");
     }},
    {"EF-NET-006", kNone, [](FakeBox&, AuditOptions&) {}},
};

inline constexpr Fixture kServices[] = {
    {"EF-SVC-001", kPass, [](FakeBox& box, AuditOptions&) { ollama(box, kLoopback); }},
    {"EF-SVC-001", kFail,
     [](FakeBox& box, AuditOptions&) {
       box.process("77", {"ollama", "serve"}, 0);
     }},
    {"EF-SVC-001", kPass,
     [](FakeBox& box, AuditOptions&) {
       box.process("77", {"ollama", "serve"}, 0).file("/proc/77/uid_map", "0 100000 65536\n");
     }},
    {"EF-SVC-001", kWarn,
     [](FakeBox& box, AuditOptions&) {
       box.process("77", {"ollama", "serve"}, 990, "2000");
     }},
    {"EF-SVC-001", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       box.process("77", {"ollama", "serve"}).deny("/proc/77/status");
     }},
    {"EF-SVC-001", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-SVC-001", kNone, [](FakeBox& box, AuditOptions&) { quiet(box); }},
    {"EF-SVC-002", kPass,
     [](FakeBox& box, AuditOptions&) {
       unit(box, "NoNewPrivileges=yes\nProtectSystem=strict\nProtectHome=yes\nPrivateTmp=true\n");
     }},
    {"EF-SVC-002", kWarn, [](FakeBox& box, AuditOptions&) { unit(box, "NoNewPrivileges=no\nPrivateTmp=yes\n"); }},
    {"EF-SVC-002", kUnknown, [](FakeBox& box, AuditOptions&) { ollama(box, kLoopback); }},
    {"EF-SVC-002", kNone,
     [](FakeBox& box, AuditOptions&) {
       box.process("77", {"ollama", "serve"});
     }},
    {"EF-SVC-003", kPass,
     [](FakeBox& box, AuditOptions&) {
       box.process("77", {"ollama", "serve"}, 0, "00000000a80425fb", kDocker).file("/proc/77/mountinfo", "");
     }},
    {"EF-SVC-003", kFail,
     [](FakeBox& box, AuditOptions&) {
       box.process("77", {"ollama", "serve"}, 0, "000001ffffffffff", kDocker);
     }},
    {"EF-SVC-003", kWarn,
     [](FakeBox& box, AuditOptions&) {
       box.process("77", {"ollama", "serve"}, 0, "00000000a80425fb", kDocker);
       box.file("/proc/77/mountinfo", "1 0 8:1 / /var/run/docker.sock rw - ext4 /dev/sda1 rw\n");
     }},
    {"EF-SVC-003", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       box.process("77", {"ollama", "serve"}, 0, "00000000a80425fb", kDocker);
     }},
    {"EF-SVC-003", kNone, [](FakeBox& box, AuditOptions&) { ollama(box, kLoopback); }},
    {"EF-SVC-004", kPass,
     [](FakeBox& box, AuditOptions&) { box.file("/proc/sys/kernel/core_pattern", "|/bin/false\n"); }},
    {"EF-SVC-004", kPass,
     [](FakeBox& box, AuditOptions&) {
       box.plain_root().file("/proc/sys/kernel/core_pattern", "|/usr/lib/systemd/systemd-coredump %P\n");
       box.file("/etc/systemd/coredump.conf", "[Coredump]\n#Storage=external\nStorage=none\n");
     }},
    {"EF-SVC-004", kPass,
     [](FakeBox& box, AuditOptions&) { box.secret_root().file("/proc/sys/kernel/core_pattern", "core\n"); }},
    {"EF-SVC-004", kFail,
     [](FakeBox& box, AuditOptions&) { box.plain_root().file("/proc/sys/kernel/core_pattern", "core\n"); }},
    {"EF-SVC-004", kFail,
     [](FakeBox& box, AuditOptions&) {
       box.plain_root().file("/proc/sys/kernel/core_pattern", "|/usr/lib/systemd/systemd-coredump %P\n");
     }},
    {"EF-SVC-004", kUnknown,
     [](FakeBox& box, AuditOptions&) { box.file("/proc/sys/kernel/core_pattern", "|/opt/unknown %p\n"); }},
    {"EF-SVC-004", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-SVC-005", kPass, [](FakeBox& box, AuditOptions&) { ollama(box, kLoopback); }},
    {"EF-SVC-005", kPass,
     [](FakeBox& box, AuditOptions& options) {
       ollama(box, kLoopback).variables("77", "OLLAMA_DEBUG=1");
       options.log_retention_days = 180;
     }},
    {"EF-SVC-005", kFail,
     [](FakeBox& box, AuditOptions&) { ollama(box, kLoopback).variables("77", "OLLAMA_DEBUG=1"); }},
    {"EF-SVC-005", kFail,
     [](FakeBox& box, AuditOptions& options) {
       box.process("77", {"llama-server", "--log-prompts-dir", "/var/prompts"}).state("/var/prompts", "folder", 0755);
       options.log_retention_days = 180;
     }},
    {"EF-SVC-005", kUnknown, [](FakeBox& box, AuditOptions&) { ollama(box, kLoopback).deny("/proc/77/environ"); }},
    {"EF-SVC-005", kNone, [](FakeBox& box, AuditOptions&) { quiet(box); }},
};

}  // namespace edgefit::test
