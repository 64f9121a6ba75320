// What must hold of every Model that a reader gives, whatever the bytes were. Aborts when it does not.
#pragma once

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "edgefit/read.h"
#include "read/model_json.h"

namespace edgefit::fuzz {

inline void require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "violated: %s\n", what);
  std::abort();
}

inline bool sane(const Fact<double>& fact) {
  return !fact || (std::isfinite(*fact) && *fact >= 0);
}

/// Finite numbers, one entry a layer, names without control characters, and a descriptor that reads back.
inline void check(const Model& model) {
  const Architecture& a = model.architecture;
  for (const auto* fact : {&model.parameters, &model.active_parameters, &model.input_embedding_parameters, &a.layers,
                           &a.hidden_size, &a.heads, &a.kv_heads, &a.head_dim, &a.value_head_dim, &a.ffn_size,
                           &a.vocab_size, &a.max_context, &a.window, &a.kv_layers})
    require(sane(*fact), "finite facts");
  require(!model.weight_bytes || std::isfinite(model.weight_bytes->value), "finite weight bytes");
  const auto one_a_layer = [&a](size_t n) { return n == 0 || (a.layers && static_cast<double>(n) == *a.layers); };
  require(one_a_layer(a.attention.size()), "one attention a layer");
  require(one_a_layer(a.kv_heads_by_layer.size()), "one kv_heads a layer");
  require(one_a_layer(a.ffn_size_by_layer.size()), "one ffn_size a layer");
  for (const auto& texts : {model.warnings, model.unknown, {model.name, a.family}})
    for (const auto& text : texts)
      for (const char c : text) require(static_cast<unsigned char>(c) >= 0x20, "no control characters");
  const std::string text = write_model_json(model);
  const auto back = read_model_json(text, "back.json");
  const bool enough = !model.name.empty() && model.parameters && *model.parameters >= 1 &&
                      (!model.weight_bytes || model.weight_bytes->value > 0);
  if (!enough) return;
  if (!back) std::fprintf(stderr, "%s: %s\n%s", back.error().what.c_str(), back.error().where.c_str(), text.c_str());
  require(back.has_value(), "the descriptor reads back");
  require(back->architecture.layers.value == a.layers.value, "the same layers");
  require(back->architecture.attention == a.attention, "the same attention");
}

}  // namespace edgefit::fuzz
