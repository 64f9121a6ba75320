// `--fact KEY=VALUE`: what the user knows and no program can see, stated as the probe would have found it.
#pragma once

#include <string>
#include <vector>

#include "edgefit/host.h"
#include "edgefit/result.h"

namespace edgefit {

/// States one fact of the host, origin `user`. A Problem for an unknown key or a value that does not parse.
Result<Done> state_fact(Host& host, const std::string& typed);

/// "memory.type=" and all the others.
std::vector<std::string> fact_keys();

}  // namespace edgefit
