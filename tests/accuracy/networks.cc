// edgefit against published frame rates of vision networks on boards and neural units, one image at a time.
//   networks TRUTH.csv            the table, as Markdown
//   networks --check TRUTH.csv    exit 1 when a published bound is broken
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "edgefit/assessment.h"
#include "edgefit/catalog.h"
#include "edgefit/size.h"
#include "support/csv.h"

namespace edgefit {
namespace {

using Row = std::map<std::string, std::string>;

const Origin kTruth{Origin::Kind::user, "truth"};

/// A group of rows, what edgefit calls its engine, and the bounds that docs/accuracy.md states in percent.
struct Group {
  std::string_view runtime, precision, weights;
  const char* title;
  double median, held;
};
constexpr std::array kGroups = {
    Group{"TensorRT", "FP16", "fp16", "TensorRT, 16 bits", 25, 75},
    Group{"TensorRT", "INT8", "int8", "TensorRT, 8 bits", 25, 75},
    Group{"TensorRT", "FP32", "fp32", "TensorRT, 32 bits", 25, 75},
    Group{"RKNN", "INT8", "int8", "RKNN, 8 bits, one core", 25, 75},
    Group{"HailoRT", "INT8", "int8", "HailoRT", 75, 75},
};

double number(const Row& row, const std::string& key) {
  const auto found = row.find(key);
  return found == row.end() || found->second.empty() ? 0 : std::strtod(found->second.c_str(), nullptr);
}

Case case_of(const Row& row, const Group& group) {
  Model m;
  m.format = "onnx";
  m.task = Task::object_detection;
  m.precision = group.weights;
  m.parameters = {std::max(1.0, number(row, "params_m")) * 1e6, kTruth};
  m.weight_bytes = {Bytes{*m.parameters * (group.weights == "int8" ? 1 : group.weights == "fp16" ? 2 : 4)}, kTruth};
  m.flops_per_inference = {number(row, "gflops") * 1e9, kTruth};
  BoxFlags box;
  box.gpus.push_back({row.at("hw_key"), 1, {}, {}});
  box.ram = gib(8);
  Case c;
  auto host = describe_host(box);
  if (!host) {  // a board that brings its memory
    box.ram = {};
    host = describe_host(box);
  }
  c.host = std::make_shared<const Host>(std::move(*host));
  c.workload = resolve({}, m);
  c.model = std::make_shared<const Model>(std::move(m));
  c.runtime.profile = *find_runtime(group.runtime == "TensorRT" ? "tensorrt"
                                    : group.runtime == "RKNN"   ? "rknn"
                                                                : "hailort");
  c.runtime.backend = backend_of(c);
  return c;
}

struct Errors {
  std::vector<double> sizes;
  size_t inside = 0;
  double share(double p) const {
    return 100 * sizes.at(std::min(sizes.size() - 1, static_cast<size_t>(p * static_cast<double>(sizes.size()))));
  }
  double held() const { return 100 * static_cast<double>(inside) / static_cast<double>(sizes.size()); }
};

Errors measure(const std::vector<Row>& truth, const Group& group) {
  Errors out;
  for (const auto& row : truth) {
    if (row.at("runtime") != group.runtime || row.at("precision") != group.precision || row.at("batch") != "1")
      continue;
    if (row.at("hw_key").empty() || number(row, "gflops") <= 0) continue;
    const double measured = number(row, "latency_ms") > 0 ? number(row, "latency_ms") / 1e3 : 1 / number(row, "fps");
    const auto latency = assess(case_of(row, group)).speed.latency;
    if (!latency || !std::isfinite(measured)) continue;
    out.sizes.push_back(std::abs(latency->value.value / measured - 1));
    out.inside += latency->low.value <= measured && measured <= latency->high.value;
  }
  std::sort(out.sizes.begin(), out.sizes.end());
  return out;
}

int run(bool check, const std::string& path) {
  const auto truth = test::csv_file(path);
  bool held = true;
  fmt::print("| engine | runs | median | 90th pct. | inside the interval |\n|---|---|---|---|---|\n");
  for (const Group& group : kGroups) {
    const Errors errors = measure(truth, group);
    if (errors.sizes.empty()) {
      fmt::print(stderr, "no rows of {} in {}\n", group.title, path);
      return 2;
    }
    fmt::print("| {} | {} | {:.0f} % | {:.0f} % | {:.0f} % |\n", group.title, errors.sizes.size(), errors.share(0.5),
               errors.share(0.9), errors.held());
    held = held && errors.share(0.5) <= group.median && errors.held() >= group.held;
  }
  if (check && !held) fmt::print(stderr, "a bound of docs/accuracy.md is broken\n");
  return check && !held ? 1 : 0;
}

}  // namespace
}  // namespace edgefit

int main(int argc, char** argv) {
  const bool check = argc == 3 && std::string(argv[1]) == "--check";
  if (argc != (check ? 3 : 2)) {
    fmt::print(stderr, "usage: networks [--check] TRUTH.csv\n");
    return 2;
  }
  return edgefit::run(check, argv[argc - 1]);
}
