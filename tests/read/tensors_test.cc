#include "read/tensors.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

Tensor named(std::string name) {
  Tensor tensor;
  tensor.name = std::move(name);
  return tensor;
}

TEST(LayerOf, ReadsTheNumber) {
  std::string_view rest;
  EXPECT_EQ(layer_of("blk.31.ffn_down.weight", rest), 31);
  EXPECT_EQ(rest, "ffn_down.weight");
  for (const char* name : {"output.weight", "blk.", "blk.x.a", "blk.-1.a", "blk.99999999999.a", "blk.3", "blk.3x.a"}) {
    EXPECT_EQ(layer_of(name, rest), -1) << name;
    EXPECT_EQ(rest, name);
  }
}

TEST(Place, FollowsTheName) {
  struct Row {
    const char* name;
    TensorRole role;
    int32_t layer;
  };
  for (const Row& row :
       {Row{"token_embd.weight", TensorRole::input, -1}, Row{"position_embd.weight", TensorRole::input, -1},
        Row{"token_types.weight", TensorRole::input, -1}, Row{"token_embd_norm.bias", TensorRole::input, -1},
        Row{"output_norm.weight", TensorRole::output, -1}, Row{"output.weight", TensorRole::output, -1},
        Row{"rope_freqs.weight", TensorRole::other, -1}, Row{"blk.0.ffn_norm", TensorRole::layer, 0},
        Row{"blk.7.ffn_up_exps.weight", TensorRole::expert, 7}, Row{"blk.7.ffn_up_shexp.weight", TensorRole::layer, 7},
        Row{"blk.7.ffn_down_exps.bias", TensorRole::expert, 7}}) {
    Tensor tensor = named(row.name);
    place(tensor);
    EXPECT_EQ(tensor.role, row.role) << row.name;
    EXPECT_EQ(tensor.layer, row.layer) << row.name;
  }
  Tensor norm = named("token_embd_norm.weight");
  place(norm, true);
  EXPECT_EQ(norm.role, TensorRole::output);
}

TEST(CountParameters, LeavesOutBuffersAndScalesExperts) {
  Model model;
  model.architecture.layers = {1, {}};
  model.architecture.moe = Moe{.experts = 8, .experts_used = 2};
  const auto add = [&](const char* name, std::array<uint64_t, 4> shape) {
    Tensor tensor = named(name);
    tensor.shape = shape;
    place(tensor);
    model.tensors.push_back(tensor);
  };
  add("token_embd.weight", {10, 20, 1, 1});
  add("rope_freqs.weight", {64, 1, 1, 1});
  add("blk.0.attn_q.weight", {10, 10, 1, 1});
  add("blk.0.attn_q.scale", {1, 1, 1, 1});
  add("blk.0.ffn_up_exps.weight", {10, 4, 8, 1});
  add("blk.1.nextn.eh_proj.weight", {20, 10, 1, 1});
  count_parameters(model, {Origin::Kind::file, "x"});
  EXPECT_EQ(*model.parameters, 200 + 100 + 320 + 200);
  EXPECT_EQ(*model.active_parameters, 200 + 100 + 80);
  EXPECT_EQ(*model.input_embedding_parameters, 200);
  EXPECT_EQ(model.parameters.origin.text, "x");
}

}  // namespace
}  // namespace edgefit
