#include "read/tensor_list.h"

#include <algorithm>

#include "read/tensors.h"

namespace edgefit {

const GgmlType* plain_type(const Tensor& tensor) {
  const auto wide = std::count_if(tensor.shape.begin(), tensor.shape.end(), [](uint64_t n) { return n > 1; });
  return find_ggml_type(wide < 2 ? "f32" : "f16");
}

TensorList::TensorList(bool embedding_norm_is_last) : embedding_norm_is_last_(embedding_norm_is_last) {}

void TensorList::add(std::string name, std::initializer_list<double> shape, bool f32) {
  Tensor tensor;
  tensor.name = std::move(name);
  size_t i = 0;
  for (const double n : shape) tensor.shape[i++] = static_cast<uint64_t>(n);
  tensor.type = f32 ? find_ggml_type("f32") : plain_type(tensor);
  const double count = elements_of(tensor);
  tensor.bytes = static_cast<uint64_t>(row_bytes(*tensor.type, count));
  place(tensor, embedding_norm_is_last_);
  elements += count;
  list.push_back(std::move(tensor));
}

void TensorList::linear(const std::string& name, double in, double out, bool bias) {
  add(name + ".weight", {in, out});
  if (bias) add(name + ".bias", {out});
}

void TensorList::norm(const std::string& name, double size, bool bias) {
  add(name + ".weight", {size});
  if (bias) add(name + ".bias", {size});
}

}  // namespace edgefit
