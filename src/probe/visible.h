// Environment variables that hide GPUs from programs: an engine started here would not see those GPUs either.
// Read from /proc/self/environ through the root, so that a recording behaves as the box did.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "edgefit/host.h"

namespace edgefit {

/// Names of the variables that edgefit looks at; no other is ever kept.
const std::vector<std::string_view>& known_variables();
using Environment = std::map<std::string, std::string, std::less<>>;
/// The known variables that are set, with ids made anonymous.
Environment read_environment(const Root& root);

/// Marks every GPU that a variable speaks of as visible or not, and takes hidden ones out of use.
void apply_visibility(const Environment& environment, Host& host);

}  // namespace edgefit
