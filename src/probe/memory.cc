#include "probe/memory.h"

#include <algorithm>
#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"
#include "probe/dimms.h"
#include "probe/edac.h"
#include "probe/pci.h"
#include "probe/smbios.h"

namespace edgefit {
namespace {

constexpr double kAbsurdBytes = 70368744177664.0;  // 2^46: no machine of this field has as much
constexpr const char* kMemInfo = "/proc/meminfo";

Fact<Bytes> from_os(std::optional<double> bytes, std::string why, const char* source = kMemInfo) {
  if (!bytes) return Fact<Bytes>::unknown(std::move(why));
  return {Bytes{*bytes}, {Origin::Kind::os, source}};
}

/// Why /proc/meminfo does not tell: a dump of CPUID and a file of hwloc have none.
std::string silent(const MemInfo& info, const char* row) {
  return info.shown ? say(tr("/proc/meminfo has no {}"), row) : tr("/proc/meminfo is not shown");
}

std::string byte_text(double bytes) {
  return fmt::format("{:.0f} B", bytes);
}

/// MemTotal, or unknown and a conflict when no machine can have that much.
Fact<Bytes> os_total(const MemInfo& info, const CpuInfo& cpuinfo, Host& host) {
  const int bits = cpuinfo.physical_address_bits;
  const double limit = bits > 0 ? std::min(kAbsurdBytes, std::exp2(bits)) : kAbsurdBytes;
  if (!info.total || (*info.total > 0 && *info.total <= limit)) return from_os(info.total, silent(info, "MemTotal"));
  host.conflicts.push_back({"memory.os_total", "/proc/meminfo: " + byte_text(*info.total),
                            "largest possible: " + byte_text(limit), "unknown"});
  return Fact<Bytes>::unknown(tr("/proc/meminfo gives a size that no machine has"), "--fact memory.os_total=SIZE");
}

/// Memory that is online by the hot-plug interface: MemTotal plus what the kernel keeps for itself.
std::optional<double> memory_blocks(const Root& root) {
  const auto block = to_hex(root.read("/sys/devices/system/memory/block_size_bytes").value_or(""));
  if (!block || *block == 0) return std::nullopt;
  const auto names = root.list("/sys/devices/system/memory", 1 << 18);
  const auto blocks = std::count_if(names.begin(), names.end(), [](std::string_view name) {
    return name.starts_with("memory") && to_number(name.substr(6)).has_value();
  });
  if (blocks == 0) return std::nullopt;
  return static_cast<double>(blocks) * static_cast<double>(*block);
}

/// Sum of the modules when firmware gives the size of each; a part of them is no answer.
std::optional<double> module_bytes(const std::vector<Dimm>& dimms) {
  double sum = 0;
  for (const auto& dimm : dimms) {
    if (!dimm.size) return std::nullopt;
    sum += dimm.size->value;
  }
  return sum > 0 ? std::optional(sum) : std::nullopt;
}

/// The modules, else what is online less memory of GPUs. No machine has less installed than its system uses.
Fact<Bytes> installed(const Root& root, const std::string& modules_source, double gpu_bytes, Host& host) {
  auto blocks = memory_blocks(root);
  if (blocks) *blocks -= gpu_bytes;
  const double used = host.memory.os_total ? host.memory.os_total->value - gpu_bytes : 0;
  const struct {
    std::optional<double> bytes;
    Origin origin;
  } answers[] = {{module_bytes(host.memory.dimms), {Origin::Kind::firmware, modules_source}},
                 {blocks, {Origin::Kind::os, "/sys/devices/system/memory: blocks"}}};
  for (const auto& answer : answers) {
    if (!answer.bytes) continue;
    if (*answer.bytes >= used) return {Bytes{*answer.bytes}, answer.origin};
    host.conflicts.push_back({"memory.installed", answer.origin.text + ": " + byte_text(*answer.bytes),
                              "/proc/meminfo: " + byte_text(used), "unknown"});
  }
  return Fact<Bytes>::unknown(tr("firmware does not list the memory modules"));
}

void describe_dimms(const Scan& scan, double gpu_bytes, Host& host) {
  Memory& memory = host.memory;
  const auto udev = scan.root.read(kUdevDmi, 1 << 20);
  const SmbiosText raw = udev ? SmbiosText{*udev, kUdevDmi} : read_smbios(scan.root);
  const std::string& source = raw.source;
  DimmTable table = parse_udev_dmi(raw.text, source);
  memory.slots = table.slots;
  memory.slots_free = table.slots_free;
  memory.module_type = table.module_type;
  memory.ecc = table.ecc;
  const auto edac = read_edac(scan.root);
  if (edac.ecc) memory.ecc = edac.ecc;  // what the memory controller does now, not what the board can do
  const Channels channels = channels_of(table.dimms, table.slot_names);
  memory.channels = channels.count ? channels.count : edac.channels ? edac.channels : channels.count;
  memory.peak_bandwidth = channels.peak_bandwidth;
  if (!channels.count && edac.channels)
    memory.peak_bandwidth = peak_of_channels(table.dimms, *edac.channels, edac.channels.origin.text);
  memory.dimms = table.dimms;
  memory.installed = installed(scan.root, source, gpu_bytes, host);
}

/// Reserved huge pages of one node: Documentation/admin-guide/mm/hugetlbpage.rst. Nothing when it does not tell.
std::optional<double> huge_pages_of(const Root& root, int node) {
  const std::string folder = "/sys/devices/system/node/node" + std::to_string(node) + "/hugepages/";
  std::optional<double> bytes;
  for (const auto& name : root.list(folder)) {  // "hugepages-2048kB"
    constexpr std::string_view kPrefix = "hugepages-";
    const auto pages = root.read_number(folder + name + "/nr_hugepages");
    const auto size = name.starts_with(kPrefix) ? leading_number(name.substr(kPrefix.size())) : std::nullopt;
    if (pages && size && *pages >= 0) bytes = bytes.value_or(0) + *pages * *size * kKiB;
  }
  return bytes;
}

/// Bytes of this process's NUMA nodes, less huge pages reserved in them, when a cpuset takes some away; nothing when it
/// may use all. Huge pages of nodes that do not tell theirs are taken to lie in the allowed ones.
std::optional<double> allowed_nodes(const Root& root, const Topology& topology, double huge_bytes) {
  double allowed = 0, huge = 0;
  bool restricted = false, told = true;
  for (const auto& node : topology.nodes) {
    restricted = restricted || !node.allowed;
    if (!node.allowed) continue;
    allowed += node.bytes;
    const auto pages = huge_bytes > 0 ? huge_pages_of(root, node.os_index) : std::optional(0.0);
    told = told && pages.has_value();
    huge += pages.value_or(0);
  }
  if (!restricted || allowed <= 0) return std::nullopt;
  return std::max(0.0, allowed - (told ? huge : huge_bytes));
}

/// Size of compressed swap in memory. It is no memory: what it holds still takes a third or half of its place.
Fact<Bytes> zram(const Root& root) {
  double total = 0;
  for (const auto& name : root.list("/sys/block"))
    if (name.starts_with("zram")) total += root.read_number("/sys/block/" + name + "/disksize").value_or(0);
  if (!root.exists("/sys/block")) return Fact<Bytes>::unknown(tr("block devices are not shown"));
  return {Bytes{total}, {Origin::Kind::os, "/sys/block/zram*/disksize"}};
}

/// Drivers by which a hypervisor gives and takes memory while the machine runs.
Fact<std::string> hotplug(const Root& root) {
  constexpr const char* kDrivers = "/sys/bus/virtio/drivers/";
  std::string names;
  for (const char* driver : {"virtio_mem", "virtio_balloon"})
    for (const auto& entry : root.list(std::string(kDrivers) + driver))
      if (entry.starts_with("virtio") && names.find(driver) == std::string::npos)
        names += (names.empty() ? "" : " ") + std::string(driver);
  if (names.empty()) return Fact<std::string>::unknown(tr("no driver that changes the size of memory is bound"));
  return {names, {Origin::Kind::os, kDrivers}};
}

/// min(MemTotal less GPU nodes and reserved huge pages, allowed nodes, control group).
Fact<Bytes> usable(const Scan& scan, double gpu_bytes, double huge_bytes) {
  const Memory& memory = scan.host.memory;
  if (!memory.os_total) return Fact<Bytes>::unknown(memory.os_total.why, memory.os_total.remedy);
  Fact<Bytes> out = {
      Bytes{std::max(0.0, memory.os_total->value - gpu_bytes - huge_bytes)},
      {gpu_bytes + huge_bytes > 0 ? Origin::Kind::derived : Origin::Kind::os, memory.os_total.origin.text}};
  if (gpu_bytes > 0) out.origin.text += " less memory of GPUs";
  if (huge_bytes > 0) out.origin.text += " less reserved huge pages";
  if (const auto nodes = allowed_nodes(scan.root, scan.topology, huge_bytes); nodes && *nodes < out->value)
    out = {Bytes{*nodes}, {Origin::Kind::derived, "hwloc: NUMA nodes of the cpuset"}};
  if (memory.limit && memory.limit->value < out->value) out = {*memory.limit, {Origin::Kind::os, memory.limit_path}};
  return out;
}

/// What the nodes of this process have free or can free at once. MemAvailable counts all nodes: those that a cpuset
/// takes away, and memory of GPUs.
std::optional<double> free_of_nodes(const Scan& scan, double gpu_bytes) {
  if (!allowed_nodes(scan.root, scan.topology, 0) && gpu_bytes <= 0) return std::nullopt;
  const auto gpus = gpu_memory_nodes(scan.root);
  double sum = 0;
  for (const auto& node : scan.topology.nodes) {
    const bool gpu = node.subtype == "GPUMemory" || std::any_of(gpus.begin(), gpus.end(), [&](const GpuNode& each) {
                       return each.os_index == node.os_index;
                     });
    if (gpu || !node.allowed) continue;
    const std::string number = std::to_string(node.os_index);
    const auto text = scan.root.read("/sys/devices/system/node/node" + number + "/meminfo");
    double free = -1;
    for (const auto line : split_lines(text_of(text))) {  // "Node 0 MemFree:  100 kB"
      const auto fields = words(line);
      if (fields.size() != 5) continue;
      const double bytes = to_number(fields[3]).value_or(0) * kKiB;
      if (fields[2] == "MemFree:") free = std::max(free, 0.0) + bytes;
      if (fields[2] == "FilePages:" || fields[2] == "SReclaimable:") sum += bytes;
      if (fields[2] == "Shmem:") sum -= bytes;
    }
    if (free < 0) return std::nullopt;
    sum += free;
  }
  return std::max(sum, 0.0);
}

/// MemAvailable, narrowed by what its nodes and the control group have left and by what is usable at all.
Fact<Bytes> available(const Scan& scan, const MemInfo& info, double gpu_bytes) {
  const Memory& memory = scan.host.memory;
  auto out = from_os(info.available, silent(info, "MemAvailable"), "/proc/meminfo: MemAvailable");
  Fact<Bytes> nodes;
  if (const auto free = free_of_nodes(scan, gpu_bytes))
    nodes = {Bytes{*free}, {Origin::Kind::derived, "/sys/devices/system/node: memory that is free or can be freed"}};
  const Fact<Bytes>* const bounds[] = {&nodes, &memory.available, &memory.usable};
  for (const auto* bound : bounds)
    if (*bound && (!out || (*bound)->value < out->value)) {
      if (!out && bound == &memory.usable) continue;  // a total says nothing about what is free
      out = *bound;
    }
  return out;
}

/// /proc/meminfo and the NUMA nodes should agree within the few per cent that the kernel keeps. Where the nodes add up
/// to less, `usable_sure` is what they leave; no more than MemTotal is ever handed out, whatever they say.
void compare_totals(const Topology& topology, double gpu_bytes, double huge_bytes, Host& host) {
  double nodes = 0;
  for (const auto& node : topology.nodes)
    if (node.subtype != "GPUMemory") nodes += node.bytes;
  if (!host.memory.os_total || nodes <= 0) return;
  const double os = host.memory.os_total->value - gpu_bytes;
  if (std::abs(os - nodes) <= 0.05 * std::max(os, nodes)) return;
  host.conflicts.push_back(
      {"memory.os_total", "/proc/meminfo: " + byte_text(os), "hwloc: " + byte_text(nodes), "/proc/meminfo"});
  host.memory.os_total.why = tr("the NUMA nodes add up to another size");
  const Bytes sure{std::max(0.0, nodes - huge_bytes)};
  if (host.memory.usable && sure < *host.memory.usable)
    host.memory.usable_sure = {sure, {Origin::Kind::os, "hwloc: sum of NUMA nodes"}};
}

}  // namespace

MemInfo parse_meminfo(std::string_view text) {
  MemInfo info;
  info.shown = !text.empty();
  std::optional<double> free, cached, reclaimable, shared, pages, page_size, hugetlb;
  const struct {
    std::string_view key;
    std::optional<double>* value;
  } rows[] = {{"MemTotal", &info.total},
              {"MemAvailable", &info.available},
              {"SwapTotal", &info.swap_total},
              {"SwapFree", &info.swap_free},
              {"MemFree", &free},
              {"Cached", &cached},
              {"SReclaimable", &reclaimable},
              {"Shmem", &shared},
              {"HugePages_Total", &pages},
              {"Hugepagesize", &page_size},
              {"Hugetlb", &hugetlb}};
  for (const auto line : split_lines(text)) {
    const auto pair = key_value(line, ':');
    if (!pair) continue;
    for (const auto& row : rows)
      if (pair->first == row.key)
        if (const auto number = leading_number(pair->second))
          *row.value = *number * (pair->second.ends_with("kB") ? kKiB : 1.0);
  }
  if (!info.available && free && cached)
    info.available = std::max(0.0, *free + *cached + reclaimable.value_or(0) - shared.value_or(0));
  // "Hugetlb" (4.16 and later) counts pages of every size.
  if (hugetlb)
    info.huge_pages = hugetlb;
  else if (pages && page_size)
    info.huge_pages = *pages * *page_size;
  return info;
}

std::vector<GpuNode> gpu_memory_nodes(const Root& root) {
  std::vector<GpuNode> nodes;
  constexpr std::string_view kFolder = "/proc/driver/nvidia/gpus/";
  for (const auto& bdf : root.list(kFolder)) {
    const auto text = root.read(std::string(kFolder) + bdf + "/numa_status");
    std::optional<double> index, bytes;
    bool online = false;
    for (const auto line : split_lines(text_of(text))) {
      const auto pair = key_value(line, ':');
      if (!pair) continue;
      if (pair->first == "Node") index = to_number(pair->second);
      if (pair->first == "Size")
        if (const auto size = to_hex(pair->second)) bytes = static_cast<double>(*size);
      if (pair->first == "Status") online = pair->second == "online";
    }
    if (online && index && bytes && *index >= 0 && *index < 65536 && *bytes < kAbsurdBytes)
      nodes.push_back({normal_bdf(bdf), static_cast<int>(*index), *bytes});
  }
  return nodes;
}

void probe_memory(Scan& scan) {
  Host& host = scan.host;
  Memory& memory = host.memory;
  const MemInfo info = parse_meminfo(scan.root.read(kMemInfo).value_or(""));
  memory.os_total = os_total(info, scan.cpuinfo, host);
  if (memory.hwloc_total && memory.hwloc_total->value > kAbsurdBytes) {
    host.conflicts.push_back({"memory.hwloc_total", "hwloc: " + byte_text(memory.hwloc_total->value),
                              "largest possible: " + byte_text(kAbsurdBytes), "unknown"});
    memory.hwloc_total = Fact<Bytes>::unknown(tr("the NUMA nodes add up to a size that no machine has"));
  }
  // An XML file of hwloc has the nodes and no /proc/meminfo.
  if (host.mode == Host::Mode::xml) memory.os_total = memory.hwloc_total;
  memory.swap_total = from_os(info.swap_total, silent(info, "SwapTotal"));
  memory.swap_free = from_os(info.swap_free, silent(info, "SwapFree"));
  memory.zram = zram(scan.root);
  memory.hotplug = hotplug(scan.root);
  memory.hugepages_reserved = from_os(info.huge_pages, silent(info, "HugePages_Total"));

  double gpu_bytes = 0;
  for (const auto& node : gpu_memory_nodes(scan.root)) {
    gpu_bytes += node.bytes;
    const char* no_table = tr("firmware has no table of memory speeds");
    host.memory.nodes.push_back({node.os_index,
                                 {Bytes{node.bytes}, {Origin::Kind::driver, "/proc/driver/nvidia: numa_status"}},
                                 "GPU",
                                 0,
                                 Fact<BytesPerSecond>::unknown(no_table),
                                 Fact<Seconds>::unknown(no_table)});
  }
  describe_dimms(scan, gpu_bytes, host);
  const double huge_bytes = info.huge_pages.value_or(0);
  memory.usable = usable(scan, gpu_bytes, huge_bytes);
  memory.usable_sure = Fact<Bytes>::unknown(tr("no source tells clearly less than MemTotal"));
  compare_totals(scan.topology, gpu_bytes, huge_bytes, host);
  memory.available = available(scan, info, gpu_bytes);
  const char* not_measured = tr("not measured");
  const char* remedy = "edgefit probe --measure";
  memory.measured_bandwidth = Fact<BytesPerSecond>::unknown(not_measured, remedy);
  memory.read_test.bytes = Fact<Bytes>::unknown(not_measured);
  memory.read_test.threads = memory.read_test.repeats = memory.read_test.spread = Fact<double>::unknown(not_measured);
}

}  // namespace edgefit
