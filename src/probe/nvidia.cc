#include "probe/nvidia.h"

#include <algorithm>

#include "base/parse.h"
#include "edgefit/text.h"
#include "probe/cuda.h"
#include "probe/gpu.h"
#include "probe/memory.h"
#include "probe/nodes.h"
#include "probe/nvidia_card.h"
#include "probe/nvml.h"
#include "probe/nvml_codes.h"
#include "probe/pci.h"

namespace edgefit {
namespace {

/// An NVIDIA card whose kernel driver is loaded and that nothing nearer keeps from being used.
bool waits_for_library(const Gpu& gpu) {
  return gpu.vendor == "NVIDIA" && gpu.kernel_driver && gpu.state != GpuState::not_exposed &&
         gpu.state != GpuState::no_permission && gpu.state != GpuState::wrong_driver;
}

void set_waiting(GpuState state, const std::string& text, Host& host) {
  for (auto& gpu : host.gpus)
    if (waits_for_library(gpu)) set_state(gpu, state, text);
}

/// Failures worth telling: not "not supported", not a function that an old driver lacks.
void note_errors(const VendorCard& card, const std::string& source, Host& host) {
  for (const auto& [call, code] : card.failures) {
    if (is_quiet_nvml_code(code)) continue;
    // The older call was tried as well and says the same.
    if (call == "nvmlInitWithFlags" && !failure_of(card, "nvmlInit_v2").empty()) continue;
    const auto* row = source.starts_with("nvml") ? find_nvml_code(code) : nullptr;
    host.errors.push_back({source, call, code, row ? tr(row->text) : ""});
  }
}

/// One instance of a split card: takes the parent's place when it is the first, else stands behind its siblings.
void join_instance(const VendorReport& report, const std::string& name, const std::string& bdf, Host& host) {
  const auto same_card = [&](const Gpu& gpu) { return gpu.bdf == bdf; };
  auto first = std::find_if(host.gpus.begin(), host.gpus.end(), same_card);
  if (first == host.gpus.end()) return;
  const auto behind = std::find_if_not(first, host.gpus.end(), same_card);
  Gpu gpu = *first;
  gpu.id = bdf + "/mig" + name.substr(name.find('.') + 1);
  gpu.uuid.clear();
  // What the whole card or an earlier instance has is not this one's.
  gpu.vram_total = gpu.vram_free = gpu.vram_used = gpu.vram_reserved = Fact<Bytes>();
  gpu.name = Fact<std::string>();
  gpu.sm_count = Fact<double>();
  join_nvidia_card(NvidiaVoice::nvml, report.system, report.cards.at(name), gpu);
  const char* why = tr("a part of a card; the driver does not tell its share");
  gpu.peak_bandwidth = Fact<BytesPerSecond>::unknown(why);
  gpu.power_limit = gpu.power_default = Fact<Watts>::unknown(why);
  if (first->id == bdf)
    *first = std::move(gpu);
  else
    host.gpus.insert(behind, std::move(gpu));
}

void join_split_card(const VendorReport& report, const std::string& card, const std::string& bdf, Host& host) {
  Gpu& parent = gpu_at(bdf, "nvml", card, host);
  join_nvidia_card(NvidiaVoice::nvml, report.system, report.cards.at(card), parent);
  set_state(parent, GpuState::not_exposed,
            tr("MIG mode is on without an instance: create one (nvidia-smi mig -cgi) or turn MIG off"));
  for (const auto& [name, values] : report.cards)
    if (name.starts_with(card + ".") && !values.values.empty()) join_instance(report, name, bdf, host);
}

/// Whose memory it is that the library tells of.
bool owner_is_open(const VendorCard& card) {
  return shares_addresses(card) && !text_value(card, "memory.total").empty();
}

/// NVML lists the card and fails at its memory (ollama#14357); of a GPU without memory of its own that is the answer.
bool lacks_memory(const VendorCard& card) {
  const bool none = failure_of(card, "nvmlDeviceGetMemoryInfo") == std::to_string(kNvmlNotSupported);
  return !text_value(card, "bdf").empty() && text_value(card, "memory.total").empty() &&
         text_value(card, "mig") != "1" && !(shares_addresses(card) && none);
}

/// A field that fails because the card is gone: the others are what the driver still remembers.
const NvmlCode* find_loss(const VendorCard& card) {
  for (const auto& [call, code] : card.failures)
    if (const auto* row = find_nvml_code(code); row && row->state == GpuState::lost) return row;
  return nullptr;
}

std::string first_file(const Root& root, const std::vector<std::string>& paths) {
  const auto at = std::find_if(paths.begin(), paths.end(), [&](const auto& path) { return root.exists(path); });
  return at == paths.end() ? std::string() : *at;
}

/// Whether a GPU whose library calls itself ATS really has memory apart from the processor's: its own NUMA node.
bool has_memory_node(const Root& root, const std::string& bdf) {
  const auto nodes = gpu_memory_nodes(root);
  return std::any_of(nodes.begin(), nodes.end(), [&](const GpuNode& node) { return node.bdf == bdf; });
}

}  // namespace

NvidiaOptions usual_nvidia_options(const LinkerView& linker) {
  static const std::vector<const char*> kFolders = {"/usr/lib/x86_64-linux-gnu",
                                                    "/usr/lib/aarch64-linux-gnu",
                                                    "/usr/lib64",
                                                    "/usr/lib",
                                                    "/usr/lib/wsl/lib",
                                                    "/usr/lib/x86_64-linux-gnu/nvidia/current",
                                                    "/usr/lib/aarch64-linux-gnu/nvidia/current",
                                                    "/usr/lib/aarch64-linux-gnu/nvidia",
                                                    "/usr/lib/aarch64-linux-gnu/tegra",
                                                    "/run/opengl-driver/lib",
                                                    "/usr/local/nvidia/lib64",
                                                    "/run/nvidia/driver/usr/lib/x86_64-linux-gnu",
                                                    "/run/nvidia/driver/usr/lib64"};
  NvidiaOptions options;
  options.nvml = library_paths(linker, {"libnvidia-ml.so.1"}, kFolders);
  options.cuda = library_paths(linker, {"libcuda.so.1"}, kFolders);
  return options;
}

NvidiaQuery NvidiaQuery::start(const Root& root, NvidiaOptions options) {
  NvidiaQuery query;
  query.options_ = std::move(options);
  const auto library = root.live() ? first_file(root, query.options_.nvml) : std::string();
  if (!root.live() || !library.empty()) {
    query.nvml_ = Inquiry::start(
        root, "nvml", [library](const Child::Write& write) { report_nvml(library, write); },
        query.options_.deadline_ms);
    if (!root.live()) query.ask_cuda(root);
    return query;
  }
  query.nvml_ = Inquiry::refuse(root, "nvml",
                                tr("driver loaded, user library libnvidia-ml.so.1 not found: install it, or give the "
                                   "container the driver capability utility"));
  query.ask_cuda(root);
  return query;
}

void NvidiaQuery::ask_cuda(const Root& root) {
  if (root.live() && first_file(root, options_.nodes).empty()) return;
  const auto library = root.live() ? first_file(root, options_.cuda) : std::string();
  if (root.live() && library.empty()) return;
  cuda_ = Inquiry::start(
      root, "cuda", [library](const Child::Write& write) { report_cuda(library, write); }, options_.deadline_ms);
}

/// ATS says that addresses are shared, not whose the memory is: GB10 may report all of main memory as its own
/// (nvitop#208), N1X a part of it. CUDA knows; without it only a NUMA node proves memory of its own, because memory
/// that is counted twice is the worse error. CUDA is asked as well for memory that NVML could not tell.
void NvidiaQuery::settle_memory(const Root& root, const VendorReport& nvml, Host& host) {
  const auto open = [](const auto& entry) {
    const bool instance = entry.first.find('.') != std::string::npos;
    return !instance && (owner_is_open(entry.second) || lacks_memory(entry.second));
  };
  if (std::none_of(nvml.cards.begin(), nvml.cards.end(), open)) return;
  if (cuda_.outcome() == Inquiry::Outcome::nobody_asked) ask_cuda(root);
  const auto text = cuda_.finish();
  note_failure(cuda_, text, host);
  const auto cuda = parse_vendor_report(cuda_.outcome() == Inquiry::Outcome::answered ? text : std::string());
  for (const auto& entry : nvml.cards) {
    if (!open(entry)) continue;
    const auto& [name, card] = entry;
    const auto bdf = normal_bdf(text_value(card, "bdf"));
    const auto at = std::find_if(cuda.cards.begin(), cuda.cards.end(),
                                 [&](const auto& entry) { return normal_bdf(text_value(entry.second, "bdf")) == bdf; });
    const auto integrated = at == cuda.cards.end() ? std::string_view() : text_value(at->second, "integrated");
    Gpu& gpu = gpu_at(bdf, "nvml", name, host);
    if (!owner_is_open(card)) {
      if (at != cuda.cards.end() && gpu.usable() && gpu.kind != GpuClass::unified)
        join_nvidia_card(NvidiaVoice::cuda, cuda.system, at->second, gpu);
      continue;
    }
    if (integrated == "0" || (integrated.empty() && has_memory_node(root, bdf))) continue;
    if (integrated.empty())
      host.conflicts.push_back({gpu.id + ".vram_total", "NVML: memory of its own", "NVML: addresses shared by ATS",
                                "shared with the processor"});
    make_unified(gpu);
  }
}

/// NVML needs no unified memory driver, CUDA does. On a plain system the first program loads it by nvidia-modprobe; a
/// container has only what it was given.
void check_unified_memory_node(const Root& root, Host& host) {
  const auto is_nvidia = [](const Gpu& gpu) {
    return gpu.usable() && !gpu.bdf.empty() && gpu.kernel_driver && *gpu.kernel_driver == "nvidia";
  };
  if (std::none_of(host.gpus.begin(), host.gpus.end(), is_nvidia)) return;
  const auto node = look_at_node(root, kNvidiaUvm);
  if (!node || node->access == NodeAccess::open) return;
  const bool missing = node->access == NodeAccess::missing;
  const bool contained = host.os.container && *host.os.container != "none";
  for (auto& gpu : host.gpus) {
    if (!is_nvidia(gpu)) continue;
    if (missing && contained)
      set_state(gpu, GpuState::not_exposed,
                say(tr("{} is missing, so CUDA cannot start: give the device to this container"), kNvidiaUvm));
    else if (!missing)
      set_state(
          gpu, GpuState::no_permission,
          say(tr("no permission for {}: add this user to the group {} and log in again"), kNvidiaUvm, node->group));
    else if (gpu.state_text.empty())
      gpu.state_text =
          say(tr("{} is missing: CUDA makes it at its first start, or run nvidia-modprobe -u"), kNvidiaUvm);
  }
}

void NvidiaQuery::finish(const Root& root, Host& host) {
  ask(root, host);
  check_unified_memory_node(root, host);
}

void NvidiaQuery::ask(const Root& root, Host& host) {
  const auto text = nvml_.finish();
  note_failure(nvml_, text, host);
  const auto outcome = nvml_.outcome();
  if (outcome == Inquiry::Outcome::answered) {
    const auto report = parse_vendor_report(text);
    if (join_nvml(report, host)) return settle_memory(root, report, host);
  }
  if (outcome == Inquiry::Outcome::failed)
    set_waiting(GpuState::no_library, say(tr("NVIDIA's library {}"), text), host);
  if (outcome == Inquiry::Outcome::refused) set_waiting(GpuState::no_library, text, host);
  if (outcome == Inquiry::Outcome::nobody_asked && cuda_.outcome() == outcome) return;

  const bool cards = std::any_of(host.gpus.begin(), host.gpus.end(), waits_for_library);
  if (cuda_.outcome() == Inquiry::Outcome::nobody_asked && cards) ask_cuda(root);
  const auto second = cuda_.finish();
  note_failure(cuda_, second, host);
  if (cuda_.outcome() == Inquiry::Outcome::answered) join_cuda(parse_vendor_report(second), host);
}

bool join_nvml(const VendorReport& report, Host& host) {
  note_errors(report.system, "nvml", host);
  if (text_value(report.system, "init").empty()) {
    const auto* row = find_nvml_code(failure_of(report.system, "nvmlInit_v2"));
    const bool told = row && row->state != GpuState::usable;
    set_waiting(told ? row->state : GpuState::no_library,
                told ? tr(row->text) : tr("NVIDIA's library did not start: reinstall the driver's libraries"), host);
    return false;
  }
  // Cards that the driver holds but does not hand out stay "not exposed", or what their handle failed with.
  const NvmlCode* handle_failure = nullptr;
  std::vector<std::string> answered;
  for (const auto& [name, card] : report.cards) {
    note_errors(card, "nvml " + name, host);
    if (const auto* row = find_nvml_code(failure_of(card, "nvmlDeviceGetHandleByIndex_v2"))) handle_failure = row;
    if (card.values.empty() || name.find('.') != std::string::npos) continue;
    const auto bdf = normal_bdf(text_value(card, "bdf"));
    if (text_value(card, "mig") == "1")
      join_split_card(report, name, bdf, host);
    else
      join_nvidia_card(NvidiaVoice::nvml, report.system, card, gpu_at(bdf, "nvml", name, host));
    if (const auto* loss = find_loss(card)) set_state(gpu_at(bdf, "nvml", name, host), loss->state, tr(loss->text));
    answered.push_back(bdf);
  }
  for (auto& gpu : host.gpus) {
    if (!waits_for_library(gpu) || gpu.id.starts_with(kPlatformGpu)) continue;
    if (std::find(answered.begin(), answered.end(), gpu.bdf) != answered.end()) continue;
    if (handle_failure && handle_failure->state != GpuState::usable)
      set_state(gpu, handle_failure->state, tr(handle_failure->text));
    else
      set_state(gpu, GpuState::not_exposed, tr("the driver knows this device but does not give it to this process"));
  }
  return true;
}

bool join_cuda(const VendorReport& report, Host& host) {
  for (const auto& [call, code] : report.system.failures) host.errors.push_back({"cuda", call, code, ""});
  if (text_value(report.system, "init").empty()) return false;
  for (const auto& [name, card] : report.cards) {
    if (card.values.empty()) continue;
    const auto bdf = normal_bdf(text_value(card, "bdf"));
    join_nvidia_card(NvidiaVoice::cuda, report.system, card, gpu_at(bdf, "cuda", name, host));
  }
  return true;
}

}  // namespace edgefit
