#include "edgefit/inventory.h"

#include <algorithm>

namespace edgefit {

int exit_code_of(const Inventory& inventory) {
  const auto any = [&inventory](CheckStatus status) {
    return std::any_of(inventory.rows.begin(), inventory.rows.end(),
                       [status](const InventoryRow& row) { return row.status == status; });
  };
  const int answer = exit_code_of(inventory.after.verdict);
  if (any(CheckStatus::fail) || answer == 1) return 1;
  return any(CheckStatus::unknown) ? 3 : answer;
}

}  // namespace edgefit
