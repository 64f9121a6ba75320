// What a catalog row adds to a device: peaks, formats, link. Seen devices only get what nothing else told.
#include <algorithm>
#include <array>
#include <charconv>

#include "catalog/facts.h"
#include "catalog/lookup.h"
#include "edgefit/catalog.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// Formats of NVIDIA's matrix units by compute capability. Source: NVIDIA Transformer Engine and TensorRT-RTX
/// support matrices (2026); fp4 begins with Blackwell, fp8 with Ada, bf16 with Ampere, int8 with Xavier and Turing.
struct FormatFrom {
  double cc;
  const char* format;
};
constexpr std::array<FormatFrom, 5> kFormats = {
    {{7.0, "fp16"}, {8.0, "bf16"}, {7.2, "int8"}, {8.9, "fp8"}, {10.0, "fp4"}}};

/// Bytes a second of one PCI Express lane and direction after line coding, by generation 1 to 6.
constexpr std::array<double, 6> kLaneBytes = {0.25e9, 0.5e9, 0.985e9, 1.969e9, 3.938e9, 7.563e9};

/// The programming interfaces that reach a device of this row.
std::vector<std::pair<std::string, std::string>> interfaces_of(const AcceleratorRow& row) {
  std::vector<std::pair<std::string, std::string>> out;
  if (row.vendor == "NVIDIA" && row.compute_cap) out.emplace_back("cuda", "");
  if (row.vendor == "AMD" && !row.gfx.empty()) out.emplace_back("rocm", "");
  if (row.vendor == "Intel" && row.kind != "npu") out.emplace_back("sycl", "");
  if (row.vendor == "Apple") out.emplace_back("metal", "");
  if (row.vendor != "Apple" && row.kind != "npu") out.emplace_back("vulkan", "");
  return out;
}

/// The number after `mark`: 4 of "PCIe 4.0 x16" after "PCIe ", 16 after " x".
std::optional<double> number_after(std::string_view text, std::string_view mark) {
  const size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  int value = 0;
  const char* begin = text.data() + at + mark.size();
  const auto done = std::from_chars(begin, text.data() + text.size(), value);
  return done.ec == std::errc() ? std::optional<double>(value) : std::nullopt;
}

void set_link(Gpu& gpu, const AcceleratorRow& row, const Origin& origin) {
  const auto generation = number_after(row.bus, "PCIe "), width = number_after(row.bus, " x");
  if (!generation || !width || *generation < 1 || *generation > 6) return;
  gpu.pcie_generation = {*generation, origin};
  gpu.pcie_width = {*width, origin};
  const double lane = kLaneBytes[static_cast<size_t>(*generation) - 1];
  gpu.pcie_bandwidth = {BytesPerSecond{lane * *width}, {Origin::Kind::derived, std::string(row.bus)}};
}

/// Dense matrix rate; boards without matrix units compute prompts on their vector units.
Fact<FlopsPerSecond> fp16_peak_of(const AcceleratorRow& row, const Origin& origin) {
  if (row.fp16_dense_tflops) return fact_of<FlopsPerSecond>(row.fp16_dense_tflops, 1e12, origin);
  const double vector = std::max(row.fp32_tflops.value_or(0), row.fp16_vector_tflops.value_or(0));
  return fact_of<FlopsPerSecond>(vector > 0 ? Maybe(vector) : Maybe(), 1e12, origin);
}

GpuClass class_of(const AcceleratorRow& row) {
  // An integrated GPU with more than two channels of memory was made to be computed on (Strix Halo: 256 bits).
  constexpr double kTwoChannels = 150;  // GB/s of LPDDR5X-9600 on 128 bits
  const bool narrow = row.bandwidth_gbs.value_or(0) <= kTwoChannels;
  if (row.kind == "gpu") return GpuClass::discrete;
  return row.kind == "igpu" && narrow ? GpuClass::integrated : GpuClass::unified;
}

template <class T>
void fill(Fact<T>& fact, const Fact<T>& from) {
  if (!fact && from) fact = from;
}

template <class T>
void keep_common(Fact<T>& fact, const Fact<T>& other) {
  if (fact.value != other.value) fact = Fact<T>::unknown(tr("boards of this PCI id differ"));
}

/// What holds for every one of the rows.
Gpu common_of(const std::vector<const AcceleratorRow*>& rows) {
  Gpu gpu = describe_gpu(*rows.front());
  for (const auto* row : rows) {
    const Gpu other = describe_gpu(*row);
    keep_common(gpu.name, other.name);
    keep_common(gpu.memory_type, other.memory_type);
    keep_common(gpu.peak_bandwidth, other.peak_bandwidth);
    keep_common(gpu.compute_capability, other.compute_capability);
    keep_common(gpu.gfx, other.gfx);
    keep_common(gpu.sm_count, other.sm_count);
    keep_common(gpu.fp32_peak, other.fp32_peak);
    keep_common(gpu.fp16_peak, other.fp16_peak);
    keep_common(gpu.fp16_half_peak, other.fp16_half_peak);
    keep_common(gpu.power_limit, other.power_limit);
    if (gpu.features != other.features) gpu.features.clear();
    if (gpu.catalog_key != other.catalog_key) gpu.catalog_key.clear();
  }
  return gpu;
}

void fill_gpu(Gpu& gpu, const Gpu& known) {
  gpu.catalog_key = known.catalog_key;
  fill(gpu.name, known.name);
  fill(gpu.memory_type, known.memory_type);
  fill(gpu.peak_bandwidth, known.peak_bandwidth);
  fill(gpu.compute_capability, known.compute_capability);
  fill(gpu.gfx, known.gfx);
  fill(gpu.sm_count, known.sm_count);
  fill(gpu.fp32_peak, known.fp32_peak);
  fill(gpu.fp16_peak, known.fp16_peak);
  fill(gpu.fp16_half_peak, known.fp16_half_peak);
  fill(gpu.power_limit, known.power_limit);
  if (gpu.features.empty()) gpu.features = known.features;
}

}  // namespace

std::vector<std::string> gpu_features_of(const AcceleratorRow& row) {
  const std::pair<const char*, const Maybe*> columns[] = {{"fp16", &row.fp16_dense_tflops},
                                                          {"bf16", &row.bf16_dense_tflops},
                                                          {"int8", &row.int8_dense_tops},
                                                          {"fp8", &row.fp8_dense_tflops},
                                                          {"fp4", &row.fp4_dense_tflops}};
  // A row may lack a rate of a format that its chip has. No rate at all means no matrix units (GTX 16, T1000).
  std::vector<std::string> by_cc;
  const bool matrix = std::any_of(std::begin(columns), std::end(columns), [](const auto& c) { return *c.second; });
  if (matrix && row.compute_cap) by_cc = gpu_features_of_compute_capability(*row.compute_cap);
  std::vector<std::string> out;
  for (const auto& [format, rate] : columns)
    if (*rate || std::find(by_cc.begin(), by_cc.end(), format) != by_cc.end()) out.emplace_back(format);
  return out;
}

std::vector<std::string> gpu_features_of_compute_capability(double cc) {
  std::vector<std::string> out;
  for (const auto& row : kFormats)
    if (cc >= row.cc - 0.01) out.emplace_back(row.format);
  return out;
}

Gpu describe_gpu(const AcceleratorRow& row) {
  const Origin origin = origin_of(row);
  Gpu gpu;
  gpu.name = fact_of(row.name, origin);
  gpu.vendor = std::string(row.vendor);
  gpu.kind = class_of(row);
  gpu.state = GpuState::described;
  if (gpu.has_own_memory()) {
    gpu.vram_total = fact_of<Bytes>(row.memory_gib, kGiB, origin);
    if (row.memory_gib && row.usable_gib) gpu.vram_reserved = {gib(*row.memory_gib - *row.usable_gib), origin};
  }
  gpu.memory_type = fact_of(row.memory_type, origin);
  gpu.peak_bandwidth = fact_of<BytesPerSecond>(row.bandwidth_gbs, 1e9, origin);
  gpu.compute_capability = fact_of<double>(row.compute_cap, 1, origin);
  gpu.gfx = fact_of(row.gfx, origin);
  gpu.sm_count = fact_of<double>(row.sm_or_cu, 1, origin);
  gpu.fp32_peak = fact_of<FlopsPerSecond>(row.fp32_tflops, 1e12, origin);
  gpu.fp16_peak = fp16_peak_of(row, origin);
  gpu.fp16_half_peak = fact_of<FlopsPerSecond>(row.fp16_acc16_dense_tflops, 1e12, origin);
  gpu.features = gpu_features_of(row);
  gpu.runtimes = interfaces_of(row);
  gpu.power_limit = fact_of<Watts>(row.tdp_w, 1, origin);
  set_link(gpu, row, origin);
  gpu.catalog_key = std::string(row.key);
  return gpu;
}

Npu describe_npu(const AcceleratorRow& row) {
  Npu npu;
  npu.kind = std::string(row.name);
  npu.state = name_of(GpuState::described);
  npu.int8_peak = fact_of<FlopsPerSecond>(row.int8_dense_tops, 1e12, origin_of(row));
  npu.catalog_key = std::string(row.key);
  if (row.vendor == "Hailo") npu.runtime_needed = "HailoRT";
  if (row.vendor == "Rockchip") npu.runtime_needed = "RKNN Toolkit or RKLLM";
  if (row.vendor == "Intel") npu.runtime_needed = "OpenVINO";
  return npu;
}

void add_gpus(Host& host, const Gpu& gpu, int count) {
  for (int i = 0; i < count; ++i) {
    host.gpus.push_back(gpu);
    if (gpu.bdf.empty()) host.gpus.back().id = "described:" + std::to_string(host.gpus.size() - 1);
  }
  number_pools(host);
}

namespace {

/// Apple's GPUs have no PCI id. "Apple M2 Max" is sold with 30 or 38 cores: what all of its rows agree on is a fact.
std::vector<const AcceleratorRow*> chips_by_name(const Gpu& gpu, const Catalog& catalog) {
  std::vector<const AcceleratorRow*> rows;
  if (gpu.vendor != "Apple" || !gpu.name) return rows;
  for (const auto& row : catalog.accelerators) {
    if (row.vendor != gpu.vendor || !row.name.starts_with(*gpu.name + " ")) continue;
    const auto rest = row.name.substr(gpu.name->size() + 1);
    if (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') rows.push_back(&row);  // "38-core GPU", not "Max"
  }
  return rows;
}

/// A bus address names a family: one that a single row begins with is that row, of "Hailo-8" and "Hailo-8L" nothing is
/// taken.
void fill_npu(Npu& npu, const Catalog& catalog) {
  const AcceleratorRow* only = nullptr;
  for (const auto& row : catalog.accelerators) {
    if (row.kind != "npu" || !row.name.starts_with(npu.kind)) continue;
    if (only != nullptr) return;
    only = &row;
  }
  if (only == nullptr || npu.kind.empty()) return;
  npu.catalog_key = std::string(only->key);
  npu.int8_peak = describe_npu(*only).int8_peak;
}

}  // namespace

void fill_from_catalog(Host& host, const Catalog& catalog) {
  for (Npu& npu : host.npus) {
    if (npu.catalog_key.empty()) fill_npu(npu, catalog);
  }
  for (Gpu& gpu : host.gpus) {
    if (gpu.state == GpuState::described) continue;
    const auto rows =
        gpu.pci.empty() ? chips_by_name(gpu, catalog) : accelerators_by_pci(gpu.pci, gpu.vram_total.value, catalog);
    if (!rows.empty())
      fill_gpu(gpu, common_of(rows));
    else if (gpu.features.empty() && gpu.vendor == "NVIDIA" && gpu.compute_capability)
      gpu.features = gpu_features_of_compute_capability(*gpu.compute_capability);
  }
}

}  // namespace edgefit
