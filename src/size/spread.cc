#include "size/spread.h"

#include <algorithm>
#include <array>

namespace edgefit {
namespace {

/// Kinds of models whose compute buffers are known equally well.
enum class Class : uint8_t { dense, sliding, moe, mla, hybrid, encoder };

Class class_of(const Architecture& a) {
  if (!a.causal) return Class::encoder;
  const auto has = [&a](Attention kind) {
    return std::find(a.attention.begin(), a.attention.end(), kind) != a.attention.end();
  };
  if (has(Attention::mla)) return Class::mla;
  if (has(Attention::recurrent) || has(Attention::full_recurrent)) return Class::hybrid;
  if (a.moe) return Class::moe;
  return has(Attention::sliding) ? Class::sliding : Class::dense;
}

struct ComputeRow {
  Class model;
  bool partial;
  Spread spread;
};
// Compute buffers against llama.cpp's own planning: docs/accuracy.md, table "compute".
constexpr std::array kCompute = {
    ComputeRow{Class::dense, false, {0.93, 1.12}},   ComputeRow{Class::dense, true, {0.64, 1.25}},
    ComputeRow{Class::sliding, false, {0.95, 1.12}}, ComputeRow{Class::sliding, true, {0.86, 1.15}},
    ComputeRow{Class::moe, false, {0.78, 1.12}},     ComputeRow{Class::moe, true, {0.62, 1.05}},
    ComputeRow{Class::mla, false, {0.74, 1.08}},     ComputeRow{Class::mla, true, {0.59, 1.05}},
    ComputeRow{Class::hybrid, false, {0.83, 1.25}},  ComputeRow{Class::hybrid, true, {0.67, 1.17}},
    ComputeRow{Class::encoder, false, {0.95, 1.07}}, ComputeRow{Class::encoder, true, {0.87, 1.15}},
};

}  // namespace

Spread spread_of(Term term, const Case& question, bool partial) {
  const Model& model = *question.model;
  const auto& a = model.architecture;
  switch (term) {
    case Term::weights:
      // A mean over formats misses by the share of embeddings that stay in a wider format.
      if (model.weights && model.weights->exact) return {1, 1};
      return model.weight_bytes.origin.kind == Origin::Kind::derived ? Spread{0.88, 1.22} : Spread{0.97, 1.03};
    case Term::kv_cache:
      // Assumed KV heads may be one in eight of the heads, or all of them.
      if (a.kv_heads.assumed() && *a.kv_heads > 0) {
        return {std::min(1.0, *a.heads / 8 / *a.kv_heads), std::max(1.0, *a.heads / *a.kv_heads)};
      }
      return a.layers.assumed() ? Spread{0.7, 1.4} : Spread{1, 1};
    case Term::compute: {
      if (a.layers.assumed() || a.ffn_size.assumed() || a.hidden_size.assumed()) return {0.5, 2.0};
      const Class kind = class_of(a);
      const auto row = std::find_if(kCompute.begin(), kCompute.end(),
                                    [&](const auto& r) { return r.model == kind && r.partial == partial; });
      return row->spread;
    }
    default:
      return {1, 1};
  }
}

}  // namespace edgefit
