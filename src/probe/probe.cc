#include "edgefit/probe.h"

#include "edgefit/text.h"
#include "probe/host_fields.h"
#include "probe/parse.h"
#include "probe/probe_run.h"

namespace edgefit {
namespace {

constexpr ProbeRow kProbes[] = {
    {"os", probe_os},         {"topology", probe_topology}, {"cgroup", probe_cgroup}, {"cpu", probe_cpu},
    {"memory", probe_memory}, {"gpus", probe_gpus},         {"npus", probe_npus},     {"storage", probe_storage},
};

/// Gives every fact that no source touched a reason.
struct GapFiller {
  template <class T, class... Rest>
  void leaf(const char*, Fact<T>& fact, Rest...) {
    if (!fact && fact.why.empty()) fact.why = tr("no source tells it");
  }
  template <class T>
  void number(const char* key, Fact<T>& fact, Range) {
    leaf(key, fact);
  }
  template <class T>
  void version(const char* key, Fact<T>& fact, Range) {
    leaf(key, fact);
  }
  template <class... Rest>
  void pairs(const char*, Rest&&...) {}
  template <class... Rest>
  void words(const char*, Rest&&...) {}
  template <class Enum, class Find>
  void word(const char*, Enum&, const char* (*)(Enum), Find) {}
  template <class... Rest>
  void plain(const char*, Rest&&...) {}
  template <class... Rest>
  void whole(const char*, Rest&&...) {}
  template <class... Rest>
  void bytes(const char*, Rest&&...) {}
  template <class Visit>
  void object(const char*, Visit visit) {
    visit();
  }
  template <class Item, class Visit>
  void list(const char*, std::vector<Item>& items, Visit visit) {
    for (auto& item : items) visit(item);
  }
};

}  // namespace

std::span<const ProbeRow> probe_rows() {
  return kProbes;
}

void probe_topology(Scan& scan) {
  auto topology = read_topology(scan.root);
  if (topology)
    scan.topology = std::move(*topology);
  else
    scan.host.errors.push_back({"hwloc", topology.error().where, "", topology.error().what});
  describe_topology(scan.topology, scan.host);
}

Host run_probe(const ProbeOptions& options, const Root& root, NvidiaQuery nvidia) {
  const auto cpuinfo = root.read("/proc/cpuinfo", 1 << 20);
  Scan scan{root, options, parse_cpuinfo(text_of(cpuinfo)), {}, {}, {}};
  scan.host.name = tr("this box");
  scan.host.taken = options.now_utc;
  scan.host.mode = root.live() ? Host::Mode::live : Host::Mode::sysroot;
  for (const auto& row : kProbes) row.run(scan);
  nvidia.finish(scan.host);
  number_pools(scan.host);
  GapFiller gaps;
  visit_machine(gaps, scan.host);
  visit_devices(gaps, scan.host);
  return std::move(scan.host);
}

struct Probe::State {
  explicit State(ProbeOptions given)
      : options(std::move(given)), root(options.sysroot), nvidia(NvidiaQuery::start(root, usual_nvidia_options())) {}
  ProbeOptions options;
  Root root;
  NvidiaQuery nvidia;
};

Probe::Probe(ProbeOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Probe::~Probe() = default;
Probe::Probe(Probe&&) noexcept = default;
Probe& Probe::operator=(Probe&&) noexcept = default;

Host Probe::finish() {
  return run_probe(state_->options, state_->root, std::move(state_->nvidia));
}

}  // namespace edgefit
