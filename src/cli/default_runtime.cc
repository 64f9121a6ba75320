#include "cli/default_runtime.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "edgefit/size.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// Engines by format, the usual one first; llama.cpp for all others.
struct FormatRow {
  std::string_view format, runtime;
  bool only_cards;  ///< on CUDA and ROCm boxes; llama.cpp elsewhere
};
constexpr std::array kFormats = {
    FormatRow{"gguf", "llama.cpp", false},   FormatRow{"model.json", "llama.cpp", false},
    FormatRow{"onnx", "onnxruntime", false}, FormatRow{"config.json", "vllm", true},
    FormatRow{"safetensors", "vllm", true},  FormatRow{"safetensors index", "vllm", true},
};
/// Taken where the usual engine has no rule, the first that has one.
constexpr std::array<std::string_view, 2> kOthers = {"llama.cpp", "onnxruntime"};

/// Engines of networks that answer at once, by what the box has, the closest to the hardware first.
constexpr std::array<std::string_view, 4> kNetworkEngines = {"hailort", "rknn", "tensorrt", "onnxruntime"};

/// Flags and precisions that only llama.cpp and its kin know say which engine is meant.
bool means_llama(const CaseFlags& typed) {
  const std::array<const std::string*, 8> texts = {&typed.gpu_layers,     &typed.ubatch,       &typed.flash_attention,
                                                   &typed.cpu_moe_layers, &typed.tensor_split, &typed.split_mode,
                                                   &typed.projector,      &typed.draft};
  const bool said = std::any_of(texts.begin(), texts.end(), [](const auto* text) { return !text->empty(); });
  const Precision* quant = typed.quant.empty() ? nullptr : find_precision(typed.quant);
  // Block formats of ggml: q4_k_m, iq3_xxs, tq1_0.
  const bool ggml = quant != nullptr &&
                    (quant->name.starts_with("q") || quant->name.starts_with("iq") || quant->name.starts_with("tq"));
  return said || ggml || !typed.adapters.empty() || typed.kv_unified || typed.no_mmap || typed.logits_all ||
         typed.cpu_moe || typed.no_kv_offload || typed.swa_full;
}

Case with(const Case& question, const RuntimeProfile& profile) {
  Case out = question;
  out.runtime.profile = &profile;
  out.runtime.backend = backend_of(out);
  out.workload = resolve(question.workload, *question.model);
  return out;
}

Case on_processor(const Case& question, const RuntimeProfile& profile) {
  Case out = with(question, profile);
  out.runtime.backend = Backend::cpu;
  out.runtime.backend_chosen = true;
  return out;
}

bool on_cards(const Case& question, const RuntimeProfile& llama) {
  const Backend backend = backend_of(with(question, llama));
  return backend == Backend::cuda || backend == Backend::rocm;
}

/// This engine has a device on this box, and a rule for the network there.
bool runs_network(const Case& question, const RuntimeProfile& profile) {
  const Case asked = with(question, profile);
  const Backend backend = backend_of(asked);
  return profile.find(backend) != nullptr && (backend != Backend::npu || npu_of(asked) != nullptr) &&
         has_memory_rules(asked);
}

DefaultRuntime on_the_processor(const RuntimeProfile& profile) {
  return {
      &profile, true,
      fmt::format(fmt::runtime(tr("judged for {} on the processor: it was not measured on the devices of this box")),
                  profile.name)};
}

}  // namespace

Result<DefaultRuntime> default_runtime(const Case& question, const CaseFlags& typed, const Catalog& catalog) {
  const auto llama = find_runtime("llama.cpp", catalog);
  if (!llama) return llama.error();
  // Networks of images and sound: the first engine that has a rule for them.
  if (!counts_tokens(*question.model) && question.model->weights) {
    const auto network = find_runtime("onnxruntime", catalog);
    const bool knows =
        network && !has_memory_rules(with(question, **llama)) && has_memory_rules(on_processor(question, **network));
    if (knows && (question.runtime.backend_chosen || has_memory_rules(with(question, **network))))
      return DefaultRuntime{*network, false, {}};
    if (knows) return on_the_processor(**network);
  }
  if (question.model->format == "model.json" && !counts_tokens(*question.model) && !question.model->weights) {
    for (const auto name : kNetworkEngines) {
      const auto network = find_runtime(name, catalog);
      if (network && runs_network(question, **network)) return DefaultRuntime{*network, false, {}};
    }
    const auto network = find_runtime("onnxruntime", catalog);
    if (network && !question.runtime.backend_chosen && has_memory_rules(on_processor(question, **network)))
      return on_the_processor(**network);
  }
  const auto* row = std::find_if(kFormats.begin(), kFormats.end(),
                                 [&](const FormatRow& known) { return known.format == question.model->format; });
  if (row == kFormats.end()) return DefaultRuntime{*llama, false, {}};
  const auto usual = find_runtime(row->runtime, catalog);
  if (!usual) return usual.error();
  if (!row->only_cards) return DefaultRuntime{*usual, false, {}};
  if (!on_cards(question, **llama) || means_llama(typed)) return DefaultRuntime{*llama, false, {}};
  const Case served = with(question, **usual);
  // Ranks that were asked mean a server, whatever it knows.
  if (has_memory_rules(served) || !typed.parallel.empty() || !question.model->weights)
    return DefaultRuntime{*usual, false, {}};
  for (const auto name : kOthers) {
    const auto other = find_runtime(name, catalog);
    if (!other || !has_memory_rules(with(question, **other))) continue;
    return DefaultRuntime{*other, false,
                          fmt::format(fmt::runtime(tr("judged for {}: {}, which usually serves this format, has "
                                                      "no memory rules for {} here")),
                                      (*other)->name, (*usual)->name, tr(std::string(missing_rule(served)).c_str()))};
  }
  return DefaultRuntime{*usual, false, {}};
}

}  // namespace edgefit
