// `edgefit probe` as text: what the box is, and at the end what could not be seen and what would tell.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "edgefit/text.h"
#include "report/page.h"
#include "report/table.h"
#include "report/words.h"

namespace edgefit {
namespace {

constexpr size_t kLabel = 14;

void print_row(Page& page, const char* label, std::string_view text) {
  if (!text.empty()) page.paragraph({{fmt::format("{:<{}}  ", label, kLabel)}}, text);
}

void append(std::string& text, std::string_view part) {
  if (part.empty()) return;
  if (!text.empty()) text += ", ";
  text += part;
}

std::string say(const Fact<std::string>& fact) {
  return fact ? printable(*fact) : std::string();
}
std::string count_of(const Fact<double>& fact, const char* one, const char* many) {
  return fact ? fmt::format("{} {}", show_count(*fact), *fact == 1 ? one : many) : std::string();
}
/// A value that comes from a table or a default is marked so.
template <class T>
std::string tag_of_fact(const Fact<T>& fact) {
  if (fact.origin.kind == Origin::Kind::catalog) return std::string(" ") + tr("[catalog]");
  return fact.origin.kind == Origin::Kind::assumed ? std::string(" ") + tr("[assumed]") : "";
}

void print_system(Page& page, const Host& host) {
  constexpr std::array kModes = {mark("seen now"), mark("from a sysroot"), mark("from hwloc XML"), mark("recorded"),
                                 mark("described")};
  std::string title = box_name(host);
  title += fmt::format(" ({}{})", tr(kModes.at(static_cast<size_t>(host.mode))),
                       host.taken.empty() ? std::string() : " " + printable(host.taken));
  page.line(title);
  std::string os = say(host.os.distro);
  if (os.empty()) os = say(host.os.name);
  append(os, host.os.kernel ? fmt::format(fmt::runtime(tr("kernel {}")), say(host.os.kernel)) : "");
  append(os, say(host.os.libc));
  append(os, host.os.virtualization && *host.os.virtualization != "none" ? say(host.os.virtualization) : "");
  append(os, host.os.container && *host.os.container != "none"
                 ? fmt::format(fmt::runtime(tr("container {}")), say(host.os.container))
                 : "");
  print_row(page, tr("System"), os);
  std::string limits;
  for (const auto& limit : host.os.limits)
    append(limits, fmt::format(fmt::runtime(tr("{} by {}")), printable(limit.what), printable(limit.kind)));
  print_row(page, tr("Limits"), limits);
  std::string product = say(host.sys_vendor);
  if (host.product) product += (product.empty() ? "" : " ") + say(host.product);
  print_row(page, tr("Machine"), product);
}

std::string cache_text(const std::vector<Cache>& caches) {
  std::string out;
  for (const auto& cache : caches) {
    const double kib = cache.size.value / kKiB;
    const std::string size = kib >= 1024 ? fmt::format("{:g} MiB", kib / 1024) : fmt::format("{:g} KiB", kib);
    append(out, fmt::format("{}x L{}{} {}", cache.count, cache.level,
                            cache.type == "instruction" ? "i"
                            : cache.type == "data"      ? "d"
                                                        : "",
                            size));
  }
  return out;
}

void print_cpu(Page& page, const Cpu& cpu) {
  std::string text = say(cpu.model);
  append(text, say(cpu.architecture));
  print_row(page, tr("Processor"), text);
  std::string units = count_of(cpu.packages, tr("package"), tr("packages"));
  append(units, count_of(cpu.cores, tr("core"), tr("cores")));
  append(units, count_of(cpu.pus, tr("thread"), tr("threads")));
  if (cpu.quota_cpus) append(units, fmt::format(fmt::runtime(tr("limited to {:g} CPUs")), *cpu.quota_cpus));
  if (cpu.present_pus && cpu.pus && *cpu.present_pus > *cpu.pus) {
    append(units, fmt::format(fmt::runtime(tr("{} threads in the machine")), show_count(*cpu.present_pus)));
  }
  print_row(page, "", units);
  print_row(page, tr("Caches"), cache_text(cpu.caches));
  std::string isa;
  if (cpu.isa) {
    for (const auto& feature : *cpu.isa) isa += (isa.empty() ? "" : " ") + printable(feature);
  }
  print_row(page, tr("Instructions"), isa);
}

void print_memory(Page& page, const Memory& memory) {
  std::string text;
  const auto size = [&text](const Fact<Bytes>& fact, const char* format) {
    if (fact) append(text, fmt::format(fmt::runtime(format), show(*fact)));
  };
  size(memory.os_total, tr("{} total"));
  size(memory.available, tr("{} available"));
  if (memory.limit) {
    append(text,
           fmt::format(fmt::runtime(tr("limited to {} ({})")), show(*memory.limit), printable(memory.limit_path)));
  }
  if (memory.usable && (!memory.os_total || memory.usable->value != memory.os_total->value)) {
    size(memory.usable, tr("{} usable"));
  }
  size(memory.usable_sure, tr("only {} for sure"));
  if (memory.peak_bandwidth) {
    append(text, show(*memory.peak_bandwidth) + tr(" peak") + tag_of_fact(memory.peak_bandwidth));
  }
  if (memory.swap_total && memory.swap_total->value > 0) {
    size(memory.swap_total, tr("{} swap"));
    size(memory.swap_free, tr("{} of it free"));
  }
  print_row(page, tr("Memory"), text);
  if (memory.nodes.size() < 2) return;
  std::string nodes;
  for (const auto& node : memory.nodes) {
    append(nodes, fmt::format("{} {} {}", node.os_index, node.kind, node.size ? show(*node.size) : "?"));
  }
  print_row(page, tr("NUMA nodes"), nodes);
}

/// "2x nvlink to 0000:0a:00.0".
std::string links_text(const std::vector<GpuLink>& links) {
  std::string out;
  for (const auto& link : links)
    append(out, fmt::format(fmt::runtime(tr("{}x {} to {}")), link.count, printable(link.type), printable(link.peer)));
  return out;
}

void print_gpu(Page& page, const Gpu& gpu) {
  const std::string name = gpu.name ? say(gpu.name) : printable(gpu.vendor + " " + gpu.pci);
  const std::string pool = gpu.pool.empty() || !gpu.usable() ? "-" : printable(gpu.pool);
  page.paragraph({{fmt::format("  {:<{}}  ", pool, kLabel - 2)}}, fmt::format("{}, {}", name, tr(name_of(gpu.state))));
  std::string text;
  if (gpu.vram_total) append(text, show(*gpu.vram_total) + tag_of_fact(gpu.vram_total));
  if (gpu.vram_free) append(text, fmt::format(fmt::runtime(tr("{} free")), show(*gpu.vram_free)));
  if (gpu.peak_bandwidth) append(text, show(*gpu.peak_bandwidth) + tag_of_fact(gpu.peak_bandwidth));
  if (gpu.fp16_peak) {
    append(text,
           "fp16 " + show_exact(gpu.fp16_peak->value, kUnitName<FlopsPerSecond::unit>) + tag_of_fact(gpu.fp16_peak));
  }
  if (gpu.compute_capability) {
    append(text, fmt::format(fmt::runtime(tr("compute capability {:.1f}")), *gpu.compute_capability));
  }
  if (gpu.gfx) append(text, say(gpu.gfx));
  if (gpu.driver) append(text, fmt::format(fmt::runtime(tr("driver {}")), say(gpu.driver)));
  for (const auto& [runtime, version] : gpu.runtimes) append(text, printable(runtime + " " + version));
  if (gpu.shared_max) append(text, fmt::format(fmt::runtime(tr("holds at most {}")), show(*gpu.shared_max)));
  if (gpu.shared_max && gpu.gtt_used && gpu.gtt_total)
    append(text, fmt::format(fmt::runtime(tr("{} of {} mapped")), show(*gpu.gtt_used), show(*gpu.gtt_total)));
  if (gpu.pcie_generation && gpu.pcie_width)
    append(text, fmt::format("PCIe {:g} x{:g}", *gpu.pcie_generation, *gpu.pcie_width));
  if (gpu.power_limit && gpu.power_limit.origin.kind != Origin::Kind::catalog)
    append(text, fmt::format("{:g} W", gpu.power_limit->value));
  if (gpu.ecc && *gpu.ecc == "on") append(text, "ECC");
  append(text, links_text(gpu.links));
  if (!gpu.bdf.empty()) append(text, printable(gpu.bdf + (gpu.pci.empty() ? "" : " [" + gpu.pci + "]")));
  print_row(page, "", text);
  print_row(page, "", printable(gpu.state_text));
}

/// Equal ones as one row.
void print_npus(Page& page, const std::vector<Npu>& npus) {
  std::vector<std::pair<std::string, int>> rows;
  for (const auto& npu : npus) {
    std::string text = npu.kind;
    append(text, say(npu.model));
    if (npu.memory) append(text, show(*npu.memory));
    if (npu.firmware) append(text, fmt::format(fmt::runtime(tr("firmware {}")), *npu.firmware));
    append(text, tr(npu.state.c_str()));
    if (!npu.runtime_needed.empty()) append(text, fmt::format(fmt::runtime(tr("needs {}")), npu.runtime_needed));
    append(text, npu.state_text);
    if (rows.empty() || rows.back().first != text) rows.emplace_back(text, 0);
    ++rows.back().second;
  }
  for (const auto& [text, count] : rows)
    print_row(page, tr("NPU"), (count > 1 ? fmt::format("{}x ", count) : "") + printable(text));
}

void print_devices(Page& page, const Host& host) {
  page.gap();
  page.line(host.gpus.empty() ? tr("No GPU seen") : tr("GPUs"));
  for (const auto& gpu : host.gpus) print_gpu(page, gpu);
  print_npus(page, host.npus);
  if (host.storage.empty()) return;
  page.gap();
  page.line(tr("Disks"));
  for (const auto& disk : host.storage) {
    std::string text =
        disk.free ? fmt::format(fmt::runtime(tr("{} free")), show(*disk.free)) : tr("free space not known");
    append(text, say(disk.filesystem));
    append(text, say(disk.kind));
    append(text, say(disk.device));
    if (disk.encrypted) append(text, say(disk.encrypted));
    page.paragraph({{"  "}, {printable(disk.path) + "  "}}, text);
  }
}

/// What --measure timed, each with what it rests on and how far it may be trusted.
void print_measured(Page& page, const Host& host) {
  const auto row = [&page](const char* label, const std::string& value, const Origin& origin,
                           const std::string& doubt) {
    if (origin.kind != Origin::Kind::measured) return;
    std::string text = value + ": " + printable(origin.text);
    if (!doubt.empty()) text += "; " + printable(doubt);
    print_row(page, label, text);
  };
  const auto rate = [&row](const char* label, const auto& fact) {
    using Unit = typename std::decay_t<decltype(*fact)>::unit;
    if (fact) row(label, show_exact(fact->value, kUnitName<Unit>), fact.origin, fact.why);
  };
  rate(tr("Memory reads"), host.memory.measured_bandwidth);
  rate(tr("fp32"), host.cpu.fp32_peak);
  rate(tr("int8"), host.cpu.int8_rate);
  for (const auto& disk : host.storage) rate(tr("Disk reads"), disk.read_bandwidth);
}

class Gaps {
 public:
  template <class T>
  void add(const std::string& name, const Fact<T>& fact) {
    if (!fact && !fact.why.empty()) rows_.emplace_back(name, reason(fact));
  }
  /// A fact of one of many equal devices: the same gap of several is one row.
  template <class T>
  void add_device(const std::string& device, const std::string& name, const Fact<T>& fact) {
    if (fact || fact.why.empty()) return;
    Key key{name, reason(fact)};
    auto& devices = devices_[key];
    if (devices.empty()) order_.push_back(std::move(key));
    devices.push_back(device);
  }
  /// Turns the devices' gaps into rows.
  void close_devices() {
    for (const auto& key : order_) {
      const auto& devices = devices_[key];
      std::string text = key.second;
      if (devices.size() > 1) text = fmt::format(fmt::runtime(tr("{} (and {} more)")), text, devices.size() - 1);
      rows_.emplace_back(devices.front() + "." + key.first, std::move(text));
    }
  }
  void print(Page& page) const {
    if (rows_.empty()) return;
    page.gap();
    page.line(tr("Not known"));
    for (const auto& [name, text] : rows_) page.paragraph({{"  " + name + "  "}}, text);
  }

 private:
  template <class T>
  static std::string reason(const Fact<T>& fact) {
    return printable(fact.why) + (fact.remedy.empty() ? "" : "; " + printable(fact.remedy));
  }
  using Key = std::pair<std::string, std::string>;
  std::vector<std::pair<std::string, std::string>> rows_;
  std::map<Key, std::vector<std::string>> devices_;
  std::vector<Key> order_;
};

Gaps gaps_of(const Host& host) {
  Gaps gaps;
  gaps.add("os.name", host.os.name);
  gaps.add("os.container", host.os.container);
  gaps.add("cpu.model", host.cpu.model);
  gaps.add("cpu.cores", host.cpu.cores);
  gaps.add("cpu.isa", host.cpu.isa);
  gaps.add("memory.os_total", host.memory.os_total);
  gaps.add("memory.available", host.memory.available);
  gaps.add("memory.peak_bandwidth", host.memory.peak_bandwidth);
  for (const auto& gpu : host.gpus) {
    if (gpu.kind == GpuClass::display_only) continue;
    const std::string id = gpu.pool.empty() || gpu.pool == "ram" ? printable(gpu.id) : printable(gpu.pool);
    gaps.add_device(id, "name", gpu.name);
    gaps.add_device(id, "vram_total", gpu.vram_total);
    gaps.add_device(id, "vram_free", gpu.vram_free);
    gaps.add_device(id, "peak_bandwidth", gpu.peak_bandwidth);
    gaps.add_device(id, "driver", gpu.driver);
  }
  gaps.close_devices();
  if (host.mode == Host::Mode::live)
    for (const auto& disk : host.storage) gaps.add(printable(disk.path) + " free", disk.free);
  return gaps;
}

void print_doubts(Page& page, const Host& host) {
  gaps_of(host).print(page);
  if (!host.conflicts.empty()) {
    page.gap();
    page.line(tr("Sources that disagree"));
  }
  for (const auto& conflict : host.conflicts) {
    page.paragraph({{"  " + printable(conflict.fact) + "  "}},
                   fmt::format(fmt::runtime(tr("{} against {}, used {}")), printable(conflict.first),
                               printable(conflict.second), printable(conflict.used)));
  }
  if (!host.errors.empty()) {
    page.gap();
    page.line(tr("Calls that failed"));
  }
  for (const auto& error : host.errors) {
    page.paragraph({{"  " + printable(error.source) + "  "}},
                   printable(fmt::format("{} {} {}", error.call, error.code, error.text)));
  }
}

}  // namespace

std::string render_host(const Host& host, const Style& style) {
  Page page(style);
  print_system(page, host);
  print_cpu(page, host.cpu);
  print_memory(page, host.memory);
  print_measured(page, host);
  print_devices(page, host);
  print_doubts(page, host);
  return std::move(page).text();
}

}  // namespace edgefit
