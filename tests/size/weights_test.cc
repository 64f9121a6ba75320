#include "size/weights.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

Tensor tensor(const char* name, const char* type, uint64_t row, uint64_t rows, TensorRole role, int layer) {
  Tensor t;
  t.name = name;
  t.type = find_ggml_type(type);
  t.shape = {row, rows, 1, 1};
  t.bytes = static_cast<uint64_t>(row_bytes(*t.type, static_cast<double>(row * rows)));
  t.role = role;
  t.layer = layer;
  return t;
}

TEST(Weights, CudaCompletesRowsTo512AndTensorsTo128) {
  EXPECT_EQ(cuda_padding(tensor("a", "q8_0", 4096, 4, TensorRole::layer, 0)), 0);
  // 896 = 512 + 384: 128 elements more, 136 bytes; 4 rows are 3808 bytes, 3944 pad to 3968.
  EXPECT_EQ(cuda_padding(tensor("b", "q8_0", 896, 4, TensorRole::layer, 0)), 3968 - 3808);
  EXPECT_EQ(cuda_padding(tensor("c", "f32", 33, 1, TensorRole::layer, 0)), 256 - 132);
}

TEST(Weights, OnlySomeTypesAreRepacked) {
  EXPECT_GT(repacked_bytes(tensor("a", "q4_k", 4096, 8, TensorRole::layer, 0)), 0);
  EXPECT_EQ(repacked_bytes(tensor("a", "q4_k", 4096, 7, TensorRole::layer, 0)), 0);
  EXPECT_EQ(repacked_bytes(tensor("a", "q6_k", 4096, 8, TensorRole::layer, 0)), 0);
  EXPECT_EQ(repacked_bytes(tensor("token_embd.weight", "q4_k", 4096, 8, TensorRole::input, -1)), 0);
}

TEST(Weights, TabulateSortsByPlace) {
  const std::vector<Tensor> tensors = {
      tensor("token_embd.weight", "q8_0", 512, 100, TensorRole::input, -1),
      tensor("output_norm.weight", "f32", 512, 1, TensorRole::output, -1),
      tensor("blk.0.attn_q.weight", "q8_0", 512, 512, TensorRole::layer, 0),
      tensor("blk.1.ffn_up_exps.weight", "q8_0", 512, 2048, TensorRole::expert, 1),
      tensor("blk.2.nextn.eh_proj.weight", "q8_0", 1024, 512, TensorRole::layer, 2),
  };
  const WeightTable table = tabulate(tensors, 2, true);
  EXPECT_TRUE(table.exact);
  EXPECT_EQ(table.input.dense, 54400);
  EXPECT_EQ(table.tied_copy, 54400);
  EXPECT_EQ(table.output.dense, 2048);
  EXPECT_EQ(table.layers[0].dense, 278528);
  EXPECT_EQ(table.layers[1].experts, 1114112);
  EXPECT_EQ(table.layers[1].largest_expert, 1114112);
  EXPECT_EQ(table.not_loaded, 557056);
  EXPECT_EQ(tabulate(tensors, 2, false).tied_copy, 0);
}

}  // namespace
}  // namespace edgefit
