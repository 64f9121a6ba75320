#include "size/fit.h"

#include <algorithm>

#include "edgefit/size.h"
#include "edgefit/text.h"
#include "size/onnx_encoder.h"
#include "size/onnxruntime.h"
#include "size/vllm.h"

namespace edgefit {
namespace {

double shortfall(const std::vector<PoolFit>& pools) {
  double sum = 0;
  for (const auto& pool : pools) {
    if (pool.have) sum += std::max(0.0, pool.need.low.value - pool.have->value);
    if (pool.device_limit) sum += std::max(0.0, pool.device_need.low.value - pool.device_limit->value);
  }
  return sum;
}

bool better(const Fit& a, const Fit& b) {
  if (a.score != b.score) return a.score > b.score;
  if (a.score > 0) return a.layout.gpu_layers > b.layout.gpu_layers;
  return shortfall(a.pools) < shortfall(b.pools);
}

bool is_plain(const Case& question) {
  return !question.model->weights || runs_on_onnxruntime(question);
}

constexpr double kFewRequests = 16;

bool is_vllm(const Case& question) {
  return question.runtime.profile != nullptr && fills_cards(question.runtime.profile->rules);
}

/// vLLM on so many of the devices, with the settings as stated or its own.
Fit try_vllm(const Case& question, std::span<const Device> devices, int tensor, int pipeline, bool few_requests) {
  Fit fit;
  const auto ranks = static_cast<size_t>(tensor) * static_cast<size_t>(pipeline);
  fit.devices.assign(devices.begin(), devices.begin() + static_cast<std::ptrdiff_t>(std::min(ranks, devices.size())));
  const Gpu& first = question.host->gpus[static_cast<size_t>(fit.devices.front().gpu)];
  ServerSettings settings = vllm_defaults(question, first, tensor, pipeline);
  settings.memory_share = vllm_share(question, fit.devices, settings.usual_share);
  const double few = std::max(kFewRequests, *question.workload.sequences);
  if (few_requests && question.runtime.max_requests == 0 && few < settings.max_requests) {
    settings.max_requests = few;
    settings.defaults = false;
  }
  const LayerCount layers{static_cast<int>(question.model->weights->layers.size()), 0};
  fit.layout = lay_out(layers.all() + 1, layers, fit.devices);
  fit.pools = make_vllm_bill(question, settings, fit.devices, Given(nullptr));
  fit.score = score_of(fit.pools);
  if (fit.devices.size() < ranks) fit.score = 0;
  fit.server = settings;
  return fit;
}

/// As stated, else the fewest ranks that surely fit; fewer requests at a time before more cards.
Fit best_vllm_fit(const Case& question, const std::vector<Device>& devices) {
  const auto& r = question.runtime;
  const int pipeline = std::max(1, r.pipeline_parallel);
  const int stated = std::max(r.tensor_parallel, r.expert_parallel);
  Fit best;
  const auto take = [&](int tensor) {
    for (const bool few : {false, true}) {
      Fit fit = try_vllm(question, devices, tensor, pipeline, few);
      if (!best.server || fit.score > best.score ||
          (fit.score == 0 && best.score == 0 && shortfall(fit.pools) < shortfall(best.pools))) {
        best = std::move(fit);
      }
    }
  };
  if (stated > 0) {
    take(stated);
    return best;
  }
  const int most = std::max(1, static_cast<int>(devices.size()) / pipeline);
  for (int tensor = 1; tensor <= most && best.score < 3; ++tensor) {
    if (vllm_divides(question.model->architecture, tensor)) take(tensor);
  }
  return best;
}

}  // namespace

bool has_memory_rules(const Case& question) {
  const RuntimeProfile* profile = question.runtime.profile;
  const BackendProfile* backend = profile == nullptr ? nullptr : profile->find(backend_of(question));
  // Buffers alone would be an answer that is too small.
  if (is_plain(question) && backend != nullptr && !backend->memory_known) return false;
  if (runs_on_onnxruntime(question)) return has_onnxruntime_rules(question);
  if (is_plain(question)) {
    // What an engine holds beside the weights of a network file is not known; a descriptor states it.
    const Model& model = *question.model;
    const bool network_file = model.format == "onnx" || model.format == "tflite" || model.format == "whisper.cpp";
    return model.weight_bytes && !has_transformer_shape(model) && !network_file;
  }
  // No engine of language models runs these; sized as one they would look fine.
  if (is_network_family(question.model->architecture.family)) return false;
  if (is_vllm(question)) return vllm_gap(question).empty();
  if (profile == nullptr || profile->rules != EngineRules::llama_cpp) return false;
  if (backend != nullptr && !backend->memory_known) return false;
  // Rows and columns of matrices over several devices: no rule was measured, CUDA of v0.5.0 refuses rows.
  if (question.runtime.split_mode == SplitMode::row || question.runtime.split_mode == SplitMode::tensor) return false;
  return find_ggml_type(*question.workload.kv_type) != nullptr;
}

std::string_view missing_rule(const Case& question) {
  if (has_memory_rules(question)) return {};
  const RuntimeProfile* profile = question.runtime.profile;
  if (profile == nullptr) return mark("runtime");
  if (question.model->weights && is_network_family(question.model->architecture.family) &&
      profile->rules != EngineRules::onnxruntime) {
    return mark("networks of images and sound");
  }
  if (is_vllm(question)) return question.model->weights ? vllm_gap(question) : profile->name;
  if (question.runtime.split_mode == SplitMode::row) return "--split-mode row";
  if (question.runtime.split_mode == SplitMode::tensor) return "--split-mode tensor";
  if (profile->rules == EngineRules::onnxruntime && backend_of(question) != Backend::cpu &&
      backend_of(question) != Backend::cuda)
    return mark("onnxruntime beyond --backend cpu and cuda");
  return profile->name;
}

Fit best_fit(const Case& question) {
  Fit best;
  best.devices = devices_of(question);
  const Given untraced(nullptr);
  if (is_plain(question)) {
    best.pools = make_plain_bill(question, best.devices, untraced);
    best.score = score_of(best.pools);
    return best;
  }
  if (is_vllm(question)) {
    if (best.devices.empty()) return best;
    return best_vllm_fit(question, best.devices);
  }
  const LlamaCpp engine(question, untraced);
  const LayerCount layers{engine.layers(), engine.counted_layers() - engine.layers()};
  const auto try_layers = [&](int gpu_layers) {
    Fit fit;
    fit.layout = lay_out(gpu_layers, layers, best.devices, question.runtime.tensor_split);
    fit.pools = make_bill(question, engine, fit.layout, best.devices, untraced);
    fit.score = score_of(fit.pools);
    return fit;
  };
  const auto take = [&](Fit fit) {
    fit.devices = std::move(best.devices);
    best = std::move(fit);
  };
  const bool shared = !best.devices.empty() && best.devices.front().pool == 0;
  const int everything = layers.all() + 1;
  if (best.devices.empty() || question.runtime.gpu_layers) {
    take(try_layers(best.devices.empty() ? 0 : *question.runtime.gpu_layers));
    return best;
  }
  take(try_layers(everything));
  // On one pool nothing is gained by leaving layers to the CPU, unless the device may hold a part of it only.
  if (shared && !best.pools.front().device_limit) return best;
  for (int n = everything - 1; n >= 0 && best.score < 3; --n) {
    Fit fit = try_layers(n);
    if (better(fit, best)) take(std::move(fit));
  }
  return best;
}

std::vector<PoolFit> traced_bill(const Case& question, const Fit& fit, Given given) {
  if (is_plain(question)) return make_plain_bill(question, fit.devices, given);
  if (fit.server) return make_vllm_bill(question, *fit.server, fit.devices, given);
  const LlamaCpp engine(question, given);
  return make_bill(question, engine, fit.layout, fit.devices, given);
}

}  // namespace edgefit
