// Tensors of a model that is only described, written down one by one with GGUF's names and order of dimensions.
// Parameters are counted from such a list, so a count and a size can never disagree.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "edgefit/model.h"

namespace edgefit {

/// How llama.cpp's converter stores a tensor of this shape before any quantisation: matrices f16, vectors f32.
const GgmlType* plain_type(const Tensor& tensor);

/// Matrices are f16, vectors and routers f32.
class TensorList {
 public:
  explicit TensorList(bool embedding_norm_is_last = false);
  void add(std::string name, std::initializer_list<double> shape, bool f32 = false);
  /// A matrix `name`.weight from `in` to `out`, and its bias.
  void linear(const std::string& name, double in, double out, bool bias);
  /// A LayerNorm (weight and bias) or its relative with a weight alone.
  void norm(const std::string& name, double size, bool bias);

  std::vector<Tensor> list;
  double elements = 0;

 private:
  bool embedding_norm_is_last_;
};

}  // namespace edgefit
