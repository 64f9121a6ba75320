// Operators that work place by place: activations, sums, comparisons, normalisations. Rules of docs/Operators.md of
// ONNX; operations are counted one an output element, unless more are named.
#include <algorithm>

#include "read/onnx_operators.h"

namespace edgefit {

namespace {

bool same(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr) return false;
  step.give(0, x->dims, x->type);
  if (x->values && (step.node.op == "Identity")) step.out[0].values = x->values;
  return true;
}

bool cast(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr) return false;
  const auto type = static_cast<int>(step.number("to", x->type));
  step.give(0, x->dims, type);
  if (type == kOnnxInt32 || type == kOnnxInt64) step.out[0].values = x->values;
  return true;
}

/// Dropout gives a mask as well.
bool dropout(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr) return false;
  step.give(0, x->dims, x->type);
  step.give(1, x->dims, kOnnxBool);
  return true;
}

bool quantized(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr) return false;
  constexpr int kUint8 = 2;
  const bool typed = step.in.size() > 2 && step.in[2] != nullptr && step.in[2]->type != 0;
  step.give(0, x->dims, typed ? step.in[2]->type : kUint8);
  return true;
}

bool dequantized(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr) return false;
  const bool typed = step.in.size() > 1 && step.in[1] != nullptr && step.in[1]->type != 0;
  step.give(0, x->dims, typed ? step.in[1]->type : kOnnxFloat);
  return true;
}

bool dynamically_quantized(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr) return false;
  constexpr int kUint8 = 2;
  step.give(0, x->dims, kUint8);
  step.give(1, {}, kOnnxFloat);
  step.give(2, {}, kUint8);
  return true;
}

/// Sizes are computed with these four, so their values are followed.
std::optional<int64_t> compute(std::string_view op, int64_t a, int64_t b) {
  int64_t out = 0;
  if (op == "Add") return __builtin_add_overflow(a, b, &out) ? std::nullopt : std::optional(out);
  if (op == "Sub") return __builtin_sub_overflow(a, b, &out) ? std::nullopt : std::optional(out);
  if (op == "Mul") return __builtin_mul_overflow(a, b, &out) ? std::nullopt : std::optional(out);
  if (op == "Div" && b > 0 && a >= 0) return a / b;
  return {};
}

std::optional<std::vector<int64_t>> computed_values(const OnnxStep& step) {
  const auto* a = step.values(0);
  const auto* b = step.values(1);
  if (a == nullptr || b == nullptr || a->empty() || b->empty()) return {};
  if (a->size() != b->size() && a->size() != 1 && b->size() != 1) return {};
  std::vector<int64_t> out;
  for (size_t i = 0; i < std::max(a->size(), b->size()); ++i) {
    const auto n = compute(step.node.op, (*a)[a->size() == 1 ? 0 : i], (*b)[b->size() == 1 ? 0 : i]);
    if (!n) return {};
    out.push_back(*n);
  }
  return out;
}

bool spread_to(OnnxStep& step, size_t first, int type) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr) return false;
  OnnxShape dims = x->dims;
  for (size_t i = 1; i < step.in.size(); ++i) {
    const OnnxFact* y = step.shaped(i);
    if (y == nullptr) return false;
    const auto wider = broadcast(dims, y->dims);
    if (!wider) return false;
    dims = *wider;
  }
  step.give(0, std::move(dims), type != 0 ? type : step.in[first]->type);
  return true;
}

bool spread(OnnxStep& step) {
  if (!spread_to(step, 0, 0)) return false;
  step.out[0].values = computed_values(step);
  return true;
}

bool compared(OnnxStep& step) {
  return spread_to(step, 0, kOnnxBool);
}

bool chosen(OnnxStep& step) {
  return step.in.size() == 3 && spread_to(step, 1, 0);
}

bool tested(OnnxStep& step) {
  const OnnxFact* x = step.shaped(0);
  if (x == nullptr) return false;
  step.give(0, x->dims, kOnnxBool);
  return true;
}

double one(const OnnxStep& step) {
  return step.out[0].elements();
}

/// Sums, maxima and the like take each operand after the first.
double each_operand(const OnnxStep& step) {
  return step.out[0].elements() * static_cast<double>(std::max<size_t>(step.in.size(), 2) - 1);
}

double two(const OnnxStep& step) {
  return 2 * step.out[0].elements();
}

/// Softmax: maximum, difference, exponential, sum, quotient. Normalisations: mean, difference, square, scale, shift.
double five(const OnnxStep& step) {
  return 5 * step.out[0].elements();
}

constexpr OnnxOperator kRows[] = {
    {"Identity", same, no_flops},
    {"Cast", cast, no_flops},
    {"Dropout", dropout, no_flops},
    {"Relu", same, one},
    {"LeakyRelu", same, one},
    {"ThresholdedRelu", same, one},
    {"PRelu", same, two},
    {"Elu", same, two},
    {"Celu", same, two},
    {"Selu", same, two},
    {"Sigmoid", same, one},
    {"HardSigmoid", same, two},
    {"HardSwish", same, two},
    {"Mish", same, two},
    {"Gelu", same, two},
    {"Swish", same, two},
    {"Softplus", same, two},
    {"Softsign", same, two},
    {"Tanh", same, one},
    {"Erf", same, one},
    {"Exp", same, one},
    {"Log", same, one},
    {"Sqrt", same, one},
    {"Reciprocal", same, one},
    {"Abs", same, one},
    {"Neg", same, one},
    {"Sign", same, one},
    {"Floor", same, one},
    {"Ceil", same, one},
    {"Round", same, one},
    {"Sin", same, one},
    {"Cos", same, one},
    {"Tan", same, one},
    {"Clip", same, one},
    {"Not", same, one},
    {"CumSum", same, one},
    {"IsNaN", tested, one},
    {"IsInf", tested, one},
    {"Add", spread, one},
    {"Sub", spread, one},
    {"Mul", spread, one},
    {"Div", spread, one},
    {"Pow", spread, one},
    {"Mod", spread, one},
    {"Min", spread, each_operand},
    {"Max", spread, each_operand},
    {"Sum", spread, each_operand},
    {"Mean", spread, each_operand},
    {"And", compared, one},
    {"Or", compared, one},
    {"Xor", compared, one},
    {"Equal", compared, one},
    {"Less", compared, one},
    {"LessOrEqual", compared, one},
    {"Greater", compared, one},
    {"GreaterOrEqual", compared, one},
    {"Where", chosen, no_flops},
    {"Softmax", same, five},
    {"LogSoftmax", same, five},
    {"Hardmax", same, one},
    {"BatchNormalization", same, two},
    {"InstanceNormalization", same, five},
    {"GroupNormalization", same, five},
    {"LayerNormalization", same, five},
    {"RMSNormalization", same, five},
    {"LpNormalization", same, five},
    {"LRN", same, five},
    {"QuantizeLinear", quantized, two},
    {"DequantizeLinear", dequantized, two},
    {"DynamicQuantizeLinear", dynamically_quantized, two},
};

}  // namespace

std::span<const OnnxOperator> onnx_element_operators() {
  return kRows;
}

}  // namespace edgefit
