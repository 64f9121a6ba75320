#include "measure/sample.h"

#include <algorithm>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr double kSteady = 0.3;  // quiet machines stay within a few percent; half as much again is someone else's load

}  // namespace

double Sample::median() const {
  if (rates.empty()) return 0;
  std::vector<double> sorted = rates;
  std::sort(sorted.begin(), sorted.end());
  const size_t n = sorted.size();
  return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

double Sample::low() const {
  return rates.empty() ? 0 : *std::min_element(rates.begin(), rates.end());
}

double Sample::high() const {
  return rates.empty() ? 0 : *std::max_element(rates.begin(), rates.end());
}

double Sample::spread() const {
  return median() > 0 ? (high() - low()) / median() : 0;
}

std::string doubt_of(const Sample& sample, const std::string& virtualization) {
  std::string out;
  if (!virtualization.empty() && virtualization != "none") {
    out = tr("low confidence: a virtual machine shares this with others, repeats hours apart differ by up to twice");
  }
  if (sample.spread() > kSteady) {
    const char* text = tr("low confidence: passes differed by {:.0f} %, as beside other programs");
    out += (out.empty() ? "" : "; ") + say(text, 100 * sample.spread());
  }
  return out;
}

}  // namespace edgefit
