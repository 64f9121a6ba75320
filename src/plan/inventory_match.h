// Which delivered card stands for which planned one, and how kinds of disks compare: what an inventory needs before it
// can put two values into one row.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/host.h"

namespace edgefit {

/// Of the same model, by catalog, PCI id or name.
bool same_card(const Gpu& a, const Gpu& b);
/// Indices of cards that compute; a chip that only shows pictures is none.
std::vector<size_t> cards_of(const Host& host);
std::string name_of_card(const Gpu& gpu);
/// One name has every word of the other: "AMD Ryzen 7 5800X" and "AMD Ryzen 7 5800X 8-Core Processor".
bool same_product(std::string_view a, std::string_view b);
/// For each of `wanted` a card of `there`: the same model first, wherever it is plugged, then what is left over.
std::vector<std::optional<size_t>> matched(const Host& plan, const std::vector<size_t>& wanted, const Host& box,
                                           std::vector<size_t> there);
/// By what loading from it takes, slowest first; nothing where kinds cannot be ranked (net, virtual).
std::optional<int> disk_rank(std::string_view kind);

}  // namespace edgefit
