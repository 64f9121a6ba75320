#include "probe/nvidia_card.h"

#include <algorithm>
#include <map>

#include "base/parse.h"
#include "edgefit/text.h"
#include "probe/gpu.h"
#include "probe/nvml_codes.h"
#include "probe/pci.h"

namespace edgefit {
namespace {

constexpr double kMaxVram = 0x1p46;

// CUDA Programming Guide, arithmetic instructions: FP32 lanes a multiprocessor.
struct CoreRow {
  const char* cc;
  int cores;
};
constexpr CoreRow kCoresPerSm[] = {{"5.0", 128},  {"5.2", 128},  {"5.3", 128},  {"6.0", 64},  {"6.1", 128},
                                   {"6.2", 128},  {"7.0", 64},   {"7.2", 64},   {"7.5", 64},  {"8.0", 64},
                                   {"8.6", 128},  {"8.7", 128},  {"8.9", 128},  {"9.0", 128}, {"10.0", 128},
                                   {"10.3", 128}, {"11.0", 128}, {"12.0", 128}, {"12.1", 128}};

/// Bytes a second of one NVLink and direction by nvmlNvlinkVersion_t: 1.0, 2.0, 2.2, 3.0, 3.1, 4.0, 5.0.
constexpr double kNvLinkBytes[] = {0, 20e9, 25e9, 25e9, 25e9, 25e9, 25e9, 50e9};

constexpr const char* kComputeModes[] = {"default", "exclusive-thread", "prohibited", "exclusive-process"};

/// One speaker's card with its way to say where a number came from and why another is missing.
class Answer {
 public:
  Answer(NvidiaVoice voice, const VendorCard& card)
      : card_(card), nvml_(voice == NvidiaVoice::nvml), origin_{Origin::Kind::driver, nvml_ ? "NVML" : "CUDA driver"} {}
  const VendorCard& card() const { return card_; }
  const Origin& origin() const { return origin_; }
  bool nvml() const { return nvml_; }

  std::string reason(std::string_view call) const {
    const auto code = failure_of(card_, call);
    if (code.empty()) return tr("NVIDIA's library did not tell");
    if (code == std::to_string(kNvmlNoPermission) && nvml_) return tr("no permission to ask for it");
    if (const auto* row = nvml_ ? find_nvml_code(code) : nullptr) return tr(row->text);
    return say(tr("NVIDIA's library returned code {}"), code);
  }

  /// Takes over a number within limits; when there is none, `fact` keeps what it has or learns why.
  template <class T, class Make>
  void number(std::string_view key, std::string_view call, double limit, Make make, Fact<T>& fact) const {
    const auto value = number_value(card_, key);
    if (value && *value > 0 && *value <= limit)
      fact = {make(*value), origin_};
    else if (!fact)
      fact = Fact<T>::unknown(value ? tr("NVIDIA's library gives an impossible value") : reason(call));
  }
  void text(std::string_view key, std::string_view call, Fact<std::string>& fact) const {
    if (const auto value = text_value(card_, key); !value.empty())
      fact = {std::string(value), origin_};
    else if (!fact)
      fact = Fact<std::string>::unknown(reason(call));
  }

 private:
  const VendorCard& card_;
  bool nvml_;
  Origin origin_;
};

double same(double n) {
  return n;
}

void join_memory(const Answer& answer, Gpu& gpu) {
  const auto bytes = [](double n) { return Bytes{n}; };
  const char* call = answer.nvml() ? "nvmlDeviceGetMemoryInfo" : "cuDeviceTotalMem_v2";
  answer.number("memory.total", call, kMaxVram, bytes, gpu.vram_total);
  if (!answer.nvml()) return;
  answer.number("memory.free", call, kMaxVram, bytes, gpu.vram_free);
  // Nothing free is a fact; nothing in all is not.
  if (gpu.vram_total && number_value(answer.card(), "memory.free") == 0.0) gpu.vram_free = {Bytes{0}, answer.origin()};
  if (gpu.vram_total && gpu.vram_free && *gpu.vram_free > *gpu.vram_total)
    gpu.vram_free = Fact<Bytes>::unknown(tr("NVIDIA's library gives more free than total memory"));
  answer.number("memory.used", call, kMaxVram, bytes, gpu.vram_used);
  if (gpu.vram_total && number_value(answer.card(), "memory.used") == 0.0) gpu.vram_used = {Bytes{0}, answer.origin()};
  if (gpu.vram_total && gpu.vram_used && *gpu.vram_used > *gpu.vram_total)
    gpu.vram_used = Fact<Bytes>::unknown(tr("NVIDIA's library gives more used than total memory"));
  answer.number("memory.reserved", "nvmlDeviceGetMemoryInfo_v2", kMaxVram, bytes, gpu.vram_reserved);
}

/// bus width / 8 x clock x 2 transfers, as NVIDIA's nvbench and CUDA samples compute it: RTX 4090 384 bit x 10501 MHz.
void join_bandwidth(const Answer& answer, Gpu& gpu) {
  const bool nvml = answer.nvml();
  answer.number("bus_width", nvml ? "nvmlDeviceGetMemoryBusWidth" : "cuDeviceGetAttribute", 65536, same,
                gpu.bus_width_bits);
  answer.number(
      "memory_clock", nvml ? "nvmlDeviceGetMaxClockInfo" : "cuDeviceGetAttribute", 1e5,
      [](double mhz) { return Hertz{mhz * 1e6}; }, gpu.memory_clock);
  if (gpu.bus_width_bits && gpu.memory_clock)
    gpu.peak_bandwidth = {
        BytesPerSecond{*gpu.bus_width_bits / 8 * gpu.memory_clock->value * 2},
        {Origin::Kind::driver, gpu.bus_width_bits.origin.text + ": bus width / 8 x memory clock x 2"}};
  else if (!gpu.peak_bandwidth)
    gpu.peak_bandwidth =
        Fact<BytesPerSecond>::unknown(gpu.bus_width_bits ? gpu.memory_clock.why : gpu.bus_width_bits.why);
}

void join_link(const Answer& answer, Gpu& gpu) {
  if (!answer.nvml()) return;
  if (!gpu.pcie_generation)
    answer.number("pcie.generation", "nvmlDeviceGetMaxPcieLinkGeneration", 10, same, gpu.pcie_generation);
  if (!gpu.pcie_width) answer.number("pcie.width", "nvmlDeviceGetMaxPcieLinkWidth", 32, same, gpu.pcie_width);
  answer.number("pcie.generation.now", "nvmlDeviceGetCurrPcieLinkGeneration", 10, same, gpu.pcie_generation_now);
  answer.number("pcie.width.now", "nvmlDeviceGetCurrPcieLinkWidth", 32, same, gpu.pcie_width_now);
  if (gpu.pcie_bandwidth || !gpu.pcie_generation || !gpu.pcie_width) return;
  const double lane = pci_lane_bandwidth(static_cast<int>(*gpu.pcie_generation));
  if (lane > 0) gpu.pcie_bandwidth = {BytesPerSecond{lane * *gpu.pcie_width}, answer.origin()};
}

/// All NVLinks to the same other end as one.
void join_nvlinks(const Answer& answer, Gpu& gpu) {
  std::map<std::string, GpuLink> peers;
  for (const auto& [key, value] : answer.card().values) {
    const auto parts = words(value);
    if (!key.starts_with("link.") || parts.size() != 2) continue;
    const auto version = to_number(parts[0]);
    const bool known = version && *version >= 1 && *version < static_cast<double>(std::size(kNvLinkBytes));
    GpuLink& link = peers[normal_bdf(parts[1])];
    link.type = "nvlink";
    ++link.count;
    if (known) {
      const double bytes = kNvLinkBytes[static_cast<size_t>(*version)] + (link.bandwidth ? link.bandwidth->value : 0);
      link.bandwidth = {BytesPerSecond{bytes}, answer.origin()};
    } else {
      link.bandwidth = Fact<BytesPerSecond>::unknown(tr("this version of NVLink is not known"));
    }
  }
  if (peers.empty()) return;
  gpu.links.clear();
  for (auto& [peer, link] : peers) {
    link.peer = peer;
    gpu.links.push_back(std::move(link));
  }
}

void join_cores(const Answer& answer, Gpu& gpu) {
  const auto cc = text_value(answer.card(), "cc");
  if (const auto number = to_number(cc); number && *number > 0)
    gpu.compute_capability = {*number, answer.origin()};
  else if (!gpu.compute_capability)
    gpu.compute_capability = Fact<double>::unknown(answer.reason("nvmlDeviceGetCudaComputeCapability"));
  const auto cores = number_value(answer.card(), "cores"), units = number_value(answer.card(), "multiprocessors");
  const int per_sm = cores_per_sm(cc);
  if (units && *units > 0)
    gpu.sm_count = {*units, answer.origin()};
  else if (cores && *cores > 0 && per_sm > 0)
    gpu.sm_count = {*cores / per_sm, {Origin::Kind::driver, "NVML: cores / cores of an SM"}};
  else if (!gpu.sm_count)
    gpu.sm_count = Fact<double>::unknown(cores ? tr("cores of an SM are not known for this compute capability")
                                               : answer.reason("nvmlDeviceGetNumGpuCores"));
}

void join_modes(const Answer& answer, Gpu& gpu) {
  const auto ecc = number_value(answer.card(), "ecc"), mode = number_value(answer.card(), "compute_mode");
  if (ecc)
    gpu.ecc = {*ecc == 0 ? "off" : "on", answer.origin()};
  else if (!gpu.ecc)
    gpu.ecc = Fact<std::string>::unknown(answer.reason("nvmlDeviceGetEccMode"));
  if (mode && *mode >= 0 && *mode < static_cast<double>(std::size(kComputeModes)))
    gpu.compute_mode = {kComputeModes[static_cast<size_t>(*mode)], answer.origin()};
  else if (!gpu.compute_mode)
    gpu.compute_mode = Fact<std::string>::unknown(answer.reason("nvmlDeviceGetComputeMode"));
}

/// What stands in the way although the driver answers.
void judge(Gpu& gpu) {
  constexpr double kOldestOfCuda12 = 5.0, kOldestOfCuda13 = 7.5;
  set_state(gpu, GpuState::usable, "");
  if (gpu.compute_mode && *gpu.compute_mode == "prohibited")
    set_state(gpu, GpuState::no_permission, tr("compute mode is prohibited: nvidia-smi --compute-mode=DEFAULT"));
  if (!gpu.compute_capability) return;
  if (*gpu.compute_capability < kOldestOfCuda12)
    set_state(gpu, GpuState::too_old,
              say(tr("too old: CUDA 12 and later leave out compute capability {:.1f}"), *gpu.compute_capability));
  else if (*gpu.compute_capability < kOldestOfCuda13 && gpu.state == GpuState::usable)
    gpu.state_text = say(tr("builds for CUDA 13 leave out compute capability {:.1f}: take a build for CUDA 12"),
                         *gpu.compute_capability);
}

/// "GPU-" or "MIG-" and the digits that stand for the real id.
std::string short_uuid(std::string_view uuid) {
  constexpr size_t kShort = 12;
  return uuid.size() == kShort && (uuid.starts_with("GPU-") || uuid.starts_with("MIG-")) ? std::string(uuid)
                                                                                         : std::string();
}

}  // namespace

bool shares_addresses(const VendorCard& card) {
  constexpr std::string_view kAts = "2";  // nvmlDeviceAddressingModeType_t
  return text_value(card, "addressing") == kAts;
}

void make_unified(Gpu& gpu) {
  const char* why = tr("shares main memory with the processor");
  gpu.kind = GpuClass::unified;
  if (gpu.vram_total) gpu.shared_max = gpu.vram_total;
  gpu.vram_total = gpu.vram_free = gpu.vram_used = gpu.vram_reserved = Fact<Bytes>::unknown(why);
  // What such a GPU says of a PCIe link means nothing (all-smi#146).
  gpu.pcie_generation = gpu.pcie_width = gpu.pcie_generation_now = gpu.pcie_width_now = Fact<double>::unknown(why);
  gpu.pcie_bandwidth = Fact<BytesPerSecond>::unknown(why);
}

void join_nvidia_card(NvidiaVoice voice, const VendorCard& system, const VendorCard& card, Gpu& gpu) {
  const Answer answer(voice, card), whole(voice, system);
  gpu.vendor = "NVIDIA";
  answer.text("name", answer.nvml() ? "nvmlDeviceGetName" : "cuDeviceGetName", gpu.name);
  if (const auto uuid = short_uuid(text_value(card, "uuid")); !uuid.empty()) gpu.uuid = uuid;
  if (answer.nvml()) whole.text("driver", "nvmlSystemGetDriverVersion", gpu.driver);
  if (const auto cuda = text_value(system, "cuda"); !cuda.empty()) gpu.runtimes = {{"cuda", std::string(cuda)}};
  if (const auto pci = text_value(card, "pci"); gpu.pci.empty()) gpu.pci = pci;
  join_memory(answer, gpu);
  join_bandwidth(answer, gpu);
  join_link(answer, gpu);
  join_nvlinks(answer, gpu);
  join_cores(answer, gpu);
  join_modes(answer, gpu);
  if (answer.nvml()) {
    const auto watts = [](double milliwatts) { return Watts{milliwatts / 1000}; };
    answer.number("power_limit", "nvmlDeviceGetEnforcedPowerLimit", 1e8, watts, gpu.power_limit);
    answer.number("power_default", "nvmlDeviceGetPowerManagementDefaultLimit", 1e8, watts, gpu.power_default);
  }
  judge(gpu);
  constexpr std::string_view kVgpu = "2";  // nvmlGpuVirtualizationMode_t
  if (text_value(card, "virtualization") == kVgpu) gpu.kind = GpuClass::virtual_gpu;
  const bool no_memory_of_its_own =
      shares_addresses(card) && failure_of(card, "nvmlDeviceGetMemoryInfo") == std::to_string(kNvmlNotSupported);
  const bool boards_own = gpu.id.starts_with(kPlatformGpu) || gpu.kind == GpuClass::unified;
  if (no_memory_of_its_own || boards_own || text_value(card, "integrated") == "1") make_unified(gpu);
}

int cores_per_sm(std::string_view compute_capability) {
  for (const auto& row : kCoresPerSm)
    if (compute_capability == row.cc) return row.cores;
  return 0;
}

}  // namespace edgefit
