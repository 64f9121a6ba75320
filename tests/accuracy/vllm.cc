// edgefit against start-up logs of vLLM: weights a GPU, requests that a printed cache holds, the refusal's GiB. Each
// log is judged by the profile of its own release.
//   edgefit_vllm TRUTH.csv           the table, as Markdown
//   edgefit_vllm --rows TRUTH.csv    every row
//   edgefit_vllm --check TRUTH.csv   exit 1 when a published bound is broken
#include "size/vllm.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "edgefit/catalog.h"
#include "edgefit/read.h"
#include "edgefit/size.h"
#include "edgefit/text.h"
#include "support/csv.h"

namespace edgefit {
namespace {

/// Names of the logs that are a published model with known hyper-parameters: a fine-tune has the sizes of its base.
struct Known {
  std::string_view log, key, precision;
};
constexpr std::array kKnown = {
    Known{"Llama-3.1-8B-Instruct", "llama-3.1-8b", "bf16"},
    Known{"Meta-Llama-3.1-8B-Instruct", "llama-3.1-8b", "bf16"},
    Known{"Qwen/Qwen2.5-1.5B-Instruct", "qwen2.5-1.5b", "bf16"},
    Known{"Qwen2.5-1.5B-Instruct", "qwen2.5-1.5b", "bf16"},
    Known{"Qwen2.5-32B-Instruct", "qwen2.5-32b", "bf16"},
    Known{"Qwen2.5-Coder-32B-Instruct-AWQ", "qwen2.5-32b", "int4"},
    Known{"Qwen2.5-0.5B-Instruct", "qwen2.5-0.5b", "bf16"},
    Known{"Qwen3-0.6B", "qwen3-0.6b", "bf16"},
    Known{"Qwen3-4B", "qwen3-4b", "bf16"},
    Known{"Qwen3-8B", "qwen3-8b", "bf16"},
    Known{"Qwen3-8B-FP8", "qwen3-8b", "fp8"},
    Known{"Qwen3-14B", "qwen3-14b", "bf16"},
    Known{"Qwen3-32B", "qwen3-32b", "bf16"},
    Known{"Qwen3-30B-A3B", "qwen3-30b-a3b", "bf16"},
    Known{"Qwen3-30B-A3B-FP8", "qwen3-30b-a3b", "fp8"},
    Known{"Qwen3-30B-A3B-4bit", "qwen3-30b-a3b", "int4"},
    Known{"Qwen3.5-27B", "qwen3.5-27b", "bf16"},
    Known{"gpt-oss-120b", "gpt-oss-120b", "mxfp4"},
    Known{"GLM-5-FP8", "glm-5", "fp8"},
};

/// The profile of the release that wrote the log; the newest where the log does not say.
const RuntimeProfile* release_of(const std::string& version) {
  const size_t end = version.find_first_not_of("0123456789.");
  std::string asked = version.substr(0, end);
  if (version == "0.2x") asked = "0.21";
  if (version == "0.1x") asked = "0.11";
  while (asked.ends_with('.')) asked.pop_back();
  // Builds from the sources of early 2026 count as 0.1.devN.
  const bool build = version.starts_with("0.1.dev");
  const auto found = find_runtime(asked.size() < 3 || build ? "vllm" : "vllm@" + asked);
  return found ? *found : *find_runtime("vllm");
}

double number(const test::CsvRow& row, const char* key) {
  const auto at = row.find(key);
  return at == row.end() || at->second.empty() ? 0 : std::strtod(at->second.c_str(), nullptr);
}
std::string text(const test::CsvRow& row, const char* key) {
  const auto at = row.find(key);
  return at == row.end() ? std::string() : at->second;
}

std::shared_ptr<const Model> model_of(const Known& known) {
  const auto profile = find_model_profile(known.key);
  if (!profile) return nullptr;
  auto model = read_model_profile(**profile);
  if (!model) return nullptr;
  prepare(*model);
  return std::make_shared<const Model>(requantize(*model, *find_precision(known.precision)));
}

/// 80 of "H100-80GB"; 0 when the name has none.
double gib_of_name(const std::string& name) {
  const size_t unit = name.find("GB");
  const size_t first = unit == std::string::npos ? unit : name.find_last_not_of("0123456789", unit - 1) + 1;
  return first == std::string::npos || first == unit ? 0 : std::strtod(name.c_str() + first, nullptr);
}

/// One figure beside what the log printed; `rounding` = half of the last printed digit, relative.
struct Compared {
  std::string what, row;
  double ours, theirs, rounding;
  double error() const { return std::abs(ours / theirs - 1); }
};

Case case_of(const test::CsvRow& row, std::shared_ptr<const Model> model) {
  Case out;
  out.host = std::make_shared<Host>();
  out.model = std::move(model);
  out.runtime.profile = release_of(text(row, "version"));
  out.workload = resolve({}, *out.model);
  if (const double length = std::max(number(row, "max_model_len"), number(row, "err_len_req")); length > 0)
    out.workload.context = {length, {}};
  if (text(row, "kv_cache_dtype").starts_with("fp8")) out.workload.kv_type = {"fp8", {}};
  return out;
}

void compare(const test::CsvRow& row, const Known& known, std::vector<Compared>& out) {
  const auto model = model_of(known);
  if (!model) return;
  const Case question = case_of(row, model);
  Gpu gpu;
  gpu.name = {text(row, "gpu"), {}};
  gpu.pool = "gpu0";
  // "H100-80GB": as much as the name says where the log does not.
  const double size = number(row, "total_gib") > 0 ? number(row, "total_gib") : gib_of_name(text(row, "gpu"));
  if (size > 0) gpu.vram_total = {gib(size), {}};
  ServerSettings settings = vllm_defaults(question, gpu);
  settings.tensor = std::max(1, static_cast<int>(number(row, "tp")));
  settings.pipeline = std::max(1, static_cast<int>(number(row, "pp")));
  if (number(row, "max_num_batched_tokens") > 0) settings.batched_tokens = number(row, "max_num_batched_tokens");
  const Vllm engine(question, settings, Given(nullptr));
  const std::string name = fmt::format("{} {} tp{}", text(row, "row"), known.log, settings.tensor);
  if (const double weights = number(row, "weights_gib"); weights > 0 && number(row, "mm") == 0)
    out.push_back({"weights", name, engine.weights(0).value / kGiB, weights, 0.005 / weights});
  const double available = number(row, "avail_gib"), length = *question.workload.context;
  const double one = engine.request_bytes(0, length) / kGiB;
  if (const double many = number(row, "conc"); many > 0 && available > 0 && number(row, "conc_len") == length)
    out.push_back({"requests", name, available / one, many, 0.005 / available + 0.005 / many + 1 / (length / 16)});
  // A printed number of tokens is a rate only where every layer keeps the whole context.
  const auto& layers = model->architecture.attention;
  const bool plain = std::all_of(layers.begin(), layers.end(), [](Attention k) { return k == Attention::mla; });
  if (const double tokens = number(row, "tokens"); tokens > 0 && available > 0 && plain) {
    const double each = engine.request_bytes(0, 4096) / 4096 / kGiB;
    out.push_back({"tokens", name, available / each, tokens, 0.005 / available + 16 / tokens});
  }
  // The peak of the trial step, where the log tells what decides it.
  if (const double peak = number(row, "act_gib"); peak > 0 && size > 0 && number(row, "mm") == 0) {
    out.push_back({"peak", name, engine.activations().value.value / kGiB, peak, 0.005 / peak});
  }
  if (const double need = number(row, "err_need"); need > 0) out.push_back({"needed", name, one, need, 0.005 / need});
}

double at(std::vector<double> sorted, double share) {
  if (sorted.empty()) return 0;
  std::sort(sorted.begin(), sorted.end());
  return sorted[std::min(sorted.size() - 1, static_cast<size_t>(share * static_cast<double>(sorted.size())))];
}

struct Bound {
  const char *what, *words;
  double median, most;
};
constexpr std::array kBounds = {Bound{"weights", "weights a GPU", 0.002, 0.02},
                                Bound{"tokens", "tokens that the printed cache holds", 0.002, 0.012},
                                Bound{"requests", "requests that the printed cache holds", 0.005, 0.03},
                                Bound{"peak", "peak of the trial step", 0.1, 9},
                                Bound{"needed", "GiB that the refusal asks for", 0.002, 0.005}};

int run(const std::string& mode, const std::string& path) {
  std::ifstream file(path);
  std::vector<Compared> all;
  for (const auto& row : test::csv_rows(file)) {
    const auto known =
        std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& k) { return k.log == text(row, "model"); });
    if (known != kKnown.end()) compare(row, *known, all);
  }
  if (mode == "--rows") {
    for (const auto& c : all)
      fmt::print("{:<10} {:<44} {:>10.4f} {:>10.4f} {:>8.3f} %\n", c.what, c.row, c.ours, c.theirs, c.error() * 100);
    return 0;
  }
  bool broken = all.empty();
  if (mode != "--check")
    fmt::print("| figure | starts | median error | largest | inside the log's rounding |\n|---|---|---|---|---|\n");
  for (const Bound& bound : kBounds) {
    std::vector<double> errors;
    int inside = 0;
    for (const auto& c : all) {
      if (c.what != bound.what) continue;
      errors.push_back(c.error());
      inside += c.error() <= c.rounding ? 1 : 0;
    }
    const double median = at(errors, 0.5), most = at(errors, 1);
    // Logs that do not tell how many requests they took make the estimate of the peak too large, never too small.
    for (const auto& c : all) broken = broken || (c.what == "peak" && c.ours < 0.9 * c.theirs);
    broken = broken || median > bound.median || most > bound.most;
    if (mode == "--check") continue;
    fmt::print("| {} | {} | {:.3f} % | {:.2f} % | {} of {} |\n", bound.words, errors.size(), median * 100, most * 100,
               inside, errors.size());
  }
  if (broken && mode == "--check") fmt::print("a bound on vLLM's figures is broken: edgefit_vllm --rows tells which\n");
  return broken && mode == "--check" ? 1 : 0;
}

}  // namespace
}  // namespace edgefit

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  return edgefit::run(argc > 2 ? argv[1] : "", argv[argc - 1]);
}
