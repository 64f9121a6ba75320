// edgefit against llama.cpp's own allocations: reads measured tables and the files they were measured on,
// prints the errors by class and backend as Markdown. `scripts/accuracy` writes docs/accuracy.md with it.
//   accuracy MODEL_FOLDER TRUTH.csv...             the tables
//   accuracy --rows MODEL_FOLDER TRUTH.csv...      every case
//   accuracy --check MODEL_FOLDER TRUTH.csv...     exit 1 when a published bound is broken
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "edgefit/assessment.h"
#include "edgefit/read.h"
#include "edgefit/size.h"
#include "edgefit/text.h"
#include "size/bill.h"
#include "size/fit.h"
#include "support/csv.h"

namespace edgefit {
namespace {

using Row = std::map<std::string, std::string>;

std::vector<Row> read_rows(const std::string& text) {
  std::istringstream in(text);
  return test::csv_rows(in);
}

/// Columns that a table may leave out because all its cases have the same.
constexpr std::pair<const char*, const char*> kUsual[] = {{"backend", "cuda"}, {"batch", "2048"},   {"kv_unified", "0"},
                                                          {"swa_full", "0"},   {"op_offload", "1"}, {"load", "none"},
                                                          {"embeddings", "0"}, {"cpu_moe", "0"},    {"gpus", "1"}};

std::string cell(const Row& row, std::string_view key) {
  if (const auto found = row.find(std::string(key)); found != row.end()) return found->second;
  for (const auto& [column, value] : kUsual) {
    if (column == key) return value;
  }
  return {};
}

/// 0 for an empty cell.
double number(const Row& row, std::string_view key) {
  const std::string text = cell(row, key);
  return text.empty() ? 0 : std::stod(text);
}

constexpr BackendProfile kBackends[] = {{Backend::cuda, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0},
                                        {Backend::cpu, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0}};
constexpr RuntimeProfile kProfile{"llama.cpp",    "v0.5.0", "2026-11", EngineRules::llama_cpp,
                                  "llama-server", 0,        0,         kBackends};

std::shared_ptr<const Host> host_with(int gpus) {
  auto host = std::make_shared<Host>();
  host->mode = Host::Mode::described;
  for (int i = 0; i < gpus; ++i) {
    Gpu g;
    g.vendor = "NVIDIA";
    g.state = GpuState::described;
    g.pool = "gpu" + std::to_string(i);
    g.vram_total = {gib(4096), {Origin::Kind::user, "test"}};
    host->gpus.push_back(g);
  }
  return host;
}

Case case_of(const Row& row, std::shared_ptr<const Model> model) {
  Case c;
  const bool gpu = cell(row, "backend").substr(0, 4) == "cuda";
  c.host = host_with(gpu ? static_cast<int>(number(row, "gpus")) : 0);
  c.model = std::move(model);
  const Origin given{Origin::Kind::user, "truth"};
  const double sequences = number(row, "n_seq");
  c.workload.context = {number(row, "ctx") / sequences, given};
  c.workload.sequences = {sequences, given};
  c.workload.kv_type = {cell(row, "kt"), given};
  c.workload.kv_type_v = {cell(row, "vt"), given};
  c.workload = resolve(c.workload, *c.model);
  c.runtime.profile = &kProfile;
  c.runtime.backend = gpu ? Backend::cuda : Backend::cpu;
  c.runtime.backend_chosen = true;
  c.runtime.gpu_layers = static_cast<int>(number(row, "ngl"));
  c.runtime.batch = number(row, "batch");
  c.runtime.ubatch = number(row, "ubatch");
  c.runtime.flash_attention = cell(row, "fa") == "1" ? FlashAttention::on : FlashAttention::off;
  c.runtime.kv_unified = cell(row, "kv_unified") == "1";
  c.runtime.logits_all = cell(row, "n_outputs_max") == "0";
  c.runtime.kv_offload = cell(row, "kv_offload") == "1";
  c.runtime.swa_full = cell(row, "swa_full") == "1";
  c.runtime.op_offload = cell(row, "op_offload") == "1";
  c.runtime.cpu_moe_layers = static_cast<int>(number(row, "cpu_moe"));
  c.runtime.mmap = cell(row, "load") != "none";
  return c;
}

/// Bytes by place and term, as the measured table names them.
std::map<std::string, double> bill_of(const Case& c) {
  const Fit fit = best_fit(c);
  std::map<std::string, double> out;
  for (const auto& pool : fit.pools) {
    const std::string place = pool.pool == 0 ? "cpu" : "gpu";
    for (const auto& line : pool.lines) {
      std::string term = name_of(line.term);
      if (line.term == Term::runtime) continue;
      if (line.term == Term::kv_cache || line.term == Term::recurrent_state) term = "kv";
      const std::string key = term == "output" ? term : term + "_" + place;
      out[key] += line.bytes.value;
      out["total"] += line.bytes.value;
      out["high"] += line.high.value;
      out["total_" + place] += line.bytes.value;
    }
  }
  return out;
}

struct Errors {
  std::vector<double> values;
  void add(double ours, double truth) { values.push_back(truth > 0 ? (ours - truth) / truth : 0); }
  double quantile(double q) const {
    std::vector<double> sorted;
    for (const double v : values) sorted.push_back(std::abs(v));
    std::sort(sorted.begin(), sorted.end());
    return sorted[static_cast<size_t>(q * static_cast<double>(sorted.size() - 1))];
  }
  double most() const { return *std::max_element(values.begin(), values.end()); }
  double least() const { return *std::min_element(values.begin(), values.end()); }
};

void print_table(const char* title, const std::map<std::string, Errors>& table) {
  fmt::print(
      "#### {}\n\n| where | class | cases | median | 95th pct. | worst over | worst under "
      "|\n|---|---|---|---|---|---|---|\n",
      title);
  for (const auto& [name, errors] : table) {
    fmt::print("| {} | {} | {:.2f} % | {:.2f} % | {:+.2f} % | {:+.2f} % |\n", name, errors.values.size(),
               100 * errors.quantile(0.5), 100 * errors.quantile(0.95), 100 * std::max(0.0, errors.most()),
               100 * std::min(0.0, errors.least()));
  }
  fmt::print("\n");
}

/// One case: what edgefit says against what llama.cpp allocated.
struct Outcome {
  std::string where;
  std::map<std::string, double> ours;
  double truth_total = 0, truth_compute = 0, kv_error = 0;
  double get(const char* key) const {
    const auto found = ours.find(key);
    return found == ours.end() ? 0 : found->second;
  }
  double compute() const { return get("compute_cpu") + get("compute_gpu"); }
};

/// Full: nothing that a GPU could hold lies in host memory.
std::string where_of(const Row& row) {
  if (cell(row, "backend").substr(0, 4) != "cuda") return "cpu";
  if (number(row, "gpus") > 1) return "several GPUs";
  const bool full = number(row, "ngl") >= number(row, "layers") && number(row, "cpu_moe") == 0;
  return full && cell(row, "kv_offload") == "1" ? "cuda full" : "cuda partial";
}

Outcome compare(const Row& row, const Case& question) {
  Outcome out;
  out.ours = bill_of(question);
  out.where = where_of(row);
  for (const char* part :
       {"weights_cpu", "weights_gpu", "weights_repack", "kv_cpu", "kv_gpu", "compute_cpu", "compute_gpu", "output"}) {
    out.truth_total += number(row, part);
  }
  if (cell(row, "load") == "mmap") {
    // With mmap the table holds the mapped span; edgefit counts the tensors that live there.
    out.truth_total += out.get("weights_cpu") - number(row, "weights_cpu") - number(row, "weights_repack");
  }
  out.truth_compute = number(row, "compute_cpu") + number(row, "compute_gpu");
  out.kv_error = out.get("kv_cpu") + out.get("kv_gpu") - number(row, "kv_cpu") - number(row, "kv_gpu");
  return out;
}

void print_row(const Row& row, const Outcome& outcome) {
  for (const char* key : {"model", "quant", "klass", "ctx", "kt", "vt", "fa", "ubatch", "n_seq", "kv_unified",
                          "n_outputs_max", "kv_offload", "op_offload", "load", "ngl", "layers", "cpu_moe", "gpus"}) {
    fmt::print("{}={},", key, cell(row, key));
  }
  for (const char* part : {"weights_cpu", "weights_gpu", "kv_cpu", "kv_gpu", "compute_cpu", "compute_gpu", "output"}) {
    const double more = std::string(part) == "weights_cpu" ? number(row, "weights_repack") : 0;
    fmt::print("{}={:.2f}/{:.2f},", part, outcome.get(part) / kMiB, (number(row, part) + more) / kMiB);
  }
  fmt::print("error={:+.2f}%\n", 100 * (outcome.get("total") / outcome.truth_total - 1));
}

struct Totals {
  std::map<std::string, Errors> total, compute;
  Errors all;
  size_t kv_wrong = 0, beyond = 0;

  void add(const Row& row, const Outcome& outcome) {
    const std::string key = outcome.where + " | " + cell(row, "klass");
    total[key].add(outcome.get("total"), outcome.truth_total);
    compute[key].add(outcome.compute(), outcome.truth_compute);
    all.add(outcome.get("total"), outcome.truth_total);
    // The shared table is rounded to 0.01 MiB, the cache and the state each.
    if (std::abs(outcome.kv_error) > 0.022 * kMiB) ++kv_wrong;
    if (outcome.truth_total > outcome.get("high") + 0.05 * kMiB) ++beyond;
  }
};

/// The bounds that docs/accuracy.md states for one table.
int check(const Totals& totals) {
  struct Bound {
    const char* what;
    double value, limit;
  };
  const auto& errors = totals.all.values;
  const auto under = std::count_if(errors.begin(), errors.end(), [](double e) { return e < -0.01; });
  const auto share = [&errors](auto cases) {
    return 100.0 * static_cast<double>(cases) / static_cast<double>(std::max<size_t>(errors.size(), 1));
  };
  const Bound bounds[] = {{"KV caches that are not exact", static_cast<double>(totals.kv_wrong), 0},
                          {"median error, %", 100 * totals.all.quantile(0.5), 0.3},
                          {"95th percentile, %", 100 * totals.all.quantile(0.95), 1.5},
                          {"worst over, %", 100 * totals.all.most(), 5.0},
                          {"cases more than 1 % under, %", share(under), 0.7},
                          {"cases beyond their interval, %", share(totals.beyond), 0.2}};
  int broken = errors.empty() ? 1 : 0;
  for (const auto& bound : bounds) {
    fmt::print("{}: {:.2f}, at most {:.2f}\n", bound.what, bound.value, bound.limit);
    if (bound.value > bound.limit) broken = 1;
  }
  return broken;
}

class Models {
 public:
  explicit Models(std::string folder) : folder_(std::move(folder)) {}
  Result<std::shared_ptr<const Model>> get(const Row& row) {
    const std::string name = cell(row, "model") + "." + cell(row, "quant");
    auto& model = models_[name];
    if (model) return model;
    auto read = read_model(folder_ + "/" + name + ".gguf");
    if (!read) return read.error();
    prepare(*read);
    model = std::make_shared<const Model>(std::move(*read));
    return model;
  }

 private:
  std::string folder_;
  std::map<std::string, std::shared_ptr<const Model>> models_;
};

void print_tables(const std::string& title, Totals& totals) {
  totals.total["all | all"] = totals.all;
  fmt::print("### {}\n\n{} cases; KV cache and state differ in {} of them.\n\n", title, totals.all.values.size(),
             totals.kv_wrong);
  print_table("Total memory", totals.total);
  print_table("Compute buffers alone", totals.compute);
}

int run(const std::string& mode, const std::string& folder, const std::vector<std::string>& truths) {
  Models models(folder);
  int broken = 0;
  for (const auto& truth : truths) {
    const auto text = read_small_file(truth);
    if (!text) {
      fmt::print(stderr, "error: {}\n", text.error().what);
      return 2;
    }
    Totals totals;
    for (const Row& row : read_rows(*text)) {
      if (cell(row, "backend").substr(0, 6) == "vulkan") continue;
      const auto model = models.get(row);
      if (!model) {
        fmt::print(stderr, "error: {}\n  in {}\n", model.error().what, model.error().where);
        return 2;
      }
      const Outcome outcome = compare(row, case_of(row, *model));
      totals.add(row, outcome);
      if (mode == "--rows") print_row(row, outcome);
    }
    const bool shared = truth.ends_with("truth.csv");
    if (mode == "--check") broken = std::max(broken, check(totals));
    if (mode.empty()) print_tables(shared ? "The library's plans" : "As llama-server runs it", totals);
  }
  return broken;
}

}  // namespace
}  // namespace edgefit

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  std::string mode;
  if (!words.empty() && words.front().starts_with("--")) {
    mode = words.front();
    words.erase(words.begin());
  }
  if (words.size() < 2) return 2;
  return edgefit::run(mode, words.front(), {words.begin() + 1, words.end()});
}
