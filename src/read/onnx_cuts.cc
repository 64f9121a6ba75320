// Operators that cut, join, pick, count and reduce. Values of small whole-number tensors are followed, because
// exporters compute shapes inside the graph.
#include <algorithm>
#include <cmath>

#include "read/onnx_operators.h"

namespace edgefit {

namespace {

// Longer lists are no shapes.
constexpr size_t kMaxValues = 256;

bool concat(OnnxStep& step) {
  const OnnxFact* first = step.shaped(0);
  if (first == nullptr) return false;
  const int64_t axis = axis_of(step.number("axis", 1), first->dims.size());
  if (axis < 0) return false;
  OnnxShape dims = first->dims;
  std::optional<std::vector<int64_t>> values = first->values;
  for (size_t i = 1; i < step.in.size(); ++i) {
    const OnnxFact* x = step.shaped(i);
    if (x == nullptr || x->dims.size() != dims.size()) return false;
    dims[static_cast<size_t>(axis)] += x->dims[static_cast<size_t>(axis)];
    if (dims[static_cast<size_t>(axis)] > INT32_MAX) return false;
    if (values && x->values && values->size() + x->values->size() <= kMaxValues) {
      values->insert(values->end(), x->values->begin(), x->values->end());
    } else {
      values.reset();
    }
  }
  step.give(0, std::move(dims), first->type);
  if (first->dims.size() == 1) step.out[0].values = std::move(values);
  return true;
}

bool split(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr || step.out.empty()) return false;
  const int64_t axis = axis_of(step.number("axis", 0), x->dims.size());
  if (axis < 0) return false;
  const auto count = static_cast<int64_t>(step.out.size());
  const int64_t whole = x->dims[static_cast<size_t>(axis)];
  std::vector<int64_t> sizes = step.list("split");
  if (sizes.empty() && step.in.size() > 1 && step.in[1] != nullptr) {
    if (step.values(1) == nullptr) return false;
    sizes = *step.values(1);
  }
  const int64_t part = (whole + count - 1) / count;
  for (int64_t i = 0; sizes.size() < step.out.size(); ++i)
    sizes.push_back(std::max<int64_t>(std::min(part, whole - i * part), 0));
  for (size_t i = 0; i < step.out.size(); ++i) {
    OnnxShape dims = x->dims;
    if (sizes[i] < 0 || sizes[i] > whole) return false;
    dims[static_cast<size_t>(axis)] = sizes[i];
    step.give(i, std::move(dims), x->type);
  }
  return true;
}

/// One axis of Slice: first and last as numpy reads them.
int64_t sliced(int64_t size, int64_t& from, int64_t to, int64_t pace) {
  if (pace == 0 || pace < -INT32_MAX || pace > INT32_MAX) return -1;
  if (size == 0) return 0;
  const auto bound = [size](int64_t n, int64_t low, int64_t high) {
    if (n < 0) n = n < -size ? low : n + size;
    return std::clamp(n, low, high);
  };
  from = pace > 0 ? bound(from, 0, size) : bound(from, 0, size - 1);
  // INT64_MIN and the like mean "to the very front" when the pace is negative.
  to = pace > 0 ? bound(to, 0, size) : (to < -size ? -1 : bound(to, -1, size - 1));
  const int64_t room = pace > 0 ? to - from : from - to;
  const int64_t stride = pace > 0 ? pace : -pace;
  return room <= 0 ? 0 : (room + stride - 1) / stride;
}

bool slice(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr) return false;
  const bool attributes = step.in.size() < 3;
  const auto from_list = step.list("starts"), to_list = step.list("ends");
  const auto* starts = attributes ? &from_list : step.values(1);
  const auto* ends = attributes ? &to_list : step.values(2);
  const auto axes = axes_of(step, 3);
  const bool paced = step.in.size() > 4 && step.in[4] != nullptr;
  const auto* paces = paced ? step.values(4) : nullptr;
  if (starts == nullptr || ends == nullptr || !axes || (paced && paces == nullptr)) return false;
  if (starts->empty() || starts->size() != ends->size() || (!axes->empty() && axes->size() != starts->size()) ||
      (paces != nullptr && paces->size() != starts->size()))
    return false;
  OnnxShape dims = x->dims;
  int64_t first = 0, pace = 1;
  for (size_t i = 0; i < starts->size(); ++i) {
    const int64_t axis = axis_of(axes->empty() ? static_cast<int64_t>(i) : (*axes)[i], dims.size());
    if (axis < 0) return false;
    first = (*starts)[i];
    pace = paces != nullptr ? (*paces)[i] : 1;
    int64_t& size = dims[static_cast<size_t>(axis)];
    size = sliced(size, first, (*ends)[i], pace);
    if (size < 0) return false;
  }
  if (x->values && dims.size() == 1) {
    std::vector<int64_t> values;
    for (int64_t i = 0; i < dims[0]; ++i) values.push_back((*x->values)[static_cast<size_t>(first + i * pace)]);
    step.out[0].values = std::move(values);
  }
  step.give(0, std::move(dims), x->type);
  return true;
}

bool gather(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  const OnnxFact* at = step.shaped(1);
  if (x == nullptr || at == nullptr) return false;
  const int64_t axis = axis_of(step.number("axis", 0), x->dims.size());
  if (axis < 0) return false;
  OnnxShape dims(x->dims.begin(), x->dims.begin() + axis);
  dims.insert(dims.end(), at->dims.begin(), at->dims.end());
  dims.insert(dims.end(), x->dims.begin() + axis + 1, x->dims.end());
  step.give(0, std::move(dims), x->type);
  if (x->values && at->values && x->dims.size() == 1) {
    std::vector<int64_t> values;
    for (const int64_t place : *at->values) {
      const int64_t i = axis_of(place, x->values->size());
      if (i < 0) return true;
      values.push_back((*x->values)[static_cast<size_t>(i)]);
    }
    step.out[0].values = std::move(values);
  }
  return true;
}

bool as_indices(OnnxStep& step) {
  const OnnxFact* x = step.in.empty() || step.in[0] == nullptr ? nullptr : step.in[0];
  const OnnxFact* at = step.shaped(1);
  if (x == nullptr || at == nullptr) return false;
  step.give(0, at->dims, x->type);
  return true;
}

bool as_data(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr) return false;
  step.give(0, x->dims, x->type);
  return true;
}

bool shape_of(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr) return false;
  const auto rank = static_cast<int64_t>(x->dims.size());
  const auto bound = [rank](int64_t n) { return std::clamp<int64_t>(n < 0 ? n + rank : n, 0, rank); };
  const int64_t from = bound(std::max<int64_t>(step.number("start", 0), -rank));
  const int64_t to = std::max(from, bound(std::clamp<int64_t>(step.number("end", rank), -rank, rank)));
  step.give(0, {to - from}, kOnnxInt64);
  step.out[0].values = std::vector<int64_t>(x->dims.begin() + from, x->dims.begin() + to);
  return true;
}

bool size_of(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr) return false;
  step.give(0, {}, kOnnxInt64);
  step.out[0].values = {{static_cast<int64_t>(x->elements())}};
  return true;
}

bool constant_of_shape(OnnxStep& step) {
  const auto* dims = step.values(0);
  if (dims == nullptr) return false;
  const auto type = static_cast<int>(step.number("value.type", kOnnxFloat));
  step.give(0, *dims, type);
  const auto fill = step.list("value");
  const double n = step.out[0].elements();
  if (type == kOnnxInt64 && n >= 0 && n <= static_cast<double>(kMaxValues))
    step.out[0].values = std::vector<int64_t>(static_cast<size_t>(n), fill.empty() ? 0 : fill[0]);
  return true;
}

bool range(OnnxStep& step) {
  const auto *from = step.values(0), *to = step.values(1), *pace = step.values(2);
  if (from == nullptr || to == nullptr || pace == nullptr) return false;
  if (from->size() != 1 || to->size() != 1 || pace->size() != 1 || (*pace)[0] == 0) return false;
  const double n = (static_cast<double>((*to)[0]) - static_cast<double>((*from)[0])) / static_cast<double>((*pace)[0]);
  if (n > INT32_MAX) return false;
  step.give(0, {static_cast<int64_t>(std::ceil(std::max(n, 0.0)))}, step.in[0]->type);
  return true;
}

bool reduce_to(OnnxStep& step, std::vector<int64_t> axes, bool all_if_empty, int type) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr) return false;
  const bool keep = step.number("keepdims", 1) != 0;
  std::vector<bool> gone(x->dims.size(), axes.empty() && all_if_empty);
  for (const int64_t axis : axes) {
    const int64_t i = axis_of(axis, x->dims.size());
    if (i < 0) return false;
    gone[static_cast<size_t>(i)] = true;
  }
  OnnxShape dims;
  for (size_t i = 0; i < gone.size(); ++i)
    if (!gone[i] || keep) dims.push_back(gone[i] ? 1 : x->dims[i]);
  step.give(0, std::move(dims), type != 0 ? type : x->type);
  return true;
}

bool reduce(OnnxStep& step) {
  const auto axes = axes_of(step, 1);
  return axes && reduce_to(step, *axes, step.number("noop_with_empty_axes", 0) == 0, 0);
}

bool best_place(OnnxStep& step) {
  return reduce_to(step, {step.number("axis", 0)}, false, kOnnxInt64);
}

bool top_k(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  const auto* k = step.values(1);
  if (x == nullptr || k == nullptr || k->size() != 1) return false;
  const int64_t axis = axis_of(step.number("axis", -1), x->dims.size());
  if (axis < 0 || (*k)[0] < 0) return false;
  OnnxShape dims = x->dims;
  dims[static_cast<size_t>(axis)] = (*k)[0];
  step.give(0, dims, x->type);
  step.give(1, dims, kOnnxInt64);
  return true;
}

double input_elements(const OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  return x == nullptr ? kUnknownFlops : x->elements();
}

constexpr OnnxOperator kRows[] = {
    {"Concat", concat, no_flops},
    {"Split", split, no_flops},
    {"Slice", slice, no_flops},
    {"Gather", gather, no_flops},
    {"GatherElements", as_indices, no_flops},
    {"ScatterElements", as_data, no_flops},
    {"ScatterND", as_data, no_flops},
    {"Trilu", as_data, no_flops},
    {"Shape", shape_of, no_flops},
    {"Size", size_of, no_flops},
    {"ConstantOfShape", constant_of_shape, no_flops},
    {"Range", range, no_flops},
    {"ReduceMean", reduce, input_elements},
    {"ReduceSum", reduce, input_elements},
    {"ReduceMax", reduce, input_elements},
    {"ReduceMin", reduce, input_elements},
    {"ReduceProd", reduce, input_elements},
    {"ReduceL1", reduce, input_elements},
    {"ReduceL2", reduce, input_elements},
    {"ReduceSumSquare", reduce, input_elements},
    {"ReduceLogSumExp", reduce, input_elements},
    {"ArgMax", best_place, input_elements},
    {"ArgMin", best_place, input_elements},
    {"TopK", top_k, input_elements},
};

}  // namespace

std::span<const OnnxOperator> onnx_cut_operators() {
  return kRows;
}

}  // namespace edgefit
