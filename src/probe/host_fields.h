// Every field of host.json once, in its order, with the range that a sane value has.
// Writer, reader and gap filler are visitors of these functions, so that none can forget a field.
#pragma once

#include <string>

#include "edgefit/host.h"

namespace edgefit {

/// Inclusive range outside of which a value is absurd and becomes unknown.
struct FactRange {
  double low = 0, high = 0;
};
inline constexpr FactRange kByteRange{0, 70368744177664.0};  // 2^46: more than any machine of this field has
inline constexpr FactRange kCountRange{0, 1e6};
inline constexpr FactRange kClockRange{1, 1e12};
inline constexpr FactRange kSpeedRange{1, 1e15};  // bytes a second
inline constexpr FactRange kFlopsRange{1, 1e18};
inline constexpr FactRange kTransferRange{1, 1e6};  // MT/s
inline constexpr FactRange kWattRange{0, 1e6};
inline constexpr FactRange kVersionRange{0, 1000};
inline constexpr FactRange kIntRange{0, 2147483647};

/// A visitor has leaf (a fact with source and confidence), number (a fact written as a bare number), version (a fact
/// written "8.9"), pairs, words, word (an enum), plain (text), whole (an int), bytes, object and list.
template <class V, class Node>
void visit_numa_node(V& v, Node& n) {
  v.whole("os_index", n.os_index);
  v.leaf("size", n.size, kByteRange);
  v.plain("kind", n.kind);
  v.whole("pus", n.pus);
  v.leaf("read_bps", n.read_bandwidth, kSpeedRange);
  v.leaf("read_latency_s", n.read_latency, FactRange{0, 1});
}

template <class V, class D>
void visit_dimm(V& v, D& d) {
  v.plain("locator", d.locator);
  v.leaf("size", d.size, kByteRange);
  v.leaf("type", d.type);
  v.leaf("rated_mts", d.rated_mts, kTransferRange);
  v.leaf("configured_mts", d.configured_mts, kTransferRange);
  v.leaf("width_bits", d.width_bits, FactRange{1, 4096});
  v.leaf("channel", d.channel);
}

template <class V, class M>
void visit_memory(V& v, M& m) {
  v.leaf("installed", m.installed, kByteRange);
  v.leaf("os_total", m.os_total, kByteRange);
  v.leaf("hwloc_total", m.hwloc_total, kByteRange);
  v.leaf("available", m.available, kByteRange);
  v.leaf("limit", m.limit, kByteRange);
  v.plain("limit_path", m.limit_path);
  v.leaf("usable", m.usable, kByteRange);
  v.leaf("usable_sure", m.usable_sure, kByteRange);
  v.leaf("hugepages_reserved", m.hugepages_reserved, kByteRange);
  v.leaf("swap_total", m.swap_total, kByteRange);
  v.leaf("swap_free", m.swap_free, kByteRange);
  v.leaf("zram", m.zram, kByteRange);
  v.leaf("hotplug", m.hotplug);
  v.leaf("ecc", m.ecc);
  v.list("dimms", m.dimms, [&](auto& d) { visit_dimm(v, d); });
  v.leaf("slots", m.slots, kCountRange);
  v.leaf("slots_free", m.slots_free, kCountRange);
  v.leaf("module_type", m.module_type);
  v.leaf("channels", m.channels, kCountRange);
  v.leaf("peak_bps", m.peak_bandwidth, kSpeedRange);
  v.object("measured", [&] {
    v.leaf("read_bps", m.measured_bandwidth, kSpeedRange);
    v.leaf("threads", m.read_test.threads, kCountRange);
    v.leaf("bytes", m.read_test.bytes, kByteRange);
    v.leaf("repeats", m.read_test.repeats, kCountRange);
    v.leaf("spread", m.read_test.spread, kCountRange);
  });
  v.list("nodes", m.nodes, [&](auto& n) { visit_numa_node(v, n); });
}

template <class V, class K>
void visit_cpu_kind(V& v, K& k) {
  v.plain("name", k.name);
  v.number("cores", k.cores, kCountRange);
  v.number("pus", k.pus, kCountRange);
  v.number("efficiency", k.efficiency, kCountRange);
  v.leaf("max_hz", k.max_frequency, kClockRange);
  v.leaf("base_hz", k.base_frequency, kClockRange);
}

template <class V, class C>
void visit_cache(V& v, C& c) {
  v.whole("level", c.level);
  v.plain("type", c.type);
  v.bytes("size", c.size);
  v.whole("count", c.count);
  v.whole("shared_by", c.shared_by);
}

template <class V, class C>
void visit_cpu(V& v, C& c) {
  v.leaf("model", c.model);
  v.leaf("vendor", c.vendor);
  v.leaf("packages", c.packages, kCountRange);
  v.leaf("cores", c.cores, kCountRange);
  v.leaf("pus", c.pus, kCountRange);
  v.leaf("present_packages", c.present_packages, kCountRange);
  v.leaf("present_cores", c.present_cores, kCountRange);
  v.leaf("present_pus", c.present_pus, kCountRange);
  v.list("kinds", c.kinds, [&](auto& k) { visit_cpu_kind(v, k); });
  v.list("caches", c.caches, [&](auto& cache) { visit_cache(v, cache); });
  v.leaf("isa", c.isa);
  v.leaf("isa_present", c.isa_present);
  v.leaf("sve_bits", c.sve_bits, FactRange{128, 65536});
  v.leaf("quota_cpus", c.quota_cpus, kCountRange);
  v.leaf("threads_recommended", c.threads_recommended, kCountRange);
  v.leaf("fp32_peak_flops", c.fp32_peak, kFlopsRange);
  v.leaf("int8_ops", c.int8_rate, kFlopsRange);
  v.plain("catalog_key", c.catalog_key);
}

template <class V, class L>
void visit_link(V& v, L& l) {
  v.plain("peer", l.peer);
  v.plain("type", l.type);
  v.whole("count", l.count);
  v.leaf("bps", l.bandwidth, kSpeedRange);
}

template <class V, class G>
void visit_gpu(V& v, G& g) {
  v.plain("id", g.id);
  v.plain("bdf", g.bdf);
  v.plain("pci", g.pci);
  v.leaf("name", g.name);
  v.plain("vendor", g.vendor);
  v.word("class", g.kind, name_of, find_gpu_class);
  v.word("state", g.state, name_of, find_gpu_state);
  v.plain("state_text", g.state_text);
  v.plain("pool", g.pool);
  v.plain("uuid", g.uuid);
  v.leaf("vram_total", g.vram_total, kByteRange);
  v.leaf("vram_free", g.vram_free, kByteRange);
  v.leaf("vram_used", g.vram_used, kByteRange);
  v.leaf("vram_reserved", g.vram_reserved, kByteRange);
  v.leaf("carveout", g.carveout, kByteRange);
  v.leaf("gtt_total", g.gtt_total, kByteRange);
  v.leaf("gtt_used", g.gtt_used, kByteRange);
  v.leaf("shared_max", g.shared_max, kByteRange);
  v.leaf("max_alloc", g.max_alloc, kByteRange);
  v.leaf("bus_width_bits", g.bus_width_bits, FactRange{1, 65536});
  v.leaf("mem_clock_hz", g.memory_clock, kClockRange);
  v.leaf("mem_type", g.memory_type);
  v.leaf("peak_bps", g.peak_bandwidth, kSpeedRange);
  v.version("cc", g.compute_capability, kVersionRange);
  v.leaf("gfx", g.gfx);
  v.leaf("cores", g.sm_count, kCountRange);
  v.leaf("fp32_peak_flops", g.fp32_peak, kFlopsRange);
  v.leaf("fp16_peak_flops", g.fp16_peak, kFlopsRange);
  v.leaf("fp16_half_peak_flops", g.fp16_half_peak, kFlopsRange);
  v.words("features", g.features);
  v.leaf("driver", g.driver);
  v.leaf("kernel_driver", g.kernel_driver);
  v.pairs("runtimes", g.runtimes);
  v.object("pcie", [&] {
    v.leaf("gen_max", g.pcie_generation, FactRange{1, 16});
    v.leaf("width_max", g.pcie_width, FactRange{1, 64});
    v.leaf("gen_cur", g.pcie_generation_now, FactRange{1, 16});
    v.leaf("width_cur", g.pcie_width_now, FactRange{1, 64});
    v.leaf("path_min_bps", g.pcie_bandwidth, kSpeedRange);
  });
  v.list("links", g.links, [&](auto& l) { visit_link(v, l); });
  v.leaf("ecc", g.ecc);
  v.leaf("power_limit_w", g.power_limit, kWattRange);
  v.leaf("power_default_w", g.power_default, kWattRange);
  v.leaf("compute_mode", g.compute_mode);
  v.leaf("visible_by_env", g.visible);
  v.plain("catalog_key", g.catalog_key);
}

template <class V, class N>
void visit_npu(V& v, N& n) {
  v.plain("kind", n.kind);
  v.leaf("driver", n.driver);
  v.plain("node", n.node);
  v.plain("state", n.state);
  v.plain("state_text", n.state_text);
  v.plain("runtime_needed", n.runtime_needed);
  v.leaf("model", n.model);
  v.leaf("firmware", n.firmware);
  v.leaf("memory", n.memory, kByteRange);
  v.leaf("memory_used", n.memory_used, kByteRange);
  v.leaf("int8_peak_ops", n.int8_peak, kFlopsRange);
  v.plain("catalog_key", n.catalog_key);
}

template <class V, class S>
void visit_storage(V& v, S& s) {
  v.plain("path", s.path);
  v.leaf("fs", s.filesystem);
  v.leaf("free", s.free, FactRange{0, 1e18});
  v.leaf("device", s.device);
  v.leaf("kind", s.kind);
  v.leaf("layers", s.layers);
  v.leaf("encrypted", s.encrypted);
  v.object("read_bps", [&] {
    v.leaf("buffered", s.read_bandwidth, kSpeedRange);
    v.leaf("direct", s.direct_bandwidth, kSpeedRange);
  });
}

template <class V, class H>
void visit_machine(V& v, H& h) {
  v.object("os", [&] {
    v.leaf("name", h.os.name);
    v.leaf("kernel", h.os.kernel);
    v.leaf("distro", h.os.distro);
    v.leaf("arch", h.cpu.architecture);
    v.leaf("libc", h.os.libc);
    v.leaf("virt", h.os.virtualization);
    v.leaf("container", h.os.container);
    v.list("limits", h.os.limits, [&](auto& l) {
      v.plain("what", l.what);
      v.plain("kind", l.kind);
      v.plain("source", l.source);
    });
  });
  v.object("platform", [&] {
    v.leaf("sys_vendor", h.sys_vendor);
    v.leaf("product", h.product);
    v.leaf("board", h.board);
    v.leaf("bios", h.bios);
    v.leaf("soc", h.soc);
  });
  v.object("cpu", [&] { visit_cpu(v, h.cpu); });
  v.object("memory", [&] { visit_memory(v, h.memory); });
  v.object("chassis", [&] {
    v.leaf("free_slots", h.chassis.free_slots, kCountRange);
    v.leaf("psu_w", h.chassis.psu, kWattRange);
    v.leaf("gpu_length_mm", h.chassis.gpu_length, FactRange{1, 1e4});
  });
}

template <class V, class H>
void visit_devices(V& v, H& h) {
  v.list("gpus", h.gpus, [&](auto& g) { visit_gpu(v, g); });
  v.list("npus", h.npus, [&](auto& n) { visit_npu(v, n); });
  v.list("storage", h.storage, [&](auto& s) { visit_storage(v, s); });
}

}  // namespace edgefit
