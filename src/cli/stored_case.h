// MODEL may be a case.json: then the whole question comes from the file, and what is typed beside it wins.
#pragma once

#include <optional>
#include <string>

#include "edgefit/case.h"
#include "edgefit/result.h"

namespace edgefit {

/// The case in the file, recognised by content; nothing when MODEL is something else.
Result<std::optional<Case>> find_stored_case(const std::string& model);
/// What was typed over what is stored. Once a load is typed, stored defaults are taken anew: they may follow from it.
Workload load_over(Workload typed, const Workload& stored);

}  // namespace edgefit
