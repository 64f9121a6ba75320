// Runs one row of the operator table over given shapes.
#pragma once

#include <deque>
#include <vector>

#include "read/onnx_operators.h"

namespace edgefit::test {

struct Run {
  bool told = false;
  std::vector<OnnxFact> out;
  double flops = 0;
};

inline OnnxFact shaped(OnnxShape dims, int type = kOnnxFloat) {
  return {type, true, std::move(dims), {}};
}
inline OnnxFact numbers(std::vector<int64_t> values) {
  return {kOnnxInt64, true, {static_cast<int64_t>(values.size())}, values};
}
inline OnnxFact unknown() {
  return {};
}

/// `node` may carry attributes; its operator is set here.
inline Run run(std::string_view op, const std::vector<OnnxFact>& in, OnnxNode node = {}, size_t outputs = 1) {
  const OnnxOperator* row = find_onnx_operator(op);
  if (row == nullptr) return {};
  node.op = op;
  OnnxStep step{node, 17, {}, std::vector<OnnxFact>(outputs)};
  for (const auto& fact : in) step.in.push_back(&fact);
  Run result;
  result.told = row->shape(step);
  if (result.told) result.flops = row->flops(step);
  result.out = step.out;
  return result;
}

}  // namespace edgefit::test
