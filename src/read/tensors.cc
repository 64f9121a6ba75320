#include "read/tensors.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace edgefit {

namespace {

struct RoleRow {
  std::string_view prefix;
  TensorRole role;
};
constexpr RoleRow kRoles[] = {
    {"token_embd", TensorRole::input},  {"position_embd", TensorRole::input},
    {"token_types", TensorRole::input}, {"per_layer_token_embd", TensorRole::input},
    {"output", TensorRole::output},     {"cls", TensorRole::output},
};
constexpr std::string_view kTables[] = {"token_embd.weight", "position_embd.weight", "token_types.weight",
                                        "per_layer_token_embd.weight"};
constexpr std::string_view kBuffers[] = {"rope_freqs", "rope_factors_long", "rope_factors_short"};

}  // namespace

int32_t layer_of(std::string_view name, std::string_view& rest) {
  rest = name;
  if (!name.starts_with("blk.")) return -1;
  const char* end = name.data() + name.size();
  uint16_t layer = 0;
  const auto [stop, error] = std::from_chars(name.data() + 4, end, layer);
  if (error != std::errc() || stop == end || *stop != '.') return -1;
  rest = std::string_view(stop + 1, static_cast<size_t>(end - stop) - 1);
  return layer;
}

void place(Tensor& tensor, bool embedding_norm_is_last) {
  std::string_view rest;
  tensor.layer = layer_of(tensor.name, rest);
  if (tensor.layer >= 0) {
    const bool expert = rest.find("_exps.") != rest.npos || rest.ends_with("_exps");
    tensor.role = expert ? TensorRole::expert : TensorRole::layer;
    return;
  }
  tensor.role = TensorRole::other;
  for (const auto& row : kRoles)
    if (rest.starts_with(row.prefix)) tensor.role = row.role;
  if (embedding_norm_is_last && rest.starts_with("token_embd_norm")) tensor.role = TensorRole::output;
}

bool is_parameter(std::string_view name) {
  std::string_view rest;
  layer_of(name, rest);
  for (const auto& buffer : kBuffers)
    if (rest.starts_with(buffer)) return false;
  return !rest.ends_with(".scale") && !rest.ends_with(".input_scale");
}

double elements_of(const Tensor& tensor) {
  double elements = 1;
  for (const uint64_t n : tensor.shape) elements *= static_cast<double>(n);
  return elements;
}

void count_parameters(Model& model, const Origin& origin) {
  const auto& a = model.architecture;
  const double used = a.moe && a.moe->experts > 0 ? a.moe->experts_used / a.moe->experts : 1;
  double all = 0, active = 0, tables = 0;
  for (const auto& tensor : model.tensors) {
    if (!is_parameter(tensor.name)) continue;
    const double n = elements_of(tensor);
    all += n;
    if (!a.layers || tensor.layer < *a.layers) active += tensor.role == TensorRole::expert ? n * used : n;
    for (const auto& table : kTables)
      if (tensor.name == table) tables += n;
  }
  if (!model.parameters && all > 0) model.parameters = {all, origin};
  // A stated count may be smaller than its tensors'; no more than all of it can be active.
  const double most = model.parameters.value_or(active);
  if (!model.active_parameters && active >= 1) model.active_parameters = {std::min(std::round(active), most), origin};
  if (!model.input_embedding_parameters && tables > 0) model.input_embedding_parameters = {tables, origin};
}

}  // namespace edgefit
