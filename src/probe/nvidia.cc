#include "probe/nvidia.h"

#include <algorithm>

#include "edgefit/text.h"
#include "probe/gpu.h"
#include "probe/nvml.h"
#include "probe/parse.h"

namespace edgefit {
namespace {

constexpr double kMaxVram = 0x1p46;

/// What a return code means for the whole card, and the cure.
struct CodeRow {
  const char* code;
  GpuState state;
  const char* text;
};
constexpr CodeRow kCodes[] = {
    {"4", GpuState::no_permission, "NVIDIA's library has no permission to ask this device"},
    {"9", GpuState::no_driver, "NVIDIA's driver is not loaded: modprobe nvidia, or reinstall the driver and reboot"},
    {"12", GpuState::no_library, "a part of NVIDIA's user library is missing: reinstall the driver's libraries"},
    {"15", GpuState::lost, "the GPU has fallen off the bus: check power and cooling, then reboot"},
    {"18", GpuState::version_mismatch, "driver and user library differ: the driver was updated, reboot or reload it"},
    {"999", GpuState::no_library, "NVIDIA's library failed without saying why: see the kernel log, then reboot"},
};

// CUDA Programming Guide, arithmetic instructions: FP32 lanes a multiprocessor.
struct CoreRow {
  const char* cc;
  int cores;
};
constexpr CoreRow kCoresPerSm[] = {{"5.0", 128},  {"5.2", 128},  {"5.3", 128},  {"6.0", 64},  {"6.1", 128},
                                   {"6.2", 128},  {"7.0", 64},   {"7.2", 64},   {"7.5", 64},  {"8.0", 64},
                                   {"8.6", 128},  {"8.7", 128},  {"8.9", 128},  {"9.0", 128}, {"10.0", 128},
                                   {"10.3", 128}, {"11.0", 128}, {"12.0", 128}, {"12.1", 128}};

const Origin kNvml{Origin::Kind::driver, "NVML"};

using Card = NvmlReport::Card;

std::string_view text_value(const Card& card, std::string_view key) {
  const auto at = card.values.find(key);
  return at == card.values.end() ? std::string_view() : std::string_view(at->second);
}

std::optional<double> number_value(const Card& card, std::string_view key) {
  return to_number(text_value(card, key));
}

/// Why a field is unknown, by the code of its call.
std::string reason(const Card& card, std::string_view call) {
  const auto at = card.failures.find(call);
  if (at == card.failures.end()) return tr("NVIDIA's library did not tell");
  if (at->second == std::to_string(kNvmlNotSupported)) return tr("this device does not tell it");
  if (at->second == std::to_string(kNvmlFunctionNotFound)) return tr("this driver is too old to tell it");
  if (at->second == std::to_string(kNvmlNoPermission)) return tr("no permission to ask for it");
  return say(tr("NVIDIA's library returned code {}"), at->second);
}

/// A number of the report within limits, as a fact.
template <class T, class Make>
Fact<T> fact(const Card& card, std::string_view key, std::string_view call, double limit, Make make) {
  const auto number = number_value(card, key);
  if (!number) return Fact<T>::unknown(reason(card, call));
  if (!(*number > 0 && *number <= limit)) return Fact<T>::unknown(tr("NVIDIA's library gives an impossible value"));
  return {make(*number), kNvml};
}

double same(double n) {
  return n;
}

void join_memory(const Card& card, Gpu& gpu) {
  const auto bytes = [](double n) { return Bytes{n}; };
  constexpr std::string_view kCall = "nvmlDeviceGetMemoryInfo";
  gpu.vram_total = fact<Bytes>(card, "memory.total", kCall, kMaxVram, bytes);
  gpu.vram_free = fact<Bytes>(card, "memory.free", kCall, kMaxVram, bytes);
  // Nothing free is a fact; nothing in all is not.
  if (gpu.vram_total && number_value(card, "memory.free") == 0.0) gpu.vram_free = {Bytes{0}, kNvml};
  if (gpu.vram_total && gpu.vram_free && *gpu.vram_free > *gpu.vram_total)
    gpu.vram_free = Fact<Bytes>::unknown(tr("NVIDIA's library gives more free than total memory"));
  gpu.vram_reserved = fact<Bytes>(card, "memory.reserved", "nvmlDeviceGetMemoryInfo_v2", kMaxVram, bytes);
}

/// bus width / 8 x clock x 2 transfers, as NVIDIA's nvbench and CUDA samples compute it: RTX 4090 384 bit x 10501 MHz.
void join_bandwidth(const Card& card, Gpu& gpu) {
  gpu.bus_width_bits = fact<double>(card, "bus_width", "nvmlDeviceGetMemoryBusWidth", 65536, same);
  gpu.memory_clock =
      fact<Hertz>(card, "memory_clock", "nvmlDeviceGetMaxClockInfo", 1e5, [](double mhz) { return Hertz{mhz * 1e6}; });
  if (gpu.bus_width_bits && gpu.memory_clock)
    gpu.peak_bandwidth = {BytesPerSecond{*gpu.bus_width_bits / 8 * gpu.memory_clock->value * 2},
                          {Origin::Kind::driver, "NVML: bus width / 8 x memory clock x 2"}};
  else
    gpu.peak_bandwidth =
        Fact<BytesPerSecond>::unknown(gpu.bus_width_bits ? gpu.memory_clock.why : gpu.bus_width_bits.why);
}

void join_link(const Card& card, Gpu& gpu) {
  if (!gpu.pcie_generation)
    gpu.pcie_generation = fact<double>(card, "pcie.generation", "nvmlDeviceGetMaxPcieLinkGeneration", 10, same);
  if (!gpu.pcie_width) gpu.pcie_width = fact<double>(card, "pcie.width", "nvmlDeviceGetMaxPcieLinkWidth", 32, same);
  if (gpu.pcie_bandwidth || !gpu.pcie_generation || !gpu.pcie_width) return;
  const double lane = pci_lane_bandwidth(static_cast<int>(*gpu.pcie_generation));
  if (lane > 0) gpu.pcie_bandwidth = {BytesPerSecond{lane * *gpu.pcie_width}, kNvml};
}

void join_cores(const Card& card, Gpu& gpu) {
  const auto cc = text_value(card, "cc");
  const auto number = to_number(cc);
  gpu.compute_capability =
      number ? Fact<double>(*number, kNvml) : Fact<double>::unknown(reason(card, "nvmlDeviceGetCudaComputeCapability"));
  const auto cores = number_value(card, "cores");
  const int per_sm = cores_per_sm(cc);
  if (const auto sms = number_value(card, "multiprocessors"); sms && *sms > 0)
    gpu.sm_count = {*sms, kNvml};
  else if (cores && *cores > 0 && per_sm > 0)
    gpu.sm_count = {*cores / per_sm, {Origin::Kind::driver, "NVML: cores / cores of an SM"}};
  else
    gpu.sm_count = Fact<double>::unknown(cores ? tr("cores of an SM are not known for this compute capability")
                                               : reason(card, "nvmlDeviceGetNumGpuCores"));
}

/// GB10 and later integrated parts: memory is the host's (ATS) and the library tells none of its own.
bool shares_memory(const Card& card) {
  const auto at = card.failures.find("nvmlDeviceGetMemoryInfo");
  return text_value(card, "addressing") == "2" && at != card.failures.end() &&
         at->second == std::to_string(kNvmlNotSupported);
}

void join_card(const Card& system, const Card& card, Gpu& gpu) {
  gpu.vendor = "NVIDIA";
  set_state(gpu, GpuState::usable, "");
  const auto text = [&](const Card& from, std::string_view key, std::string_view call) {
    const auto value = text_value(from, key);
    return value.empty() ? Fact<std::string>::unknown(reason(from, call))
                         : Fact<std::string>(std::string(value), kNvml);
  };
  gpu.name = text(card, "name", "nvmlDeviceGetName");
  gpu.driver = text(system, "driver", "nvmlSystemGetDriverVersion");
  if (const auto cuda = text_value(system, "cuda"); !cuda.empty()) gpu.runtimes = {{"cuda", std::string(cuda)}};
  if (const auto pci = text_value(card, "pci"); gpu.pci.empty()) gpu.pci = pci;
  join_memory(card, gpu);
  join_bandwidth(card, gpu);
  join_link(card, gpu);
  join_cores(card, gpu);
  gpu.power_limit = fact<Watts>(card, "power_limit", "nvmlDeviceGetEnforcedPowerLimit", 1e8,
                                [](double milliwatts) { return Watts{milliwatts / 1000}; });
  constexpr std::string_view kVgpu = "2";
  if (text_value(card, "virtualization") == kVgpu) gpu.kind = GpuClass::virtual_gpu;
  if (shares_memory(card)) gpu.kind = GpuClass::unified;
}

bool waits_for_nvml(const Gpu& gpu) {
  return gpu.vendor == "NVIDIA" && gpu.kernel_driver && *gpu.kernel_driver == "nvidia" &&
         gpu.state != GpuState::not_exposed && gpu.state != GpuState::no_permission;
}

const CodeRow* find_code(const Card& card, std::string_view call) {
  const auto at = card.failures.find(call);
  for (const auto& row : kCodes)
    if (at != card.failures.end() && at->second == row.code) return &row;
  return nullptr;
}

/// Failures worth telling: not "not supported", not a function that an old driver lacks, not the v2 of a call whose
/// v1 answered.
void note_errors(const Card& card, const std::string& source, Host& host) {
  for (const auto& [call, code] : card.failures) {
    if (code == std::to_string(kNvmlNotSupported) || code == std::to_string(kNvmlFunctionNotFound)) continue;
    const auto* row = find_code(card, call);
    host.errors.push_back({source, call, code, row ? tr(row->text) : ""});
  }
}

/// The card's place among the GPUs in PCI order: the one that PCI shows, or a new one (WSL, hidden sysfs).
Gpu& gpu_at(const std::string& bdf, const std::string& card, Host& host) {
  const auto at =
      std::find_if(host.gpus.begin(), host.gpus.end(), [&](const Gpu& gpu) { return !bdf.empty() && gpu.id == bdf; });
  if (at != host.gpus.end()) return *at;
  Gpu gpu;
  gpu.bdf = bdf;
  gpu.id = bdf.empty() ? "nvml:" + card : bdf;
  const auto place = std::find_if(host.gpus.begin(), host.gpus.end(),
                                  [&](const Gpu& other) { return !bdf.empty() && bdf_before(bdf, other.bdf); });
  return *host.gpus.insert(place, std::move(gpu));
}

/// One instance of a split card: takes the parent's place when it is the first, else stands behind its siblings.
void join_instance(const NvmlReport& report, const std::string& name, const std::string& bdf, Host& host) {
  auto first = std::find_if(host.gpus.begin(), host.gpus.end(), [&](const Gpu& gpu) { return gpu.bdf == bdf; });
  if (first == host.gpus.end()) return;
  auto behind = std::find_if(first, host.gpus.end(), [&](const Gpu& gpu) { return gpu.bdf != bdf; });
  Gpu gpu = *first;
  gpu.id = bdf + "/mig" + name.substr(name.find('.') + 1);
  join_card(report.system, report.cards.at(name), gpu);
  const char* why = tr("a part of a card; the driver does not tell its share");
  gpu.peak_bandwidth = Fact<BytesPerSecond>::unknown(why);
  gpu.power_limit = Fact<Watts>::unknown(why);
  if (first->id == bdf)
    *first = std::move(gpu);
  else
    host.gpus.insert(behind, std::move(gpu));
}

void join_split_card(const NvmlReport& report, const std::string& card, const std::string& bdf, Host& host) {
  Gpu& parent = gpu_at(bdf, card, host);
  join_card(report.system, report.cards.at(card), parent);
  set_state(parent, GpuState::not_exposed,
            tr("MIG mode is on without an instance: create one (nvidia-smi mig -cgi) or turn MIG off"));
  for (const auto& [name, values] : report.cards)
    if (name.starts_with(card + ".")) join_instance(report, name, bdf, host);
}

}  // namespace

NvidiaOptions usual_nvidia_options() {
  NvidiaOptions options;
  for (const char* folder :
       {"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/lib/wsl/lib",
        "/usr/lib/x86_64-linux-gnu/nvidia/current", "/usr/lib/aarch64-linux-gnu/nvidia/current",
        "/run/opengl-driver/lib", "/usr/local/nvidia/lib64", "/run/nvidia/driver/usr/lib/x86_64-linux-gnu",
        "/run/nvidia/driver/usr/lib64"})
    options.libraries.push_back(std::string(folder) + "/libnvidia-ml.so.1");
  return options;
}

NvmlReport parse_nvml_report(std::string_view text) {
  NvmlReport report;
  for (const auto line : split_lines(text)) {
    const auto fields = split(line, '\t');
    if (fields.size() != 3 || fields[1].empty() || fields[0] == "?") continue;
    Card& card = fields[0] == "-" ? report.system : report.cards[std::string(fields[0])];
    if (fields[1].front() == '!')
      card.failures.emplace(fields[1].substr(1), fields[2]);
    else
      card.values.emplace(fields[1], fields[2]);
  }
  return report;
}

NvidiaQuery NvidiaQuery::start(const Root& root, const NvidiaOptions& options) {
  NvidiaQuery query;
  query.live_ = root.live();
  if (!root.live()) return query;
  const auto library = std::find_if(options.libraries.begin(), options.libraries.end(),
                                    [&](const std::string& path) { return root.exists(path); });
  if (library == options.libraries.end()) {
    query.problem_ = Problem{tr("driver loaded, user library libnvidia-ml.so.1 not found: install it, or give the "
                                "container the driver capability utility"),
                             {},
                             {}};
    return query;
  }
  auto child =
      Child::start([path = *library](const Child::Write& write) { report_nvml(path, write); }, options.deadline_ms);
  if (child)
    query.child_ = std::move(*child);
  else
    query.problem_ = child.error();
  return query;
}

void NvidiaQuery::finish(Host& host) {
  if (!live_) return;
  if (child_) {
    const auto answer = child_->finish();
    child_.reset();
    if (answer) return join_nvidia(parse_nvml_report(*answer), host);
    host.errors.push_back({"nvml", "child", "", answer.error().what});
    problem_ = Problem{say(tr("NVIDIA's library {}"), answer.error().what), {}, {}};
  }
  if (problem_) nvidia_unanswered(*problem_, host);
}

void nvidia_unanswered(const Problem& problem, Host& host) {
  for (auto& gpu : host.gpus)
    if (waits_for_nvml(gpu)) set_state(gpu, GpuState::no_library, problem.what);
}

void join_nvidia(const NvmlReport& report, Host& host) {
  note_errors(report.system, "nvml", host);
  if (text_value(report.system, "init").empty()) {
    const auto* row = find_code(report.system, "nvmlInit_v2");
    for (auto& gpu : host.gpus) {
      if (!waits_for_nvml(gpu)) continue;
      if (row)
        set_state(gpu, row->state, tr(row->text));
      else
        set_state(gpu, GpuState::no_library, tr("NVIDIA's library did not start: reinstall the driver's libraries"));
    }
    return;
  }
  // Cards that the driver holds but does not hand out stay "not exposed", or what their handle failed with.
  const CodeRow* handle_failure = nullptr;
  std::vector<std::string> answered;
  for (const auto& [name, card] : report.cards) {
    note_errors(card, "nvml " + name, host);
    if (const auto* row = find_code(card, "nvmlDeviceGetHandleByIndex_v2")) handle_failure = row;
    if (card.values.empty() || name.find('.') != std::string::npos) continue;
    const auto bdf = normal_bdf(text_value(card, "bdf"));
    if (text_value(card, "mig") == "1")
      join_split_card(report, name, bdf, host);
    else
      join_card(report.system, card, gpu_at(bdf, name, host));
    answered.push_back(bdf);
  }
  for (auto& gpu : host.gpus) {
    if (!waits_for_nvml(gpu) || std::find(answered.begin(), answered.end(), gpu.bdf) != answered.end()) continue;
    if (handle_failure)
      set_state(gpu, handle_failure->state, tr(handle_failure->text));
    else
      set_state(gpu, GpuState::not_exposed, tr("the driver knows this device but does not give it to this process"));
  }
}

int cores_per_sm(std::string_view compute_capability) {
  for (const auto& row : kCoresPerSm)
    if (compute_capability == row.cc) return row.cores;
  return 0;
}

}  // namespace edgefit
