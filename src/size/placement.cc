#include "size/placement.h"

#include <algorithm>
#include <cmath>

#include "edgefit/size.h"

namespace edgefit {
namespace {

struct VendorBackend {
  std::string_view vendor;
  Backend backend;
};
constexpr VendorBackend kVendorBackends[] = {
    {"NVIDIA", Backend::cuda}, {"AMD", Backend::rocm}, {"Intel", Backend::sycl}, {"Apple", Backend::metal}};

/// What drives a neural unit, as the probe names it, begins with `library` where the engine works through it.
struct NpuEngine {
  std::string_view engine, library;
};
constexpr NpuEngine kNpuEngines[] = {
    {"hailort", "HailoRT"}, {"rknn", "RKNN"}, {"rkllm", "RKNN"}, {"openvino", "OpenVINO"}};

Backend backend_of(const Gpu& gpu) {
  for (const auto& row : kVendorBackends) {
    if (gpu.vendor == row.vendor) return row.backend;
  }
  return Backend::vulkan;
}

bool serves(const Gpu& gpu, Backend backend) {
  return gpu.usable() && gpu.kind != GpuClass::display_only &&
         (backend == Backend::vulkan || backend_of(gpu) == backend);
}

/// Kept back for the operating system and other programs on a box that nobody can look at.
Bytes described_reserve(Bytes total) {
  return std::max(gib(2), total * 0.05);
}

}  // namespace

Backend backend_of(const Case& question) {
  const auto& runtime = question.runtime;
  if (runtime.backend_chosen || runtime.profile == nullptr) return runtime.backend;
  for (const Gpu& gpu : question.host->gpus) {
    // A small GPU inside the CPU gains nothing over the CPU unless asked for.
    if (!gpu.usable() || gpu.kind == GpuClass::integrated || gpu.kind == GpuClass::display_only) continue;
    const Backend backend = backend_of(gpu);
    if (runtime.profile->find(backend) != nullptr) return backend;
    if (runtime.profile->find(Backend::vulkan) != nullptr) return Backend::vulkan;
  }
  const bool only_npu =
      runtime.profile->find(Backend::npu) != nullptr && runtime.profile->find(Backend::cpu) == nullptr;
  return only_npu ? Backend::npu : Backend::cpu;
}

const Npu* npu_of(const Case& question) {
  if (question.runtime.profile == nullptr || backend_of(question) != Backend::npu) return nullptr;
  for (const NpuEngine& row : kNpuEngines) {
    if (row.engine != question.runtime.profile->name) continue;
    for (const Npu& npu : question.host->npus)
      if (std::string_view(npu.runtime_needed).starts_with(row.library)) return &npu;
  }
  return nullptr;
}

std::vector<Device> devices_of(const Case& question) {
  std::vector<Device> out;
  const Backend backend = backend_of(question);
  if (backend == Backend::cpu || backend == Backend::npu) return out;
  const auto& gpus = question.host->gpus;
  int pool = 0;
  for (size_t i = 0; i < gpus.size(); ++i) {
    const bool own_memory = gpus[i].usable() && gpus[i].pool != "ram" && gpus[i].kind != GpuClass::display_only;
    if (own_memory) ++pool;
    if (!serves(gpus[i], backend)) continue;
    if (gpus[i].kind == GpuClass::integrated && !question.runtime.backend_chosen) continue;
    const bool shares = !own_memory;
    // Devices on one pool never add up: the first stands for all.
    if (shares && std::any_of(out.begin(), out.end(), [](const Device& d) { return d.pool == 0; })) continue;
    const Have have = shares ? have_of_ram(question) : have_of_gpu(question, gpus[i]);
    out.push_back({static_cast<int>(i), shares ? 0 : pool, have.bytes});
    if (question.runtime.split_mode == SplitMode::none) break;
  }
  return out;
}

Layout lay_out(int gpu_layers, LayerCount layers, std::span<const Device> devices, std::span<const double> shares) {
  Layout out;
  const int wanted = devices.empty() ? 0 : std::clamp(gpu_layers, 0, layers.all() + 1);
  out.gpu_layers = wanted;
  const int first = std::max(layers.all() + 1 - wanted, 0);
  out.host = {0, std::min(first, layers.run)};
  out.on_device.assign(devices.size(), LayerRange{});
  if (wanted == 0) return out;
  // Single precision, as in llama.cpp's load_tensors: a layer on the border goes where it goes there.
  std::vector<float> ends(devices.size());
  float sum = 0;
  for (size_t i = 0; i < devices.size(); ++i) {
    const double free = devices[i].have ? devices[i].have->value : 1;
    sum += static_cast<float>(shares.empty() ? free : i < shares.size() ? shares[i] : 0);
    ends[i] = sum;
  }
  for (float& end : ends) end /= sum;
  const auto device_of = [&](int index) {
    const float at = static_cast<float>(index) / static_cast<float>(wanted);
    const auto found = std::upper_bound(ends.begin(), ends.end(), at);
    return std::min(static_cast<size_t>(found - ends.begin()), devices.size() - 1);
  };
  for (int layer = first; layer < layers.run; ++layer) {
    LayerRange& range = out.on_device[device_of(layer - first)];
    if (range.empty()) range.first = layer;
    range.last = layer + 1;
  }
  out.output_device = static_cast<int>(device_of(wanted - 1));
  return out;
}

Have have_of_ram(const Case& question) {
  const Host& host = *question.host;
  const Memory& m = host.memory;
  if (host.mode == Host::Mode::described) {
    if (!m.os_total) return {std::nullopt, HaveBasis::described};
    return {*m.os_total - described_reserve(*m.os_total), HaveBasis::described};
  }
  const auto& total = m.usable ? m.usable : m.os_total;
  std::optional<Bytes> free = m.available.value;
  if (free && total) free = std::min(*free, *total);
  const bool recorded = host.mode != Host::Mode::live;
  if (question.assume_idle && total) {
    const Bytes idle = *total - described_reserve(*total);
    return {free ? std::max(*free, idle) : idle, HaveBasis::idle};
  }
  if (free) return {free, recorded ? HaveBasis::recorded : HaveBasis::free_now};
  if (recorded && total) return {*total - described_reserve(*total), HaveBasis::recorded};
  return {std::nullopt, recorded ? HaveBasis::recorded : HaveBasis::free_now};
}

std::optional<Bytes> shown_by_driver(const Case& question, const Gpu& gpu) {
  if (!gpu.vram_total) return std::nullopt;
  const BackendProfile* backend =
      question.runtime.profile == nullptr ? nullptr : question.runtime.profile->find(backend_of(question));
  const Bytes reserve = gpu.vram_reserved
                            ? *gpu.vram_reserved
                            : *gpu.vram_total * (backend == nullptr ? 0 : backend->driver_reserve_fraction);
  return Bytes{std::floor((*gpu.vram_total - reserve).value)};
}

Have have_of_gpu(const Case& question, const Gpu& gpu) {
  const bool recorded = question.host->mode != Host::Mode::live;
  const std::optional<Bytes> idle = shown_by_driver(question, gpu);
  if (gpu.state == GpuState::described) return {idle, HaveBasis::described};
  if (question.assume_idle && idle) return {idle, HaveBasis::idle};
  if (gpu.vram_free) return {gpu.vram_free.value, recorded ? HaveBasis::recorded : HaveBasis::free_now};
  if (recorded) return {idle, HaveBasis::recorded};
  return {std::nullopt, HaveBasis::free_now};
}

std::optional<Bytes> shared_limit(const Case& question, const Gpu& gpu) {
  if (gpu.shared_max) return *gpu.shared_max;
  const RuntimeProfile* profile = question.runtime.profile;
  const BackendProfile* backend = profile == nullptr ? nullptr : profile->find(backend_of(question));
  const auto& total = question.host->memory.os_total;
  if (backend == nullptr || backend->shared_share <= 0 || !total) return std::nullopt;
  const bool large = backend->shared_large > 0 && total->value >= backend->shared_large;
  return *total * (large ? backend->shared_share_large : backend->shared_share);
}

}  // namespace edgefit
