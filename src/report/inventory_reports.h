// The four reports of an inventory and the words that they share.
#pragma once

#include <string>
#include <vector>

#include "edgefit/inventory.h"

namespace edgefit {

/// "memory: size", "gpu0: PCIe lanes".
std::string title_of(const InventoryRow& row);
/// "planned 64.00 GiB, found 31.20 GiB"; what is wrong follows.
std::string values_of(const InventoryRow& row);
/// What the difference alone does to the plan's answer; empty for rows without a difference.
std::string effect_of(const InventoryRow& row, const Assessment& before);
/// "ready; each request 42 tok/s; first token 0.40 s".
std::string answer_text(const Assessment& assessment);
std::vector<const InventoryRow*> rows_of(const Inventory& inventory, CheckStatus status);
/// "2 less than planned, 1 other, 3 not seen, 8 as planned".
std::string inventory_counts(const Inventory& inventory);

std::string render_inventory_terminal(const Inventory& inventory, const std::string& as_of, const Style& style);
std::string render_inventory_markdown(const Inventory& inventory, const std::string& as_of, const Style& style);
std::string render_inventory_json(const Inventory& inventory, const std::string& as_of, const Style& style);
std::string render_inventory_junit(const Inventory& inventory, const std::string& as_of, const Style& style);

}  // namespace edgefit
