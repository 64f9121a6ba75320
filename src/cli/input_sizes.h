// The sizes of a network's inputs as they are typed: --input NAME=1x3x640x640 and --batch N. Graphs may leave them
// open, and without them neither memory nor speed has an answer.
#pragma once

#include <string>
#include <vector>

#include "edgefit/read.h"
#include "edgefit/result.h"

namespace edgefit {

/// "images=1x3x640x640"; an input of a single number has no sizes: "rate=". `batch` empty = not said.
Result<InputSizes> parse_input_sizes(const std::vector<std::string>& inputs, const std::string& batch);

}  // namespace edgefit
