// Measured decoding and prompts on one processor whose read rate and fp32 rate were measured just before: rows for
// which nothing of the memory is guessed.
#include <algorithm>
#include <map>

#include "accuracy/speed_row_model.h"
#include "accuracy/speed_rows.h"
#include "edgefit/size.h"
#include "edgefit/text.h"

namespace edgefit::speed {
namespace {

// One core of the EPYC 7003 that the table was measured on; rates of two threads are two of them.
constexpr double kCoreRate = 100.5e9;

/// "llama 430M synthetic (426 M weights read per token)", "Llama-3.1-8B shape (synthetic)".
std::shared_ptr<const Model> synthetic(const Cells& row) {
  const std::string name = lower(cell(row, "model"));
  Model m;
  m.name = name.substr(0, name.find(' '));
  m.precision = lower(cell(row, "quant"));
  if (m.precision == "q4_k" || m.precision == "q3_k" || m.precision == "q5_k") m.precision += "_m";
  const double weights = name.starts_with("tiny") ? 75e6 : name.find("430m") != std::string::npos ? 426e6 : 7.5e9;
  m.parameters = {weights, kPublished};
  if (const auto read = number(row, "MB_read_per_token")) m.weight_bytes = {Bytes{*read * 1e6}, kPublished};
  prepare(m);
  // All of it is read for each token: the embedding is not in the count.
  if (m.weights && m.weight_bytes) {
    WeightTable& table = *m.weights;
    table.layers.front().dense += table.input.dense;
    table.input.dense = 0;
  }
  return std::make_shared<const Model>(std::move(m));
}

std::shared_ptr<const Host> box(double threads, double read_rate) {
  auto host = std::make_shared<Host>();
  host->mode = Host::Mode::described;
  host->cpu.cores = {threads, kPublished};
  host->cpu.isa = {{"avx2", "fma"}, kPublished};
  host->cpu.fp32_peak = {FlopsPerSecond{kCoreRate * threads}, kPublished};
  host->memory.measured_bandwidth = {BytesPerSecond{read_rate}, kPublished};
  host->memory.os_total = host->memory.usable = {gib(4096), kPublished};
  return host;
}

/// Runs of the same, of which only the best had the processor to itself: the box was shared with other programs.
struct Runs {
  Cells first;
  double best = 0;
};

}  // namespace

std::vector<Row> read_box(const std::string& folder, std::vector<std::unique_ptr<Coefficients>>& owners) {
  std::vector<Row> out;
  size_t family = 0;
  while (families()[family].name != "llama.cpp CPU") ++family;
  std::map<std::string, Runs> runs;
  std::map<std::string, double> read_rate;  // by threads
  for (const Cells& cells : test::csv_file(folder + "/cpu/speed.csv")) {
    const std::string test = cell(cells, "test");
    if (!test.starts_with("pp") && !test.starts_with("tg")) continue;
    const std::string threads = cell(cells, "threads");
    read_rate[threads] = std::max(read_rate[threads], number(cells, "read_GBs_before_run").value_or(0) * 1e9);
    if (cell(cells, "model").starts_with("tiny")) continue;  // lies in the cache
    Runs& same = runs[cell(cells, "model") + cell(cells, "quant") + threads + test];
    if (same.first.empty()) same.first = cells;
    same.best = std::max(same.best, *number(cells, "tok_s_median"));
  }
  for (const auto& [key, same] : runs) {
    const std::string threads = cell(same.first, "threads"), test = cell(same.first, "test");
    Row row;
    row.family = family;
    row.hardware = "epyc-7003-vm-" + threads;
    row.source = "measured with its read rate";
    row.prefill = test.starts_with("pp");
    row.measured = same.best;
    row.deciding = cell(same.first, "quant") + " " + test;
    row.question = std::make_unique<Case>();
    row.question->host = box(std::stod(threads), read_rate[threads]);
    row.question->model = synthetic(same.first);
    const double tokens = std::stod(test.substr(2));
    row.question->workload.prompt_tokens = {tokens, kPublished};
    row.question->workload.depth = {row.prefill ? tokens : tokens / 2, kPublished};
    finish(row, *owners[family]);
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace edgefit::speed
