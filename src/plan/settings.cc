// Settings that cost nothing: precision, cache, placement; and reductions of the load, as small as suffices.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "edgefit/size.h"
#include "plan/changes.h"

namespace edgefit {
namespace {

/// Formats that llama-quantize writes and people use, best first.
constexpr std::array<std::string_view, 6> kOfferedPrecisions = {"q8_0", "q6_k", "q5_k_m", "q4_k_m", "q3_k_m", "q2_k"};
/// What vLLM reads: 8 bits, and 4 with 16-bit embeddings (AWQ, GPTQ).
constexpr std::array<std::string_view, 2> kServedPrecisions = {"fp8", "int4"};
/// Shares of the asked context, largest first.
constexpr std::array kContextShares = {0.75, 0.5, 0.375, 0.25, 0.1875, 0.125};

int quality_of(const Model& model) {
  if (const Precision* row = find_precision(model.precision)) return row->quality;
  return model_bytes_per_weight(model).value_or(2) >= 2 ? 95 : 60;
}

Origin option() {
  return {Origin::Kind::user, "way out"};
}

}  // namespace

Candidate setting(std::string what, std::string from, std::string to, std::function<void(Case&)> edit) {
  Change change;
  change.what = std::move(what);
  change.from = std::move(from);
  change.to = std::move(to);
  change.apply = [edit = std::move(edit)](const Case& before) {
    Case after = before;
    edit(after);
    return after;
  };
  Candidate out;
  out.changes.push_back(std::move(change));
  return out;
}

bool solves(const Case& question) {
  const Verdict verdict = assess(question).verdict;
  return verdict == Verdict::ready || verdict == Verdict::tight;
}

std::vector<Candidate> lower_precisions(const Case& question, const PlanTerms& /*terms*/) {
  std::vector<Candidate> out;
  const Model& model = *question.model;
  if (!model.weights || (model.tensors.empty() && !model.parameters)) return out;
  const int quality = quality_of(model);
  const bool vllm = question.runtime.profile != nullptr && fills_cards(question.runtime.profile->rules);
  const auto offered = vllm ? std::span<const std::string_view>(kServedPrecisions)
                            : std::span<const std::string_view>(kOfferedPrecisions);
  for (const auto name : offered) {
    const Precision& precision = *find_precision(name);
    if (precision.quality >= quality) continue;
    auto changed = std::make_shared<const Model>(requantize(model, precision));
    if (changed->weight_bytes && model.weight_bytes && *changed->weight_bytes >= *model.weight_bytes) continue;
    out.push_back(
        setting("quant", model.precision, std::string(name), [changed](Case& question) { question.model = changed; }));
    out.back().loss.precision = quality - precision.quality;
  }
  return out;
}

/// Eight bits change next to nothing (mean KL divergence 0.001, docs/formulas.md#plan.loss); fewer have no published
/// measurement that could be shown.
std::vector<Candidate> smaller_caches(const Case& question, const PlanTerms& /*terms*/) {
  const auto& load = question.workload;
  const bool wide = load.kv_type.value_or("") == "f16" && load.kv_type_v.value_or("f16") == "f16";
  const auto* profile = question.runtime.profile;
  const bool llama = profile != nullptr && profile->rules == EngineRules::llama_cpp;
  const bool vllm = profile != nullptr && fills_cards(profile->rules);
  if (!wide || !(llama || vllm) || !question.model->weights || !question.model->architecture.causal) return {};
  if (vllm) {
    auto eight = setting("kv_type", "f16", "fp8", [](Case& question) {
      question.workload.kv_type = {std::string("fp8"), option()};
    });
    eight.loss.cache = 5;
    return {eight};
  }
  // Without flash attention the engine refuses a quantised V cache.
  if (question.runtime.flash_attention == FlashAttention::off) return {};
  auto out = setting("kv_type", "f16", "q8_0", [](Case& question) {
    question.workload.kv_type = {std::string("q8_0"), option()};
    question.workload.kv_type_v = {std::string("q8_0"), option()};
  });
  out.loss.cache = 5;
  return {out};
}

std::vector<Candidate> free_placements(const Case& question, const PlanTerms& /*terms*/) {
  if (!question.runtime.gpu_layers) return {};
  return {setting("gpu_layers", std::to_string(*question.runtime.gpu_layers), "auto",
                  [](Case& question) { question.runtime.gpu_layers = std::nullopt; })};
}

/// Attention and dense layers on the GPU, as few layers' experts in RAM as suffice.
std::vector<Candidate> experts_in_ram(const Case& question, const PlanTerms& /*terms*/) {
  const Model& model = *question.model;
  const bool gpu = backend_of(question) != Backend::cpu;
  if (!model.architecture.moe || !model.weights || !gpu || question.runtime.cpu_moe_layers > 0) return {};
  const auto layers = static_cast<int>(model.weights->layers.size());
  const auto moved = [&question, layers](int count) {
    Case changed = question;
    changed.runtime.gpu_layers = layers + 1;
    changed.runtime.cpu_moe_layers = count;
    return changed;
  };
  if (layers == 0 || !solves(moved(layers))) return {};
  int low = 0, high = layers;  // solves(high), and not known of low
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    (solves(moved(middle)) ? high : low) = middle;
  }
  return {setting("cpu_moe", "", std::to_string(high), [layers, high](Case& question) {
    question.runtime.gpu_layers = layers + 1;
    question.runtime.cpu_moe_layers = high;
  })};
}

std::vector<Candidate> shorter_contexts(const Case& question, const PlanTerms& /*terms*/) {
  const auto& load = question.workload;
  if (!load.context || !question.model->architecture.causal) return {};
  const double least = load.prompt_tokens.value_or(0) + load.output_tokens.value_or(0);
  for (const double share : kContextShares) {
    const double context = std::floor(*load.context * share / 256) * 256;
    if (context < std::max(256.0, least)) break;
    auto out = setting("context", fmt::format("{:.0f}", *load.context), fmt::format("{:.0f}", context),
                       [context](Case& question) {
                         question.workload.context = {context, option()};
                       });
    out.loss.context = 1 - context / *load.context;
    if (solves(apply(question, out))) return {out};
  }
  return {};
}

std::vector<Candidate> fewer_sequences(const Case& question, const PlanTerms& /*terms*/) {
  const double asked = question.workload.sequences.value_or(1);
  const auto reduced = [asked](double count) {
    auto out =
        setting("sequences", fmt::format("{:.0f}", asked), fmt::format("{:.0f}", count), [count](Case& question) {
          question.workload.sequences = {count, option()};
        });
    out.loss.sequences = 1 - count / asked;
    return out;
  };
  if (asked < 2 || !solves(apply(question, reduced(1)))) return {};
  double low = 1, high = asked;  // low solves, high does not
  while (high - low > 1) {
    const double middle = std::floor((low + high) / 2);
    (solves(apply(question, reduced(middle))) ? low : high) = middle;
  }
  return {reduced(low)};
}

}  // namespace edgefit
