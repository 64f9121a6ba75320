// What a vendor's library or driver said, as its child wrote it: values and failed calls by card.
// NVML, CUDA, DRM and Vulkan share this form, so that one set of helpers turns it into facts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "edgefit/fact.h"
#include "edgefit/host.h"

namespace edgefit {

/// Lines "<card>\t<key>\t<value>" and "<card>\t!<call>\t<code>"; card "-" is the whole system.
struct VendorReport {
  struct Card {
    std::map<std::string, std::string, std::less<>> values;
    std::map<std::string, std::string, std::less<>> failures;  ///< call -> code
  };
  Card system;
  std::map<std::string, Card, std::less<>> cards;  ///< "0", "1", "1.0" for an instance of card 1
};
VendorReport parse_vendor_report(std::string_view text);

using VendorCard = VendorReport::Card;
/// Ids of GPUs that are part of a board instead of a PCI function begin so.
inline constexpr std::string_view kPlatformGpu = "platform:";

/// Empty when there is no such key.
std::string_view text_value(const VendorCard& card, std::string_view key);
std::optional<double> number_value(const VendorCard& card, std::string_view key);
/// The code of a call that failed; empty when it did not.
std::string_view failure_of(const VendorCard& card, std::string_view call);

/// A card's place among the GPUs in PCI order: the one that PCI shows, or a new one (WSL, hidden sysfs).
/// A card that PCI does not show is the platform's own GPU, when there is one.
Gpu& gpu_at(const std::string& bdf, const std::string& source, const std::string& card, Host& host);

}  // namespace edgefit
