// The same model from its GGUF file and from its config.json in the same precision: edgefit must say the same of both.
//   config_pairs MODEL_FOLDER CONFIG_FOLDER      exit 1 when a pair differs
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <string>

#include "edgefit/read.h"
#include "size/fit.h"
#include "support/cases.h"

namespace edgefit {
namespace {

struct Pair {
  const char* file;
  const char* config;
  const char* precision = "q4_k_m";
};
constexpr std::array kPairs = {
    Pair{"llama-3.1-8b.Q4_K_M", "meta-llama_Meta-Llama-3.1-8B"},
    Pair{"llama-3.2-1b.Q4_K_M", "meta-llama_Llama-3.2-1B"},
    Pair{"llama-3.2-1b.F16", "meta-llama_Llama-3.2-1B", "f16"},
    Pair{"llama-3.2-3b.Q4_K_M", "meta-llama_Llama-3.2-3B"},
    Pair{"llama-3.3-70b.Q4_K_M", "meta-llama_Meta-Llama-3.1-70B"},
    Pair{"gemma-2-2b.Q4_K_M", "unsloth_gemma-2-2b"},
    Pair{"gemma-2-9b.Q4_K_M", "google_gemma-2-9b-it"},
    Pair{"gemma-2-9b.Q8_0", "google_gemma-2-9b-it", "q8_0"},
    Pair{"gemma-3-1b.Q4_K_M", "google_gemma-3-1b-it"},
    Pair{"gemma-3-4b.Q4_K_M", "google_gemma-3-4b-it"},
    Pair{"gemma-3-27b.Q4_K_M", "google_gemma-3-27b-it"},
    Pair{"qwen2.5-7b.Q4_K_M", "Qwen_Qwen2.5-7B-Instruct"},
    Pair{"qwen3-30b-a3b.Q4_K_M", "Qwen_Qwen3-30B-A3B"},
    Pair{"qwen3.5-27b.Q4_K_M", "Qwen_Qwen3.5-27B"},
    Pair{"gpt-oss-20b.MXFP4", "openai_gpt-oss-20b", "mxfp4"},
    Pair{"granite-4-h-tiny.Q4_K_M", "ibm-granite_granite-4.0-h-tiny"},
    Pair{"falcon-h1-7b.Q4_K_M", "tiiuae_Falcon-H1-7B-Base"},
    Pair{"mamba2-codestral-7b.Q4_K_M", "mistralai_Mamba-Codestral-7B-v0.1"},
    Pair{"mistral-7b.Q4_K_M", "mistralai_Mistral-7B-Instruct-v0.3"},
};

/// A config.json also tells of an image tower, which a GGUF file leaves to its projector file.
double tower_bytes(const Model& model) {
  double bytes = 0;
  for (const auto& tensor : model.tensors) {
    const bool tower = tensor.name.starts_with("v.") || tensor.name.starts_with("mm.");
    bytes += tower ? static_cast<double>(tensor.bytes) : 0;
  }
  return bytes;
}

double sum_of(const Case& c, Term term) {
  double bytes = 0;
  for (const auto& pool : best_fit(c).pools) {
    for (const auto& line : pool.lines) bytes += line.term == term ? line.bytes.value : 0;
  }
  return bytes;
}

bool same(const Pair& pair, const Model& file, Model config) {
  config = requantize(config, *find_precision(pair.precision));
  const double tower = tower_bytes(config);
  const auto host = testing::box(gib(4096), 1, gib(4096));
  const Case left = testing::question(std::make_shared<const Model>(file), host);
  const Case right = testing::question(std::make_shared<const Model>(std::move(config)), host);
  bool equal = true;
  for (const Term term : {Term::weights, Term::kv_cache, Term::recurrent_state, Term::compute, Term::output}) {
    const double a = sum_of(left, term);
    const double b = sum_of(right, term) - (term == Term::weights ? tower : 0);
    // A vocabulary of a few tokens more, as some configs round it up.
    const double error = a > 0 ? std::abs(b / a - 1) : std::abs(b);
    equal = equal && error <= 0.0005;
    if (error > 0) fmt::print("{}: {} {:.0f} in the file, {:.0f} by the config\n", pair.file, name_of(term), a, b);
  }
  return equal;
}

int run(const std::string& files, const std::string& configs) {
  int wrong = 0;
  for (const auto& pair : kPairs) {
    auto file = read_model(files + "/" + pair.file + ".gguf");
    auto config = read_model(configs + "/" + pair.config + ".json");
    if (!file || !config) {
      fmt::print(stderr, "error: {}: {}\n", pair.file, (file ? config.error() : file.error()).what);
      return 2;
    }
    prepare(*file);
    prepare(*config);
    if (!same(pair, *file, std::move(*config))) ++wrong;
  }
  fmt::print("{} of {} models differ by more than 0.05 %\n", wrong, kPairs.size());
  return wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace edgefit

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  return edgefit::run(argv[1], argv[2]);
}
