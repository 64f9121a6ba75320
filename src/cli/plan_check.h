// `edgefit plan --check case.json`: is the delivered box the one that was planned, and what does each difference do?
#pragma once

#include <string>
#include <vector>

#include "cli/catalog_flags.h"
#include "cli/output.h"
#include "edgefit/result.h"

namespace edgefit {

/// Exactly what was typed beside --check. Without `host` and `sysroot` this box is looked at.
struct PlanCheckFlags {
  std::string case_file, host, sysroot, path = ".", as_of;
  std::vector<std::string> facts;
  CatalogFlags catalog;
  OutputFlags output;
};
const std::vector<Form>& plan_check_forms();
/// 0 as planned, 1 not, 3 undecided.
Result<int> run_plan_check(const PlanCheckFlags& flags);

}  // namespace edgefit
