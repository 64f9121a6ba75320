#include "accuracy/speed_fit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "size/speed.h"

namespace edgefit::speed {
namespace {

constexpr int kMostSteps = 25;
constexpr double kDecodeScale = 0.15, kPrefillScale = 0.3;  // residuals beyond this count ever less

/// What is believed of a group of families before any row is read. On a processor whose rates were measured, unpacking
/// takes exactly the fp32 operations of two a weight (3.5 to 5.9 % median error without a fit), so little may move it.
struct GroupBelief {
  std::string_view group;
  double bandwidth_share, layer_us, unpacking, unpacking_deviation;  // decode
  double matrix_share, prompt_layer_us;                              // prompts
};
constexpr std::array kGroups = {
    GroupBelief{"cuda", 0.85, 80, 2, 0.7, 0.35, 200}, GroupBelief{"rocm", 0.85, 80, 2, 0.7, 0.2, 200},
    GroupBelief{"vulkan", 0.85, 80, 2, 0.7, 0.15, 200}, GroupBelief{"metal", 0.85, 80, 2, 0.7, 0.4, 200},
    GroupBelief{"cpu", 0.75, 15, 1, 0.15, 0.4, 50}};

std::vector<size_t> members(std::string_view group) {
  std::vector<size_t> out;
  for (size_t i = 0; i < families().size(); ++i)
    if (group.empty() || families()[i].group == group) out.push_back(i);
  return out;
}

auto always(double deviation) {
  return [deviation](const GroupBelief&) { return deviation; };
}

/// Adds parameters and remembers where they are.
class PlanMaker {
 public:
  size_t add(std::string name, double believed, double deviation, std::vector<size_t> rows) {
    plan.parameters.push_back({std::move(name), std::log(believed), deviation, std::move(rows)});
    return plan.parameters.size() - 1;
  }
  /// One parameter a group, the same index for all its families.
  template <class Deviation>
  std::vector<size_t> by_group(const std::string& name, double GroupBelief::*belief, Deviation deviation) {
    std::vector<size_t> out(families().size());
    for (const auto& group : kGroups) {
      const auto of = members(group.group);
      const size_t at = add(name + " " + std::string(group.group), group.*belief, deviation(group), of);
      for (const size_t family : of) out[family] = at;
    }
    return out;
  }
  std::vector<size_t> by_family(const std::string& name, double deviation) {
    std::vector<size_t> out;
    for (size_t i = 0; i < families().size(); ++i)
      out.push_back(add(name + " of " + std::string(families()[i].name), 1, deviation, {i}));
    return out;
  }
  Plan plan;
};

/// Solves the symmetric system by Cholesky's decomposition, in place.
std::vector<double> solve(std::vector<std::vector<double>> a, std::vector<double> b) {
  const size_t n = b.size();
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      double sum = a[i][j];
      for (size_t k = 0; k < j; ++k) sum -= a[i][k] * a[j][k];
      a[i][j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / a[j][j];
    }
  }
  for (size_t i = 0; i < n; ++i) {
    for (size_t k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

struct Problem {
  const Plan& plan;
  const std::vector<const Row*>& rows;
  std::vector<std::unique_ptr<Coefficients>>& owners;
  std::vector<double> weights;
  double scale;

  double residual(const Row& row) const {
    const auto speed = predicted(row);
    return speed ? std::log(*speed / row.measured) / scale : 0;
  }
  /// Robust sum of squares and the beliefs' part.
  double cost(const std::vector<double>& x) const {
    plan.apply(x, owners);
    double sum = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      const double r = residual(*rows[i]);
      sum += weights[i] * weights[i] * 2 * (std::sqrt(1 + r * r) - 1);
    }
    for (size_t p = 0; p < x.size(); ++p) {
      const double d = (x[p] - plan.parameters[p].mean) / plan.parameters[p].deviation;
      sum += d * d;
    }
    return sum;
  }
};

/// Residuals of all rows for each parameter moved a little; only rows that it can change are computed again.
std::vector<std::vector<double>> derivatives(const Problem& problem, const std::vector<double>& x,
                                             const std::vector<double>& base) {
  constexpr double kMove = 1e-4;
  std::vector<std::vector<double>> out(x.size(), std::vector<double>(problem.rows.size()));
  std::vector<double> moved = x;
  for (size_t p = 0; p < x.size(); ++p) {
    moved[p] += kMove;
    problem.plan.apply(moved, problem.owners);
    const auto& of = problem.plan.parameters[p].families;
    for (size_t i = 0; i < problem.rows.size(); ++i) {
      if (std::find(of.begin(), of.end(), problem.rows[i]->family) == of.end()) continue;
      out[p][i] = (problem.residual(*problem.rows[i]) - base[i]) / kMove;
    }
    moved[p] = x[p];
  }
  return out;
}

/// The step that the linearised problem asks for.
std::vector<double> step_of(const Problem& problem, const std::vector<double>& x, double damping) {
  const size_t n = x.size();
  problem.plan.apply(x, problem.owners);
  std::vector<double> base;
  for (const Row* row : problem.rows) base.push_back(problem.residual(*row));
  const auto slopes = derivatives(problem, x, base);
  std::vector<std::vector<double>> a(n, std::vector<double>(n));
  std::vector<double> b(n);
  for (size_t i = 0; i < base.size(); ++i) {
    const double robust = problem.weights[i] * problem.weights[i] / std::sqrt(1 + base[i] * base[i]);
    for (size_t p = 0; p < n; ++p) {
      if (slopes[p][i] == 0) continue;
      b[p] -= robust * slopes[p][i] * base[i];
      for (size_t q = 0; q <= p; ++q) a[p][q] += robust * slopes[p][i] * slopes[q][i];
    }
  }
  for (size_t p = 0; p < n; ++p) {
    const auto& parameter = problem.plan.parameters[p];
    const double certainty = 1 / (parameter.deviation * parameter.deviation);
    a[p][p] += certainty;
    a[p][p] *= 1 + damping;
    b[p] -= certainty * (x[p] - parameter.mean);
  }
  return solve(std::move(a), std::move(b));
}

}  // namespace

Plan decode_plan() {
  PlanMaker maker;
  const auto share = maker.by_group("bandwidth share", &GroupBelief::bandwidth_share, always(0.15));
  const auto layer = maker.by_group("seconds a layer", &GroupBelief::layer_us, always(0.7));
  const auto unpack =
      maker.by_group("unpacking", &GroupBelief::unpacking, [](const auto& g) { return g.unpacking_deviation; });
  const auto own_share = maker.by_family("bandwidth share", 0.2);
  const auto own_layer = maker.by_family("seconds a layer", 0.6);
  std::vector<size_t> cache(families().size());
  for (const auto& group : kGroups) {
    const auto of = members(group.group);
    const size_t at = maker.add("cache " + std::string(group.group), 1.2, 0.4, of);
    for (const size_t family : of) cache[family] = at;
  }
  const size_t experts = maker.add("experts", 0.2, 0.5, members(""));
  const size_t old = maker.add("unpacking before compute capability 7", 1.5, 0.5, members("cuda"));
  const size_t split = maker.add("split", 0.6, 0.3, members("cuda"));
  maker.plan.apply = [=](const std::vector<double>& x, auto& owners) {
    for (size_t i = 0; i < families().size(); ++i) {
      BackendProfile& b = owners[i]->own(families()[i].backend);
      b.speed_known = true;
      b.bandwidth_efficiency = std::min(1.0, std::exp(x[share[i]] + x[own_share[i]]));
      b.seconds_per_layer = std::exp(x[layer[i]] + x[own_layer[i]]) * 1e-6;
      b.decode_compute_factor = std::exp(x[unpack[i]]);
      b.kv_read_factor = std::exp(x[cache[i]]);
      b.moe_extra = std::exp(x[experts]);
      const bool cuda = families()[i].group == "cuda";
      b.decode_compute_factor_cc6 = cuda ? b.decode_compute_factor * std::exp(x[old]) : 0;
      b.split_exponent = cuda ? std::min(1.0, std::exp(x[split])) : 0;
    }
  };
  return std::move(maker.plan);
}

Plan prefill_plan() {
  PlanMaker maker;
  maker.plan.prefill = true;
  const auto share = maker.by_group("matrix share", &GroupBelief::matrix_share, always(0.7));
  const auto layer = maker.by_group("prompt seconds a layer", &GroupBelief::prompt_layer_us, always(1.0));
  const auto own_share = maker.by_family("matrix share", 0.4);
  const auto own_layer = maker.by_family("prompt seconds a layer", 0.7);
  const size_t experts = maker.add("experts", 1.8, 0.5, members(""));
  const size_t before7 = maker.add("matrix share before compute capability 7", 1, 0.7, members("cuda"));
  const size_t before8 = maker.add("matrix share before compute capability 8", 1, 0.4, members("cuda"));
  std::vector<size_t> dot_families;  // llamafile's own kernels do not use them
  for (const size_t i : members("cpu"))
    if (!families()[i].local_score) dot_families.push_back(i);
  const size_t dots = maker.add("matrix share with 8-bit dot products", 2, 0.5, dot_families);
  const size_t newest = maker.add("matrix share from compute capability 12", 1, 0.5, members("cuda"));
  maker.plan.apply = [=](const std::vector<double>& x, auto& owners) {
    for (size_t i = 0; i < families().size(); ++i) {
      const Family& family = families()[i];
      BackendProfile& b = owners[i]->own(family.backend);
      b.speed_known = true;
      b.compute_efficiency = std::min(2.0, std::exp(x[share[i]] + x[own_share[i]]));
      b.prefill_seconds_per_layer = std::exp(x[layer[i]] + x[own_layer[i]]) * 1e-6;
      b.prefill_moe_factor = std::max(1.0, std::exp(x[experts]));
      b.compute_efficiency_vnni =
          family.group == "cpu" && !family.local_score ? b.compute_efficiency * std::exp(x[dots]) : 0;
      const bool cuda = family.group == "cuda";
      // vLLM computes with sums in 32 bits, llama.cpp's kernels in 16 or in integers.
      b.half_accumulation = cuda && family.runtime != "vllm" ? 1 : 0;
      b.compute_efficiency_cc6 = cuda ? b.compute_efficiency * std::exp(x[before7]) : 0;
      b.compute_efficiency_cc7 = cuda ? b.compute_efficiency * std::exp(x[before8]) : 0;
      b.compute_efficiency_cc12 = b.compute_efficiency * (cuda ? std::exp(x[newest]) : 1);
    }
  };
  return std::move(maker.plan);
}

std::optional<double> predicted(const Row& row) {
  const Speed speed = speed_of(*row.question, *row.engine, row.layout, row.places, Given(nullptr));
  const auto& estimate = row.prefill ? speed.prefill : speed.decode;
  return estimate ? std::optional(estimate->value.value) : std::nullopt;
}

std::vector<double> weights_of(const std::vector<const Row*>& rows) {
  std::map<std::pair<size_t, std::string>, double> count;
  for (const Row* row : rows) ++count[{row->family, row->hardware}];
  std::vector<double> out;
  for (const Row* row : rows) out.push_back(1 / std::sqrt(count[{row->family, row->hardware}]));
  return out;
}

std::vector<double> fit(const Plan& plan, const std::vector<const Row*>& rows,
                        std::vector<std::unique_ptr<Coefficients>>& owners) {
  const Problem problem{plan, rows, owners, weights_of(rows), plan.prefill ? kPrefillScale : kDecodeScale};
  std::vector<double> x;
  for (const auto& parameter : plan.parameters) x.push_back(parameter.mean);
  double damping = 1e-2, cost = problem.cost(x);
  for (int i = 0; i < kMostSteps; ++i) {
    const auto step = step_of(problem, x, damping);
    std::vector<double> next = x;
    for (size_t p = 0; p < x.size(); ++p) next[p] += std::clamp(step[p], -0.5, 0.5);
    const double then = problem.cost(next);
    if (then > cost) {
      damping *= 10;
      continue;
    }
    const bool done = cost - then < 1e-5 * cost;
    x = std::move(next);
    cost = then;
    damping = std::max(1e-4, damping / 5);
    if (done) break;
  }
  plan.apply(x, owners);
  return x;
}

}  // namespace edgefit::speed
