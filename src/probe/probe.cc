#include "edgefit/probe.h"

#include "base/parse.h"
#include "edgefit/text.h"
#include "probe/cpuid.h"
#include "probe/doctor.h"
#include "probe/host_fields.h"
#include "probe/probe_run.h"
#include "probe/record.h"
#include "probe/xml.h"

namespace edgefit {
namespace {

constexpr ProbeRow kProbes[] = {
    {"os", probe_os},           {"topology", probe_topology}, {"cgroup", probe_cgroup},     {"cpu", probe_cpu},
    {"memory", probe_memory},   {"gpus", probe_gpus},         {"platform", probe_platform}, {"npus", probe_npus},
    {"storage", probe_storage}, {"limits", probe_limits},
};

/// Gives every fact that no source touched a reason.
struct GapFiller {
  template <class T, class... Rest>
  void leaf(const char*, Fact<T>& fact, Rest...) {
    if (!fact && fact.why.empty()) fact.why = tr("no source tells it");
  }
  template <class T>
  void number(const char* key, Fact<T>& fact, FactRange) {
    leaf(key, fact);
  }
  template <class T>
  void version(const char* key, Fact<T>& fact, FactRange) {
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
  auto topology = read_topology(scan.root, scan.options.hwloc_xml);
  if (topology)
    scan.topology = std::move(*topology);
  else
    scan.host.errors.push_back({"hwloc", topology.error().where, "", topology.error().what});
  describe_topology(scan.topology, scan.host);
  if (!scan.options.hwloc_xml.empty()) take_xml(scan);
}

Host run_probe(const ProbeOptions& options, const Root& root, std::vector<PciFunction> functions, Vendors& vendors) {
  Scan scan{root, options, {}, {}, std::move(functions), read_environment(root), {}};
  const auto cpuinfo = root.read("/proc/cpuinfo", 1 << 20);
  scan.cpuinfo = is_cpuid_dump(root) ? read_cpuid_dump(root) : parse_cpuinfo(text_of(cpuinfo));
  scan.host.name = mark("this box");
  scan.host.taken = options.now_utc;
  scan.host.mode = !options.hwloc_xml.empty() ? Host::Mode::xml : root.live() ? Host::Mode::live : Host::Mode::sysroot;
  for (const auto& row : kProbes) row.run(scan);
  if (!options.hwloc_xml.empty()) describe_xml_devices(scan.topology, scan.host);
  vendors.finish(root, scan.host);
  apply_visibility(scan.environment, scan.host);
  number_pools(scan.host);
  GapFiller gaps;
  visit_machine(gaps, scan.host);
  visit_devices(gaps, scan.host);
  return std::move(scan.host);
}

struct Probe::State {
  // An XML file stands for a machine of which nothing else can be read: no path lies below a regular file.
  explicit State(ProbeOptions given)
      : options(std::move(given)),
        root(options.hwloc_xml.empty() ? options.sysroot : options.hwloc_xml),
        functions(scan_pci(root)),
        vendors(Vendors::start(root, functions, usual_vendor_options(root, options.library_path))) {}
  ProbeOptions options;
  Root root;
  std::vector<PciFunction> functions;
  Vendors vendors;
};

Probe::Probe(ProbeOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Probe::~Probe() = default;
Probe::Probe(Probe&&) noexcept = default;
Probe& Probe::operator=(Probe&&) noexcept = default;

Host Probe::finish() {
  return run_probe(state_->options, state_->root, state_->functions, state_->vendors);
}

Result<Done> Probe::record(const std::string& folder) const {
  return record_machine(state_->root, state_->options, state_->functions, state_->vendors, folder);
}

std::string Probe::doctor(const Host& host) const {
  return doctor_text(host, state_->vendors);
}

}  // namespace edgefit
