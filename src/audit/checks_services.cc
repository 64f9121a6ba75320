// EF-SVC: how the inference server runs. As whom, behind which walls, and what it leaves behind.
#include <algorithm>
#include <array>

#include "audit/checks.h"
#include "audit/service_unit.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

Evidence each_server(const Scene& scene, AuditEvidence (*judge)(const Scene&, const Server&)) {
  Evidence evidence;
  for (const auto& server : scene.servers) evidence.push_back(judge(scene, server));
  if (!evidence.empty()) return evidence;
  if (scene.network.processes != Access::ok) return unseen("/proc/1/status", scene.network.processes);
  return not_applicable("/proc", tr("no inference server runs"));
}

std::string status_file(const Server& server) {
  return "/proc/" + server.pid + "/status";
}

AuditEvidence judge_user(const Scene&, const Server& server) {
  if (!server.uid) return unseen(status_file(server), Access::denied)[0];
  if (*server.uid == 0 && !server.in_user_namespace)
    return fail(status_file(server), say(tr("{} runs as root"), server.name))[0];
  if (*server.uid != 0 && !server.capabilities) return unseen(status_file(server), Access::denied)[0];
  if (*server.uid != 0 && *server.capabilities != 0)
    return warn(status_file(server),
                say(tr("{} has capabilities of root ({:x})"), server.name, *server.capabilities))[0];
  return pass(status_file(server), say(tr("{} runs as user {}"), server.name, *server.uid))[0];
}

Evidence user(const Scene& scene) {
  return each_server(scene, judge_user);
}

/// A wall that systemd.exec(5) and systemd.resource-control(5) offer; any of `good`, or any value when it is empty.
struct Wall {
  const char* key;
  std::string_view good;  ///< separated by blanks
};
constexpr std::array kWalls = {Wall{"NoNewPrivileges", "yes true on 1"},
                               Wall{"ProtectSystem", "yes true full strict"},
                               Wall{"ProtectHome", "yes true read-only tmpfs"},
                               Wall{"PrivateTmp", "yes true disconnected"},
                               Wall{"RestrictAddressFamilies", ""},
                               Wall{"CapabilityBoundingSet", ""},
                               Wall{"IPAddressDeny", ""},
                               Wall{"MemoryMax", ""}};
constexpr size_t kEnoughWalls = 4;

bool stands(const ServiceUnit& unit, const Wall& wall) {
  const auto value = unit.last(wall.key);
  const auto good = words(wall.good);
  return !value.empty() && (good.empty() || std::find(good.begin(), good.end(), value) != good.end());
}

AuditEvidence judge_unit(const Scene& scene, const Server& server) {
  if (server.unit.empty() || !server.container.empty())
    return not_applicable(server.place(), say(tr("{} is no service of systemd"), server.name))[0];
  const ServiceUnit unit = read_unit(scene.box, server.unit);
  if (unit.access != Access::ok)
    return unseen(unit.path.empty() ? "/etc/systemd/system/" + server.unit : unit.path, unit.access)[0];
  std::string missing;
  size_t standing = 0;
  for (const auto& wall : kWalls) {
    if (stands(unit, wall))
      ++standing;
    else
      missing += (missing.empty() ? "" : ", ") + std::string(wall.key);
  }
  const auto text = say(tr("{} of {} walls stand"), standing, kWalls.size());
  if (standing < kEnoughWalls)
    return warn(unit.path, say(tr("{}; missing: {} (PrivateDevices would take the GPU away)"), text, missing))[0];
  return pass(unit.path, text)[0];
}

Evidence sandbox(const Scene& scene) {
  return each_server(scene, judge_unit);
}

AuditEvidence judge_container(const Scene& scene, const Server& server) {
  if (server.container.empty())
    return not_applicable(server.place(), say(tr("{} runs in no container"), server.name))[0];
  if (!server.capabilities) return unseen(status_file(server), Access::denied)[0];
  // CAP_SYS_ADMIN (21) and CAP_SYS_MODULE (16): no runtime gives them unless it is told to.
  constexpr uint64_t kFull = 1ULL << 21 | 1ULL << 16;
  if ((*server.capabilities & kFull) == kFull)
    return fail(status_file(server), say(tr("the container of {} is privileged"), server.name))[0];
  const std::string mounts = "/proc/" + server.pid + "/mountinfo";
  const auto& text = scene.box.read(
      mounts,
      [](std::string_view all) {
        return std::string(all.find("docker.sock") != std::string_view::npos ? "docker.sock" : "");
      },
      4 << 20);
  if (!text) return unseen(mounts, text.access)[0];
  if (!text->empty())
    return warn(mounts, say(tr("the container of {} can command Docker through its socket"), server.name))[0];
  return pass(status_file(server), say(tr("the container of {} is not privileged"), server.name))[0];
}

Evidence container(const Scene& scene) {
  return each_server(scene, judge_container);
}

/// Where dumps that go to a folder end up.
Evidence judge_dump_folder(const Scene& scene, const char* source, const std::string& folder) {
  const auto walk = scene.walk(folder);
  return {{source, status_of(walk.protection), say(tr("core dumps go to {}: {}"), folder, walk.text)}};
}

/// coredump.conf(5): the file, then its drop-ins; external storage unless told otherwise.
Evidence systemd_dumps(const Scene& scene) {
  constexpr const char* kConf = "/etc/systemd/coredump.conf";
  std::string storage = "external";
  auto files = scene.box.find("/etc/systemd/coredump.conf.d/*.conf");
  if (files.access == Access::denied) return unseen("/etc/systemd/coredump.conf.d", Access::denied);
  files.value.insert(files.value.begin(), kConf);
  for (const auto& file : *files) {
    const auto& text = scene.box.read(file, [](std::string_view all) { return std::string(all); });
    if (text.access == Access::denied) return unseen(file, text.access);
    for (const auto line : split_lines(*text))
      if (const auto pair = key_value(line, '='); pair && pair->first == "Storage") storage = pair->second;
  }
  if (storage == "none") return pass(kConf, tr("systemd keeps no core dumps"));
  return judge_dump_folder(scene, kConf, storage == "journal" ? "/var/log/journal" : "/var/lib/systemd/coredump");
}

Evidence core_dumps(const Scene& scene) {
  constexpr const char* kPattern = "/proc/sys/kernel/core_pattern";
  const auto& text = scene.box.read(kPattern);
  if (!text) return unseen(kPattern, text.access);
  constexpr const char* kSuid = "/proc/sys/fs/suid_dumpable";
  const auto& suid = scene.box.read(kSuid);
  if (suid.access == Access::denied) return unseen(kSuid, suid.access);
  if (suid && trim(*suid) == "1")
    return fail(kSuid, tr("programs with more rights than their user dump memory that he may read"));
  const std::string pattern(trim(*text));
  if (pattern.empty() || pattern == "|/bin/false" || pattern == "|/usr/bin/false" || pattern == "/dev/null")
    return pass(kPattern, tr("core dumps go nowhere"));
  if (pattern.starts_with("|")) {
    if (pattern.find("systemd-coredump") != std::string::npos) return systemd_dumps(scene);
    if (pattern.find("apport") != std::string::npos) return judge_dump_folder(scene, kPattern, "/var/crash");
    return unknown(kPattern, say(tr("core dumps go to a program that is not known here: {}"), pattern.substr(1)));
  }
  // A name without a folder lies where the program that broke was working: on the root filesystem at least.
  const auto slash = pattern.rfind('/');
  return judge_dump_folder(scene, kPattern, slash == std::string::npos || slash == 0 ? "/" : pattern.substr(0, slash));
}

/// Switches that write prompts down. llama.cpp tools/server, Ollama envconfig, vLLM documentation.
constexpr std::string_view kLogFlags[] = {"--log-prompts-dir", "-v", "--verbose", "--log-verbose",
                                          "--enable-log-requests"};
constexpr const char* kLogVariables[] = {"OLLAMA_DEBUG", "OLLAMA_DEBUG_LOG_REQUESTS"};

AuditEvidence judge_logging(const Scene& scene, const Server& server) {
  std::string on;
  for (const auto flag : kLogFlags)
    if (server.has_flag(flag)) on += (on.empty() ? "" : ", ") + std::string(flag);
  for (const char* key : kLogVariables)
    if (const auto value = server.variable(key); value && *value != "0" && *value != "false" && !value->empty())
      on += (on.empty() ? "" : ", ") + std::string(key);
  if (server.variable("VLLM_LOGGING_LEVEL") == "DEBUG")
    on += (on.empty() ? "" : ", ") + std::string("VLLM_LOGGING_LEVEL");
  if (on.empty()) {
    if (!server.variables_known)
      return unknown("/proc/" + server.pid + "/environ",
                     say(tr("the variables of {} cannot be read; run as root or its owner"), server.name))[0];
    return pass(server.place(), say(tr("{} writes no prompts down"), server.name))[0];
  }
  const auto folder = server.value_of("--log-prompts-dir");
  if (folder && folder->starts_with("/")) {
    const auto& state = scene.box.look(*folder);
    if (state && (state->mode & 027) != 0)
      return fail(*folder, say(tr("prompts are written where others may read (mode {:04o})"), state->mode))[0];
  }
  if (scene.options.log_retention_days > 0)
    return pass(server.place(), say(tr("{} writes prompts down, kept for {} days on purpose"), server.name,
                                    scene.options.log_retention_days))[0];
  return fail(server.place(), say(tr("{} writes prompts down ({}), and nobody said for how long"), server.name, on))[0];
}

Evidence prompt_logs(const Scene& scene) {
  return each_server(scene, judge_logging);
}

constexpr Check kChecks[] = {
    {{"EF-SVC-001", mark("server does not run as root"), AuditGroup::services, Severity::high,
      mark("parsers of model files have had holes; as root they open the box"),
      mark("set User= or DynamicUser= in the unit"), "53:AC-6, gs:SYS.1.3.A4", Privilege::user, 30},
     user},
    {{"EF-SVC-002", mark("server behind systemd's walls"), AuditGroup::services, Severity::medium,
      mark("walls limit what an exploited server can reach"), mark("add the missing settings by systemctl edit"),
      "gs:SYS.1.3.A10, gs:SYS.1.1.A37", Privilege::user, 90},
     sandbox},
    {{"EF-SVC-003", mark("container not privileged"), AuditGroup::services, Severity::high,
      mark("a privileged container is root on the box"), mark("give it the GPU by --gpus or CDI, and nothing else"),
      "gs:SYS.1.6.A17", Privilege::owner, 30},
     container},
    {{"EF-SVC-004", mark("no core dumps in clear"), AuditGroup::services, Severity::high,
      mark("a dump of the server holds prompts and weights"),
      mark("Storage=none in coredump.conf, LimitCORE=0 in the unit"), "cis:1.5.4, 53:SC-4", Privilege::user, 90},
     core_dumps},
    {{"EF-SVC-005", mark("prompt logs are a decision"), AuditGroup::services, Severity::high,
      mark("prompts are personal data; logs of them need a purpose and an end"),
      mark("switch them off, or say --log-retention-days N"), "dsv:4, aiact:26(6), anssi:R29", Privilege::owner, 30},
     prompt_logs},
};

}  // namespace

std::span<const Check> service_checks() {
  return kChecks;
}

}  // namespace edgefit
