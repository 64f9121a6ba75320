#include "audit/servers.h"

#include <algorithm>
#include <array>

#include "audit/service_unit.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// A server is known by a word among the first arguments: the name of a program or a Python module.
struct ServerRow {
  std::string_view word;
  const char* name;
  std::string_view needs;  ///< another argument that tells a server from a client; empty = none
};
constexpr ServerRow kServers[] = {
    {"ollama", "Ollama", "serve"},
    {"llama-server", "llama-server", ""},
    {"llama-box", "llama-box", ""},
    {"llamafile", "llamafile", "--server"},
    {"vllm", "vLLM", "serve"},
    {"vllm.entrypoints.openai.api_server", "vLLM", ""},
    {"vllm.entrypoints.api_server", "vLLM", ""},
    {"tritonserver", "Triton", ""},
    {"text-generation-launcher", "TGI", ""},
    {"text-generation-router", "TGI", ""},
    {"sglang.launch_server", "SGLang", ""},
    {"koboldcpp", "KoboldCpp", ""},
    {"koboldcpp.py", "KoboldCpp", ""},
    {"local-ai", "LocalAI", ""},
    {"lm-studio", "LM Studio", ""},
    {"open-webui", "Open WebUI", ""},
    {"jupyter-lab", "Jupyter", ""},
    {"jupyter-notebook", "Jupyter", ""},
    {"jupyter-server", "Jupyter", ""},
};
constexpr size_t kFirstArguments = 4;  // interpreter, its flags, program

struct PortRow {
  int port;
  const char* name;
};
constexpr PortRow kUsualPorts[] = {{11434, "Ollama"},   {1234, "LM Studio"},    {8000, "vLLM or Triton"},
                                   {8001, "Triton"},    {8080, "llama-server"}, {30000, "SGLang"},
                                   {5001, "KoboldCpp"}, {8888, "Jupyter"},      {9931, "llama-server"}};

constexpr std::string_view kVariables[] = {
    "OLLAMA_HOST",    "OLLAMA_ORIGINS",       "OLLAMA_NO_CLOUD",      "OLLAMA_REMOTES",
    "OLLAMA_DEBUG",   "OLLAMA_AUTH",          "OLLAMA_MODELS",        "OLLAMA_DEBUG_LOG_REQUESTS",
    "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "VLLM_SERVER_DEV_MODE", "VLLM_LOGGING_LEVEL",
    "VLLM_API_KEY",   "LLAMA_API_KEY",        "LLAMA_ARG_HOST"};
constexpr std::string_view kSecretWords[] = {"key", "token", "secret", "passw", "credential"};
constexpr const char* kHidden = "***";

bool is_secret(std::string_view name) {
  const auto small = lower(name);
  if (small.ends_with("-file") || small.ends_with("keyfile") || small.ends_with("certfile")) return false;  // a path
  return std::any_of(std::begin(kSecretWords), std::end(kSecretWords),
                     [&](std::string_view word) { return small.find(word) != std::string::npos; });
}

std::string base_name(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

std::vector<std::string_view> split_nul(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find('\0'), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

const ServerRow* find_row(const std::vector<std::string_view>& arguments) {
  for (const auto& row : kServers) {
    const auto last = arguments.begin() + static_cast<long>(std::min(arguments.size(), kFirstArguments));
    const bool named =
        std::any_of(arguments.begin(), last, [&](std::string_view a) { return base_name(a) == row.word; });
    const bool fits = row.needs.empty() || std::find(arguments.begin(), arguments.end(), row.needs) != arguments.end();
    if (named && fits) return &row;
  }
  return nullptr;
}

/// The command line of a server without its secrets; of any other process nothing.
std::string server_command(std::string_view text) {
  const auto arguments = split_nul(text);
  if (find_row(arguments) == nullptr) return {};
  std::string out;
  bool hide = false;
  for (const auto argument : arguments) {
    const auto equal = argument.find('=');
    const bool flag = argument.starts_with("-");
    if (hide && !flag)
      out += kHidden;
    else if (flag && equal != std::string_view::npos && is_secret(argument.substr(0, equal)))
      out += std::string(argument.substr(0, equal + 1)) + kHidden;
    else
      out += argument;
    hide = flag && equal == std::string_view::npos && is_secret(argument);
    out += '\0';
  }
  return out;
}

/// Only what is asked for; of secrets, that they are set.
std::string known_variables(std::string_view text) {
  std::string out;
  for (const auto entry : split_nul(text)) {
    const auto name = entry.substr(0, entry.find('='));
    if (std::find(std::begin(kVariables), std::end(kVariables), name) == std::end(kVariables)) continue;
    out += is_secret(name) ? std::string(name) + "=" + kHidden : std::string(entry);
    out += '\0';
  }
  return out;
}

std::string status_lines(std::string_view text) {
  std::string out;
  for (const auto line : split_lines(text))
    for (const char* key : {"Uid:", "Gid:", "CapEff:", "NoNewPrivs:", "Seccomp:"})
      if (line.starts_with(key)) out += std::string(line) + "\n";
  return out;
}

void add_variables(Server& server, std::string_view text) {
  for (const auto entry : split_nul(text))
    if (const auto pair = key_value(entry, '='))
      server.variables.try_emplace(std::string(pair->first), std::string(pair->second));
}

std::optional<uint32_t> effective(std::string_view line) {
  const auto fields = words(line);  // "Uid: real effective saved filesystem"
  if (fields.size() < 3) return std::nullopt;
  const auto number = to_number(fields[2]);
  return number && *number >= 0 ? std::optional(static_cast<uint32_t>(*number)) : std::nullopt;
}

void read_status(const Box& box, Server& server) {
  const auto& text = box.read("/proc/" + server.pid + "/status", status_lines);
  for (const auto line : split_lines(*text)) {
    if (line.starts_with("Uid:")) server.uid = effective(line);
    if (line.starts_with("Gid:")) server.gid = effective(line);
    if (line.starts_with("CapEff:")) server.capabilities = to_hex(trim(line.substr(7)));
  }
  const auto& map = box.read("/proc/" + server.pid + "/uid_map");
  const auto fields = words(*map);
  server.in_user_namespace = fields.size() >= 3 && !(fields[0] == "0" && fields[1] == "0");
}

struct CgroupSign {
  std::string_view word;
  const char* name;
};
constexpr CgroupSign kContainers[] = {{"docker", "docker"},
                                      {"libpod", "podman"},
                                      {"kubepods", "kubernetes"},
                                      {"containerd", "containerd"},
                                      {"lxc", "lxc"}};

void read_cgroup(const Box& box, Server& server) {
  const auto& text = box.read("/proc/" + server.pid + "/cgroup");
  for (const auto& sign : kContainers)
    if (server.container.empty() && text->find(sign.word) != std::string::npos) server.container = sign.name;
  for (const auto line : split_lines(*text))
    for (const auto part : split(line, '/'))
      if (part.ends_with(".service") && !part.starts_with("user@")) server.unit = part;
}

/// /proc/net/tcp: local address in hexadecimal, words in the byte order of the processor (little endian).
Reach reach_of(std::string_view address) {
  const bool any = address.find_first_not_of('0') == std::string_view::npos;
  if (any) return Reach::everywhere;
  constexpr size_t kV4 = 8;
  if (address.size() == kV4) return address.ends_with("7F") ? Reach::loopback : Reach::local_address;
  if (address == "00000000000000000000000001000000") return Reach::loopback;
  // IPv4 mapped: ::ffff:a.b.c.d
  if (address.starts_with("0000000000000000FFFF0000")) return reach_of(address.substr(24));
  return Reach::local_address;
}

/// Listening sockets only, and of their addresses only how far they reach: "reach port uid inode".
std::string listening(std::string_view text) {
  std::string out;
  for (const auto line : split_lines(text)) {
    const auto fields = words(line);
    constexpr std::string_view kListen = "0A";
    if (fields.size() < 10 || fields[3] != kListen) continue;
    const auto pair = key_value(fields[1], ':');
    const auto port = pair ? to_hex(pair->second) : std::nullopt;
    if (!port) continue;
    constexpr const char* kWords[] = {"loopback", "local", "any"};
    out +=
        fmt::format("{} {} {} {}\n", kWords[static_cast<size_t>(reach_of(pair->first))], *port, fields[7], fields[9]);
  }
  return out + "end\n";
}

/// A recording holds the short form already; a sysroot made by hand holds the kernel's.
void add_listeners(Servers& servers, const std::string& file, std::string_view text) {
  for (const auto line : split_lines(text)) {
    const auto fields = words(line);
    if (fields.size() != 4) continue;
    const auto port = to_number(fields[1]), uid = to_number(fields[2]);
    if (!port || !uid) continue;
    const auto reach = fields[0] == "any"     ? Reach::everywhere
                       : fields[0] == "local" ? Reach::local_address
                                              : Reach::loopback;
    servers.listeners.push_back(
        {static_cast<int>(*port), reach, static_cast<uint32_t>(*uid), std::string(fields[3]), file});
  }
}

void read_listeners(const Box& box, Servers& servers) {
  const auto keep = [](std::string_view text) { return text.ends_with("end\n") ? std::string(text) : listening(text); };
  const auto& v4 = box.read("/proc/net/tcp", keep, 32 << 20);
  const auto& v6 = box.read("/proc/net/tcp6", keep, 32 << 20);
  // Without IPv6 there is no tcp6.
  servers.sockets = v6.access == Access::denied ? Access::denied : v4.access;
  add_listeners(servers, "/proc/net/tcp", *v4);
  add_listeners(servers, "/proc/net/tcp6", *v6);
}

void match_listeners(const Box& box, const Servers& servers, Server& server) {
  const auto& inodes = box.sockets(server.pid);
  server.listeners_known = static_cast<bool>(inodes);
  for (const auto& listener : servers.listeners)
    if (std::find(inodes->begin(), inodes->end(), listener.inode) != inodes->end())
      server.listeners.push_back(listener);
}

std::optional<Server> read_process(const Box& box, const std::string& pid, Access& seen) {
  const auto& command = box.read("/proc/" + pid + "/cmdline", server_command, 1 << 20);
  if (command.access == Access::denied) seen = Access::denied;
  const auto arguments = split_nul(*command);
  const ServerRow* row = find_row(arguments);
  if (row == nullptr) return std::nullopt;
  Server server;
  server.name = row->name;
  server.pid = pid;
  server.arguments.assign(arguments.begin(), arguments.end());
  read_status(box, server);
  read_cgroup(box, server);
  const auto& variables = box.read("/proc/" + pid + "/environ", known_variables, 1 << 20);
  server.variables_known = static_cast<bool>(variables);
  add_variables(server, *variables);
  if (!server.variables_known && !server.unit.empty() && server.container.empty()) {
    const ServiceUnit unit = read_unit(box, server.unit);
    server.variables_known = unit.access == Access::ok && unit.all("EnvironmentFile").empty();
    for (const auto& line : unit.all("Environment")) add_variables(server, known_variables(environment_words(line)));
  }
  return server;
}

}  // namespace

bool Server::has_flag(std::string_view flag) const {
  return std::any_of(arguments.begin(), arguments.end(), [flag](const std::string& argument) {
    return argument == flag ||
           (argument.size() > flag.size() && argument.starts_with(flag) && argument[flag.size()] == '=');
  });
}

std::optional<std::string> Server::value_of(std::string_view flag) const {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == flag) return i + 1 < arguments.size() ? arguments[i + 1] : std::string();
    if (argument.size() > flag.size() && argument.starts_with(flag) && argument[flag.size()] == '=')
      return argument.substr(flag.size() + 1);
  }
  return std::nullopt;
}

std::optional<std::string> Server::variable(const std::string& key) const {
  const auto at = variables.find(key);
  if (at == variables.end()) return std::nullopt;
  return at->second;
}

bool Server::is_exposed() const {
  return std::any_of(listeners.begin(), listeners.end(), [](const Listener& l) { return l.reach != Reach::loopback; });
}

std::string usual_server(int port) {
  for (const auto& row : kUsualPorts)
    if (row.port == port) return row.name;
  return {};
}

Servers read_servers(const Box& box) {
  Servers servers;
  read_listeners(box, servers);
  // Where hidepid hides the processes of others, not even the first one can be asked.
  servers.processes = box.read("/proc/1/status", status_lines).access;
  const auto& names = box.list("/proc", 1 << 17);
  if (!names) servers.processes = names.access;
  for (const auto& name : *names) {
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    auto server = read_process(box, name, servers.processes);
    if (!server) continue;
    match_listeners(box, servers, *server);
    servers.list.push_back(std::move(*server));
  }
  return servers;
}

}  // namespace edgefit
