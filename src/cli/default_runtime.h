// Which engine runs a model when none is named: by the file's format and by the box.
// A server of checkpoints is only taken where it has rules for the model; what is taken instead is said.
#pragma once

#include <string>

#include "cli/case_flags.h"
#include "edgefit/case.h"
#include "edgefit/catalog.h"
#include "edgefit/result.h"

namespace edgefit {

struct DefaultRuntime {
  const RuntimeProfile* profile = nullptr;
  bool on_processor = false;  ///< the box has a better device, which the engine has no rules for
  std::string warning;        ///< why it is not the usual one; empty when it is
};
/// `question` has its host, its model and the settings that were typed.
Result<DefaultRuntime> default_runtime(const Case& question, const CaseFlags& typed, const Catalog& catalog);

}  // namespace edgefit
