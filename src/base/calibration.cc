// What real runs tell about questions that were not run: a Gaussian process over logarithms of measured / predicted.
#include "edgefit/calibration.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include "edgefit/text.h"

namespace edgefit {
namespace {

/// Standard deviations of what logarithms have in common; chosen by leaving one model after another out of the boxes of
/// the published measurements (docs/accuracy.md#calibration).
struct Prior {
  std::string_view runtime;  ///< empty: every other
  double engine;             ///< all runs of an engine on a box
  double alike;              ///< runs of about the same time a token
  double model;              ///< runs of one model, which tell nothing of another
};
constexpr Prior kPriors[] = {
    {"vllm", 0.1, 0.1, 0.4},  // kernels are chosen by model and format
    {"", 0.4, 0.2, 0.1},
};
constexpr double kRepeat = 0.05;    // of one and the same run
constexpr double kTimeScale = 0.5;  // of the logarithm of the time a token
constexpr double kOtherFormat = 0.3, kOtherExperts = 0.5;
constexpr double kPrefillScale = 2;  // prompts differ as much more as their published errors do
constexpr double kInside = 1.2816;   // four of five

const Prior& prior_of(std::string_view runtime) {
  return *std::find_if(std::begin(kPriors), std::end(kPriors),
                       [&](const Prior& row) { return row.runtime.empty() || row.runtime == runtime; });
}

double covariance(const Prior& prior, const RunTraits& a, const RunTraits& b) {
  const double distance = std::log(a.seconds / b.seconds) / kTimeScale;
  double alike = prior.alike * prior.alike * std::exp(-distance * distance / 2);
  if (a.precision != b.precision) alike *= kOtherFormat;
  if (a.experts != b.experts) alike *= kOtherExperts;
  const double scale = a.prefill ? kPrefillScale * kPrefillScale : 1;
  return scale * (prior.engine * prior.engine + alike + (a.model == b.model ? prior.model * prior.model : 0));
}

double noise(const RunTraits& a) {
  return kRepeat * kRepeat * (a.prefill ? kPrefillScale * kPrefillScale : 1);
}

/// Cholesky's factor of a symmetric positive matrix, and solutions with it.
class Triangle {
 public:
  explicit Triangle(std::vector<std::vector<double>> a) : l_(std::move(a)) {
    for (size_t i = 0; i < l_.size(); ++i) {
      for (size_t j = 0; j <= i; ++j) {
        double sum = l_[i][j];
        for (size_t k = 0; k < j; ++k) sum -= l_[i][k] * l_[j][k];
        l_[i][j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / l_[j][j];
      }
    }
  }
  /// L x = b
  std::vector<double> lower(std::vector<double> b) const {
    for (size_t i = 0; i < b.size(); ++i) {
      for (size_t k = 0; k < i; ++k) b[i] -= l_[i][k] * b[k];
      b[i] /= l_[i][i];
    }
    return b;
  }
  /// L' x = b
  std::vector<double> upper(std::vector<double> b) const {
    for (size_t i = b.size(); i-- > 0;) {
      for (size_t k = i + 1; k < b.size(); ++k) b[i] -= l_[k][i] * b[k];
      b[i] /= l_[i][i];
    }
    return b;
  }

 private:
  std::vector<std::vector<double>> l_;
};

}  // namespace

/// Rows of one engine, release, backend, number of devices and kind, with their matrix made once.
struct Calibration::Group {
  std::string runtime, release;
  RunTraits common;
  std::vector<RunTraits> traits;
  std::vector<double> weights = {};
  std::vector<Triangle> triangle = {};  // one, once all rows are there
  int models = 0;

  bool holds(std::string_view name, std::string_view version, const RunTraits& asked) const {
    return runtime == name && release == version && common.backend == asked.backend &&
           common.devices == asked.devices && common.prefill == asked.prefill;
  }
  void close(const std::vector<double>& logarithms) {
    const size_t n = traits.size();
    const Prior& prior = prior_of(runtime);
    std::vector<std::vector<double>> matrix(n, std::vector<double>(n));
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) matrix[i][j] = covariance(prior, traits[i], traits[j]);
      matrix[i][i] += noise(traits[i]);
    }
    triangle.emplace_back(std::move(matrix));
    weights = triangle.front().upper(triangle.front().lower(logarithms));
    std::set<std::string> names;
    for (const auto& one : traits) names.insert(one.model);
    models = static_cast<int>(names.size());
  }
};

Calibration::Calibration(std::string box, std::vector<CalibrationRow> rows)
    : box_(std::move(box)), rows_(std::move(rows)) {
  if (rows_.size() > kMostRows) rows_.resize(kMostRows);
  std::vector<std::vector<double>> logarithms;
  for (const auto& row : rows_) {
    auto at = std::find_if(groups_.begin(), groups_.end(),
                           [&row](const Group& g) { return g.holds(row.runtime, row.release, row.traits); });
    if (at == groups_.end()) {
      groups_.push_back({row.runtime, row.release, row.traits, {}});
      logarithms.emplace_back();
      at = groups_.end() - 1;
    }
    at->traits.push_back(row.traits);
    logarithms[static_cast<size_t>(at - groups_.begin())].push_back(std::log(row.measured / row.predicted));
  }
  for (size_t i = 0; i < groups_.size(); ++i) groups_[i].close(logarithms[i]);
}

Calibration::~Calibration() = default;
Calibration::Calibration(const Calibration&) = default;
Calibration::Calibration(Calibration&&) noexcept = default;

std::optional<Correction> Calibration::correct(std::string_view runtime, std::string_view release,
                                               const RunTraits& traits) const {
  const auto group =
      std::find_if(groups_.begin(), groups_.end(), [&](const Group& g) { return g.holds(runtime, release, traits); });
  if (group == groups_.end() || !(traits.seconds > 0)) return std::nullopt;
  const Prior& prior = prior_of(runtime);
  std::vector<double> shared;
  for (const auto& other : group->traits) shared.push_back(covariance(prior, traits, other));
  double mean = 0;
  for (size_t i = 0; i < shared.size(); ++i) mean += shared[i] * group->weights[i];
  double variance = covariance(prior, traits, traits) + noise(traits);
  for (const double part : group->triangle.front().lower(shared)) variance -= part * part;
  const double reach = kInside * std::sqrt(std::max(variance, 0.0));
  return Correction{std::exp(mean), std::exp(mean - reach), std::exp(mean + reach),
                    static_cast<int>(group->traits.size()), group->models};
}

std::string box_of(const Host& host) {
  std::string out = host.cpu.model.value_or("");
  if (host.cpu.cores) out += (out.empty() ? "" : ", ") + show_count(*host.cpu.cores) + " cores";
  for (const auto& gpu : host.gpus)
    if (gpu.usable()) out += (out.empty() ? "" : ", ") + gpu.name.value_or(gpu.pci);
  return out;
}

}  // namespace edgefit
