// The "weights" object of model.json: bytes by the places that an engine puts them.
#include <fmt/format.h>

#include <algorithm>

#include "edgefit/text.h"
#include "read/limits.h"
#include "read/model_json.h"

namespace edgefit {

namespace {

constexpr Range kByteCount{0, kMaxBytes};

/// One quantity at every place: the plain bytes, the largest tensor, the padding, the repacked copy.
struct Quantity4 {
  double BlockWeights::*dense;
  double BlockWeights::*experts;
};
constexpr Quantity4 kPlain{&BlockWeights::dense, &BlockWeights::experts};
constexpr Quantity4 kLargest{&BlockWeights::largest_dense, &BlockWeights::largest_expert};
constexpr Quantity4 kPadding{&BlockWeights::cuda_padding, &BlockWeights::cuda_padding_experts};
constexpr Quantity4 kRepack{&BlockWeights::repack, &BlockWeights::repack_experts};

void read_list(const JsonFields& fields, std::string_view key, WeightTable& table, double BlockWeights::*member) {
  const auto list = fields.numbers(key, kByteCount);
  if (list.empty() || fields.report().problem) return;
  if (list.size() != table.layers.size()) {
    fields.report().fail(tr("a list must have one entry a layer"), fields.pointer(key),
                         fmt::format("{} / {}", list.size(), table.layers.size()));
    return;
  }
  for (size_t i = 0; i < list.size(); ++i) table.layers[i].*member = list[i];
}

void read_places(const JsonFields& fields, WeightTable& table, const Quantity4& what) {
  table.input.*what.dense = fields.number("token_embedding", kByteCount).value_or(table.input.*what.dense);
  table.output.*what.dense = fields.number("output", kByteCount).value_or(table.output.*what.dense);
  read_list(fields, "layers", table, what.dense);
  read_list(fields, "experts", table, what.experts);
}

void limit_largest(WeightTable& table, double largest) {
  const auto limit = [largest](BlockWeights& block) {
    block.largest_dense = std::min(largest, block.dense);
    block.largest_expert = std::min(largest, block.experts);
  };
  limit(table.input);
  limit(table.output);
  for (auto& layer : table.layers) limit(layer);
}

}  // namespace

void read_json_weights(const Json* value, JsonReport& report, Model& model) {
  const JsonFields fields(value, "/weights", kWeightsKeys, report);
  if (!fields.present()) return;
  Architecture& a = model.architecture;
  WeightTable table;
  const Json* layers = fields.child("layers");
  if (layers == nullptr || !layers->is_array() || layers->empty() || static_cast<double>(layers->size()) > kMaxLayers) {
    return report.fail(tr("layers is missing"), fields.pointer("layers"), tr("a list of bytes, one entry a layer"));
  }
  if (!a.layers) a.layers = {static_cast<double>(layers->size()), fields.origin("layers")};
  table.layers.resize(static_cast<size_t>(*a.layers));
  read_places(fields, table, kPlain);
  limit_largest(table, fields.number("largest", kByteCount).value_or(kMaxBytes));
  const auto part = [&](std::string_view key, const Quantity4& what) {
    read_places(JsonFields(fields.child(key), fields.pointer(key), kPlaceKeys, report), table, what);
  };
  part("largest_of", kLargest);
  part("cuda_padding", kPadding);
  part("repack", kRepack);
  table.tied_copy = fields.number("tied_copy", kByteCount).value_or(a.tied_embeddings ? table.input.dense : 0);
  table.tied_copy_cuda_padding = fields.number("tied_copy_cuda_padding", kByteCount).value_or(0);
  table.not_loaded = fields.number("not_loaded", kByteCount).value_or(0);
  table.exact = fields.flag("exact").value_or(true);
  if (!model.weight_bytes) model.weight_bytes = {Bytes{table.total()}, fields.origin("layers")};
  model.weights = std::move(table);
}

}  // namespace edgefit
