// What each ONNX operator makes of its inputs: the shape of its outputs and its operations. One row an operator;
// an operator without a row leaves its outputs to what the file states and its operations unknown.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "read/onnx_graph.h"

namespace edgefit {

/// What is known of a named tensor while the graph is walked.
struct OnnxFact {
  int type = 0;
  bool has_shape = false;  ///< every dimension is known
  OnnxShape dims;
  std::optional<std::vector<int64_t>> values;  ///< of small whole-number tensors: shapes, axes
  std::vector<double> reals = {};              ///< of small float tensors that are stored; empty when unknown
  double elements() const;
};

/// One node at work. `in` has an entry for every input, nothing where the input is left out.
struct OnnxStep {
  const OnnxNode& node;
  int64_t opset = 0;
  std::vector<const OnnxFact*> in;
  std::vector<OnnxFact> out;

  /// The input, or nothing when it is absent or its shape is unknown.
  const OnnxFact* shaped(size_t i) const;
  /// Whole numbers of an input, or nothing.
  const std::vector<int64_t>* values(size_t i) const;
  int64_t number(std::string_view name, int64_t otherwise) const;
  std::vector<int64_t> list(std::string_view name) const;
  void give(size_t i, OnnxShape dims, int type);
};

inline constexpr double kUnknownFlops = std::numeric_limits<double>::quiet_NaN();

struct OnnxOperator {
  std::string_view name;
  /// Fills the outputs; false when the inputs do not tell.
  bool (*shape)(OnnxStep& step);
  /// Operations of the node, a multiplication and its addition counted as two; the outputs' shapes are known when it
  /// is called. kUnknownFlops when the inputs do not tell.
  double (*flops)(const OnnxStep& step);
};

std::span<const OnnxOperator> onnx_operators();
const OnnxOperator* find_onnx_operator(std::string_view name);

/// Parts of the table, each in its own file.
std::span<const OnnxOperator> onnx_layer_operators();    ///< convolutions, products, pools, recurrent layers
std::span<const OnnxOperator> onnx_element_operators();  ///< one output element from one place of each input
std::span<const OnnxOperator> onnx_shape_operators();    ///< the same elements in another shape
std::span<const OnnxOperator> onnx_cut_operators();      ///< those that cut, join, count and reduce

/// The shape that both spread to, nothing when they do not fit.
std::optional<OnnxShape> broadcast(const OnnxShape& a, const OnnxShape& b);
/// `axis` counted from the front, or -1 when it is none of `rank`.
int64_t axis_of(int64_t axis, size_t rank);
/// Axes as an attribute (older operator sets) or as an input; nothing when the input's values are unknown.
std::optional<std::vector<int64_t>> axes_of(const OnnxStep& step, size_t input);
double no_flops(const OnnxStep& step);

}  // namespace edgefit
