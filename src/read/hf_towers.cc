// Image towers beside a decoder, each with its projector into the decoder's width.
#include <fmt/format.h>

#include <cmath>

#include "read/hf_tensors.h"
#include "read/limits.h"

namespace edgefit {

namespace {

constexpr Range kWidth{1, kMaxHidden}, kFfn{1, kMaxFfn}, kCount{1, kMaxLayers}, kSmall{1, 65536};

struct Tower {
  const HfFields& top;  ///< the whole config
  HfFields vision;
  double text;  ///< hidden size of the decoder
  TensorList& out;

  std::string block(size_t i) const { return fmt::format("v.blk.{}.", i); }
  size_t layers(std::string_view key) const { return static_cast<size_t>(vision.need(key, kCount)); }
  double width(std::string_view key) const { return vision.need(key, kWidth); }
  double channels() const { return vision.number("num_channels", {1, 64}).value_or(3); }
  double patch_elements() const {
    const double patch = vision.need("patch_size", {1, 1024});
    return channels() * patch * patch;
  }
  /// Patches of the whole image.
  double patches() const {
    const double side =
        std::floor(vision.need("image_size", kSmall) / std::max(1.0, vision.need("patch_size", {1, 1024})));
    return side * side;
  }
};

/// What a block of a tower is made of.
struct Block {
  double hidden, ffn;
  bool norm_bias = true, qkv_bias = true, output_bias = true, ffn_bias = true, gated = false;
  double scale = 0;       ///< layer scales, each of that many elements
  double gates = 0;       ///< single numbers
  double head_norms = 0;  ///< elements of each of two head norms
  int norms = 2;
};

void write_block(TensorList& out, const std::string& p, const Block& b) {
  for (int i = 1; i <= b.norms; ++i) out.norm(fmt::format("{}ln{}", p, i), b.hidden, b.norm_bias);
  for (const char* name : {"attn_q", "attn_k", "attn_v"}) out.linear(p + name, b.hidden, b.hidden, b.qkv_bias);
  out.linear(p + "attn_out", b.hidden, b.hidden, b.output_bias);
  if (b.gated) out.linear(p + "ffn_gate", b.hidden, b.ffn, b.ffn_bias);
  out.linear(p + "ffn_up", b.hidden, b.ffn, b.ffn_bias);
  out.linear(p + "ffn_down", b.ffn, b.hidden, b.ffn_bias);
  for (const char* name : {"ls1.weight", "ls2.weight"})
    if (b.scale > 0) out.add(p + name, {b.scale});
  for (const char* name : {"attn_q_norm.weight", "attn_k_norm.weight"})
    if (b.head_norms > 0) out.add(p + name, {b.head_norms});
  if (b.gates > 0) out.add(p + "gates", {b.gates});
}

constexpr HfDefault kSiglip[] = {{"hidden_size", 768},
                                 {"intermediate_size", 3072},
                                 {"num_hidden_layers", 12},
                                 {"image_size", 224},
                                 {"patch_size", 16}};

void write_siglip(const Tower& t) {
  const double hidden = t.width("hidden_size"), ffn = t.vision.need("intermediate_size", kFfn);
  t.out.linear("v.patch_embd", t.patch_elements(), hidden, true);
  t.out.add("v.position_embd.weight", {hidden, t.patches()});
  for (size_t i = 0; i < t.layers("num_hidden_layers"); ++i) write_block(t.out, t.block(i), {hidden, ffn});
  t.out.norm("v.post_ln", hidden, true);
  t.out.linear("mm.input_projection", hidden, t.text, false);
  t.out.norm("mm.soft_emb_norm", hidden, false);
}

constexpr HfDefault kQwen2Vl[] = {{"depth", 32}, {"embed_dim", 1280}, {"mlp_ratio", 4}, {"patch_size", 14}};
constexpr HfDefault kQwen25Vl[] = {
    {"depth", 32}, {"hidden_size", 1280}, {"intermediate_size", 3420}, {"patch_size", 14}};

/// Four patches are merged into one token by a small MLP.
void write_merger(TensorList& out, const std::string& name, double norm, double hidden, double text, bool norm_bias) {
  out.norm(name + ".norm", norm, norm_bias);
  out.linear(name + ".0", 4 * hidden, 4 * hidden, true);
  out.linear(name + ".2", 4 * hidden, text, true);
}

/// Two frames make a patch in Qwen's towers.
double temporal(const Tower& t) {
  return t.vision.number("temporal_patch_size", {1, 64}).value_or(2);
}

void write_qwen2_vl(const Tower& t) {
  const double hidden = t.width("embed_dim"), ffn = t.vision.need("mlp_ratio", {1, 64}) * hidden;
  t.out.linear("v.patch_embd", temporal(t) * t.patch_elements(), hidden, false);
  for (size_t i = 0; i < t.layers("depth"); ++i) write_block(t.out, t.block(i), {hidden, ffn});
  write_merger(t.out, "mm", hidden, hidden, t.text, true);
}

void write_qwen25_vl(const Tower& t) {
  const double hidden = t.width("hidden_size"), ffn = t.vision.need("intermediate_size", kFfn);
  t.out.linear("v.patch_embd", temporal(t) * t.patch_elements(), hidden, false);
  for (size_t i = 0; i < t.layers("depth"); ++i)
    write_block(t.out, t.block(i), {.hidden = hidden, .ffn = ffn, .norm_bias = false, .gated = true});
  write_merger(t.out, "mm", hidden, hidden, t.text, false);
}

constexpr HfDefault kQwen3Vl[] = {{"depth", 27},
                                  {"hidden_size", 1152},
                                  {"intermediate_size", 4304},
                                  {"patch_size", 16},
                                  {"num_position_embeddings", 2304}};

void write_qwen3_vl(const Tower& t) {
  const double hidden = t.width("hidden_size"), ffn = t.vision.need("intermediate_size", kFfn);
  t.out.linear("v.patch_embd", temporal(t) * t.patch_elements(), hidden, true);
  t.out.add("v.position_embd.weight", {hidden, t.vision.need("num_position_embeddings", {1, kMaxTokens})});
  for (size_t i = 0; i < t.layers("depth"); ++i) write_block(t.out, t.block(i), {hidden, ffn});
  write_merger(t.out, "mm", hidden, hidden, t.text, true);
  for (const double i : t.vision.numbers("deepstack_visual_indexes", {0, kMaxLayers}))
    write_merger(t.out, fmt::format("v.deepstack.{:.0f}", i), 4 * hidden, hidden, t.text, true);
}

constexpr HfDefault kLlama4[] = {
    {"hidden_size", 768}, {"intermediate_size", 5632},   {"num_hidden_layers", 34},      {"image_size", 448},
    {"patch_size", 14},   {"projector_input_dim", 4096}, {"projector_output_dim", 4096}, {"vision_output_dim", 7680}};

void write_llama4(const Tower& t) {
  const double hidden = t.width("hidden_size"), ffn = t.vision.need("intermediate_size", kFfn);
  const double in = t.width("projector_input_dim"), out = t.width("projector_output_dim");
  t.out.linear("v.patch_embd", t.patch_elements(), hidden, false);
  t.out.add("v.class_embd", {hidden});
  t.out.add("v.position_embd.weight", {hidden, t.patches() + 1});
  t.out.norm("v.pre_ln", hidden, true);
  t.out.norm("v.post_ln", hidden, true);
  for (size_t i = 0; i < t.layers("num_hidden_layers"); ++i) write_block(t.out, t.block(i), {hidden, ffn});
  t.out.linear("mm.mlp.1", ffn, in, false);
  t.out.linear("mm.mlp.2", in, out, false);
  t.out.linear("mm.model.fc", t.width("vision_output_dim"), t.text, false);
}

constexpr HfDefault kMllama[] = {{"hidden_size", 1280},    {"intermediate_size", 5120}, {"num_hidden_layers", 32},
                                 {"num_global_layers", 8}, {"image_size", 448},         {"patch_size", 14},
                                 {"max_num_tiles", 4},     {"vision_output_dim", 7680}};

void write_mllama(const Tower& t) {
  const double hidden = t.width("hidden_size"), ffn = t.vision.need("intermediate_size", kFfn);
  const double rows = t.patches() + 1, tiles = t.vision.need("max_num_tiles", {1, 1024});
  const Json* ratios = t.vision.find("supported_aspect_ratios");
  const double kinds = ratios != nullptr && ratios->is_array() ? static_cast<double>(ratios->size()) + 1 : 9;
  t.out.linear("v.patch_embd", t.patch_elements(), hidden, false);
  t.out.add("v.class_embd", {hidden});
  t.out.add("v.position_embd.weight", {hidden, rows});
  t.out.add("v.tile_position_embd.weight", {tiles * rows * hidden, kinds});
  t.out.add("v.position_embd.gate", {1});
  for (const char* name : {"v.pre_tile", "v.post_tile"}) {
    t.out.add(fmt::format("{}_position_embd.weight", name), {tiles * hidden, kinds});
    t.out.add(fmt::format("{}_position_embd.gate", name), {1});
  }
  t.out.norm("v.pre_ln", hidden, true);
  t.out.norm("v.post_ln", hidden, true);
  Block block{.hidden = hidden, .ffn = ffn, .qkv_bias = false, .output_bias = false};
  for (size_t i = 0; i < t.layers("num_hidden_layers"); ++i) write_block(t.out, t.block(i), block);
  block.gates = 2;
  for (size_t i = 0; i < t.layers("num_global_layers"); ++i)
    write_block(t.out, fmt::format("v.global.blk.{}.", i), block);
  t.out.linear("mm.0", t.width("vision_output_dim"), t.text, true);
}

constexpr HfDefault kInternVit[] = {{"image_size", 448}, {"patch_size", 14}, {"qkv_bias", 1}};

void write_intern_vit(const Tower& t) {
  const double hidden = t.width("hidden_size"), ffn = t.vision.need("intermediate_size", kFfn);
  t.out.add("v.class_embd", {hidden});
  t.out.linear("v.patch_embd", t.patch_elements(), hidden, true);
  t.out.add("v.position_embd.weight", {hidden, t.patches() + 1});
  Block block{.hidden = hidden, .ffn = ffn, .scale = hidden};
  block.qkv_bias = t.vision.flag("qkv_bias");
  block.norm_bias = t.vision.text("norm_type") != "rms_norm";
  block.head_norms = t.vision.flag("qk_normalization") ? hidden : 0;
  for (size_t i = 0; i < t.layers("num_hidden_layers"); ++i) write_block(t.out, t.block(i), block);
  // Pixels are shuffled: with a ratio of one half four patches become one token.
  const double ratio = t.top.number("downsample_ratio", {0.01, 1, false}).value_or(0.5);
  const double wide = std::round(hidden / (ratio * ratio));
  t.out.norm("mm.0", wide, true);
  t.out.linear("mm.1", wide, t.text, true);
  t.out.linear("mm.3", t.text, t.text, true);
}

constexpr HfDefault kMoonVit[] = {
    {"patch_size", 14},       {"init_pos_emb_height", 64},    {"init_pos_emb_width", 64},
    {"vt_hidden_size", 1152}, {"vt_intermediate_size", 4304}, {"vt_num_hidden_layers", 27}};

void write_moon_vit(const Tower& t) {
  const double hidden = t.width("vt_hidden_size"), ffn = t.vision.need("vt_intermediate_size", kFfn);
  t.out.linear("v.patch_embd", t.patch_elements(), hidden, true);
  t.out.add("v.position_embd.weight",
            {hidden, t.vision.need("init_pos_emb_height", kSmall) * t.vision.need("init_pos_emb_width", kSmall)});
  for (size_t i = 0; i < t.layers("vt_num_hidden_layers"); ++i) write_block(t.out, t.block(i), {hidden, ffn});
  t.out.norm("v.post_ln", hidden, true);
  write_merger(t.out, "mm", hidden, hidden, t.text, true);
}

void write_gemma4(const Tower& t) {
  const double hidden = t.width("hidden_size"), ffn = t.vision.need("intermediate_size", kFfn);
  t.out.linear("v.patch_embd", t.patch_elements(), hidden, false);
  t.out.add("v.position_embd.weight", {hidden, t.vision.need("position_embedding_size", {1, kMaxTokens}), 2});
  Block block{
      .hidden = hidden, .ffn = ffn, .norm_bias = false, .qkv_bias = false, .output_bias = false, .ffn_bias = false};
  block.gated = true;
  block.norms = 4;
  block.head_norms = t.vision.need("head_dim", {1, kMaxHeadDim});
  // Each of the seven matrices keeps the lowest and highest value of its input and output.
  if (t.vision.flag("use_clipped_linears")) block.gates = 7 * 4;
  for (size_t i = 0; i < t.layers("num_hidden_layers"); ++i) write_block(t.out, t.block(i), block);
  if (t.vision.flag("standardize")) t.out.norm("v.std", hidden, true);
  t.out.linear("mm.input_projection", hidden, t.text, false);
}

struct TowerRow {
  HfTower tower;
  std::span<const HfDefault> defaults;
  void (*write)(const Tower&);
};
// The constructors of transformers' vision models; InternViT and MoonViT: the code beside their weights.
constexpr TowerRow kTowers[] = {
    {HfTower::siglip, kSiglip, write_siglip},
    {HfTower::qwen2_vl, kQwen2Vl, write_qwen2_vl},
    {HfTower::qwen2_5_vl, kQwen25Vl, write_qwen25_vl},
    {HfTower::qwen3_vl, kQwen3Vl, write_qwen3_vl},
    {HfTower::llama4, kLlama4, write_llama4},
    {HfTower::mllama, kMllama, write_mllama},
    {HfTower::intern_vit, kInternVit, write_intern_vit},
    {HfTower::moon_vit, kMoonVit, write_moon_vit},
    {HfTower::gemma4, {}, write_gemma4},
};

}  // namespace

void write_tower(HfTower tower, const HfFields& top, double text_hidden, TensorList& out) {
  for (const auto& row : kTowers) {
    if (row.tower != tower) continue;
    const HfFields vision = top.child("vision_config", row.defaults);
    if (vision.present()) row.write({top, vision, text_hidden, out});
  }
}

}  // namespace edgefit
