#include "plan/inventory_match.h"

#include <algorithm>
#include <array>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {

std::optional<int> disk_rank(std::string_view kind) {
  constexpr std::array<std::string_view, 6> kSlowestFirst = {"sd", "usb", "hdd", "emmc", "sata-ssd", "nvme"};
  const auto* at = std::find(kSlowestFirst.begin(), kSlowestFirst.end(), kind);
  if (at == kSlowestFirst.end()) return std::nullopt;
  return static_cast<int>(at - kSlowestFirst.begin());
}

bool same_card(const Gpu& a, const Gpu& b) {
  if (!a.catalog_key.empty() && !b.catalog_key.empty()) return a.catalog_key == b.catalog_key;
  if (!a.pci.empty() && !b.pci.empty()) return a.pci == b.pci;
  return a.name && b.name && equals_ignoring_case(*a.name, *b.name);
}

std::vector<size_t> cards_of(const Host& host) {
  std::vector<size_t> out;
  for (size_t i = 0; i < host.gpus.size(); ++i)
    if (host.gpus[i].kind != GpuClass::display_only) out.push_back(i);
  return out;
}

std::string name_of_card(const Gpu& gpu) {
  return gpu.name ? *gpu.name : !gpu.catalog_key.empty() ? gpu.catalog_key : gpu.pci.empty() ? gpu.id : gpu.pci;
}

bool same_product(std::string_view a, std::string_view b) {
  const auto words_in = [](std::string_view name) {
    std::string text = lower(name);
    for (const std::string_view mark : {"(r)", "(tm)"})
      for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark))
        text.replace(at, mark.size(), " ");
    const auto found = words(text);
    std::vector<std::string> out(found.begin(), found.end());
    std::sort(out.begin(), out.end());
    return out;
  };
  const auto first = words_in(a), second = words_in(b);
  if (first.empty() || second.empty()) return false;
  return std::includes(first.begin(), first.end(), second.begin(), second.end()) ||
         std::includes(second.begin(), second.end(), first.begin(), first.end());
}

std::vector<std::optional<size_t>> matched(const Host& plan, const std::vector<size_t>& wanted, const Host& box,
                                           std::vector<size_t> there) {
  std::vector<std::optional<size_t>> out(wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    const auto at = std::find_if(there.begin(), there.end(),
                                 [&](size_t card) { return same_card(plan.gpus[wanted[i]], box.gpus[card]); });
    if (at == there.end()) continue;
    out[i] = *at;
    there.erase(at);
  }
  for (auto& got : out) {
    if (got || there.empty()) continue;
    got = there.front();
    there.erase(there.begin());
  }
  return out;
}

}  // namespace edgefit
