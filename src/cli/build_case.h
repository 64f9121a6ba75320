// From flags and a model file to a complete Case. The probe's children start before anything else is read,
// because the cost of a fork follows the memory that was touched before it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/case_flags.h"
#include "edgefit/calibration.h"
#include "edgefit/case.h"
#include "edgefit/catalog.h"
#include "edgefit/result.h"

namespace edgefit {

/// Live box, recorded box or described box; model completed; engine, backend, load and goals resolved. The Case points
/// into `catalog`.
Result<Case> build_case(const CaseFlags& typed, const std::string& model_path,
                        const Catalog& catalog = builtin_catalog());

/// The same for many models on one box, which is looked at once; models beside them are not taken.
Result<std::vector<Case>> build_cases(const CaseFlags& typed, const std::vector<std::string>& models,
                                      const Catalog& catalog = builtin_catalog());

/// The real runs of --calibration, which must be of this box; nothing when none was given.
Result<std::shared_ptr<const Calibration>> find_calibration(const CaseFlags& typed, const Host& host);

/// A recorded host.json.
Result<Host> read_host(const std::string& path);
/// The folder whose disk holds `path`: itself when it is a folder, "." for what is no file, as a model's name.
std::string folder_of(const std::string& path);

}  // namespace edgefit
