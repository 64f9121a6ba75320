// What was delivered beside what was planned: a row a property, with what each difference does to the answer.
// Only what was seen on the box counts as found: what a table says of a product proves nothing about a delivery.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/assessment.h"
#include "edgefit/case.h"
#include "edgefit/report.h"

namespace edgefit {

/// One side of a row: a number in the row's unit, or a word; neither = not known.
struct InventoryValue {
  std::optional<double> number = {};
  std::string word = {};
  bool known() const { return number || !word.empty(); }
};

/// pass: as planned or better. fail: less than planned. warn: something else, or less without which the model still
/// fits. unknown: planned, but not seen. not_applicable: the plan does not say.
struct InventoryRow {
  std::string part;           ///< "memory" "cpu" "gpus" "gpu0" ... in the plan's order, "disk"
  const char* property = "";  ///< "size" "channels" "vram" ...; `part.property` is the row's id
  const char* unit = "";      ///< of the numbers; empty for words
  InventoryValue planned = {}, found = {};
  CheckStatus status = CheckStatus::not_applicable;
  std::string why = {};     ///< why `found` is unknown, what is wrong with a device, what is missing
  std::string remedy = {};  ///< what would tell, or cure
  /// The plan's answer with this difference alone; only where something differs.
  std::optional<Assessment> effect = {};
};

struct Inventory {
  Case planned, found;       ///< the question on both boxes, idle: what runs at the moment was not delivered
  Assessment before, after;  ///< of planned and found
  std::vector<InventoryRow> rows;
};

/// Pure. The catalog must have filled `box` as it fills any host.
Inventory take_inventory(const Case& planned, std::shared_ptr<const Host> box);

/// 1: something is less than planned, or the model does not run on it; 3: something could not be seen; else 0.
int exit_code_of(const Inventory& inventory);

/// "terminal", "markdown", "junit" or "json" (docs/schema/inventory.schema.json).
std::string render_inventory(const Inventory& inventory, const std::string& as_of, std::string_view form,
                             const Style& style);

}  // namespace edgefit
