#include "probe/edac.h"

#include <set>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr const char* kControllers = "/sys/devices/system/edac/mc/";

/// "channel 1 slot 0" gives "1"; other layouts ("csrow 0 channel 1") work the same.
std::string channel_in(std::string_view location) {
  const auto parts = words(location);
  for (size_t i = 0; i + 1 < parts.size(); ++i)
    if (parts[i] == "channel") return std::string(parts[i + 1]);
  return {};
}

}  // namespace

Edac read_edac(const Root& root) {
  const char* why = tr("no driver of the memory controller");
  Edac edac{Fact<std::string>::unknown(why), Fact<double>::unknown(why)};
  std::set<std::string> channels;
  for (const auto& controller : root.list(kControllers)) {
    if (!controller.starts_with("mc")) continue;
    const std::string folder = kControllers + controller + "/";
    for (const auto& name : root.list(folder)) {
      if (!name.starts_with("dimm") && !name.starts_with("rank")) continue;
      const auto mode = root.read(folder + name + "/dimm_edac_mode", 64);
      if (mode && !mode->empty() && *mode != "Unknown")
        edac.ecc = {*mode == "None" ? "none" : *mode, {Origin::Kind::os, folder + name + "/dimm_edac_mode"}};
      const auto location = root.read(folder + name + "/dimm_location", 256);
      const auto channel = channel_in(text_of(location));
      if (root.read_number(folder + name + "/size").value_or(0) > 0 && !channel.empty())
        channels.insert(controller + "/" + channel);
    }
  }
  if (!channels.empty()) edac.channels = {static_cast<double>(channels.size()), {Origin::Kind::os, kControllers}};
  return edac;
}

}  // namespace edgefit
