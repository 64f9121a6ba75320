#include "probe/nvidia_state.h"

#include <algorithm>
#include <filesystem>

#include "base/files.h"
#include "base/parse.h"
#include "edgefit/probe.h"
#include "edgefit/text.h"
#include "probe/libraries.h"
#include "probe/nvidia.h"
#include "probe/nvml_api.h"
#include "probe/nvml_codes.h"
#include "probe/vendor_library.h"

namespace edgefit {
namespace {

// Layouts of nvml.h.
struct ConfidentialState {
  unsigned environment, feature, devtools;
};
struct Violation {
  unsigned long long reference_us, held_ns;
};
constexpr int kThermalPolicy = 1;  // nvmlPerfPolicyType_t

/// "00000000:01:00.0" -> "0000:01:00.0", as sysfs names it.
std::string bdf_of(const NvmlPciInfo& pci) {
  std::string text(pci.bus_id, std::find(std::begin(pci.bus_id), std::end(pci.bus_id), '\0'));
  text = lower(text);
  return text.size() == 16 && text.starts_with("0000") ? text.substr(4) : text;
}

void report_card(const VendorLibrary& nvml, NvmlDevice device) {
  NvmlPciInfo pci{};
  if (!nvml.call("-", "nvmlDeviceGetPciInfo_v3", device, &pci)) return;
  const std::string card = bdf_of(pci);
  unsigned limit = 0, standard = 0, ecc = 0, pending = 0;
  if (nvml.call(card, "nvmlDeviceGetEnforcedPowerLimit", device, &limit)) nvml.value(card, "power_limit", limit);
  if (nvml.call(card, "nvmlDeviceGetPowerManagementDefaultLimit", device, &standard))
    nvml.value(card, "power_default", standard);
  if (nvml.call(card, "nvmlDeviceGetEccMode", device, &ecc, &pending)) nvml.value(card, "ecc", ecc);
  Violation hot{};
  if (nvml.call(card, "nvmlDeviceGetViolationStatus", device, kThermalPolicy, &hot))
    nvml.value(card, "thermal_ns", hot.held_ns);
}

}  // namespace

void report_nvidia_state(const std::string& library, const Child::Write& write) {
  const VendorLibrary nvml(library, write, kNvmlFunctionNotFound);
  constexpr unsigned kNoGpusIsFine = 1;
  if (!nvml || !(nvml.call("-", "nvmlInitWithFlags", kNoGpusIsFine) || nvml.call("-", "nvmlInit_v2"))) return;
  ConfidentialState state{};
  if (nvml.call("-", "nvmlSystemGetConfComputeState", &state)) {
    nvml.value("-", "cc", state.feature);
    nvml.value("-", "cc.devtools", state.devtools);
  }
  unsigned count = 0;
  if (!nvml.call("-", "nvmlDeviceGetCount_v2", &count)) return;
  for (unsigned i = 0; i < count && i < kNvmlMostCards; ++i) {
    NvmlDevice device = nullptr;
    if (nvml.call("-", "nvmlDeviceGetHandleByIndex_v2", i, &device)) report_card(nvml, device);
  }
}

std::vector<std::string> ask_nvidia_state(const std::vector<std::string>& libraries, int deadline_ms) {
  const auto library = std::find_if(libraries.begin(), libraries.end(), [](const std::string& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
  });
  if (library == libraries.end()) return {};
  auto child =
      Child::start([path = *library](const Child::Write& write) { report_nvidia_state(path, write); }, deadline_ms);
  if (!child) return {};
  const auto text = child->finish();
  if (!text) return {};
  std::vector<std::string> lines;
  for (const auto line : split_lines(*text)) lines.emplace_back(line);
  return lines;
}

std::vector<std::string> ask_nvidia_state(const std::string& library_path) {
  const auto options = usual_nvidia_options(linker_view(Root(), library_path));
  return ask_nvidia_state(options.nvml, options.deadline_ms);
}

}  // namespace edgefit
