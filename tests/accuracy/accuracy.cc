// edgefit against llama.cpp's own allocations: reads the measured table and the files it was measured on,
// prints the errors by class and backend as Markdown. `scripts/accuracy` writes docs/accuracy.md with it.
//   accuracy TRUTH.csv MODEL_FOLDER            the tables
//   accuracy TRUTH.csv MODEL_FOLDER --rows     every case
//   accuracy TRUTH.csv MODEL_FOLDER --check    exit 1 when a published bound is broken
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

namespace edgefit {
namespace {

using Row = std::map<std::string, std::string>;

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

std::vector<Row> read_rows(const std::string& text) {
  std::vector<Row> rows;
  std::vector<std::string> header;
  size_t at = 0;
  while (at < text.size()) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const auto cells = split(text.substr(at, end - at));
    at = end + 1;
    if (header.empty()) {
      header = cells;
      continue;
    }
    Row row;
    for (size_t i = 0; i < std::min(cells.size(), header.size()); ++i) row[header[i]] = cells[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

double number(const Row& row, const char* key) {
  return row.at(key).empty() ? 0 : std::stod(row.at(key));
}

constexpr BackendProfile kBackends[] = {{Backend::cuda, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0},
                                        {Backend::cpu, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0}};
constexpr RuntimeProfile kProfile{"llama.cpp",    "v0.5.0", "2026-11", EngineRules::llama_cpp,
                                  "llama-server", 0,        0,         kBackends};

std::shared_ptr<const Host> host_with(bool gpu) {
  auto host = std::make_shared<Host>();
  host->mode = Host::Mode::described;
  if (gpu) {
    Gpu g;
    g.vendor = "NVIDIA";
    g.state = GpuState::described;
    g.pool = "gpu0";
    g.vram_total = {gib(4096), {Origin::Kind::user, "test"}};
    host->gpus.push_back(g);
  }
  return host;
}

Case case_of(const Row& row, std::shared_ptr<const Model> model) {
  Case c;
  const bool gpu = row.at("backend").substr(0, 4) == "cuda";
  c.host = host_with(gpu);
  c.model = std::move(model);
  const Origin given{Origin::Kind::user, "truth"};
  const double sequences = number(row, "n_seq");
  c.workload.context = {number(row, "ctx") / sequences, given};
  c.workload.sequences = {sequences, given};
  c.workload.kv_type = {row.at("kt"), given};
  c.workload.kv_type_v = {row.at("vt"), given};
  c.workload = resolve(c.workload, *c.model);
  c.runtime.profile = &kProfile;
  c.runtime.backend = gpu ? Backend::cuda : Backend::cpu;
  c.runtime.backend_chosen = true;
  c.runtime.gpu_layers = static_cast<int>(number(row, "ngl"));
  c.runtime.batch = number(row, "batch");
  c.runtime.ubatch = number(row, "ubatch");
  c.runtime.flash_attention = row.at("fa") == "1" ? FlashAttention::on : FlashAttention::off;
  c.runtime.kv_unified = row.at("kv_unified") == "1";
  c.runtime.logits_all = row.at("n_outputs_max") == "0";
  c.runtime.kv_offload = row.at("kv_offload") == "1";
  c.runtime.swa_full = row.at("swa_full") == "1";
  c.runtime.op_offload = row.at("op_offload") == "1";
  c.runtime.mmap = row.at("load") != "none";
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
      "### {}\n\n| where | class | cases | median | 95th pct. | worst over | worst under "
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

Outcome compare(const Row& row, const Case& question) {
  Outcome out;
  out.ours = bill_of(question);
  const bool cuda = row.at("backend").substr(0, 4) == "cuda";
  out.where = !cuda ? "cpu" : number(row, "ngl") >= number(row, "layers") ? "cuda full" : "cuda partial";
  out.truth_total = number(row, "total");
  if (row.at("load") == "mmap") {
    // With mmap the table holds the mapped span; edgefit counts the tensors that live there.
    out.truth_total += out.get("weights_cpu") - number(row, "weights_cpu") - number(row, "weights_repack");
  }
  out.truth_compute = number(row, "compute_cpu") + number(row, "compute_gpu");
  out.kv_error = out.get("kv_cpu") + out.get("kv_gpu") - number(row, "kv_cpu") - number(row, "kv_gpu");
  return out;
}

void print_row(const Row& row, const Outcome& outcome) {
  for (const char* key : {"model", "quant", "klass", "ctx", "kt", "vt", "fa", "ubatch", "n_seq", "kv_unified",
                          "n_outputs_max", "kv_offload", "op_offload", "load", "ngl", "layers"}) {
    fmt::print("{}={},", key, row.at(key));
  }
  for (const char* part : {"weights_cpu", "weights_gpu", "kv_cpu", "kv_gpu", "compute_cpu", "compute_gpu", "output"}) {
    const double more = std::string(part) == "weights_cpu" ? number(row, "weights_repack") : 0;
    fmt::print("{}={:.2f}/{:.2f},", part, outcome.get(part) / kMiB, (number(row, part) + more) / kMiB);
  }
  fmt::print("error={:+.2f}%\n", 100 * (outcome.get("total") / outcome.truth_total - 1));
}

struct Totals {
  std::map<std::string, Errors> total, compute;
  Errors all, usual;  ///< usual: the KV cache beside its layers, as every command line of edgefit has it
  size_t rows = 0, kv_wrong = 0;

  void add(const Row& row, const Outcome& outcome) {
    const std::string key = outcome.where + " | " + row.at("klass");
    total[key].add(outcome.get("total"), outcome.truth_total);
    compute[key].add(outcome.compute(), outcome.truth_compute);
    all.add(outcome.get("total"), outcome.truth_total);
    if (row.at("kv_offload") == "1") usual.add(outcome.get("total"), outcome.truth_total);
    // The table is rounded to 0.01 MiB, the cache and the state each.
    if (std::abs(outcome.kv_error) > 0.022 * kMiB) ++kv_wrong;
    ++rows;
  }
};

/// The bounds that docs/accuracy.md states.
int check(const Totals& totals) {
  struct Bound {
    const char* what;
    double value, limit;
  };
  const Bound bounds[] = {{"KV caches that are not exact", static_cast<double>(totals.kv_wrong), 0},
                          {"median error, %", 100 * totals.all.quantile(0.5), 0.3},
                          {"95th percentile, %", 100 * totals.all.quantile(0.95), 1.0},
                          {"worst over, %", 100 * totals.usual.most(), 3.0},
                          {"worst under, %", -100 * totals.usual.least(), 3.0}};
  int broken = totals.rows > 0 ? 0 : 1;
  for (const auto& bound : bounds) {
    fmt::print("{}: {:.2f}, at most {:.2f}\n", bound.what, bound.value, bound.limit);
    if (bound.value > bound.limit) broken = 1;
  }
  return broken;
}

int run(const std::string& truth, const std::string& folder, const std::string& mode) {
  const auto text = read_small_file(truth);
  if (!text) {
    fmt::print(stderr, "error: {}\n", text.error().what);
    return 2;
  }
  std::map<std::string, std::shared_ptr<const Model>> models;
  Totals totals;
  for (const Row& row : read_rows(*text)) {
    if (row.at("backend").substr(0, 6) == "vulkan") continue;
    auto& model = models[row.at("model") + "." + row.at("quant")];
    if (!model) {
      auto read = read_model(folder + "/" + row.at("model") + "." + row.at("quant") + ".gguf");
      if (!read) {
        fmt::print(stderr, "error: {}\n  in {}\n", read.error().what, read.error().where);
        return 2;
      }
      prepare(*read);
      model = std::make_shared<const Model>(std::move(*read));
    }
    const Outcome outcome = compare(row, case_of(row, model));
    totals.add(row, outcome);
    if (mode == "--rows") print_row(row, outcome);
  }
  if (mode == "--check") return check(totals);
  if (mode == "--rows") return 0;
  totals.total["all | all"] = totals.all;
  fmt::print("{} cases; KV cache and state differ in {} of them.\n\n", totals.rows, totals.kv_wrong);
  print_table("Total memory", totals.total);
  print_table("Compute buffers alone", totals.compute);
  return 0;
}

}  // namespace
}  // namespace edgefit

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  return edgefit::run(argv[1], argv[2], argc > 3 ? argv[3] : "");
}
