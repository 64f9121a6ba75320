#include "size/quantize.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

Tensor matrix(const std::string& name, uint64_t row, uint64_t rows, int layer) {
  Tensor t;
  t.name = name;
  t.shape = {row, rows, 1, 1};
  t.layer = layer;
  return t;
}

std::vector<Tensor> small_llama(int layers, uint64_t row = 512) {
  std::vector<Tensor> out = {matrix("token_embd.weight", row, 1000, -1), matrix("output.weight", row, 1000, -1)};
  for (int i = 0; i < layers; ++i) {
    const std::string p = "blk." + std::to_string(i) + ".";
    out.push_back(matrix(p + "attn_norm.weight", row, 1, i));
    out.push_back(matrix(p + "attn_v.weight", row, 128, i));
    out.push_back(matrix(p + "attn_q.weight", row, row, i));
    out.push_back(matrix(p + "ffn_down.weight", row, row, i));
  }
  return out;
}

std::string_view type_of(const std::vector<Tensor>& tensors, const std::string& name) {
  for (const auto& t : tensors)
    if (t.name == name) return t.type->name;
  return "";
}

TEST(Quantise, MixesLikeLlamaQuantize) {
  auto tensors = small_llama(16);
  quantise(tensors, *find_precision("q4_k_m"), {"llama", 16, 32, 8, 0});
  EXPECT_EQ(type_of(tensors, "token_embd.weight"), "q4_k");
  EXPECT_EQ(type_of(tensors, "output.weight"), "q6_k");
  EXPECT_EQ(type_of(tensors, "blk.0.attn_norm.weight"), "f32");
  EXPECT_EQ(type_of(tensors, "blk.0.attn_v.weight"), "q6_k");  // first eighth
  EXPECT_EQ(type_of(tensors, "blk.2.attn_v.weight"), "q4_k");
  EXPECT_EQ(type_of(tensors, "blk.4.attn_v.weight"), "q6_k");  // every third
  EXPECT_EQ(type_of(tensors, "blk.15.ffn_down.weight"), "q6_k");
  EXPECT_EQ(type_of(tensors, "blk.15.attn_q.weight"), "q4_k");
}

TEST(Quantise, RowsThatNoBlockDividesFallBack) {
  auto tensors = small_llama(8, 896);
  quantise(tensors, *find_precision("q4_k_m"), {"qwen2", 8, 14, 2, 0});
  EXPECT_EQ(type_of(tensors, "blk.3.attn_q.weight"), "q5_0");
  EXPECT_EQ(type_of(tensors, "output.weight"), "q8_0");
}

TEST(Quantise, ATiedEmbeddingTakesTheOutputType) {
  auto tensors = small_llama(8);
  tensors.erase(tensors.begin() + 1);
  quantise(tensors, *find_precision("q4_0"), {"llama", 8, 32, 8, 0});
  EXPECT_EQ(type_of(tensors, "token_embd.weight"), "q6_k");
  EXPECT_EQ(type_of(tensors, "blk.1.attn_q.weight"), "q4_0");
}

TEST(Quantise, BytesFollowTheType) {
  auto tensors = small_llama(1);
  quantise(tensors, *find_precision("f16"), {"llama", 1, 32, 8, 0});
  EXPECT_EQ(tensors[0].bytes, 512U * 1000 * 2);
  quantise(tensors, *find_precision("fp8"), {"llama", 1, 32, 8, 0});
  EXPECT_EQ(tensors[0].type, nullptr);
  EXPECT_EQ(tensors[0].bytes, static_cast<uint64_t>(512 * 1000 * 1.03125));
}

}  // namespace
}  // namespace edgefit
