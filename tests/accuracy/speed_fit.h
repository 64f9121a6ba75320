// Finds the coefficients of the profiles from published measurements: the most probable ones given the rows and what
// is believed beforehand, by damped Gauss-Newton steps on robust residuals. The engine itself computes each speed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "accuracy/speed_rows.h"

namespace edgefit::speed {

/// A coefficient's logarithm: what is believed beforehand, and the rows it can change.
struct Parameter {
  std::string name;
  double mean = 0, deviation = 1;
  std::vector<size_t> families;  ///< indexes of families()
};

/// Decoding or prompts: parameters, and how they fill the profiles.
struct Plan {
  bool prefill = false;
  std::vector<Parameter> parameters;
  std::function<void(const std::vector<double>&, std::vector<std::unique_ptr<Coefficients>>&)> apply;
};
Plan decode_plan();
Plan prefill_plan();

/// Tokens a second by the engine; nothing when it has no rule.
std::optional<double> predicted(const Row& row);

/// Logarithms of the best parameters for the rows of a plan's kind for which `use` is true.
std::vector<double> fit(const Plan& plan, const std::vector<const Row*>& rows,
                        std::vector<std::unique_ptr<Coefficients>>& owners);

/// Devices with many rows count less each, so that no single board decides: one over the root of their number.
std::vector<double> weights_of(const std::vector<const Row*>& rows);

}  // namespace edgefit::speed
