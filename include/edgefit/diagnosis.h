// Measured beside predicted: inside the stated interval, or why not. A cause is named only when something else than the
// slowness itself shows it, seen on the box or told by the server; what nobody saw stays unexplained.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "edgefit/assessment.h"
#include "edgefit/case.h"
#include "edgefit/host.h"

namespace edgefit {

/// A process that serves models, by its name.
struct ServerProcess {
  int pid = 0;
  std::string name;
  std::optional<double> threads, gpu_layers;  ///< as typed when it was started (llama.cpp)
  std::optional<double> major_faults;
  std::map<int, double> node_pages;  ///< memory by NUMA node, where it may be read
};

/// The state of the box at one moment, of counters that grow and settings that hold. Nothing = not readable.
struct BoxSample {
  std::optional<double> load1;               ///< processes that run or want to, mean of a minute
  std::optional<double> ticks, steal;        ///< of all processors: all, and those that a hypervisor gave to others
  std::optional<double> swapped_in;          ///< pages
  std::optional<double> memory_stall;        ///< seconds in which some process waited for memory
  std::optional<double> throttles;           ///< times that a core or package was too hot
  std::optional<double> clock_share;         ///< clocks now / what they can be, mean of all cores
  std::map<std::string, double> card_hot;    ///< seconds in which heat held a card back, by bus address
  std::string governor, driver, preference;  ///< of cpufreq; preference: energy_performance_preference
  std::optional<bool> boost;
  std::map<std::string, double> link_width;                    ///< PCIe lanes now, by bus address
  std::map<std::string, double> link_width_max;                ///< that card and slot can have
  std::map<std::string, double> power_cap, power_cap_default;  ///< watts, of amdgpu's hwmon
  std::vector<ServerProcess> servers;
};
/// Reads /proc and /sys below `sysroot` (empty = this machine); bounded, changes nothing.
BoxSample sample_box(const std::string& sysroot);
/// Adds what ask_nvidia_state (edgefit/probe.h) told of the cards' heat.
void add_nvidia_state(const std::vector<std::string>& lines, BoxSample& sample);

/// What the server says of the model it holds.
struct ServedModel {
  std::optional<double> model_bytes, vram_bytes, context;
  std::string quantization, path;
};

struct Signs {
  Host host;  ///< before the run
  BoxSample before, during, after;
  ServedModel served;
  bool local = true;   ///< the server runs on this box; else nothing of it says anything about the server
  double seconds = 0;  ///< that the run took
};

/// One figure beside its prediction.
struct MeasuredFigure {
  const char* id = "";    ///< "decode" "first_token"
  const char* unit = "";  ///< "tok/s" "s"
  double measured = 0;
  double predicted = 0, low = 0, high = 0;
  bool more_is_better = true;
  CheckStatus status = CheckStatus::unknown;  ///< pass inside, fail slower, warn faster; unknown under other load
  double speed() const;                       ///< measured speed / predicted speed: 0.57 is 43 % slower
};
MeasuredFigure measured_figure(const char* id, const char* unit, double measured, double predicted, double low,
                               double high, bool more_is_better);

/// A row of the table of causes that its evidence confirms.
struct Cause {
  const char* id = "";      ///< "single_channel" ...
  const char* effect = "";  ///< what it usually does
  std::string evidence;     ///< what else shows it
  const char* fix = "";
};

struct Diagnosis {
  std::vector<MeasuredFigure> figures;
  std::vector<Cause> causes;          ///< only where a figure is slower
  std::vector<std::string> not_seen;  ///< causes whose evidence could not be read, by id
  std::string refused;                ///< why nothing is certified; empty = it is
  CheckStatus status = CheckStatus::unknown;
};
/// `planned` and `predicted`: the case as it was measured, and its answer.
Diagnosis diagnose(const Case& planned, const Assessment& predicted, const Signs& evidence,
                   std::vector<MeasuredFigure> figures);

}  // namespace edgefit
