#include "size/checks.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "edgefit/size.h"
#include "edgefit/text.h"
#include "size/onnx_encoder.h"
#include "size/vllm.h"

namespace edgefit {
namespace {

using Status = CheckStatus;

/// What every check may look at.
struct Scene {
  const Case& question;
  const Fit& fit;
  const Speed& speed;
  const Host& host() const { return *question.host; }
  const Model& model() const { return *question.model; }
  bool described() const { return host().mode == Host::Mode::described; }
};

Finding found(FitCheck check, Status status) {
  Finding f;
  f.check = check;
  f.status = status;
  f.decides = status == Status::unknown;
  return f;
}

Finding compare_at_least(FitCheck check, const char* unit, double required, std::optional<double> detected) {
  Finding f = found(check, !detected ? Status::unknown : *detected >= required ? Status::pass : Status::fail);
  f.unit = unit;
  f.required = required;
  f.detected = detected;
  return f;
}

const Gpu* best_gpu(const Scene& s) {
  return s.fit.devices.empty() ? nullptr : &s.host().gpus[static_cast<size_t>(s.fit.devices.front().gpu)];
}

Finding memory(const Scene& s, bool gpu) {
  Finding worst = found(gpu ? FitCheck::gpu_memory : FitCheck::host_memory, Status::not_applicable);
  worst.unit = "B";
  int worst_score = 4;
  for (const auto& pool : s.fit.pools) {
    PoolFit part;
    if (gpu && pool.pool == 0 && pool.device_limit) {
      // A device without memory of its own, which may hold a part of the host's only.
      part.need = pool.device_need;
      part.have = pool.device_limit;
    } else if ((pool.pool > 0) == gpu) {
      part.need = pool.need;
      part.have = pool.have;
      part.sure = pool.sure;
    } else {
      continue;
    }
    const int score = score_of(part);
    const bool unknown = !part.have;
    const int rank = unknown ? 0 : score;
    if (rank >= worst_score && !(unknown && worst.status != Status::fail)) continue;
    worst_score = rank;
    worst.status = unknown ? Status::unknown : score == 3 ? Status::pass : score > 0 ? Status::warn : Status::fail;
    worst.required = part.need.value.value;
    worst.detected = part.have ? std::optional(part.have->value) : std::nullopt;
    // Enough by the source that is used, and not by the other: that one is the reason.
    const bool doubted = score == 2 && part.sure && part.need.high <= *part.have;
    if (doubted) worst.detected = part.sure->value;
    worst.detected_word = doubted ? kSureMemory : std::string_view();
  }
  worst.decides = worst.status == Status::unknown;
  // Unstated RAM of a described box is what the placement needs: nothing was judged.
  if (!gpu && s.described() && !s.host().memory.os_total) {
    worst.status = Status::not_applicable;
    worst.detected.reset();
  }
  return worst;
}

Finding host_memory(const Scene& s) {
  return memory(s, false);
}
Finding gpu_memory(const Scene& s) {
  return memory(s, true);
}

Finding disk_space(const Scene& s) {
  const auto& wanted = s.model().requires_.min_disk;
  const bool on_disk = s.model().file_bytes && s.model().tensors_stored;
  if (s.host().storage.empty() || (on_disk && !wanted)) return found(FitCheck::disk_space, Status::not_applicable);
  const double required = wanted ? wanted->value : s.model().weight_bytes ? s.model().weight_bytes->value : 0;
  const auto& free = s.host().storage.front().free;
  return compare_at_least(FitCheck::disk_space, "B", required, free ? std::optional(free->value) : std::nullopt);
}

Finding gpu_present(const Scene& s) {
  if (s.model().requires_.gpu != Requirements::Gpu::required && !s.question.runtime.backend_chosen) {
    return found(FitCheck::gpu_present, Status::not_applicable);
  }
  const Backend backend = backend_of(s.question);
  if (s.question.runtime.backend_chosen && backend == Backend::cpu &&
      s.model().requires_.gpu != Requirements::Gpu::required) {
    return found(FitCheck::gpu_present, Status::not_applicable);
  }
  Finding f = found(FitCheck::gpu_present, best_gpu(s) != nullptr ? Status::pass : Status::fail);
  f.required_word = s.question.runtime.backend_chosen ? name_of(backend) : "gpu";
  const auto& gpus = s.host().gpus;
  if (best_gpu(s) != nullptr && best_gpu(s)->name) {
    f.detected_word = *best_gpu(s)->name;
  } else if (!gpus.empty()) {
    f.detected_word = name_of(gpus.front().state);
  }
  return f;
}

Finding compute_capability(const Scene& s) {
  const auto& wanted = s.model().requires_.min_compute_capability;
  if (!wanted) return found(FitCheck::compute_capability, Status::not_applicable);
  const Gpu* gpu = best_gpu(s);
  if (gpu == nullptr) return compare_at_least(FitCheck::compute_capability, "1", *wanted, 0.0);
  return compare_at_least(FitCheck::compute_capability, "1", *wanted, gpu->compute_capability.value);
}

/// -1, 0, 1 by dotted numbers: "550.54" < "550.107".
int compare_versions(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    const auto next = [](std::string_view& text) {
      long number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      text.remove_prefix(error == std::errc{} ? static_cast<size_t>(end - text.data()) : 0);
      const size_t dot = text.find('.');
      text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
      return number;
    };
    const long x = next(a), y = next(b);
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

Finding driver_version(const Scene& s) {
  const auto& wanted = s.model().requires_.min_driver;
  const Gpu* gpu = best_gpu(s);
  if (wanted.empty() || gpu == nullptr || s.described()) return found(FitCheck::driver_version, Status::not_applicable);
  Finding f = found(FitCheck::driver_version, Status::unknown);
  f.required_word = wanted;
  if (!gpu->driver) return f;
  f.detected_word = *gpu->driver;
  f.status = compare_versions(*gpu->driver, wanted) >= 0 ? Status::pass : Status::fail;
  f.decides = false;
  return f;
}

/// The first wanted word that the list lacks.
Finding contains_all(FitCheck check, const std::vector<std::string>& wanted, const std::vector<std::string>* have) {
  if (wanted.empty()) return found(check, Status::not_applicable);
  Finding f = found(check, have == nullptr ? Status::unknown : Status::pass);
  f.required_word = wanted.front();
  if (have == nullptr) return f;
  for (const auto& word : wanted) {
    if (std::find(have->begin(), have->end(), word) == have->end()) {
      f.status = Status::fail;
      f.required_word = word;
    }
  }
  return f;
}

Finding gpu_features(const Scene& s) {
  const auto& wanted = s.model().requires_.gpu_features;
  const Gpu* gpu = best_gpu(s);
  static const std::vector<std::string> kNothing;
  const bool absent = gpu == nullptr;
  return contains_all(FitCheck::gpu_features, wanted,
                      absent                  ? &kNothing
                      : gpu->features.empty() ? nullptr
                                              : &gpu->features);
}

Finding gpu_api(const Scene& s) {
  const auto& wanted = s.model().requires_.apis;
  if (wanted.empty()) return found(FitCheck::gpu_api, Status::not_applicable);
  // One of the named interfaces suffices.
  const std::string_view have = name_of(backend_of(s.question));
  const bool match = std::any_of(wanted.begin(), wanted.end(), [have](const auto& w) { return w == have; });
  Finding f = found(FitCheck::gpu_api, match ? Status::pass : Status::fail);
  f.required_word = wanted.front();
  f.detected_word = have;
  return f;
}

Finding cpu_features(const Scene& s) {
  const auto& isa = s.host().cpu.isa;
  const bool unstated = s.described() && !isa;
  if (unstated) return found(FitCheck::cpu_features, Status::not_applicable);
  return contains_all(FitCheck::cpu_features, s.model().requires_.cpu_features, isa ? &*isa.value : nullptr);
}

Finding operating_system(const Scene& s) {
  const auto& wanted = s.model().requires_.os;
  const auto& have = s.host().os.name;
  if (wanted.empty() || (s.described() && !have)) return found(FitCheck::operating_system, Status::not_applicable);
  Finding f = found(FitCheck::operating_system, Status::unknown);
  f.required_word = wanted.front();
  if (!have) return f;
  f.detected_word = *have;
  f.status = std::find(wanted.begin(), wanted.end(), *have) != wanted.end() ? Status::pass : Status::fail;
  f.decides = false;
  return f;
}

Finding context_length(const Scene& s) {
  const auto& most = s.model().architecture.max_context;
  if (!most || !counts_tokens(s.model())) return found(FitCheck::context_length, Status::not_applicable);
  Finding f = found(FitCheck::context_length, *s.question.workload.context <= *most ? Status::pass : Status::warn);
  f.unit = "tok";
  f.required = *s.question.workload.context;
  f.detected = *most;
  return f;
}

Finding minimum_ram(const Scene& s) {
  const auto& wanted = s.model().requires_.min_ram;
  if (!wanted || (s.described() && !s.host().memory.os_total))
    return found(FitCheck::minimum_ram, Status::not_applicable);
  const auto& m = s.host().memory;
  const auto& have = m.usable ? m.usable : m.os_total;
  // A 16 GiB machine shows a little less than 16 GiB: firmware keeps some.
  return compare_at_least(FitCheck::minimum_ram, "B", wanted->value * 0.93,
                          have ? std::optional(have->value) : std::nullopt);
}

Finding minimum_vram(const Scene& s) {
  const auto& wanted = s.model().requires_.min_vram;
  if (!wanted) return found(FitCheck::minimum_vram, Status::not_applicable);
  double sum = 0;
  for (const auto& device : s.fit.devices) {
    const Gpu& gpu = s.host().gpus[static_cast<size_t>(device.gpu)];
    const auto& have = device.pool == 0 ? s.host().memory.os_total : gpu.vram_total;
    if (!have) return compare_at_least(FitCheck::minimum_vram, "B", wanted->value, std::nullopt);
    sum += have->value;
  }
  return compare_at_least(FitCheck::minimum_vram, "B", wanted->value * 0.97, sum);
}

/// A goal is missed when even the good end misses it, doubtful when only the good end reaches it.
template <class Q>
Finding goal(FitCheck check, const std::optional<Q>& wanted, const std::optional<Estimate<Q>>& have,
             bool less_is_better, const char* unit) {
  if (!wanted) return found(check, Status::not_applicable);
  Finding f = found(check, Status::unknown);
  f.unit = unit;
  f.required = wanted->value;
  if (!have) return f;
  f.detected = have->value.value;
  const bool sure = less_is_better ? have->high <= *wanted : have->low >= *wanted;
  const bool possible = less_is_better ? have->low <= *wanted : have->high >= *wanted;
  f.status = sure ? Status::pass : possible ? Status::warn : Status::fail;
  f.decides = false;
  return f;
}

Finding goal_first_token(const Scene& s) {
  return goal(FitCheck::goal_first_token, s.question.goals.time_to_first_token, s.speed.time_to_first_token, true, "s");
}
Finding goal_decode(const Scene& s) {
  return goal(FitCheck::goal_decode, s.question.goals.tokens_per_second, s.speed.decode, false, "tok/s");
}
Finding goal_latency(const Scene& s) {
  return goal(FitCheck::goal_latency, s.question.goals.latency, s.speed.latency, true, "s");
}
Finding goal_inferences(const Scene& s) {
  return goal(FitCheck::goal_inferences, s.question.goals.inferences_per_second, s.speed.inferences_per_second, false,
              "Hz");
}

Finding model_understood(const Scene& s) {
  const Model& m = s.model();
  const bool named_unknown =
      !m.architecture.family.empty() && !m.architecture.family_known && !is_network_family(m.architecture.family);
  const bool sized = m.weight_bytes && (m.weights || !has_transformer_shape(m));
  Finding f = found(FitCheck::model_understood, !sized ? Status::unknown : named_unknown ? Status::warn : Status::pass);
  f.detected_word = !sized && !m.activation_bytes.why.empty() ? std::string_view(m.activation_bytes.why)
                                                              : std::string_view(m.architecture.family);
  // Activations of a network that states none cannot be guessed.
  if (sized && !has_transformer_shape(m) && !m.activation_bytes) {
    f.status = Status::unknown;
    f.detected_word = m.activation_bytes.why.empty() ? std::string_view("activation_bytes") : m.activation_bytes.why;
    f.decides = true;
  }
  return f;
}

Finding unusable_device(const Scene& s) {
  for (const auto& gpu : s.host().gpus) {
    if (gpu.usable() || gpu.state == GpuState::display_only || gpu.kind == GpuClass::display_only) continue;
    Finding f = found(FitCheck::unusable_device, Status::warn);
    f.required_word = gpu.name ? std::string_view(*gpu.name) : std::string_view(gpu.pci);
    f.detected_word = gpu.state_text;
    return f;
  }
  return found(FitCheck::unusable_device, Status::not_applicable);
}

/// What vLLM and its kin refuse before they look at memory.
Finding vllm_support(const Scene& s) {
  const auto& settings = *s.fit.server;
  Finding f = found(FitCheck::engine_support, Status::fail);
  f.unit = "ranks";
  if (static_cast<int>(s.fit.devices.size()) < settings.tensor * settings.pipeline) {
    f.required_word = mark("as many GPUs as ranks");
    f.detected = static_cast<double>(s.fit.devices.size());
    return f;
  }
  if (!vllm_divides(s.model().architecture, settings.tensor)) {
    f.required_word = mark("--parallel tensor that divides the heads");
    f.detected = settings.tensor;
    return f;
  }
  if (!vllm_share_is_free(s.question, settings, s.fit.devices)) {
    f.unit = "";
    f.required_word = mark("a --memory-share that is free on each card");
    f.detected = settings.memory_share;
    return f;
  }
  if (!vllm_deals(s.question, settings)) {
    f.required_word = mark("a mixture of experts dealt to all tensor ranks");
    f.detected = settings.expert;
    return f;
  }
  return found(FitCheck::engine_support, Status::pass);
}

Finding engine_support(const Scene& s) {
  const auto& w = s.question.workload;
  const RuntimeProfile* profile = s.question.runtime.profile;
  if (!s.model().weight_bytes) return found(FitCheck::engine_support, Status::not_applicable);
  if (s.fit.server) return vllm_support(s);
  if (!has_memory_rules(s.question)) {
    Finding f = found(FitCheck::engine_support, Status::unknown);
    f.detected_word = missing_rule(s.question);
    return f;
  }
  if (s.model().weights && *w.sequences > kMostSequences) {
    Finding f = found(FitCheck::engine_support, Status::fail);
    f.unit = "sequences";
    f.required_word = mark("256 sequences or fewer");
    f.detected = *w.sequences;
    return f;
  }
  const GgmlType* v = find_ggml_type(w.kv_type_v ? *w.kv_type_v : *w.kv_type);
  const bool quantised_v = v == nullptr || v->block > 1;
  if (s.model().weights && s.question.runtime.flash_attention == FlashAttention::off && quantised_v) {
    // llama.cpp refuses a quantised V cache without flash attention.
    Finding f = found(FitCheck::engine_support, Status::fail);
    f.required_word = mark("flash attention");
    f.detected_word = mark("off");
    return f;
  }
  if (!s.model().weights && backend_of(s.question) == Backend::npu && npu_of(s.question) == nullptr) {
    Finding f = found(FitCheck::engine_support, Status::fail);
    f.required_word = mark("a neural unit for this engine");
    f.detected_word = profile->name;
    return f;
  }
  return found(FitCheck::engine_support, Status::pass);
}

using Check = Finding (*)(const Scene&);
constexpr Check kFitChecks[kFitCheckCount] = {
    host_memory, gpu_memory,   disk_space,       gpu_present,      compute_capability, driver_version, gpu_features,
    gpu_api,     cpu_features, operating_system, context_length,   minimum_ram,        minimum_vram,   goal_first_token,
    goal_decode, goal_latency, goal_inferences,  model_understood, unusable_device,    engine_support,
};

}  // namespace

std::vector<Finding> run_fit_checks(const Case& question, const Fit& fit, const Speed& speed) {
  const Scene scene{question, fit, speed};
  std::vector<Finding> out;
  out.reserve(kFitCheckCount);
  for (const Check check : kFitChecks) out.push_back(check(scene));
  return out;
}

}  // namespace edgefit
