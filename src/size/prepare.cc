// Completes a model once, before any Case: missing sizes of a generic transformer and the weight table.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "edgefit/size.h"
#include "edgefit/text.h"
#include "size/quantize.h"
#include "size/weights.h"

namespace edgefit {
namespace {

/// Shapes of published dense transformers, for models that state only a parameter count. Source: the
/// config.json of Qwen2.5-0.5B, Llama-3.2-1B and 3B, Llama-3.1-8B, Qwen2.5-14B and 32B, Llama-3.1-70B and 405B.
struct TypicalShape {
  double parameters, layers, hidden;
};
constexpr std::array kTypicalShapes = {
    TypicalShape{0.494e9, 24, 896},  TypicalShape{1.236e9, 16, 2048},   TypicalShape{3.213e9, 28, 3072},
    TypicalShape{8.030e9, 32, 4096}, TypicalShape{14.77e9, 48, 5120},   TypicalShape{32.76e9, 64, 5120},
    TypicalShape{70.55e9, 80, 8192}, TypicalShape{405.9e9, 126, 16384},
};

TypicalShape typical_shape(double parameters) {
  const auto* after = std::find_if(kTypicalShapes.begin(), kTypicalShapes.end(),
                                   [parameters](const auto& s) { return s.parameters >= parameters; });
  if (after == kTypicalShapes.begin() || after == kTypicalShapes.end()) {
    const auto& edge = after == kTypicalShapes.end() ? kTypicalShapes.back() : kTypicalShapes.front();
    const double scale = std::cbrt(parameters / edge.parameters);
    return {parameters, std::max(1.0, std::round(edge.layers * scale)),
            std::max(64.0, std::round(edge.hidden * scale / 64) * 64)};
  }
  const auto& high = *after;
  const auto& low = *(after - 1);
  const double share = std::log(parameters / low.parameters) / std::log(high.parameters / low.parameters);
  const auto between = [share](double a, double b) { return a * std::pow(b / a, share); };
  return {parameters, std::round(between(low.layers, high.layers)),
          std::round(between(low.hidden, high.hidden) / 64) * 64};
}

void assume(Fact<double>& fact, double value, const char* why) {
  if (!fact) fact = {value, {Origin::Kind::assumed, why}};
}
void derive(Fact<double>& fact, double value, const char* how) {
  if (!fact && std::isfinite(value) && value > 0) fact = {value, {Origin::Kind::derived, how}};
}

void complete_architecture(Model& model) {
  auto& a = model.architecture;
  const TypicalShape typical = typical_shape(model.parameters.value_or(1e9));
  assume(a.layers, typical.layers, mark("layers of published models with as many parameters"));
  assume(a.hidden_size, typical.hidden, mark("hidden size of published models with as many parameters"));
  derive(a.heads,
         a.head_dim ? std::round(*a.hidden_size / *a.head_dim) : std::max(1.0, std::round(*a.hidden_size / 128)),
         mark("hidden size / head size, 128 when unstated"));
  derive(a.head_dim, std::floor(*a.hidden_size / *a.heads), mark("hidden size / heads"));
  derive(a.value_head_dim, *a.head_dim, mark("as the head size"));
  if (a.kv_heads_by_layer.empty()) {
    assume(a.kv_heads, std::min(8.0, *a.heads), mark("grouped-query attention with 8 KV heads"));
  } else {
    derive(a.kv_heads, *std::max_element(a.kv_heads_by_layer.begin(), a.kv_heads_by_layer.end()),
           mark("largest of the layers"));
  }
  if (!a.ffn_size_by_layer.empty()) {
    derive(a.ffn_size, *std::max_element(a.ffn_size_by_layer.begin(), a.ffn_size_by_layer.end()),
           mark("largest of the layers"));
  }
  assume(a.ffn_size, 3.5 * *a.hidden_size, mark("3.5 x hidden size"));
  assume(a.vocab_size, 131072, "131,072 tokens");
  // A model without attention has no heads; zero is what its file says.
  for (Fact<double>* fact : {&a.heads, &a.kv_heads, &a.head_dim, &a.value_head_dim}) {
    if (!*fact) *fact = {0.0, {Origin::Kind::derived, mark("no attention")}};
  }
  if (a.attention.empty() && a.kv_layers && *a.kv_layers < *a.layers) {
    a.attention.assign(static_cast<size_t>(*a.layers), Attention::none);
    std::fill_n(a.attention.begin(), static_cast<size_t>(*a.kv_layers), Attention::full);
  }
}

constexpr double kLeastDenseBytes = 5.5 / 8;

/// Weights by the mean of a precision, spread evenly over the layers.
WeightTable even_table(const Model& model, double bytes) {
  const auto& a = model.architecture;
  WeightTable table;
  const double parameters = model.parameters.value_or(bytes);
  const double embedding = std::min(*a.vocab_size * *a.hidden_size / parameters, 0.4) * bytes;
  const bool tied = a.tied_embeddings;
  table.input.dense = table.input.largest_dense = embedding;
  if (tied) {
    table.tied_copy = embedding;
  } else {
    table.output.dense = table.output.largest_dense = embedding;
  }
  const double in_layers = bytes - embedding * (tied ? 1 : 2);
  const double active = model.active_parameters.value_or(parameters);
  // Half of what a token needs is taken for experts, the other half for what all tokens share.
  const double expert_share = active < parameters ? 1 - active / (2 * parameters) : 0;
  // Mixes of few bits save them on the experts; the rest keeps five and a half or more (llama-quantize, Unsloth).
  const double dense_share = std::min(0.6, (1 - expert_share) * std::max(1.0, kLeastDenseBytes * parameters / bytes));
  BlockWeights layer;
  layer.experts = expert_share > 0 ? in_layers / *a.layers * (1 - dense_share) : 0;
  layer.dense = in_layers / *a.layers - layer.experts;
  layer.largest_dense = layer.dense / 4;
  layer.largest_expert = layer.experts / 3;
  table.layers.assign(static_cast<size_t>(*a.layers), layer);
  return table;
}

void scale(BlockWeights& b, double k) {
  for (double* v : {&b.dense, &b.experts, &b.largest_dense, &b.largest_expert, &b.cuda_padding, &b.cuda_padding_experts,
                    &b.repack, &b.repack_experts}) {
    *v = std::floor(*v * k);
  }
}

/// The same distribution with another total; whole bytes, the rest goes to the input block.
void scale_to(WeightTable& table, double bytes) {
  const double k = bytes / table.total();
  scale(table.input, k);
  scale(table.output, k);
  for (auto& layer : table.layers) scale(layer, k);
  table.tied_copy = std::floor(table.tied_copy * k);
  table.tied_copy_cuda_padding = std::floor(table.tied_copy_cuda_padding * k);
  table.not_loaded = std::floor(table.not_loaded * k);
  table.input.dense += bytes - table.total();
}

QuantiseContext context_of(const Model& model) {
  const auto& a = model.architecture;
  return {a.family, static_cast<int>(*a.layers + a.mtp_layers), a.heads.value_or(0), a.kv_heads.value_or(0),
          a.moe ? a.moe->experts : 0};
}

void make_table(Model& model) {
  const auto& a = model.architecture;
  const int layers = static_cast<int>(*a.layers);
  const bool stated = model.weight_bytes.value.has_value();
  if (!model.tensors.empty()) {
    if (!model.tensors_stored) {
      const Precision* precision = find_precision(model.precision);
      quantise(model.tensors, precision != nullptr ? *precision : *find_precision("f16"), context_of(model));
    }
    model.weights = tabulate(model.tensors, layers, a.tied_embeddings && a.causal);
    if (!model.tensors_stored && stated) scale_to(*model.weights, model.weight_bytes->value);
  } else {
    const double bytes =
        stated ? model.weight_bytes->value : *model.parameters * model_bytes_per_weight(model).value_or(2.0);
    model.weights = even_table(model, bytes);
    scale_to(*model.weights, std::round(bytes));
  }
  if (!stated) {
    model.weight_bytes = {
        Bytes{model.weights->total()},
        {Origin::Kind::derived, model.tensors.empty() ? "parameters x bytes per weight of " + model.precision
                                                      : "tensor shapes in " + model.precision}};
  }
}

}  // namespace

std::optional<double> model_bytes_per_weight(const Model& model) {
  if (const Precision* row = find_precision(model.precision)) return row->bytes_per_weight;
  return bytes_from_name(model.precision);
}

bool has_transformer_shape(const Model& model) {
  return model.architecture.layers || model.task == Task::text_generation || model.task == Task::embedding ||
         model.task == Task::reranking;
}

void prepare(Model& model) {
  if (model.precision.empty()) {
    model.precision = "f16";
    model.warnings.emplace_back(tr("no precision stated: 16 bits a weight are assumed"));
  }
  const bool sized = model.parameters || model.weight_bytes || !model.tensors.empty() || model.weights;
  if (!sized) return;
  if (!model.parameters && model.weight_bytes) {
    const double per_weight = model_bytes_per_weight(model).value_or(2.0);
    model.parameters = {std::round(model.weight_bytes->value / per_weight),
                        {Origin::Kind::derived, "weight bytes / bytes per weight of " + model.precision}};
  }
  if (!model.active_parameters && model.parameters) model.active_parameters = model.parameters;
  if (!has_transformer_shape(model)) {
    if (!model.weight_bytes) {
      model.weight_bytes = {Bytes{*model.parameters * model_bytes_per_weight(model).value_or(2.0)},
                            {Origin::Kind::derived, "parameters x bytes per weight of " + model.precision}};
    }
    return;
  }
  complete_architecture(model);
  if (!model.weights) make_table(model);
}

Model requantize(const Model& model, const Precision& precision) {
  Model out = model;
  out.precision = std::string(precision.name);
  out.weights.reset();
  out.weight_bytes = {};
  out.file_bytes = {};
  out.tensors_stored = false;
  prepare(out);
  out.file_bytes = out.weight_bytes;
  return out;
}

}  // namespace edgefit
