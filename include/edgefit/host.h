// The box: what the probe saw, what a host.json says or what flags described.
// Memory comes as pools; devices that share DRAM with the CPU share pool "ram" and never add up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "edgefit/fact.h"
#include "edgefit/units.h"

namespace edgefit {

struct CpuKind {
  std::string name;
  Fact<double> cores, pus, efficiency;
  Fact<Hertz> max_frequency, base_frequency;
};
struct Cache {
  int level = 0;
  std::string type;  ///< "unified" "data" "instruction"
  Bytes size;
  int count = 0;
  int shared_by = 0;  ///< PUs
};

struct Cpu {
  Fact<std::string> model, vendor, architecture;              ///< architecture: "x86_64", "aarch64"
  Fact<double> packages, cores, pus;                          ///< what this process may use
  Fact<double> present_packages, present_cores, present_pus;  ///< what the machine has
  std::vector<CpuKind> kinds;
  std::vector<Cache> caches;
  Fact<std::vector<std::string>> isa;          ///< usable features: "avx2", "fma" ...
  Fact<std::vector<std::string>> isa_present;  ///< what CPUID shows, whether or not the kernel lets it be used
  Fact<double> sve_bits;                       ///< length of this process's SVE vectors
  Fact<double> quota_cpus;
  Fact<double> threads_recommended;
  Fact<FlopsPerSecond> fp32_peak;  ///< cores x clock x SIMD width x 2 FMA, or measured
  Fact<FlopsPerSecond> int8_rate;  ///< dot products of bytes, measured only
  std::string catalog_key;
};

struct Dimm {
  std::string locator;
  Fact<Bytes> size;
  Fact<std::string> type;
  Fact<double> rated_mts, configured_mts, width_bits;
  Fact<std::string> channel;
};
struct NumaNode {
  int os_index = 0;
  Fact<Bytes> size;
  std::string kind = "DRAM";  ///< DRAM HBM CXL NVM GPU
  int pus = 0;
  Fact<BytesPerSecond> read_bandwidth = {};  ///< measured, or of ACPI's HMAT, seldom given
  Fact<Seconds> read_latency = {};
};

/// How the read rate was measured.
struct ReadTest {
  Fact<double> threads, repeats;
  Fact<Bytes> bytes;    ///< of one pass
  Fact<double> spread;  ///< (fastest - slowest pass) / median
};

struct Memory {
  Fact<Bytes> installed;
  Fact<Bytes> os_total;  ///< MemTotal
  Fact<Bytes> hwloc_total;
  Fact<Bytes> available;  ///< MemAvailable, never MemFree
  Fact<Bytes> limit;      ///< tightest cgroup limit
  std::string limit_path;
  Fact<Bytes> usable;  ///< min(os_total less GPU nodes, limit)
  /// What is usable by the smaller of MemTotal and the NUMA nodes, where they disagree: only what fits in it fits
  /// surely.
  Fact<Bytes> usable_sure;
  Fact<Bytes> swap_total, swap_free, hugepages_reserved;
  Fact<Bytes> zram;           ///< size of compressed swap in memory; never counts as memory
  Fact<std::string> hotplug;  ///< drivers that can change the total while the box runs: "virtio_mem virtio_balloon"
  Fact<std::string> ecc;
  std::vector<Dimm> dimms;
  Fact<double> slots, channels;
  Fact<double> slots_free = {};
  Fact<std::string> module_type = {};  ///< "DDR5 UDIMM"
  Fact<BytesPerSecond> peak_bandwidth;
  Fact<BytesPerSecond> measured_bandwidth;  ///< of reading; `why` says when little can be built on it
  ReadTest read_test = {};
  std::vector<NumaNode> nodes;
};

enum class GpuClass : uint8_t { discrete, integrated, unified, virtual_gpu, display_only };
enum class GpuState : uint8_t {
  usable,
  no_driver,
  driver_not_recorded,
  wrong_driver,
  not_exposed,
  no_permission,
  no_library,
  version_mismatch,
  lost,
  too_old,
  display_only,
  described,  ///< by flags or catalog, not seen
};
const char* name_of(GpuClass c);  ///< "discrete" ...
const char* name_of(GpuState s);  ///< "usable" "present-no-driver" ... as in host.json
std::optional<GpuClass> find_gpu_class(std::string_view name);
std::optional<GpuState> find_gpu_state(std::string_view name);

/// A direct link from one GPU to another device.
struct GpuLink {
  std::string peer;                ///< PCI address of the other end
  std::string type;                ///< "nvlink" "xgmi"
  int count = 0;                   ///< links to this peer
  Fact<BytesPerSecond> bandwidth;  ///< of all of them, one direction
};

struct Gpu {
  std::string id;   ///< bdf, "platform:...", or "described:0"
  std::string bdf;  ///< 0000:01:00.0; empty when there is none
  std::string pci;  ///< "10de:2684"
  Fact<std::string> name;
  std::string vendor;  ///< NVIDIA AMD Intel Apple ...
  GpuClass kind = GpuClass::discrete;
  GpuState state = GpuState::usable;
  std::string state_text;  ///< what is wrong and what cures it
  std::string pool;        ///< "gpu0" or "ram"
  std::string uuid;        ///< "GPU-1a2b3c4d": eight digits of a hash, never the real one
  Fact<Bytes> vram_total, vram_free, vram_reserved;
  Fact<Bytes> vram_used;   ///< of vram_total, or of the carve-out where that is all there is
  Fact<Bytes> carveout;    ///< memory that firmware took from the system for an integrated GPU; not in MemTotal
  Fact<Bytes> gtt_total;   ///< the part of main memory that the driver lets the GPU map
  Fact<Bytes> gtt_used;    ///< what of it is mapped now
  Fact<Bytes> shared_max;  ///< most that a GPU without memory of its own can hold: carve-out and mapped memory
  Fact<Bytes> max_alloc;   ///< largest single allocation
  Fact<double> bus_width_bits;
  Fact<Hertz> memory_clock;
  Fact<std::string> memory_type;
  Fact<BytesPerSecond> peak_bandwidth;
  Fact<double> compute_capability;      ///< 8.9
  Fact<std::string> gfx;                ///< "gfx1151"
  Fact<double> sm_count;                ///< SM or CU
  Fact<FlopsPerSecond> fp32_peak;       ///< vector
  Fact<FlopsPerSecond> fp16_peak;       ///< dense matrix units, fp32 accumulate
  Fact<FlopsPerSecond> fp16_half_peak;  ///< the same with fp16 accumulate: twice as fast on some boards
  std::vector<std::string> features;    ///< "fp16" "bf16" "fp8" "int8" ... ; decided from cc/catalog
  Fact<std::string> driver, kernel_driver;
  std::vector<std::pair<std::string, std::string>> runtimes;  ///< {"cuda","13.0"}
  Fact<Watts> power_limit;
  Fact<Watts> power_default;                         ///< the limit that the board comes with
  Fact<double> pcie_generation, pcie_width;          ///< maximum of the path
  Fact<double> pcie_generation_now, pcie_width_now;  ///< an idle link is slower than it can be
  Fact<BytesPerSecond> pcie_bandwidth;
  std::vector<GpuLink> links;
  Fact<std::string> ecc;           ///< "on" "off"
  Fact<std::string> compute_mode;  ///< "default" "exclusive-process" "prohibited"
  Fact<std::string> visible;       ///< "yes" or "no" by CUDA_VISIBLE_DEVICES and its kin
  std::string catalog_key;
  bool usable() const { return state == GpuState::usable || state == GpuState::described; }
  bool has_own_memory() const;  ///< apart from what the OS calls memory: a pool of its own
};

struct Npu {
  std::string kind, node, state;
  Fact<std::string> driver;
  std::string runtime_needed = {};
  std::string state_text = {};  ///< what is wrong and what cures it
  Fact<std::string> model = {}, firmware = {};
  Fact<Bytes> memory = {};       ///< on the device, apart from main memory
  Fact<Bytes> memory_used = {};  ///< main memory that its buffers take
  Fact<FlopsPerSecond> int8_peak = {};
  std::string catalog_key = {};
};

struct Storage {
  std::string path;
  Fact<std::string> filesystem, device, kind;  ///< kind: nvme sata-ssd hdd emmc sd usb net virtual
  Fact<Bytes> free;
  Fact<std::string> layers;                    ///< from the mount down: "dm-0 > nvme0n1p3 > nvme0n1"
  Fact<std::string> encrypted = {};            ///< "luks" "none"
  Fact<BytesPerSecond> read_bandwidth = {};    ///< through the page cache, as engines load
  Fact<BytesPerSecond> direct_bandwidth = {};  ///< past it
};

/// What a box can still take. No interface of the system tells it: stated by the user or by the catalog's box.
struct Chassis {
  Fact<double> free_slots;  ///< PCIe x16, each two slots wide
  Fact<Watts> psu;          ///< rating of the power supply
  Fact<double> gpu_length;  ///< longest card, mm
};

/// What keeps this process from using all of the machine.
struct Limit {
  std::string what;    ///< memory cpus devices
  std::string kind;    ///< cgroup cpuset lxcfs wsl2 virtual-machine environment
  std::string source;  ///< the file or variable that says so
};

struct Os {
  Fact<std::string> name;  ///< "linux"
  Fact<std::string> kernel, distro, libc;
  Fact<std::string> virtualization;  ///< none kvm ...
  Fact<std::string> container;       ///< none docker k8s lxc wsl2
  std::vector<Limit> limits;
};

/// Two sources that disagree, kept and graded.
struct Conflict {
  std::string fact, first, second, used;
};
/// One call that failed; never fatal.
struct ProbeError {
  std::string source, call, code, text;
};

struct Host {
  enum class Mode : uint8_t { live, sysroot, xml, recorded, described };
  Mode mode = Mode::live;
  std::string name;   ///< "this box", or what the user called it; never the host name
  std::string taken;  ///< UTC, RFC 3339; given by the caller
  Os os;
  Fact<std::string> sys_vendor, product, board, bios, soc;
  Cpu cpu;
  Memory memory;
  std::vector<Gpu> gpus;  ///< in PCI order
  std::vector<Npu> npus;
  std::vector<Storage> storage;
  Chassis chassis = {};
  std::vector<Conflict> conflicts;
  std::vector<ProbeError> errors;
  std::vector<std::pair<std::string, std::string>> tools;  ///< {"hwloc_runtime","2.9.0"}: what looked
};

/// "gpu0" ... in PCI order for devices with memory of their own; "ram" for the rest.
struct Pool {
  std::string id;
  int gpu = -1;  ///< index in Host::gpus, -1 for ram
  Fact<Bytes> total, free;
};
/// The memory pools of a host: ram first, then the usable GPUs with memory of their own.
std::vector<Pool> pools_of(const Host& host);
/// More memory in every figure that counts it; a container's limit stays what it is. `why` ends the origin's text.
/// False, and nothing changed, when the size of what is there is not known.
bool add_memory(Host& host, Bytes more, std::string_view why);
/// Sets Gpu::pool of every device: its own pool, "ram" when it shares DRAM with the CPU, empty when unusable.
void number_pools(Host& host);

}  // namespace edgefit
