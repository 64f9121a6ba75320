// Repeated timings of one rate: what to report of them, and how far they can be trusted.
#pragma once

#include <string>
#include <vector>

namespace edgefit {

/// Rates of the passes of one measurement.
struct Sample {
  std::vector<double> rates;

  bool empty() const { return rates.empty(); }
  double median() const;
  double low() const;
  double high() const;
  /// (high - low) / median; 0 for a single pass.
  double spread() const;
};

/// Why little can be built on it; empty when nothing speaks against it. `virtualization` as the probe tells it.
std::string doubt_of(const Sample& sample, const std::string& virtualization);

}  // namespace edgefit
