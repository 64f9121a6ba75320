// Operators that multiply: convolutions, matrix products, recurrent layers, and pools. Shapes as docs/Operators.md of
// ONNX defines them; a multiplication and its addition count as two operations.
#include <algorithm>

#include "read/onnx_operators.h"

namespace edgefit {

namespace {

double product(const OnnxShape& dims, size_t from = 0) {
  double n = 1;
  for (size_t i = from; i < dims.size(); ++i) n *= static_cast<double>(dims[i]);
  return n;
}

int64_t at(const std::vector<int64_t>& list, size_t i, int64_t otherwise) {
  return i < list.size() ? list[i] : otherwise;
}

// No kernel, stride or padding is larger; products of two stay in 64 bits.
constexpr int64_t kMaxStep = 1 << 20;

bool believable(const std::vector<int64_t>& list) {
  return std::all_of(list.begin(), list.end(), [](int64_t n) { return n >= 0 && n <= kMaxStep; });
}

struct Window {
  std::vector<int64_t> kernel, strides, pads, dilations;
  std::string padding;
  bool round_up = false;
};

bool read_window(const OnnxStep& step, std::vector<int64_t> kernel, Window& w) {
  w.kernel = std::move(kernel);
  w.strides = step.list("strides");
  w.pads = step.list("pads");
  w.dilations = step.list("dilations");
  w.round_up = step.number("ceil_mode", 0) != 0;
  const auto found = step.node.texts.find("auto_pad");
  w.padding = found == step.node.texts.end() ? "NOTSET" : found->second;
  return believable(w.kernel) && believable(w.strides) && believable(w.pads) && believable(w.dilations);
}

/// The size along spatial axis `i` of `rank`, 0 when there is none.
int64_t slid(const Window& w, size_t i, size_t rank, int64_t size) {
  const int64_t stride = std::max<int64_t>(at(w.strides, i, 1), 1);
  if (w.padding.starts_with("SAME")) return (size + stride - 1) / stride;
  const bool padded = w.padding != "VALID";
  const int64_t pads = padded ? at(w.pads, i, 0) + at(w.pads, i + rank, 0) : 0;
  const int64_t covered = at(w.dilations, i, 1) * (at(w.kernel, i, 1) - 1) + 1;
  const int64_t room = size + pads - covered;
  if (room < 0) return 0;
  return (w.round_up ? (room + stride - 1) / stride : room / stride) + 1;
}

bool slide(OnnxStep& step, const OnnxFact& x, int64_t channels, const std::vector<int64_t>& kernel, int type) {
  Window w;
  if (x.dims.size() < 3 || !read_window(step, kernel, w)) return false;
  OnnxShape dims = {x.dims[0], channels};
  const size_t rank = x.dims.size() - 2;
  for (size_t i = 0; i < rank; ++i) {
    dims.push_back(slid(w, i, rank, x.dims[i + 2]));
    if (dims.back() <= 0) return false;
  }
  step.give(0, std::move(dims), type);
  return true;
}

/// `x` and `weight` are the inputs' positions; quantised forms put scales between them.
bool convolve(OnnxStep& step, size_t x_at, size_t w_at, int type) {
  const OnnxFact* x = step.shaped(x_at);
  const OnnxFact* w = step.shaped(w_at);
  if (x == nullptr || w == nullptr || w->dims.size() != x->dims.size() || w->dims.size() < 3) return false;
  const std::vector<int64_t> kernel(w->dims.begin() + 2, w->dims.end());
  return slide(step, *x, w->dims[0], kernel, type != 0 ? type : x->type);
}

bool conv(OnnxStep& step) {
  return convolve(step, 0, 1, 0);
}
bool conv_integer(OnnxStep& step) {
  return convolve(step, 0, 1, kOnnxInt32);
}
bool qlinear_conv(OnnxStep& step) {
  return convolve(step, 0, 3, 0);
}

double convolved(const OnnxStep& step, size_t w_at, bool bias) {
  const OnnxFact* w = step.shaped(w_at);
  if (w == nullptr) return kUnknownFlops;
  return step.out[0].elements() * (2 * product(w->dims, 1) + (bias ? 1 : 0));
}
double conv_flops(const OnnxStep& step) {
  return convolved(step, 1, step.in.size() > 2);
}
double qlinear_conv_flops(const OnnxStep& step) {
  return convolved(step, 3, step.in.size() > 8);
}

bool conv_transpose(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  const OnnxFact* w = step.shaped(1);
  if (x == nullptr || w == nullptr || w->dims.size() != x->dims.size() || w->dims.size() < 3) return false;
  Window window;
  const std::vector<int64_t> extra = step.list("output_padding"), stated = step.list("output_shape");
  const int64_t group = std::clamp<int64_t>(step.number("group", 1), 1, kMaxStep);
  if (!read_window(step, {w->dims.begin() + 2, w->dims.end()}, window) || !believable(extra)) return false;
  OnnxShape dims = {x->dims[0], w->dims[1] * group};
  const size_t rank = x->dims.size() - 2;
  for (size_t i = 0; i < rank; ++i) {
    const int64_t stride = at(window.strides, i, 1);
    int64_t size =
        stride * (x->dims[i + 2] - 1) + at(extra, i, 0) + at(window.dilations, i, 1) * (window.kernel[i] - 1) + 1;
    size -= at(window.pads, i, 0) + at(window.pads, i + rank, 0);
    if (window.padding.starts_with("SAME")) size = x->dims[i + 2] * stride;
    if (stated.size() >= rank) size = stated[stated.size() - rank + i];
    if (size <= 0) return false;
    dims.push_back(size);
  }
  step.give(0, std::move(dims), x->type);
  return true;
}

/// Every input element meets the whole kernel.
double conv_transpose_flops(const OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  const OnnxFact* w = step.shaped(1);
  if (x == nullptr || w == nullptr) return kUnknownFlops;
  const double bias = step.in.size() > 2 ? step.out[0].elements() : 0;
  return 2 * x->elements() * product(w->dims, 1) + bias;
}

bool pool(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr || x->dims.size() < 3) return false;
  const auto kernel = step.list("kernel_shape");
  if (kernel.size() != x->dims.size() - 2 || !slide(step, *x, x->dims[1], kernel, x->type)) return false;
  if (step.out.size() > 1) step.give(1, step.out[0].dims, kOnnxInt64);
  return true;
}

double pool_flops(const OnnxStep& step) {
  return step.out[0].elements() * product(step.list("kernel_shape"));
}

bool global_pool(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr || x->dims.size() < 2) return false;
  OnnxShape dims(x->dims.size(), 1);
  dims[0] = x->dims[0];
  dims[1] = x->dims[1];
  step.give(0, std::move(dims), x->type);
  return true;
}

double input_elements(const OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  return x == nullptr ? kUnknownFlops : x->elements();
}

/// numpy's matmul: vectors are widened and cut again, leading dimensions spread.
bool multiply(OnnxStep& step, size_t a_at, size_t b_at, int type) {
  const OnnxFact* a = step.shaped(a_at);
  const OnnxFact* b = step.shaped(b_at);
  if (a == nullptr || b == nullptr || a->dims.empty() || b->dims.empty()) return false;
  OnnxShape left = a->dims, right = b->dims;
  const bool row = left.size() == 1, column = right.size() == 1;
  if (row) left.insert(left.begin(), 1);
  if (column) right.push_back(1);
  if (left.back() != right[right.size() - 2]) return false;
  auto dims = broadcast({left.begin(), left.end() - 2}, {right.begin(), right.end() - 2});
  if (!dims) return false;
  if (!row) dims->push_back(left[left.size() - 2]);
  if (!column) dims->push_back(right.back());
  step.give(0, std::move(*dims), type != 0 ? type : a->type);
  return true;
}

bool matmul(OnnxStep& step) {
  return multiply(step, 0, 1, 0);
}
bool matmul_integer(OnnxStep& step) {
  return multiply(step, 0, 1, kOnnxInt32);
}
bool qlinear_matmul(OnnxStep& step) {
  return multiply(step, 0, 3, 0);
}

double matmul_flops(const OnnxStep& step) {
  const OnnxFact* a = step.shaped(0);
  return a == nullptr || a->dims.empty() ? kUnknownFlops
                                         : 2 * step.out[0].elements() * static_cast<double>(a->dims.back());
}

bool gemm(OnnxStep& step) {
  const OnnxFact* a = step.shaped(0);
  const OnnxFact* b = step.shaped(1);
  if (a == nullptr || b == nullptr || a->dims.size() != 2 || b->dims.size() != 2) return false;
  const bool turn_a = step.number("transA", 0) != 0, turn_b = step.number("transB", 0) != 0;
  if (a->dims[turn_a ? 0 : 1] != b->dims[turn_b ? 1 : 0]) return false;
  step.give(0, {a->dims[turn_a ? 1 : 0], b->dims[turn_b ? 0 : 1]}, a->type);
  return true;
}

double gemm_flops(const OnnxStep& step) {
  const OnnxFact* a = step.shaped(0);
  if (a == nullptr || a->dims.size() != 2) return kUnknownFlops;
  const auto inner = static_cast<double>(a->dims[step.number("transA", 0) != 0 ? 0 : 1]);
  return step.out[0].elements() * (2 * inner + (step.in.size() > 2 ? 1 : 0));
}

/// LSTM, GRU and RNN: X is [steps, batch, input], W [directions, gates * hidden, input].
bool recurrent(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  const OnnxFact* w = step.shaped(1);
  const OnnxFact* r = step.shaped(2);
  if (x == nullptr || w == nullptr || r == nullptr || x->dims.size() != 3 || r->dims.size() != 3) return false;
  const int64_t directions = r->dims[0], hidden = r->dims[2];
  const bool batch_first = step.number("layout", 0) != 0;
  const int64_t batch = x->dims[batch_first ? 0 : 1], steps = x->dims[batch_first ? 1 : 0];
  const OnnxShape all =
      batch_first ? OnnxShape{batch, steps, directions, hidden} : OnnxShape{steps, directions, batch, hidden};
  const OnnxShape last = batch_first ? OnnxShape{batch, directions, hidden} : OnnxShape{directions, batch, hidden};
  step.give(0, all, x->type);
  step.give(1, last, x->type);
  step.give(2, last, x->type);
  return true;
}

double recurrent_flops(const OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  const OnnxFact* w = step.shaped(1);
  const OnnxFact* r = step.shaped(2);
  if (x == nullptr || w == nullptr || r == nullptr || x->dims.size() != 3) return kUnknownFlops;
  const auto tokens = static_cast<double>(x->dims[0]) * static_cast<double>(x->dims[1]);
  return 2 * tokens * (w->elements() + r->elements());
}

constexpr OnnxOperator kRows[] = {
    {"Conv", conv, conv_flops},
    {"ConvInteger", conv_integer, conv_flops},
    {"QLinearConv", qlinear_conv, qlinear_conv_flops},
    {"ConvTranspose", conv_transpose, conv_transpose_flops},
    {"MaxPool", pool, pool_flops},
    {"AveragePool", pool, pool_flops},
    {"LpPool", pool, pool_flops},
    {"GlobalAveragePool", global_pool, input_elements},
    {"GlobalMaxPool", global_pool, input_elements},
    {"MatMul", matmul, matmul_flops},
    {"MatMulInteger", matmul_integer, matmul_flops},
    {"QLinearMatMul", qlinear_matmul, matmul_flops},
    {"Gemm", gemm, gemm_flops},
    {"LSTM", recurrent, recurrent_flops},
    {"GRU", recurrent, recurrent_flops},
    {"RNN", recurrent, recurrent_flops},
};

}  // namespace

std::span<const OnnxOperator> onnx_layer_operators() {
  return kRows;
}

}  // namespace edgefit
