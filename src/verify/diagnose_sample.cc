// One look at /proc and /sys for what slows a server down: settings as they hold, counters as they stand.
#include <algorithm>
#include <array>
#include <cctype>

#include "base/files.h"
#include "base/parse.h"
#include "edgefit/diagnosis.h"

namespace edgefit {
namespace {

constexpr size_t kMostProcesses = 4096;
constexpr size_t kMostCores = 1024;
/// Names of processes that hold a model; the kernel cuts them at 15 bytes.
constexpr std::array<std::string_view, 7> kServers = {
    "llama-server", "ollama", "ollama_llama_se", "vllm", "VLLM::EngineCor", "python3", "node"};

bool all_digits(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// The number of "key value" in a file of such lines.
std::optional<double> row(const std::optional<std::string>& file, std::string_view key) {
  for (const auto line : split_lines(text_of(file))) {
    const auto parts = words(line);
    if (parts.size() >= 2 && parts[0] == key) return to_number(parts[1]);
  }
  return std::nullopt;
}

void read_counters(const Root& root, BoxSample& out) {
  const auto load = root.read("/proc/loadavg");
  if (const auto parts = words(text_of(load)); !parts.empty()) out.load1 = to_number(parts[0]);
  const auto stat = root.read("/proc/stat");
  for (const auto line : split_lines(text_of(stat))) {
    const auto parts = words(line);
    if (parts.size() < 9 || parts[0] != "cpu") continue;
    double ticks = 0;
    for (size_t i = 1; i <= 8; ++i) ticks += to_number(parts[i]).value_or(0);
    out.ticks = ticks;
    out.steal = to_number(parts[8]);
  }
  const auto memory = root.read("/proc/vmstat");
  out.swapped_in = row(memory, "pswpin");
  const auto pressure = root.read("/proc/pressure/memory");
  for (const auto line : split_lines(text_of(pressure)))
    for (const auto word : words(line))
      if (line.starts_with("some") && word.starts_with("total="))
        if (const auto micro = to_number(word.substr(6))) out.memory_stall = *micro / 1e6;
}

void read_cores(const Root& root, BoxSample& out) {
  const std::string base = "/sys/devices/system/cpu/";
  double shares = 0, counted = 0, throttles = 0;
  bool throttles_known = false;
  for (const auto& name : root.list(base, kMostCores)) {
    if (!name.starts_with("cpu") || !all_digits(name.substr(3))) continue;
    const std::string core = base + name;
    const auto now = root.read_number(core + "/cpufreq/scaling_cur_freq");
    const auto most = root.read_number(core + "/cpufreq/cpuinfo_max_freq");
    if (now && most && *most > 0) {
      shares += *now / *most;
      counted += 1;
    }
    for (const char* file : {"/thermal_throttle/core_throttle_count", "/thermal_throttle/package_throttle_count"})
      if (const auto count = root.read_number(core + file)) {
        throttles += *count;
        throttles_known = true;
      }
  }
  if (counted > 0) out.clock_share = shares / counted;
  if (throttles_known) out.throttles = throttles;
  const std::string policy = base + "cpu0/cpufreq/";
  out.governor = root.read(policy + "scaling_governor").value_or("");
  out.driver = root.read(policy + "scaling_driver").value_or("");
  out.preference = root.read(policy + "energy_performance_preference").value_or("");
  if (const auto off = root.read_number(base + "intel_pstate/no_turbo"))
    out.boost = *off == 0;
  else if (const auto on = root.read_number(base + "cpufreq/boost"))
    out.boost = *on != 0;
}

void read_cards(const Root& root, BoxSample& out) {
  for (const auto& card : root.list("/sys/class/drm", 256)) {
    if (!card.starts_with("card") || !all_digits(card.substr(4))) continue;
    const std::string device = "/sys/class/drm/" + card + "/device";
    const auto place = root.resolve(device);
    if (!place) continue;
    const std::string bdf = place->substr(place->rfind('/') + 1);
    if (const auto width = root.read_number(device + "/current_link_width")) out.link_width[bdf] = *width;
    if (const auto width = root.read_number(device + "/max_link_width")) out.link_width_max[bdf] = *width;
    for (const auto& sensor : root.list(device + "/hwmon", 16)) {
      const std::string folder = device + "/hwmon/" + sensor;
      if (const auto cap = root.read_number(folder + "/power1_cap")) out.power_cap[bdf] = *cap / 1e6;
      if (const auto cap = root.read_number(folder + "/power1_cap_default")) out.power_cap_default[bdf] = *cap / 1e6;
    }
  }
}

/// "--threads 8", "-t 8", "--threads=8".
std::optional<double> typed_number(const std::vector<std::string>& arguments,
                                   std::initializer_list<std::string_view> names) {
  std::optional<double> found;
  for (size_t i = 0; i < arguments.size(); ++i)
    for (const auto name : names) {
      if (arguments[i] == name && i + 1 < arguments.size()) found = to_number(arguments[i + 1]);
      if (arguments[i].starts_with(std::string(name) + "=")) found = to_number(arguments[i].substr(name.size() + 1));
    }
  return found;
}

ServerProcess read_server(const Root& root, const std::string& pid, const std::string& name) {
  ServerProcess out;
  out.pid = static_cast<int>(to_number(pid).value_or(0));
  out.name = name;
  const std::string folder = "/proc/" + pid;
  std::vector<std::string> arguments(1);
  const auto line = root.read(folder + "/cmdline");
  for (const char c : text_of(line)) {
    if (c == '\0')
      arguments.emplace_back();
    else
      arguments.back() += c;
  }
  out.threads = typed_number(arguments, {"-t", "--threads"});
  out.gpu_layers = typed_number(arguments, {"-ngl", "--gpu-layers", "--n-gpu-layers"});
  // The name in brackets may hold spaces; major faults are the tenth field behind it.
  const auto stat = root.read(folder + "/stat");
  const auto text = text_of(stat);
  if (const size_t end = text.rfind(')'); end != std::string_view::npos)
    if (const auto parts = words(text.substr(end + 1)); parts.size() > 9) out.major_faults = to_number(parts[9]);
  const auto maps = root.read(folder + "/numa_maps", 1 << 20);
  for (const auto word : words(text_of(maps)))
    if (const size_t equals = word.find('='); word.starts_with("N") && equals != std::string_view::npos)
      if (const auto node = to_number(word.substr(1, equals - 1)))
        out.node_pages[static_cast<int>(*node)] += to_number(word.substr(equals + 1)).value_or(0);
  return out;
}

/// An interpreter counts only when what it runs is a server.
bool serves(const Root& root, const std::string& pid, const std::string& name) {
  if (name != "python3" && name != "node") return true;
  const auto line = root.read("/proc/" + pid + "/cmdline");
  return text_of(line).find("vllm") != std::string_view::npos || text_of(line).find("llama") != std::string_view::npos;
}

void read_servers(const Root& root, BoxSample& out) {
  for (const auto& pid : root.list("/proc", kMostProcesses)) {
    if (!all_digits(pid)) continue;
    const auto name = root.read("/proc/" + pid + "/comm");
    if (!name || std::find(kServers.begin(), kServers.end(), *name) == kServers.end() || !serves(root, pid, *name))
      continue;
    out.servers.push_back(read_server(root, pid, *name));
  }
}

}  // namespace

BoxSample sample_box(const std::string& sysroot) {
  const Root root(sysroot);
  BoxSample out;
  read_counters(root, out);
  read_cores(root, out);
  read_cards(root, out);
  read_servers(root, out);
  return out;
}

void add_nvidia_state(const std::vector<std::string>& lines, BoxSample& sample) {
  for (const auto& line : lines) {
    const auto fields = split(line, '\t');
    if (fields.size() != 3 || fields[1] != "thermal_ns") continue;
    if (const auto held = to_number(fields[2])) sample.card_hot[std::string(fields[0])] = *held / 1e9;
  }
}

}  // namespace edgefit
