// Operators that give the same elements another shape, repeat them or pad them. They compute little, but the sizes of
// everything after them come from here.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "read/onnx_operators.h"

namespace edgefit {

namespace {

bool reshape(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  const auto* wanted = step.values(1);
  const auto stated = step.list("shape");
  if (x == nullptr || (wanted == nullptr && stated.empty())) return false;
  OnnxShape dims = wanted != nullptr ? *wanted : stated;
  const bool keep_zero = step.number("allowzero", 0) != 0;
  double known = 1;
  int64_t open = -1;
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] == 0 && !keep_zero) {
      if (i >= x->dims.size()) return false;
      dims[i] = x->dims[i];
    }
    if (dims[i] == -1 && open < 0) {
      open = static_cast<int64_t>(i);
    } else if (dims[i] < 0) {
      return false;
    } else {
      known *= static_cast<double>(dims[i]);
    }
  }
  if (open >= 0) {
    const double rest = known > 0 ? x->elements() / known : 0;
    if (rest < 1 || rest > INT32_MAX || rest != static_cast<double>(static_cast<int64_t>(rest))) return false;
    dims[static_cast<size_t>(open)] = static_cast<int64_t>(rest);
  } else if (known != x->elements()) {
    return false;
  }
  step.give(0, std::move(dims), x->type);
  step.out[0].values = x->values;
  return true;
}

bool flatten(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr) return false;
  int64_t axis = step.number("axis", 1);
  const auto rank = static_cast<int64_t>(x->dims.size());
  if (axis < 0) axis += rank;
  if (axis < 0 || axis > rank) return false;
  double front = 1, back = 1;
  for (int64_t i = 0; i < rank; ++i) (i < axis ? front : back) *= static_cast<double>(x->dims[static_cast<size_t>(i)]);
  if (front > INT32_MAX || back > INT32_MAX) return false;
  step.give(0, {static_cast<int64_t>(front), static_cast<int64_t>(back)}, x->type);
  return true;
}

bool squeeze(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  const auto axes = axes_of(step, 1);
  if (x == nullptr || !axes) return false;
  std::vector<bool> cut(x->dims.size(), false);
  for (size_t i = 0; axes->empty() && i < cut.size(); ++i) cut[i] = x->dims[i] == 1;
  for (const int64_t axis : *axes) {
    const int64_t i = axis_of(axis, x->dims.size());
    if (i < 0 || x->dims[static_cast<size_t>(i)] != 1) return false;
    cut[static_cast<size_t>(i)] = true;
  }
  OnnxShape dims;
  for (size_t i = 0; i < cut.size(); ++i)
    if (!cut[i]) dims.push_back(x->dims[i]);
  step.give(0, std::move(dims), x->type);
  step.out[0].values = x->values;
  return true;
}

bool unsqueeze(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  const auto axes = axes_of(step, 1);
  if (x == nullptr || !axes || axes->size() > 8) return false;
  const size_t rank = x->dims.size() + axes->size();
  std::vector<bool> added(rank, false);
  for (const int64_t axis : *axes) {
    const int64_t i = axis_of(axis, rank);
    if (i < 0 || added[static_cast<size_t>(i)]) return false;
    added[static_cast<size_t>(i)] = true;
  }
  OnnxShape dims;
  size_t next = 0;
  for (size_t i = 0; i < rank; ++i) dims.push_back(added[i] ? 1 : x->dims[next++]);
  step.give(0, std::move(dims), x->type);
  step.out[0].values = x->values;
  return true;
}

bool transpose(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr) return false;
  auto order = step.list("perm");
  if (order.empty()) {
    order.resize(x->dims.size());
    std::iota(order.rbegin(), order.rend(), int64_t{0});
  }
  if (order.size() != x->dims.size()) return false;
  OnnxShape dims;
  for (const int64_t axis : order) {
    const int64_t i = axis_of(axis, x->dims.size());
    if (i < 0) return false;
    dims.push_back(x->dims[static_cast<size_t>(i)]);
  }
  step.give(0, std::move(dims), x->type);
  return true;
}

bool expand(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  const auto* wanted = step.values(1);
  if (x == nullptr || wanted == nullptr) return false;
  auto dims = broadcast(x->dims, *wanted);
  if (!dims) return false;
  step.give(0, std::move(*dims), x->type);
  return true;
}

bool tile(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  const auto* times = step.values(1);
  if (x == nullptr || times == nullptr || times->size() != x->dims.size()) return false;
  OnnxShape dims = x->dims;
  for (size_t i = 0; i < dims.size(); ++i)
    if ((*times)[i] < 0 || __builtin_mul_overflow(dims[i], (*times)[i], &dims[i])) return false;
  step.give(0, std::move(dims), x->type);
  return true;
}

bool pad(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr) return false;
  const auto stated = step.list("pads");
  const auto* pads = step.in.size() > 1 ? step.values(1) : &stated;
  const bool some_axes = step.in.size() > 3 && step.in[3] != nullptr;
  const size_t rank = x->dims.size();
  if (pads == nullptr || some_axes || pads->size() != 2 * rank) return false;
  OnnxShape dims = x->dims;
  for (size_t i = 0; i < rank; ++i) {
    if (__builtin_add_overflow(dims[i], (*pads)[i], &dims[i]) ||
        __builtin_add_overflow(dims[i], (*pads)[i + rank], &dims[i]))
      return false;
  }
  step.give(0, std::move(dims), x->type);
  return true;
}

/// Output sizes, or the input's times stored scales, rounded down. Upsample and Resize of operator set 10 have the
/// scales second; sizes win where both are there (docs/Operators.md of ONNX).
bool resize(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr) return false;
  if (const auto* sizes = step.values(3); sizes != nullptr && !sizes->empty()) {
    if (sizes->size() != x->dims.size()) return false;
    step.give(0, *sizes, x->type);
    return true;
  }
  const OnnxFact* scales = step.shaped(step.in.size() > 2 ? 2 : 1);
  if (scales == nullptr || scales->reals.size() != x->dims.size()) return false;
  OnnxShape dims;
  for (size_t i = 0; i < x->dims.size(); ++i) {
    const double size = std::floor(static_cast<double>(x->dims[i]) * scales->reals[i]);
    if (!(size >= 1 && size <= INT32_MAX)) return false;
    dims.push_back(static_cast<int64_t>(size));
  }
  step.give(0, std::move(dims), x->type);
  return true;
}

bool blocks_to_space(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  const int64_t b = step.number("blocksize", 0);
  if (x == nullptr || x->dims.size() != 4 || b < 1 || b > 4096) return false;
  const OnnxShape& d = x->dims;
  const bool up = step.node.op == "DepthToSpace";
  if (up ? d[1] % (b * b) != 0 : (d[2] % b != 0 || d[3] % b != 0)) return false;
  step.give(
      0, up ? OnnxShape{d[0], d[1] / (b * b), d[2] * b, d[3] * b} : OnnxShape{d[0], d[1] * b * b, d[2] / b, d[3] / b},
      x->type);
  return true;
}

/// Linear interpolation between two rows and two columns; the nearest element costs less.
double seven(const OnnxStep& step) {
  return 7 * step.out[0].elements();
}

constexpr OnnxOperator kRows[] = {
    {"Reshape", reshape, no_flops},
    {"Flatten", flatten, no_flops},
    {"Squeeze", squeeze, no_flops},
    {"Unsqueeze", unsqueeze, no_flops},
    {"Transpose", transpose, no_flops},
    {"Expand", expand, no_flops},
    {"Tile", tile, no_flops},
    {"Pad", pad, no_flops},
    {"Resize", resize, seven},
    {"Upsample", resize, seven},
    {"DepthToSpace", blocks_to_space, no_flops},
    {"SpaceToDepth", blocks_to_space, no_flops},
};

}  // namespace

std::span<const OnnxOperator> onnx_shape_operators() {
  return kRows;
}

}  // namespace edgefit
