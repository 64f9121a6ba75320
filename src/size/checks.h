// The checks of `assess`: what the model asks for against what the box has. Numbers and words, no sentences.
#pragma once

#include <vector>

#include "edgefit/assessment.h"
#include "size/fit.h"

namespace edgefit {

std::vector<Finding> run_fit_checks(const Case& question, const Fit& fit, const Speed& speed);

}  // namespace edgefit
