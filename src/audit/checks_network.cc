// EF-NET: who can reach the models, and whom the models can reach.
#include <algorithm>

#include "audit/checks.h"
#include "audit/proxies.h"
#include "audit/service_unit.h"
#include "audit/ssh.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr const char* kReachWords[] = {mark("this box only"), mark("a network address"), mark("every address")};

const char* reach_word(Reach reach) {
  return tr(kReachWords[static_cast<size_t>(reach)]);
}

Evidence no_server(const Scene& scene) {
  if (scene.network.processes != Access::ok) return unseen("/proc/1/status", scene.network.processes);
  return not_applicable("/proc", tr("no inference server runs"));
}

Reach widest(const Server& server) {
  Reach reach = Reach::loopback;
  for (const auto& listener : server.listeners) reach = std::max(reach, listener.reach);
  return reach;
}

/// Something that keeps strangers out of the server itself.
bool asks_for_key(const Server& server) {
  return server.has_flag("--api-key") || server.has_flag("--api-key-file") || server.variable("VLLM_API_KEY") ||
         server.variable("LLAMA_API_KEY") || server.variable("OLLAMA_AUTH") == "1";
}

bool speaks_tls(const Server& server) {
  return (server.has_flag("--ssl-key-file") && server.has_flag("--ssl-cert-file")) ||
         (server.has_flag("--ssl-keyfile") && server.has_flag("--ssl-certfile"));
}

AuditEvidence judge_listener(const Server& server, const Listener& listener) {
  const auto text = say(tr("{} listens on port {} for {}"), server.name, listener.port, reach_word(listener.reach));
  if (listener.reach == Reach::loopback) return pass(listener.file, text)[0];
  if (asks_for_key(server)) return warn(listener.file, say(tr("{}, with a key"), text))[0];
  if (listener.reach == Reach::everywhere) return fail(listener.file, say(tr("{}, and asks for no key"), text))[0];
  return warn(listener.file, text)[0];
}

/// Ports that only one kind of server uses; on others anything may listen.
constexpr int kTellingPorts[] = {11434, 1234};

/// Listeners that no process could be matched with: the port is a hint, the owner is not.
void add_strangers(const Scene& scene, Evidence& evidence) {
  for (const auto& listener : scene.network.listeners) {
    const auto usual = usual_server(listener.port);
    if (usual.empty()) continue;
    const bool known = std::any_of(scene.servers.begin(), scene.servers.end(), [&](const Server& server) {
      return std::any_of(server.listeners.begin(), server.listeners.end(),
                         [&](const Listener& l) { return l.inode == listener.inode; });
    });
    if (known) continue;
    const auto text = say(tr("port {} (often {}) is open for {}, owned by user {}"), listener.port, usual,
                          reach_word(listener.reach), listener.uid);
    const bool telling =
        std::find(std::begin(kTellingPorts), std::end(kTellingPorts), listener.port) != std::end(kTellingPorts);
    if (listener.reach == Reach::loopback) continue;
    if (telling && listener.reach == Reach::everywhere)
      evidence.push_back(fail(listener.file, text)[0]);
    else
      evidence.push_back(unknown(listener.file, say(tr("{}; run as root to see by what"), text))[0]);
  }
}

Evidence exposure(const Scene& scene) {
  if (scene.network.sockets != Access::ok) return unseen("/proc/net/tcp", scene.network.sockets);
  Evidence evidence;
  for (const auto& server : scene.servers) {
    for (const auto& listener : server.listeners) evidence.push_back(judge_listener(server, listener));
    if (!server.listeners_known)
      evidence.push_back(
          unknown("/proc/" + server.pid + "/fd",
                  say(tr("the sockets of {} cannot be seen; run as root or its owner"), server.name))[0]);
    else if (server.listeners.empty())
      evidence.push_back(pass(server.place(), say(tr("{} listens on no TCP port"), server.name))[0]);
  }
  add_strangers(scene, evidence);
  return evidence.empty() ? no_server(scene) : evidence;
}

AuditEvidence judge_proxy(const Server& server, const Proxy& proxy) {
  if (proxy.tls && proxy.login) return pass(proxy.file, say(tr("TLS and a login stand before {}"), server.name))[0];
  return fail(proxy.file, say(proxy.tls     ? tr("it passes requests on to {} without a login")
                              : proxy.login ? tr("it passes requests on to {} without TLS")
                                            : tr("it passes requests on to {} without TLS and login"),
                              server.name))[0];
}

AuditEvidence judge_open_server(const Server& server) {
  const bool key = asks_for_key(server), tls = speaks_tls(server);
  // vLLM checks the key for paths below /v1 only; /invocations and others stay open.
  if (server.name == "vLLM" && key)
    return warn(server.place(), tr("vLLM asks for its key below /v1 only: let a proxy pass on those paths alone"))[0];
  if (key && tls) return pass(server.place(), say(tr("{} asks for a key and speaks TLS"), server.name))[0];
  if (key)
    return warn(server.place(), say(tr("{} asks for a key, but the way to it is not encrypted"), server.name))[0];
  return fail(server.place(), say(tr("{} is open to the network without a key and a proxy before it"), server.name))[0];
}

Evidence front(const Scene& scene) {
  Evidence evidence;
  for (const auto& server : scene.servers) {
    if (!server.listeners_known) {
      evidence.push_back(
          unknown("/proc/" + server.pid + "/fd",
                  say(tr("the sockets of {} cannot be seen; run as root or its owner"), server.name))[0]);
      continue;
    }
    bool before = false;
    for (const auto& listener : server.listeners) {
      const auto proxies = proxies_of(scene.box, listener.port);
      for (const auto& file : proxies.closed) evidence.push_back(unseen(file, Access::denied)[0]);
      for (const auto& proxy : proxies.list) evidence.push_back(judge_proxy(server, proxy));
      before = before || !proxies.list.empty() || !proxies.closed.empty();
    }
    if (widest(server) != Reach::loopback)
      evidence.push_back(judge_open_server(server));
    else if (!before)
      evidence.push_back(not_applicable(server.place(), say(tr("{} serves this box only"), server.name))[0]);
  }
  return evidence.empty() ? no_server(scene) : evidence;
}

/// Flags and variables that let a model or a visitor run things. llama.cpp tools/server README, vLLM documentation.
struct Switch {
  std::string_view flag;
  const char* variable;  ///< or null; counts when it is "1"
};
constexpr Switch kSwitches[] = {{"--tools", nullptr},
                                {"--agent", nullptr},
                                {"--mcp-servers-config", nullptr},
                                {"--mcp-servers-json", nullptr},
                                {"--enable-auto-tool-choice", nullptr},
                                {"--enable-debugging", nullptr},
                                {"--allow-root", nullptr},
                                {"", "VLLM_SERVER_DEV_MODE"}};

Evidence switches(const Scene& scene) {
  Evidence evidence;
  for (const auto& server : scene.servers) {
    std::string on;
    for (const auto& row : kSwitches) {
      const bool flagged = !row.flag.empty() && server.has_flag(row.flag);
      const bool set = row.variable != nullptr && server.variable(row.variable) == "1";
      if (flagged || set)
        on += (on.empty() ? "" : ", ") + (flagged ? std::string(row.flag) : std::string(row.variable));
    }
    if (server.name == "Jupyter") on += (on.empty() ? "" : ", ") + std::string("Jupyter");
    if (!on.empty()) {
      const bool open = !server.listeners_known || widest(server) != Reach::loopback;
      const auto text = say(tr("{} runs with {}"), server.name, on);
      evidence.push_back(open ? fail(server.place(), text)[0] : warn(server.place(), text)[0]);
    } else if (!server.variables_known) {
      evidence.push_back(
          unknown("/proc/" + server.pid + "/environ",
                  say(tr("the variables of {} cannot be read; run as root or its owner"), server.name))[0]);
    } else {
      evidence.push_back(
          pass(server.place(), say(tr("{} runs without switches for agents or developers"), server.name))[0]);
    }
  }
  return evidence.empty() ? no_server(scene) : evidence;
}

bool denies_network(const Scene& scene, const Server& server) {
  if (server.unit.empty() || !server.container.empty()) return false;
  const ServiceUnit unit = read_unit(scene.box, server.unit);
  return unit.access == Access::ok && unit.last("IPAddressDeny") == "any";
}

/// What makes a server stay with the models it has.
Evidence offline(const Scene& scene) {
  Evidence evidence;
  for (const auto& view : scene.models)
    for (const auto& file : view.store.files)
      if (file.path.find("/manifests/") != std::string::npos &&
          (file.path.ends_with("/cloud") || file.path.ends_with("-cloud")))
        evidence.push_back(warn(file.path, tr("this model runs in a cloud: prompts leave the box"))[0]);
  for (const auto& server : scene.servers) {
    const bool denied = denies_network(scene, server);
    const bool set = server.variable("OLLAMA_NO_CLOUD") == "1" || server.variable("HF_HUB_OFFLINE") == "1" ||
                     server.has_flag("--offline");
    const bool local = server.name == "llama-server" && server.has_flag("-m") && !server.has_flag("-hf");
    if (denied || set || local)
      evidence.push_back(pass(server.place(), say(tr("{} stays with the models it has"), server.name))[0]);
    else if (!server.variables_known)
      evidence.push_back(
          unknown("/proc/" + server.pid + "/environ",
                  say(tr("the variables of {} cannot be read; run as root or its owner"), server.name))[0]);
    else
      evidence.push_back(
          warn(server.place(), say(tr("nothing keeps {} from fetching models or asking a cloud"), server.name))[0]);
  }
  return evidence.empty() ? no_server(scene) : evidence;
}

/// A service is enabled when a target wants it.
Access enabled(const Box& box, const std::string& service) {
  Access seen = Access::absent;
  for (const char* target : {"sysinit.target.wants", "multi-user.target.wants", "basic.target.wants"}) {
    const auto access = box.access("/etc/systemd/system/" + std::string(target) + "/" + service);
    if (access == Access::ok) return Access::ok;
    if (access == Access::denied) seen = Access::denied;
  }
  return seen;
}

/// Which configuration loads rules at start; what is loaded now only root may ask.
Evidence firewall(const Scene& scene) {
  const Box& box = scene.box;
  const auto same = [](std::string_view text) { return std::string(text); };
  const auto& ufw = box.read("/etc/ufw/ufw.conf", same);
  if (lower(*ufw).find("\nenabled=yes") != std::string::npos || lower(*ufw).starts_with("enabled=yes"))
    return pass("/etc/ufw/ufw.conf", tr("ufw is enabled; ports that Docker publishes pass it by"));
  const auto& nftables = box.read("/etc/nftables.conf", same);
  const Access nft = enabled(box, "nftables.service");
  if (nft == Access::ok && nftables && nftables->find("policy drop") != std::string::npos)
    return pass("/etc/nftables.conf", tr("nftables is enabled and drops by default"));
  const Access firewalld = enabled(box, "firewalld.service");
  if (firewalld == Access::ok) return pass("/etc/systemd/system", tr("firewalld is enabled"));
  for (const auto& [path, access] : {std::pair{"/etc/ufw/ufw.conf", ufw.access},
                                     {"/etc/nftables.conf", nftables.access},
                                     {"/etc/systemd/system/sysinit.target.wants", nft},
                                     {"/etc/systemd/system/multi-user.target.wants", firewalld}})
    if (access == Access::denied) return unseen(path, access);
  const auto& modules = box.read("/proc/modules", same, 1 << 20);
  if (modules.access == Access::denied) return unseen("/proc/modules", modules.access);
  for (const char* module : {"nf_tables", "ip_tables"})
    if (modules->find(module) != std::string::npos || box.access("/sys/module/" + std::string(module)) == Access::ok)
      return unknown("/proc/modules", say(tr("{} is loaded, but nothing known loads rules at start; see nft list "
                                             "ruleset as root"),
                                          module));
  if (box.access("/etc") != Access::ok) return unseen("/etc", box.access("/etc"));
  return fail("/etc/nftables.conf", tr("no firewall is set up"));
}

Evidence ssh(const Scene& scene) {
  constexpr const char* kConfig = "/etc/ssh/sshd_config";
  const auto config = read_ssh_config(scene.box);
  if (config.access == Access::absent) {
    if (scene.box.access("/usr/sbin/sshd") == Access::ok) return unseen(kConfig, Access::absent);
    return not_applicable(kConfig, tr("no SSH server is set up"));
  }
  if (config.access == Access::denied) return unseen(kConfig, Access::denied);
  const auto value = [&config](const char* key, const char* standard) {
    const auto at = config.values.find(key);
    return at == config.values.end() ? std::string(standard) : at->second;
  };
  const bool passwords = value("passwordauthentication", "yes") != "no";
  // sshd_config(5): prohibit-password unless told otherwise.
  const bool root = value("permitrootlogin", "prohibit-password") == "yes";
  if (root && passwords) return fail(kConfig, tr("root may log in with a password"));
  if (passwords) return warn(kConfig, tr("passwords are accepted"));
  if (config.has_match) return warn(kConfig, tr("keys only, but Match blocks may say otherwise for some"));
  return pass(kConfig, tr("keys only"));
}

constexpr Check kChecks[] = {
    {{"EF-NET-001", mark("inference ports not open to the network"), AuditGroup::network, Severity::high,
      mark("an open port gives model, prompts and computing time to everyone"),
      mark("bind to 127.0.0.1 and put a reverse proxy before it"), "53:SC-7, owasp:LLM10, nsa:deploying-ai",
      Privilege::root, 7},
     exposure},
    {{"EF-NET-002", mark("TLS and login before the server"), AuditGroup::network, Severity::high,
      mark("prompts travel over the network, and everyone on it can ask"),
      mark("let the proxy do TLS and login, and pass on only what is used"), "53:IA-2, 53:SC-8, gspp:KONF.14.1",
      Privilege::owner, 30},
     front},
    {{"EF-NET-003", mark("no switches for agents or developers"), AuditGroup::network, Severity::high,
      mark("they let a prompt run programs on the box"), mark("take the switch out"),
      "owasp:LLM06, 53:CM-7, gspp:KONF.10.4", Privilege::owner, 30},
     switches},
    {{"EF-NET-004", mark("local models really are local"), AuditGroup::network, Severity::high,
      mark("some models of a local server run in a cloud, and servers fetch what they miss"),
      mark("set the offline switches, deny the service the network"), "gspp:KONF.2.4.2, dsg:16", Privilege::owner, 30},
     offline},
    {{"EF-NET-005", mark("firewall set up"), AuditGroup::network, Severity::high,
      mark("what should not be reached must not depend on each program's care"),
      mark("enable nftables with a policy that drops"), "53:SC-7, gspp:KONF.7.15, cis:4", Privilege::root, 30},
     firewall},
    {{"EF-NET-006", mark("SSH by keys only"), AuditGroup::network, Severity::high,
      mark("passwords are guessed around the clock"), mark("PasswordAuthentication no"), "gs:SYS.1.3.A8, cis:5.1.20",
      Privilege::root, 90},
     ssh},
};

}  // namespace

std::span<const Check> network_checks() {
  return kChecks;
}

}  // namespace edgefit
