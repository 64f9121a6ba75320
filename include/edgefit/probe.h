// Looks at a machine without changing it: /proc, /sys, hwloc, vendor libraries in children with a deadline.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "edgefit/host.h"
#include "edgefit/result.h"

namespace edgefit {

struct ProbeOptions {
  std::string sysroot;                  ///< empty = the live machine
  std::vector<std::string> disk_paths;  ///< whose free space matters
  std::string now_utc;                  ///< given by the caller, for Host::taken
  std::string hwloc_xml = {};           ///< an hwloc XML file instead of a machine
  std::string library_path = {};        ///< LD_LIBRARY_PATH: where vendor libraries may lie as well
};

/// A probe under way: vendor children run while models and catalogs are read.
class Probe {
 public:
  explicit Probe(ProbeOptions options);
  ~Probe();
  Probe(Probe&&) noexcept;
  Probe& operator=(Probe&&) noexcept;
  /// Waits for the children at most until their deadlines. Never fails: gaps are unknown facts and errors.
  Host finish();
  /// After finish(): writes what was read as a sysroot that replays to the same host, without serial numbers, MAC
  /// addresses, UUIDs, host and user names. `folder` must not exist or be empty.
  Result<Done> record(const std::string& folder) const;
  /// After finish(): what every source said, for a bug report. Free of the same things.
  std::string doctor(const Host& host) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What NVIDIA's library says of limits and protection on the live machine, as lines "<card>\t<key>\t<value>" and
/// "<card>\t!<call>\t<code>" with the card's PCI address, "-" for the whole system: cc (1 = confidential computing),
/// cc.devtools, power_limit and power_default (mW), ecc (1 = on), thermal_ns (time in which heat held the card
/// back, since the driver was loaded). Asks in a child with a deadline, found as the linker would with `library_path`
/// (LD_LIBRARY_PATH); nothing without a library or an answer.
std::vector<std::string> ask_nvidia_state(const std::string& library_path);

/// host.json, docs/report-format.md. Reading checks every value; an absurd one is unknown plus a conflict.
std::string write_host_json(const Host& host);
Result<Host> read_host_json(std::string_view text, const std::string& where);

}  // namespace edgefit
