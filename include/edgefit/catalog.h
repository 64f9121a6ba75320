// Facts of the market: accelerators, CPUs, boxes, engines and published models, each with source and date. Compiled
// in from profiles/ by a build-time tool; --catalog reads the same JSON at run time.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/host.h"
#include "edgefit/result.h"
#include "edgefit/runtime.h"

namespace edgefit {

using Maybe = std::optional<double>;

/// One accelerator. Numbers as the vendor sells them (GB/s, TFLOP/s, W), memory in GiB; unknown = nothing.
struct AcceleratorRow {
  std::string_view key, vendor, name, kind, arch, chip;  ///< kind: gpu soc igpu npu ...
  Maybe compute_cap;
  std::string_view gfx;
  Maybe memory_gib;
  std::string_view memory_type;
  Maybe bandwidth_gbs, fp32_tflops, fp16_vector_tflops, fp16_dense_tflops, fp16_acc16_dense_tflops, bf16_dense_tflops,
      fp8_dense_tflops, fp4_dense_tflops, int8_dense_tops, int4_dense_tops, sm_or_cu, boost_mhz, l2_mib, tdp_w;
  std::string_view bus, form_factor;
  Maybe length_mm;
  std::string_view pci_ids;  ///< "10de:2684;10de:2685"
  Maybe msrp_usd, msrp_year, year;
  std::string_view notes, source, tier, as_of;
  std::span<const double> memory_options_gib;  ///< when it is sold with several sizes; memory_gib is unknown then
  Maybe usable_gib;                            ///< what driver and ECC leave of memory_gib, when a log shows it
  std::string_view sold = {};                  ///< new used discontinued part_of_system
  std::string_view buy_as = {};                ///< card module system chip
  std::string_view cooling = {};               ///< passive: needs the air of a server
};

struct CpuRow {
  std::string_view key, name, vendor;
  Maybe cores, threads;
  std::string_view mem_type;
  Maybe channels_64bit, max_mts, peak_gbs, avx2, avx512, vnni, amx, sve_bits, tdp_w, year, max_sockets;
  std::string_view notes, source, as_of;
};

/// A complete machine: mini PC, workstation, edge device.
struct SystemRow {
  std::string_view key, name, type, accelerator_key;
  Maybe accel_count, memory_gib;
  std::string_view memory_type;
  Maybe bandwidth_gbs;
  std::string_view cpu;
  Maybe power_w_max;
  std::string_view form_factor;
  Maybe price_usd;
  std::string_view price_date, price_kind, price_source, tier, notes, as_of;
  std::span<const double> memory_options_gib;  ///< when it is sold with several sizes; memory_gib is unknown then
  Maybe memory_max_gib;                        ///< bare box: holds up to this much
  Maybe price_low_usd, price_high_usd;         ///< a published range; price_usd is unknown then
  std::string_view source;                     ///< of the technical facts; prices have price_source
  std::string_view sold = {};                  ///< new used discontinued
  std::string_view buy_as = {};                ///< system
};

/// A part that a box takes: a kit of memory modules, an SSD, a power supply.
struct PartRow {
  std::string_view key, kind, name;  ///< kind: ram ssd psu
  std::string_view memory_type;      ///< DDR4 DDR5 ...
  std::string_view form_factor;      ///< UDIMM RDIMM SODIMM CAMM2; "M.2 2280" "U.2"; ATX
  Maybe memory_gib, modules;         ///< of the whole kit
  Maybe speed_mts, ecc;              ///< ecc: 1 or 0
  Maybe disk_gb, pcie_generation;    ///< decimal, as disks are sold
  Maybe watts;
  std::string_view sold, buy_as;  ///< as AcceleratorRow
  std::string_view notes, source, tier, as_of;
};

/// One dated price of one piece (of a kit: the kit), excluding VAT. `item` is the key of an accelerator, system or
/// part.
struct PriceRow {
  std::string_view item;
  Maybe low, high;                  ///< the same unless the source gives a range
  std::string_view currency, kind;  ///< kind: list street offer used
  std::string_view as_of, source, notes;
  std::string_view supplier = {};  ///< of an offer
  Maybe quantity = {};             ///< most pieces that an offer holds for
};

/// What one unit of a currency is worth.
struct RateRow {
  std::string_view currency;
  Maybe usd;
  std::string_view source, as_of;
};

/// A published model: one descriptor (docs/descriptor.md) of profiles/models. Its text is parsed when it is asked for,
/// by read_model_profile (read.h).
struct ModelProfile {
  std::string_view key;   ///< the name of its file: "llama-3.1-8b"
  std::string_view name;  ///< as its makers write it: "Llama-3.1-8B"
  std::string_view hub;   ///< its page on huggingface.co without the host: "meta-llama/Llama-3.1-8B"
  Maybe parameters;
  std::string_view source, as_of, text;
};

/// The tables of one catalog, compiled in or loaded. Rows live as long as the catalog.
struct Catalog {
  std::span<const AcceleratorRow> accelerators;
  std::span<const CpuRow> cpus;
  std::span<const SystemRow> systems;
  std::span<const RuntimeProfile> runtimes;
  std::span<const ModelProfile> models;
  std::string_view date;  ///< newest `as_of`
  std::span<const PartRow> parts = {};
  std::span<const PriceRow> prices = {};
  std::span<const RateRow> rates = {};
};
const Catalog& builtin_catalog();
/// Files of profiles/, folders with such files at any depth of two, and offers of suppliers as JSON or CSV: their rows
/// replace built-in rows of the same key and add new ones; prices stand beside the others. Unknown keys, missing
/// `source` or `as_of`, wrong types and prices of unknown things are a Problem.
Result<std::shared_ptr<const Catalog>> load_catalog(std::span<const std::string> paths);
Result<std::shared_ptr<const Catalog>> load_catalog(const std::string& path);

std::span<const AcceleratorRow> accelerators();
std::span<const CpuRow> cpus();
std::span<const SystemRow> systems();
std::span<const RuntimeProfile> runtime_profiles();
std::span<const ModelProfile> model_profiles();
/// Newest `as_of` of the compiled-in rows, "2026-11".
std::string_view catalog_date();

/// Rows by key, by unambiguous marketing name, or a Problem with "did you mean". Case and punctuation do not matter.
Result<const AcceleratorRow*> find_accelerator(std::string_view key, const Catalog& catalog = builtin_catalog());
Result<const CpuRow*> find_cpu(std::string_view key, const Catalog& catalog = builtin_catalog());
Result<const SystemRow*> find_system(std::string_view key, const Catalog& catalog = builtin_catalog());
Result<const PartRow*> find_part(std::string_view key, const Catalog& catalog = builtin_catalog());
/// The key of an accelerator, a part or a system, whichever the name means; accelerators come first.
Result<std::string_view> find_item(std::string_view name, const Catalog& catalog = builtin_catalog());
/// "llama.cpp", "llama.cpp@v0.5.0", "llama.cpp@2024".
Result<const RuntimeProfile*> find_runtime(std::string_view name, const Catalog& catalog = builtin_catalog());
/// The profile with this key, name or address, whole: a model of another version is never meant, only suggested. Words
/// for a tuned variant of the same shape ("instruct", "it") may be there or not.
Result<const ModelProfile*> find_model_profile(std::string_view name, const Catalog& catalog = builtin_catalog());
/// The row with this "vendor:device", nothing when none or several of different memory fit.
const AcceleratorRow* find_accelerator_by_pci(std::string_view vendor_device, std::optional<Bytes> vram,
                                              const Catalog& catalog = builtin_catalog());

/// Number formats that the matrix units of a device compute in: "fp16" "bf16" "int8" "fp8" "fp4".
std::vector<std::string> gpu_features_of(const AcceleratorRow& row);
std::vector<std::string> gpu_features_of_compute_capability(double cc);

/// One `--gpu KEY[,VRAM[,BANDWIDTH]]`, repeated `count` times.
struct GpuFlag {
  std::string key;
  int count = 1;
  std::optional<Bytes> vram;
  std::optional<BytesPerSecond> bandwidth;
};
/// What the user said about a box that this program cannot see.
struct BoxFlags {
  std::string system, cpu;
  std::optional<Bytes> ram;
  std::vector<GpuFlag> gpus;
  bool any() const { return !system.empty() || !cpu.empty() || ram || !gpus.empty(); }
};
Result<GpuFlag> parse_gpu_flag(std::string_view text);
/// A whole other box. Unstated CPU and disk stay unknown and are not judged; unstated RAM is unknown.
Result<Host> describe_host(const BoxFlags& flags, const Catalog& catalog = builtin_catalog());
/// A discrete GPU as the catalog describes it; its pool is numbered by add_gpus.
Gpu describe_gpu(const AcceleratorRow& row);
Npu describe_npu(const AcceleratorRow& row);
/// Adds `count` devices to a host and numbers the pools.
void add_gpus(Host& host, const Gpu& gpu, int count);
/// Fills unknown facts of seen devices from the catalog (compute, bandwidth), marked `catalog`. Never overrides.
void fill_from_catalog(Host& host, const Catalog& catalog = builtin_catalog());

}  // namespace edgefit
