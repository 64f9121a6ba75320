// A hand-made inventory with a row of every status.
#pragma once

#include <memory>

#include "edgefit/inventory.h"
#include "report/sample.h"

namespace edgefit::test {

inline Inventory sample_inventory() {
  const Answer answer = sample_answer();
  Inventory out{answer.question, answer.question, answer.assessment, answer.assessment, {}};
  Assessment worse = answer.assessment;
  worse.verdict = Verdict::not_ready;
  worse.speed = {};
  worse.speed.gap = SpeedGap::does_not_fit;
  out.after = worse;
  InventoryRow row{"memory", "size", "B"};
  row.planned.number = 64 * kGiB;
  row.found.number = 32 * kGiB;
  row.status = CheckStatus::fail;
  row.effect = worse;
  out.rows.push_back(row);
  row = {"cpu", "model"};
  row.planned.word = "Planned <CPU> | *x*";
  row.found.word = "Other\x1b[31mCPU";
  row.status = CheckStatus::warn;
  row.effect = answer.assessment;
  out.rows.push_back(row);
  row = {"memory", "channels", "1"};
  row.planned.number = 2;
  row.status = CheckStatus::unknown;
  row.why = "firmware tables are closed";
  row.remedy = "run it as root";
  out.rows.push_back(row);
  row = {"gpus", "count", "1"};
  row.planned.number = row.found.number = 1;
  row.status = CheckStatus::pass;
  out.rows.push_back(row);
  row = {"cpu", "isa"};
  row.planned.word = "avx2 fma";
  row.found.word = "avx2";
  row.why = "fma";
  row.status = CheckStatus::fail;
  row.effect = answer.assessment;
  out.rows.push_back(row);
  out.rows.push_back({"disk", "kind"});
  return out;
}

}  // namespace edgefit::test
