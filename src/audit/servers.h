// Inference servers that run on a box: how they were started, as whom, and on which ports they listen.
// Decided by process name and arguments; port numbers are hints only. Secrets in arguments and variables are taken out
// while reading, and nothing is kept of processes that are no such server.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/box.h"

namespace edgefit {

enum class Reach : uint8_t { loopback, local_address, everywhere };

/// A TCP socket in state LISTEN.
struct Listener {
  int port = 0;
  Reach reach = Reach::everywhere;
  uint32_t uid = 0;
  std::string inode;
  std::string file;  ///< /proc/net/tcp or tcp6
};

struct Server {
  std::string name;  ///< "llama-server"
  std::string pid;
  std::vector<std::string> arguments;
  std::optional<uint32_t> uid, gid;      ///< effective
  std::optional<uint64_t> capabilities;  ///< effective
  bool in_user_namespace = false;        ///< root there is not root on the box
  std::string unit;                      ///< "ollama.service"; empty = none
  std::string container;                 ///< "docker" "podman" ...; empty = none
  std::map<std::string, std::string> variables;
  bool variables_known = false;
  std::vector<Listener> listeners;
  bool listeners_known = false;

  std::string place() const { return "/proc/" + pid + "/cmdline"; }
  /// "--host" alone or as "--host=...".
  bool has_flag(std::string_view flag) const;
  /// The word after the flag or behind its '='.
  std::optional<std::string> value_of(std::string_view flag) const;
  std::optional<std::string> variable(const std::string& key) const;
  bool is_exposed() const;
};

struct Servers {
  Access processes = Access::absent;  ///< denied: hidepid hides those of others
  std::vector<Server> list;
  Access sockets = Access::absent;
  std::vector<Listener> listeners;  ///< all of the box
};

Servers read_servers(const Box& box);
/// The server that usually has this port: a hint, never a proof. Empty for others.
std::string usual_server(int port);

}  // namespace edgefit
