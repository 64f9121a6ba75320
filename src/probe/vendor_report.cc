#include "probe/vendor_report.h"

#include <algorithm>

#include "base/parse.h"
#include "probe/pci.h"

namespace edgefit {

VendorReport parse_vendor_report(std::string_view text) {
  VendorReport report;
  for (const auto line : split_lines(text)) {
    const auto fields = split(line, '\t');
    if (fields.size() != 3 || fields[1].empty() || fields[0] == "?") continue;
    VendorCard& card = fields[0] == "-" ? report.system : report.cards[std::string(fields[0])];
    if (fields[1].front() == '!')
      card.failures.emplace(fields[1].substr(1), fields[2]);
    else
      card.values.emplace(fields[1], fields[2]);
  }
  return report;
}

std::string_view text_value(const VendorCard& card, std::string_view key) {
  const auto at = card.values.find(key);
  return at == card.values.end() ? std::string_view() : std::string_view(at->second);
}

std::optional<double> number_value(const VendorCard& card, std::string_view key) {
  return to_number(text_value(card, key));
}

std::string_view failure_of(const VendorCard& card, std::string_view call) {
  const auto at = card.failures.find(call);
  return at == card.failures.end() ? std::string_view() : std::string_view(at->second);
}

Gpu& gpu_at(const std::string& bdf, const std::string& source, const std::string& card, Host& host) {
  const auto find = [&](auto matches) { return std::find_if(host.gpus.begin(), host.gpus.end(), matches); };
  auto at = find([&](const Gpu& gpu) { return !bdf.empty() && gpu.id == bdf; });
  // A board's own GPU has no PCI function, whatever address the library makes up for it.
  if (at == host.gpus.end()) at = find([](const Gpu& gpu) { return gpu.id.starts_with(kPlatformGpu); });
  if (at != host.gpus.end()) return *at;
  Gpu gpu;
  gpu.bdf = bdf;
  gpu.id = bdf.empty() ? source + ":" + card : bdf;
  const auto place = std::find_if(host.gpus.begin(), host.gpus.end(),
                                  [&](const Gpu& other) { return !bdf.empty() && bdf_before(bdf, other.bdf); });
  return *host.gpus.insert(place, std::move(gpu));
}

}  // namespace edgefit
