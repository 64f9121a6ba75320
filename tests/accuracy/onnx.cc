// edgefit against measured sessions of ONNX Runtime: peak memory of a process above its host, time of one run.
//   onnx MODELS.csv TRUTH.csv            the table, as Markdown
//   onnx --rows MODELS.csv TRUTH.csv     every run
//   onnx --check MODELS.csv TRUTH.csv    exit 1 when a published bound is broken
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "base/files.h"
#include "edgefit/catalog.h"
#include "edgefit/size.h"
#include "size/fit.h"
#include "size/onnxruntime.h"
#include "support/csv.h"

namespace edgefit {
namespace {

using Row = std::map<std::string, std::string>;

constexpr double kMib = 1024 * 1024;
/// The host program of the measurements, which their figures leave out.
constexpr double kHostProgram = 51.8 * kMib;
const Origin kTruth{Origin::Kind::user, "truth"};

double number(const Row& row, const std::string& key) {
  const auto found = row.find(key);
  return found == row.end() || found->second.empty() ? 0 : std::stod(found->second);
}

/// "conv:12.5 i8:3": the sum, or of one kind.
double sum_of(const std::string& text, const std::string& kind = "") {
  std::istringstream in(text);
  double sum = 0;
  for (std::string word; in >> word;) {
    const size_t colon = word.find(':');
    if (kind.empty() || word.substr(0, colon) == kind) sum += std::stod(word.substr(colon + 1));
  }
  return sum;
}

Model model_of(const Row& row, const Row& facts) {
  const auto bytes = [](double mib) { return Fact<Bytes>(Bytes{mib * kMib}, kTruth); };
  const double live = number(facts, "live_mib");
  Model m;
  m.format = "onnx";
  m.task = Task::other;
  m.precision = facts.at("precision");
  m.weight_bytes = {Bytes{sum_of(row.at("weight_bytes_by_dtype"))}, kTruth};
  m.activation_bytes = bytes(live > 0 ? live : number(row, "live_peak_MiB(inplace)"));
  m.flops_per_inference = {number(row, "MFLOP") * 1e6, kTruth};
  m.network.nodes = {number(row, "nodes_run"), kTruth};
  m.network.integer_flops = {sum_of(row.at("MFLOP_by_kind"), "i8") * 1e6, kTruth};
  m.network.moved_bytes = bytes(number(row, "rw_MiB"));
  m.network.convolution_weight_bytes = bytes(number(facts, "convolution_mib"));
  m.network.largest_weight_bytes = bytes(number(facts, "largest_mib"));
  m.network.workspace_bytes = bytes(number(facts, "workspace_mib"));
  return m;
}

/// The processor of the measurements, by its own measured rates.
Case case_of(Model model, int threads) {
  Case c;
  Host host;
  host.mode = Host::Mode::described;
  host.cpu.fp32_peak = {FlopsPerSecond{threads == 1 ? 100.5e9 : 201e9}, kTruth};
  host.memory.measured_bandwidth = {BytesPerSecond{threads == 1 ? 20.4e9 : 31.3e9}, kTruth};
  c.host = std::make_shared<const Host>(std::move(host));
  c.workload = resolve({}, model);
  c.model = std::make_shared<const Model>(std::move(model));
  c.runtime.profile = *find_runtime("onnxruntime");
  c.runtime.backend = Backend::cpu;
  c.runtime.backend_chosen = true;
  return c;
}

struct Errors {
  std::vector<double> all;  ///< estimate / measured - 1
  size_t inside = 0;
  void add(double estimate, double low, double high, double measured) {
    all.push_back(estimate / measured - 1);
    inside += low <= measured && measured <= high;
  }
  double share(double p) const {
    std::vector<double> sizes;
    for (const double e : all) sizes.push_back(std::abs(e));
    std::sort(sizes.begin(), sizes.end());
    return 100 * sizes.at(std::min(sizes.size() - 1, static_cast<size_t>(p * static_cast<double>(sizes.size()))));
  }
  double least() const { return 100 * *std::min_element(all.begin(), all.end()); }
  double most() const { return 100 * *std::max_element(all.begin(), all.end()); }
  double held() const { return 100 * static_cast<double>(inside) / static_cast<double>(all.size()); }
};

struct Answer {
  Errors memory, one, two;
};

void measure(const std::vector<Row>& truth, const std::map<std::string, Row>& facts, bool rows, Answer& out) {
  std::map<std::string, double> fastest;  // of two threads, by model and shape: the box was shared
  const auto key = [](const Row& row) { return row.at("model") + row.at("inputs"); };
  for (const auto& row : truth)
    if (row.at("config").starts_with("T2")) {
      auto& best = fastest.emplace(key(row), 1e18).first->second;
      best = std::min(best, number(row, "min_ms"));
    }
  for (const auto& row : truth) {
    const std::string& config = row.at("config");
    const auto known = facts.find(row.at("model"));
    if (!row.at("error").empty() || known == facts.end() || !(config == "T1" || config.starts_with("T2"))) continue;
    const Case c = case_of(model_of(row, known->second), config == "T1" ? 1 : 2);
    const auto need = best_fit(c).pools.front().need;
    const double peak = std::max(number(row, "d_load_peak_MiB"), number(row, "d_run_peak_MiB")) * kMib;
    out.memory.add(need.value.value - kHostProgram, need.low.value, need.high.value - 2 * kHostProgram, peak);
    const auto latency = onnxruntime_latency(c, Given(nullptr));
    const double ms = config == "T1" ? number(row, "min_ms") : fastest.at(key(row));
    if (config != "T2b")
      (config == "T1" ? out.one : out.two)
          .add(latency->value.value * 1e3, latency->low.value * 1e3, latency->high.value * 1e3, ms);
    if (rows)
      fmt::print("{:<26} {:<34} {:<3} peak {:>7.1f} MiB {:>+6.1f} %  {:>9.2f} ms {:>+6.1f} %\n", row.at("model"),
                 row.at("inputs").substr(0, 34), config, peak / kMib, 100 * out.memory.all.back(), ms,
                 100 * (latency->value.value * 1e3 / ms - 1));
  }
}

void print(const char* name, const Errors& e) {
  fmt::print("| {} | {} | {:.1f} % | {:.0f} % | {:.0f} % | {:+.0f} % | {:.0f} % |\n", name, e.all.size(), e.share(0.5),
             e.share(0.9), e.least(), e.most(), e.held());
}

std::vector<Row> read_rows(const char* path) {
  const auto text = read_small_file(path);
  if (!text) return {};
  std::istringstream in(*text);
  return test::csv_rows(in);
}

int run(const std::string& mode, const char* models, const char* truth_path) {
  std::map<std::string, Row> facts;
  for (const auto& row : read_rows(models)) facts[row.at("model")] = row;
  const auto truth = read_rows(truth_path);
  Answer out;
  measure(truth, facts, mode == "--rows", out);
  if (out.memory.all.empty()) {
    fmt::print(stderr, "no rows in {}\n", truth_path);
    return 2;
  }
  if (mode == "--rows") return 0;
  fmt::print("| | runs | median | 90th pct. | least | most | inside the interval |\n|---|---|---|---|---|---|---|\n");
  print("peak memory of a session", out.memory);
  print("latency, one thread", out.one);
  print("latency, two threads, the better of two", out.two);
  if (mode != "--check") return 0;
  // Bounds that docs/accuracy.md states.
  const bool held = out.memory.share(0.5) <= 10 && out.memory.share(0.9) <= 30 && out.memory.least() >= -15 &&
                    out.memory.held() >= 99 && out.one.share(0.5) <= 12;
  if (!held) fmt::print(stderr, "a bound of docs/accuracy.md is broken\n");
  return held ? 0 : 1;
}

}  // namespace
}  // namespace edgefit

int main(int argc, char** argv) {
  const std::string first = argc > 1 ? argv[1] : "";
  const bool mode = first.starts_with("--");
  if (argc != (mode ? 4 : 3)) {
    fmt::print(stderr, "usage: onnx [--rows|--check] MODELS.csv TRUTH.csv\n");
    return 2;
  }
  return edgefit::run(mode ? first : "", argv[argc - 2], argv[argc - 1]);
}
