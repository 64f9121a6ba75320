#include "measure/plan.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "base/parse.h"

namespace edgefit {
namespace {

// STREAM asks for four times the last caches; page faults decide how long larger sets take.
constexpr double kCaches = 4, kLeast = 64 * kMiB, kMost = 512 * kMiB;
constexpr double kShareOfFree = 0.1;
constexpr const char* kNodes = "/sys/devices/system/node";

double last_caches(const Cpu& cpu) {
  int level = 0;
  double bytes = 0;
  for (const auto& cache : cpu.caches) {
    if (cache.type == "instruction" || cache.level < level) continue;
    if (cache.level > level) bytes = 0;
    level = cache.level;
    bytes += cache.size.value * cache.count;
  }
  return bytes;
}

/// The first allowed processor of each core.
std::vector<int> one_a_core(const Root& root, const std::vector<int>& cpus, const std::set<int>& allowed) {
  std::vector<int> out;
  std::set<int> seen;
  for (const int cpu : cpus) {
    if (!allowed.contains(cpu) || seen.contains(cpu)) continue;
    out.push_back(cpu);
    const auto siblings =
        root.read("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list");
    for (const int sibling : parse_cpu_list(siblings.value_or(""))) seen.insert(sibling);
  }
  return out;
}

std::vector<Team> teams_of(const Root& root, const std::vector<int>& allowed) {
  const std::set<int> mine(allowed.begin(), allowed.end());
  std::vector<Team> out;
  for (const auto& name : root.list(kNodes)) {
    const auto number = name.starts_with("node") ? to_number(name.substr(4)) : std::nullopt;
    if (!number || *number < 0 || *number > 65535) continue;
    const auto cpus = root.read(std::string(kNodes) + "/" + name + "/cpulist");
    Team team{static_cast<int>(*number), one_a_core(root, parse_cpu_list(cpus.value_or("")), mine)};
    if (!team.cpus.empty()) out.push_back(std::move(team));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.node < b.node; });
  // A kernel without NUMA has no nodes to list.
  if (out.empty() && !allowed.empty()) out.push_back({0, one_a_core(root, allowed, mine)});
  return out;
}

size_t count_of(const std::vector<Team>& teams) {
  size_t out = 0;
  for (const auto& team : teams) out += team.cpus.size();
  return out;
}

/// Takes processors away from the largest team until no more are left than the quota pays for.
void keep_to_quota(std::vector<Team>& teams, double quota) {
  const auto most = static_cast<size_t>(std::max(1.0, std::floor(quota)));
  for (size_t count = count_of(teams); count > most; --count) {
    std::max_element(teams.begin(), teams.end(), [](const auto& a, const auto& b) {
      return a.cpus.size() < b.cpus.size();
    })->cpus.pop_back();
  }
  std::erase_if(teams, [](const auto& team) { return team.cpus.empty(); });
}

}  // namespace

size_t MeasurePlan::threads() const {
  return count_of(teams);
}

MeasurePlan plan_measure(const Host& host, const Root& root, const std::vector<int>& allowed) {
  MeasurePlan out;
  out.teams = teams_of(root, allowed);
  if (host.cpu.quota_cpus) keep_to_quota(out.teams, *host.cpu.quota_cpus);
  const double caches = last_caches(host.cpu);
  out.bytes = std::clamp(kCaches * caches, kLeast, kMost);
  const auto& free = host.memory.available ? host.memory.available : host.memory.usable;
  if (free) out.bytes = std::min(out.bytes, kShareOfFree * free->value);
  out.beyond_caches = out.bytes >= 2 * caches;
  return out;
}

}  // namespace edgefit
