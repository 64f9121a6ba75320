#include "read/onnx_operators.h"

#include <algorithm>

namespace edgefit {

double OnnxFact::elements() const {
  double n = 1;
  for (const int64_t d : dims) n *= static_cast<double>(d);
  return n;
}

const OnnxFact* OnnxStep::shaped(size_t i) const {
  return i < in.size() && in[i] != nullptr && in[i]->has_shape ? in[i] : nullptr;
}

const std::vector<int64_t>* OnnxStep::values(size_t i) const {
  return i < in.size() && in[i] != nullptr && in[i]->values ? &*in[i]->values : nullptr;
}

int64_t OnnxStep::number(std::string_view name, int64_t otherwise) const {
  const auto found = node.numbers.find(name);
  return found == node.numbers.end() ? otherwise : found->second;
}

std::vector<int64_t> OnnxStep::list(std::string_view name) const {
  const auto found = node.lists.find(name);
  return found == node.lists.end() ? std::vector<int64_t>() : found->second;
}

void OnnxStep::give(size_t i, OnnxShape dims, int type) {
  if (i >= out.size()) return;
  out[i].type = type;
  out[i].has_shape = true;
  out[i].dims = std::move(dims);
}

std::optional<OnnxShape> broadcast(const OnnxShape& a, const OnnxShape& b) {
  OnnxShape out(std::max(a.size(), b.size()), 1);
  for (size_t i = 0; i < out.size(); ++i) {
    const int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1;
    const int64_t y = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (x != y && x != 1 && y != 1) return {};
    out[out.size() - 1 - i] = x == 1 ? y : x;
  }
  return out;
}

int64_t axis_of(int64_t axis, size_t rank) {
  const auto n = static_cast<int64_t>(rank);
  if (axis < 0) axis += n;
  return axis >= 0 && axis < n ? axis : -1;
}

std::optional<std::vector<int64_t>> axes_of(const OnnxStep& step, size_t input) {
  auto axes = step.list("axes");
  if (!axes.empty()) return axes;
  if (input >= step.in.size() || step.in[input] == nullptr) return std::vector<int64_t>();
  const auto* values = step.values(input);
  return values == nullptr ? std::nullopt : std::optional(*values);
}

double no_flops(const OnnxStep&) {
  return 0;
}

std::span<const OnnxOperator> onnx_operators() {
  static const std::vector<OnnxOperator> rows = [] {
    std::vector<OnnxOperator> all;
    for (const auto part :
         {onnx_layer_operators(), onnx_element_operators(), onnx_shape_operators(), onnx_cut_operators()})
      all.insert(all.end(), part.begin(), part.end());
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return all;
  }();
  return rows;
}

const OnnxOperator* find_onnx_operator(std::string_view name) {
  const auto rows = onnx_operators();
  const auto found = std::lower_bound(rows.begin(), rows.end(), name,
                                      [](const auto& row, std::string_view n) { return row.name < n; });
  return found != rows.end() && found->name == name ? &*found : nullptr;
}

}  // namespace edgefit
