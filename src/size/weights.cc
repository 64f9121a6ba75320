#include "size/weights.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace edgefit {
namespace {

bool is_quantised(const GgmlType& type) {
  return type.block > 1;
}

double align(double bytes, double step) {
  return std::ceil(bytes / step) * step;
}

/// Types with an interleaved kernel on x86 with AVX2, and the number of rows that it takes at a time.
struct RepackRow {
  std::string_view type;
  uint64_t rows;
};
constexpr std::array kRepacked = {RepackRow{"q4_0", 8}, RepackRow{"q4_k", 8}};

void add(BlockWeights& block, const Tensor& tensor) {
  const auto bytes = static_cast<double>(tensor.bytes);
  if (tensor.role == TensorRole::expert) {
    block.experts += bytes;
    block.largest_expert = std::max(block.largest_expert, bytes);
    block.cuda_padding_experts += cuda_padding(tensor);
    block.repack_experts += repacked_bytes(tensor);
  } else {
    block.dense += bytes;
    block.largest_dense = std::max(block.largest_dense, bytes);
    block.cuda_padding += cuda_padding(tensor);
    block.repack += repacked_bytes(tensor);
  }
}

}  // namespace

double cuda_padding(const Tensor& tensor) {
  const auto bytes = static_cast<double>(tensor.bytes);
  double padded = bytes;
  if (tensor.type != nullptr && is_quantised(*tensor.type) && tensor.shape[0] % 512 != 0) {
    padded += row_bytes(*tensor.type, static_cast<double>(512 - tensor.shape[0] % 512));
  }
  return align(padded, 128) - bytes;
}

double repacked_bytes(const Tensor& tensor) {
  if (tensor.type == nullptr || tensor.role == TensorRole::input) return 0;
  for (const auto& row : kRepacked) {
    if (tensor.type->name == row.type && tensor.shape[1] % row.rows == 0) return static_cast<double>(tensor.bytes);
  }
  return 0;
}

WeightTable tabulate(const std::vector<Tensor>& tensors, int layers, bool tied) {
  WeightTable table;
  table.exact = true;
  table.layers.resize(static_cast<size_t>(layers));
  for (const auto& tensor : tensors) {
    if (tensor.layer >= layers) {
      table.not_loaded += static_cast<double>(tensor.bytes);
    } else if (tensor.layer >= 0) {
      add(table.layers[static_cast<size_t>(tensor.layer)], tensor);
    } else if (tensor.role == TensorRole::input) {
      add(table.input, tensor);
      if (tied && tensor.name == "token_embd.weight") {
        table.tied_copy = static_cast<double>(tensor.bytes);
        table.tied_copy_cuda_padding = cuda_padding(tensor);
      }
    } else {
      add(table.output, tensor);
    }
  }
  return table;
}

}  // namespace edgefit
