#include "probe/visible.h"

#include <algorithm>
#include <optional>

#include "base/parse.h"
#include "base/redact.h"
#include "edgefit/text.h"
#include "probe/gpu.h"

namespace edgefit {
namespace {

constexpr const char* kEnviron = "/proc/self/environ";

/// A variable that hides devices of one vendor from its own runtime.
struct HidingRow {
  const char* variable;
  const char* vendor;
};
// HIP_VISIBLE_DEVICES counts what ROCR_VISIBLE_DEVICES left over, so it comes second.
constexpr HidingRow kHiding[] = {{"CUDA_VISIBLE_DEVICES", "NVIDIA"},
                                 {"ROCR_VISIBLE_DEVICES", "AMD"},
                                 {"HIP_VISIBLE_DEVICES", "AMD"},
                                 {"ZE_AFFINITY_MASK", "Intel"}};

/// Said of devices by a container's or an engine's settings; kept, but not applied: the container's runtime has already
/// done so, and llama.cpp counts by Vulkan's own order.
constexpr const char* kNoted[] = {"NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES", "GGML_VK_VISIBLE_DEVICES"};
constexpr const char* kOrder = "CUDA_DEVICE_ORDER";
constexpr const char* kOther[] = {kOrder, "KUBERNETES_SERVICE_HOST", "container"};

/// Which devices a value lets through; nothing when it cannot be told.
using Chosen = std::optional<std::vector<bool>>;

/// An index means a whole card, of which CUDA then takes the first instance.
bool any_instance(const std::vector<Gpu*>& gpus) {
  return std::any_of(gpus.begin(), gpus.end(),
                     [](const Gpu* gpu) { return !gpu->bdf.empty() && gpu->id.starts_with(gpu->bdf + "/"); });
}

bool same_models(const std::vector<Gpu*>& gpus) {
  return std::all_of(gpus.begin(), gpus.end(), [&](const Gpu* gpu) {
    return gpu->pci == gpus.front()->pci && gpu->vram_total.value == gpus.front()->vram_total.value;
  });
}

/// A list of indices and ids. The first entry that names nothing ends the list, as CUDA does it.
Chosen choose(std::string_view value, const std::vector<Gpu*>& gpus, bool order_known) {
  std::vector<bool> chosen(gpus.size(), false);
  if (value.empty()) return chosen;
  for (const auto entry : split(value, ',')) {
    const auto number = to_number(entry.substr(0, entry.find('.')));  // Level Zero: "0.1" is a tile of device 0
    if (number) {
      if (*number < 0 || *number >= static_cast<double>(gpus.size())) break;
      if (!order_known) return std::nullopt;
      chosen[static_cast<size_t>(*number)] = true;
      continue;
    }
    const auto at = std::find_if(gpus.begin(), gpus.end(), [&](const Gpu* gpu) { return gpu->uuid == entry; });
    if (at == gpus.end()) {
      if (entry.starts_with("GPU-") || entry.starts_with("MIG-")) return std::nullopt;  // an abbreviated id
      break;
    }
    chosen[static_cast<size_t>(at - gpus.begin())] = true;
  }
  return chosen;
}

void apply(const HidingRow& row, const std::string& value, const Environment& environment, Host& host) {
  std::vector<Gpu*> gpus;
  for (auto& gpu : host.gpus)
    if (gpu.vendor == row.vendor && gpu.usable()) gpus.push_back(&gpu);
  if (gpus.empty()) return;
  const auto order = environment.find(kOrder);
  // CUDA puts the fastest card first unless told otherwise, and nobody but CUDA knows which that is.
  const bool told = same_models(gpus) || (order != environment.end() && order->second == "PCI_BUS_ID");
  const bool order_known = row.vendor != std::string_view("NVIDIA") || (told && !any_instance(gpus));
  const auto chosen = choose(value, gpus, order_known);
  const Origin origin{Origin::Kind::os, std::string(row.variable) + "=" + value};
  for (size_t i = 0; i < gpus.size(); ++i) {
    if (!chosen) {
      gpus[i]->visible = Fact<std::string>::unknown(
          say(tr("{}={} does not tell which card it means"), row.variable, value), "CUDA_DEVICE_ORDER=PCI_BUS_ID");
      continue;
    }
    gpus[i]->visible = {(*chosen)[i] ? "yes" : "no", origin};
    if (!(*chosen)[i])
      set_state(*gpus[i], GpuState::not_exposed,
                say(tr("hidden by {}: change or unset it to use this device"), origin.text));
  }
}

}  // namespace

const std::vector<std::string_view>& known_variables() {
  static const std::vector<std::string_view> kKnown = [] {
    std::vector<std::string_view> names;
    for (const auto& row : kHiding) names.emplace_back(row.variable);
    names.insert(names.end(), std::begin(kNoted), std::end(kNoted));
    names.insert(names.end(), std::begin(kOther), std::end(kOther));
    return names;
  }();
  return kKnown;
}

Environment read_environment(const Root& root) {
  Environment environment;
  const auto text = root.read(kEnviron, 1 << 20);
  for (const auto line : split(text_of(text), '\0')) {
    const auto pair = key_value(line, '=');
    if (!pair) continue;
    const auto& known = known_variables();
    if (std::find(known.begin(), known.end(), pair->first) == known.end()) continue;
    // An address says nothing that is needed here.
    const bool address = pair->first == "KUBERNETES_SERVICE_HOST";
    environment.emplace(pair->first, address ? "set" : hide_ids(pair->second));
  }
  return environment;
}

void apply_visibility(const Environment& environment, Host& host) {
  for (const auto& row : kHiding)
    if (const auto at = environment.find(row.variable); at != environment.end())
      apply(row, at->second, environment, host);
  for (const auto& gpu : host.gpus)
    if (gpu.visible && *gpu.visible == "no") {
      const auto& source = gpu.visible.origin.text;
      const auto told = [&](const Limit& limit) { return limit.source == source; };
      if (std::none_of(host.os.limits.begin(), host.os.limits.end(), told))
        host.os.limits.push_back({"devices", "environment", source});
    }
  for (const char* name : kNoted)
    if (const auto at = environment.find(name); at != environment.end())
      host.os.limits.push_back({"devices", "environment", std::string(name) + "=" + at->second});
}

}  // namespace edgefit
