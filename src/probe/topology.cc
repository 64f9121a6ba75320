#include "probe/topology.h"

#include <hwloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <tuple>

#include "edgefit/text.h"
#include "probe/cpuid.h"

namespace edgefit {
namespace {

/// Sets one environment variable for the life of the object.
/// hwloc takes its sysroot, component list and plugin path from the environment only (hwloc_topology_set_fsroot is
/// gone since 2.0, set_components can only forbid, and plugins are opened before it can be called).
/// A user's own HWLOC_* settings must not change what is reported either.
class EnvironmentGuard {
 public:
  EnvironmentGuard(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    value ? setenv(name, value, 1) : unsetenv(name);
  }
  ~EnvironmentGuard() { old_ ? setenv(name_, old_->c_str(), 1) : unsetenv(name_); }
  EnvironmentGuard(const EnvironmentGuard&) = delete;
  EnvironmentGuard& operator=(const EnvironmentGuard&) = delete;

 private:
  const char* name_;
  std::optional<std::string> old_;
};

struct DestroyTopology {
  void operator()(hwloc_topology_t topology) const { hwloc_topology_destroy(topology); }
};
using Handle = std::unique_ptr<hwloc_topology, DestroyTopology>;

Problem failure(const char* call) {
  return {tr("hwloc cannot read the topology"), call, {}};
}

/// Where hwloc looks: a machine, a dump of CPUID, or an XML file.
struct Place {
  const char *components, *sysroot, *cpuid;
  std::string xml;
};

Place place_of(const Root& root, const std::string& xml) {
  if (!xml.empty()) return {nullptr, nullptr, nullptr, xml};
  if (is_cpuid_dump(root)) return {"x86,stop", nullptr, root.prefix().c_str(), {}};
  // Without `stop` the x86 component writes the running CPU into a foreign sysroot.
  return {"linux,stop", root.live() ? nullptr : root.prefix().c_str(), nullptr, {}};
}

Result<Handle> load(const Place& place) {
  const EnvironmentGuard fsroot("HWLOC_FSROOT", place.sysroot);
  const EnvironmentGuard components("HWLOC_COMPONENTS", place.components);
  const EnvironmentGuard cpuid("HWLOC_CPUID_PATH", place.cpuid);
  // Debian's GL and OpenCL plugins pull in libX11 and libOpenCL when opened: 40-150 ms cold, and crashes (hwloc#641).
  const EnvironmentGuard plugins("HWLOC_PLUGINS_PATH", "/dev/null");
  // 2.11 and later keep GPU memory as NUMA nodes, earlier ones drop it; edgefit counts it itself.
  const EnvironmentGuard gpu_nodes("HWLOC_KEEP_NVIDIA_GPU_NUMA_NODES", "0");
  const EnvironmentGuard quiet("HWLOC_HIDE_ERRORS", "2");
  const EnvironmentGuard xml("HWLOC_XMLFILE", nullptr);
  const EnvironmentGuard synthetic("HWLOC_SYNTHETIC", nullptr);
  const EnvironmentGuard thissystem("HWLOC_THISSYSTEM", nullptr);

  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0) return failure("hwloc_topology_init");
  Handle topology(raw);
  if (!place.xml.empty()) {
    if (hwloc_topology_set_xml(raw, place.xml.c_str()) != 0) return failure("hwloc_topology_set_xml");
    hwloc_topology_set_io_types_filter(raw, HWLOC_TYPE_FILTER_KEEP_IMPORTANT);
  }
  // I/O types are filtered out by default: no PCI walk. Disallowed parts are kept and told apart by the allowed sets.
  unsigned long flags = HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED;
#if HWLOC_API_VERSION >= 0x00020800
  flags |= HWLOC_TOPOLOGY_FLAG_NO_DISTANCES | HWLOC_TOPOLOGY_FLAG_NO_CPUKINDS;
#endif
  if (hwloc_topology_set_flags(raw, flags) != 0) return failure("hwloc_topology_set_flags");
  if (hwloc_topology_load(raw) != 0) return failure("hwloc_topology_load");
  return topology;
}

std::string version_text(unsigned version) {
  return std::to_string(version >> 16) + "." + std::to_string((version >> 8) & 0xff) + "." +
         std::to_string(version & 0xff);
}

template <class Visit>
void each(hwloc_topology_t topology, hwloc_obj_type_t type, Visit visit) {
  for (hwloc_obj_t object = nullptr; (object = hwloc_get_next_obj_by_type(topology, type, object)) != nullptr;)
    visit(object);
}

void read_processors(hwloc_topology_t topology, Topology& out) {
  const auto* allowed = hwloc_topology_get_allowed_cpuset(topology);
  const auto number = [&](hwloc_obj_t pu, hwloc_obj_type_t type) {
    const auto* above = hwloc_get_ancestor_obj_by_type(topology, type, pu);
    return above ? static_cast<int>(above->logical_index) : -1;
  };
  each(topology, HWLOC_OBJ_PU, [&](hwloc_obj_t pu) {
    out.pus.push_back({static_cast<int>(pu->os_index), number(pu, HWLOC_OBJ_CORE), number(pu, HWLOC_OBJ_PACKAGE),
                       hwloc_bitmap_isset(allowed, pu->os_index) != 0});
  });
  each(topology, HWLOC_OBJ_CORE, [&](hwloc_obj_t core) {
    ++out.cores;
    if (hwloc_bitmap_intersects(core->cpuset, allowed)) ++out.allowed_cores;
  });
  // As lstopo: a package without an allowed core stays as long as some of its memory is allowed.
  const auto* memory = hwloc_topology_get_allowed_nodeset(topology);
  each(topology, HWLOC_OBJ_PACKAGE, [&](hwloc_obj_t package) {
    ++out.packages;
    if (hwloc_bitmap_intersects(package->cpuset, allowed) || hwloc_bitmap_intersects(package->nodeset, memory))
      ++out.allowed_packages;
  });
}

/// A memory attribute of a node from where it is best; 0 when nothing tells it.
double best_value(hwloc_topology_t topology, hwloc_memattr_id_t attribute, hwloc_obj_t node) {
  hwloc_location initiator{};
  hwloc_uint64_t value = 0;
  if (hwloc_memattr_get_best_initiator(topology, attribute, node, 0, &initiator, &value) != 0) return 0;
  return static_cast<double>(value);
}

void read_nodes(hwloc_topology_t topology, Topology& out) {
  const auto* allowed = hwloc_topology_get_allowed_nodeset(topology);
  each(topology, HWLOC_OBJ_NUMANODE, [&](hwloc_obj_t node) {
    out.nodes.push_back({static_cast<int>(node->os_index), static_cast<double>(node->attr->numanode.local_memory),
                         node->subtype ? node->subtype : "", std::max(0, hwloc_bitmap_weight(node->cpuset)),
                         hwloc_bitmap_isset(allowed, node->os_index) != 0,
                         best_value(topology, HWLOC_MEMATTR_ID_BANDWIDTH, node) * kMiB,
                         best_value(topology, HWLOC_MEMATTR_ID_LATENCY, node) * 1e-9});
  });
}

using Infos = std::vector<std::pair<std::string, std::string>>;

void append_infos(hwloc_obj_t object, Infos& out) {
  for (unsigned i = 0; i < object->infos_count; ++i) out.emplace_back(object->infos[i].name, object->infos[i].value);
}

/// PCI functions of an XML file with the infos of the devices that hang below them.
void read_devices(hwloc_topology_t topology, Topology& out) {
  each(topology, HWLOC_OBJ_PCI_DEVICE, [&](hwloc_obj_t object) {
    const auto& a = object->attr->pcidev;
    char bdf[32];
    std::snprintf(bdf, sizeof bdf, "%04x:%02x:%02x.%01x", static_cast<unsigned>(a.domain), a.bus, a.dev, a.func);
    XmlDevice device{bdf, a.class_id, a.vendor_id, a.device_id, {}};
    for (hwloc_obj_t child = object->io_first_child; child != nullptr; child = child->next_sibling)
      append_infos(child, device.infos);
    out.devices.push_back(std::move(device));
  });
  append_infos(hwloc_get_root_obj(topology), out.infos);
  if (const auto package = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PACKAGE, nullptr))
    append_infos(package, out.infos);
}

void read_caches(hwloc_topology_t topology, Topology& out) {
  const auto* allowed = hwloc_topology_get_allowed_cpuset(topology);
  // Equal caches are one row; GB10 has an L3 of 8 MiB and one of 16 MiB.
  std::map<std::tuple<int, std::string, double, int>, int> rows;
  for (const auto type :
       {HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L4CACHE, HWLOC_OBJ_L5CACHE})
    each(topology, type, [&](hwloc_obj_t cache) {
      if (!hwloc_bitmap_intersects(cache->cpuset, allowed)) return;
      const auto& a = cache->attr->cache;
      ++rows[{static_cast<int>(a.depth), a.type == HWLOC_OBJ_CACHE_DATA ? "data" : "unified",
              static_cast<double>(a.size), hwloc_bitmap_weight(cache->cpuset)}];
    });
  for (const auto& [key, count] : rows)
    out.caches.push_back({std::get<0>(key), std::get<1>(key), Bytes{std::get<2>(key)}, count, std::get<3>(key)});
}

constexpr const char* kSource = "hwloc";

Fact<double> counted(int n, const char* why) {
  if (n <= 0) return Fact<double>::unknown(why);
  return {static_cast<double>(n), {Origin::Kind::os, kSource}};
}

/// hwloc's subtype of a node as host.json's kind.
const char* node_kind(const std::string& subtype) {
  struct Row {
    const char* subtype;
    const char* kind;
  };
  static constexpr Row kRows[] = {
      {"HBM", "HBM"}, {"MCDRAM", "HBM"}, {"NVM", "NVM"}, {"GPUMemory", "GPU"}, {"CXL-DRAM", "CXL"}};
  for (const auto& row : kRows)
    if (subtype == row.subtype) return row.kind;
  return "DRAM";
}

}  // namespace

Result<Topology> load_topology(const Root& root, const std::string& xml) {
  const Place place = place_of(root, xml);
  // hwloc invents one processor for a root that has none.
  if (place.xml.empty() && !place.cpuid && !root.exists("/sys/devices/system/cpu") && !root.exists("/proc/cpuinfo"))
    return Problem{tr("no processor description"), root.host_path("/sys/devices/system/cpu"), {}};
  auto handle = load(place);
  if (!handle) return handle.error();
  Topology out;
  read_processors(handle->get(), out);
  read_nodes(handle->get(), out);
  read_caches(handle->get(), out);
  if (!xml.empty()) read_devices(handle->get(), out);
  out.api = version_text(HWLOC_API_VERSION);
  out.runtime = version_text(hwloc_get_api_version());
  return out;
}

void describe_topology(const Topology& topology, Host& host) {
  const char* not_told = tr("the kernel does not tell");
  Cpu& cpu = host.cpu;
  cpu.packages = counted(topology.allowed_packages, not_told);
  cpu.cores = counted(topology.allowed_cores, not_told);
  cpu.pus = counted(static_cast<int>(std::count_if(topology.pus.begin(), topology.pus.end(),
                                                   [](const Pu& pu) { return pu.allowed; })),
                    not_told);
  cpu.present_packages = counted(topology.packages, not_told);
  cpu.present_cores = counted(topology.cores, not_told);
  cpu.present_pus = counted(static_cast<int>(topology.pus.size()), not_told);
  cpu.caches = topology.caches;

  double total = 0;
  for (const auto& node : topology.nodes) {
    const char* kind = node_kind(node.subtype);
    auto size = node.bytes > 0 ? Fact<Bytes>(Bytes{node.bytes}, {Origin::Kind::os, kSource})
                               : Fact<Bytes>::unknown(tr("the kernel gives no size of this node"));
    if (node.allowed && std::string_view(kind) != "GPU") total += node.bytes;
    const Origin table{Origin::Kind::firmware, "hwloc: ACPI HMAT"};
    const char* no_table = tr("firmware has no table of memory speeds");
    host.memory.nodes.push_back(
        {node.os_index, std::move(size), kind, node.pus,
         node.read_bandwidth > 0 ? Fact<BytesPerSecond>(BytesPerSecond{node.read_bandwidth}, table)
                                 : Fact<BytesPerSecond>::unknown(no_table),
         node.read_latency > 0 ? Fact<Seconds>(Seconds{node.read_latency}, table) : Fact<Seconds>::unknown(no_table)});
  }
  host.memory.hwloc_total = total > 0 ? Fact<Bytes>(Bytes{total}, {Origin::Kind::os, "hwloc: sum of NUMA nodes"})
                                      : Fact<Bytes>::unknown(tr("hwloc found no memory"));
  host.tools.emplace_back("hwloc_api", topology.api);
  host.tools.emplace_back("hwloc_runtime", topology.runtime);
}

}  // namespace edgefit
