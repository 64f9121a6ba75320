#include "accuracy/speed_row_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "edgefit/catalog.h"
#include "edgefit/read.h"
#include "edgefit/size.h"
#include "edgefit/text.h"

namespace edgefit::speed {
namespace {

/// Families whose layers the columns do not tell, by the beginning of the corpus's key.
struct MixerRow {
  std::string_view begins;
  StateKind state;
  std::string_view family;
};
constexpr std::array kMixers = {
    MixerRow{"qwen3.5", StateKind::delta_net, ""}, MixerRow{"qwen3.6", StateKind::delta_net, ""},
    MixerRow{"qwen3-next", StateKind::delta_net, ""}, MixerRow{"nemotron-3-nano-4b", StateKind::mamba2, "nemotron_h"},
    MixerRow{"nemotron", StateKind::mamba2, "nemotron_h"}};

/// Latent attention: the corpus has the cache's width only. Heads x latent width as a multiple of the hidden size,
/// between DeepSeek-V2-Lite 4.3, Kimi-K2 4.9, GLM-4.7-Flash 5.3 and DeepSeek-V3 9.7.
constexpr double kLatentWidth = 5;
constexpr std::array<std::string_view, 3> kLatentFamilies = {"deepseek", "glm-4.7-flash", "kimi"};
bool is_latent(const std::string& model) {
  return std::any_of(kLatentFamilies.begin(), kLatentFamilies.end(),
                     [&](auto begins) { return model.starts_with(begins); });
}

/// Weights from means. Mixes of few bits keep what is not an expert at five and a half bits or more, and latent
/// attention at Q8_0.
WeightTable table_of(const Cells& row, double layers, Model& model) {
  const double least_dense = is_latent(cell(row, "model_key")) ? 8.5 / 8 : 5.5 / 8;
  const double all = *model.parameters, active = *model.active_parameters;
  const double bytes = model.weight_bytes->value, mean = bytes / all;
  WeightTable table;
  table.input.dense = std::min(number(row, "untied_embed_b").value_or(0) * 1e9, 0.4 * all) * mean;
  BlockWeights block;
  block.dense = (bytes - table.input.dense) / layers;
  if (active < 0.95 * all) {
    // Half of what a token needs are experts, the other half is the same for all tokens.
    const double dense = active / 2 * std::max(mean, least_dense);
    constexpr double kExperts = 256;
    model.architecture.moe = Moe{kExperts, kExperts * (active / 2) / (all - active / 2), 0, 0, 0};
    block.dense = dense / layers;
    block.experts = (bytes - table.input.dense - dense) / layers;
  }
  table.layers.assign(static_cast<size_t>(layers), block);
  return table;
}

std::string precision_of(const Cells& row) {
  std::string name = lower(cell(row, "quant_norm"));
  if (find_precision(name) != nullptr) return name;
  for (const std::string_view mix : {"_k_xl", "_k_p", "_xl", "_m"}) {
    if (!name.ends_with(mix)) continue;
    const std::string bare = name.substr(0, name.size() - mix.size());
    for (const char* end : {"_k_m", "_k", "_0", "_s"})
      if (find_precision(bare + end) != nullptr) return bare + end;
  }
  return name.empty() ? "mixed" : name;
}

Model model_from_columns(const Cells& row) {
  Model m;
  const double all = *number(row, "params_b") * 1e9;
  const double active = std::min(all, number(row, "active_b").value_or(all / 1e9) * 1e9);
  m.name = cell(row, "model_key");
  m.parameters = {all, kPublished};
  m.active_parameters = {active, kPublished};
  m.precision = precision_of(row);
  m.weight_bytes = {Bytes{*number(row, "weight_gib") * kGiB}, kPublished};
  auto& a = m.architecture;
  const auto take = [&](Fact<double>& fact, const char* key) {
    if (const auto value = number(row, key); value && *value > 0) fact = {*value, kPublished};
  };
  take(a.layers, "n_layers");
  take(a.kv_heads, "kv_heads");
  take(a.head_dim, "head_dim");
  const double layers = a.layers.value_or(std::round(32 * std::cbrt(all / 8e9)));
  a.layers = {std::max(1.0, layers), kPublished};
  // Twelve squares of the hidden size a layer, of what a token passes through.
  const double hidden = std::sqrt(active * 0.9 / (12 * *a.layers));
  a.hidden_size = {std::max(64.0, std::round(hidden / 64) * 64), kPublished};
  const double head = a.head_dim.value_or(128);
  a.heads = {std::max(a.kv_heads.value_or(1), std::round(*a.hidden_size / head)), kPublished};
  for (const auto& mixer : kMixers) {
    if (!m.name.starts_with(mixer.begins) || a.state != StateKind::none) continue;
    a.state = mixer.state;
    a.family = std::string(mixer.family);
  }
  if (const auto growing = number(row, "kv_layers"); growing && *growing < *a.layers) {
    const bool recurrent = a.state != StateKind::none;
    a.attention.assign(static_cast<size_t>(*a.layers), recurrent ? Attention::recurrent : Attention::none);
    std::fill_n(a.attention.begin(), static_cast<size_t>(*growing), Attention::full);
  }
  if (is_latent(m.name)) a.heads = {std::round(kLatentWidth * *a.hidden_size / head), kPublished};
  m.weights = table_of(row, *a.layers, m);
  prepare(m);
  return m;
}

}  // namespace

std::shared_ptr<const Model> model_of(const Cells& row) {
  const auto found = find_model_profile(cell(row, "model_key"));
  const Precision* precision = find_precision(precision_of(row));
  if (found && precision != nullptr && !precision->base_type.empty()) {
    auto known = read_model_profile(**found);
    const double all = *number(row, "params_b") * 1e9;
    if (known && known->parameters && std::abs(*known->parameters / all - 1) < 0.04) {
      prepare(*known);
      Model exact = requantize(*known, *precision);
      const double bytes = *number(row, "weight_gib") * kGiB;
      const bool other_mix = std::abs(exact.weight_bytes->value / bytes - 1) > 0.04;
      if (!other_mix) return std::make_shared<const Model>(std::move(exact));
    }
  }
  return std::make_shared<const Model>(model_from_columns(row));
}

}  // namespace edgefit::speed
