// Models that are no plain decoder: text encoders, image encoders, encoder-decoders and speech.
#include <fmt/format.h>

#include "read/hf_shape.h"
#include "read/hf_tensors.h"
#include "read/limits.h"

namespace edgefit {

namespace {

constexpr Range kWidth{1, kMaxHidden}, kFfn{1, kMaxFfn}, kCount{1, kMaxLayers}, kRows{0, kMaxTokens};

/// One encoder layer with LayerNorms: attention with biases and a plain MLP with biases.
void write_encoder_layer(TensorList& out, const std::string& p, double hidden, double ffn, bool qkv_bias) {
  out.norm(p + "ln1", hidden, true);
  for (const char* name : {"attn_q", "attn_k", "attn_v"}) out.linear(p + name, hidden, hidden, qkv_bias);
  out.linear(p + "attn_output", hidden, hidden, true);
  out.norm(p + "ln2", hidden, true);
  out.linear(p + "ffn_up", hidden, ffn, true);
  out.linear(p + "ffn_down", ffn, hidden, true);
}

/// BERT's task heads; the class name decides.
void write_bert_head(const HfParts& p, double hidden, double vocab) {
  if (p.head == HfHead::masked || p.head == HfHead::pretraining) {
    p.out.linear("cls.transform", hidden, hidden, true);
    p.out.norm("cls.norm", hidden, true);
    p.out.add("cls.decoder.bias", {vocab});
  }
  if (p.head != HfHead::masked) p.out.linear("cls", hidden, hidden, true);  // pooler, or a classifier's first layer
  if (p.head == HfHead::score) p.out.linear("cls.output", hidden, p.labels, true);
  if (p.head == HfHead::pretraining) p.out.linear("cls.next", hidden, 2, true);
}

void write_bert(const HfParts& p) {
  const double hidden = *p.a.hidden_size, ffn = p.config.need("intermediate_size", kFfn);
  const double vocab = p.config.need("vocab_size", {1, kMaxVocab});
  const double narrow = p.config.number("embedding_size", kWidth).value_or(hidden);  // ALBERT
  p.out.add("token_embd.weight", {narrow, vocab});
  p.out.add("position_embd.weight", {narrow, p.config.need("max_position_embeddings", kRows)}, true);
  if (const double types = p.config.number("type_vocab_size", kRows).value_or(0); types > 0)
    p.out.add("token_types.weight", {narrow, types}, true);
  p.out.norm("token_embd_norm", narrow, true);
  if (narrow != hidden) p.out.linear("embedding_projection", narrow, hidden, true);
  const double stored = p.config.number("num_hidden_groups", kCount).value_or(*p.a.layers);
  for (size_t i = 0; i < static_cast<size_t>(stored); ++i) {
    const std::string blk = fmt::format("blk.{}.", i);
    for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output"})
      p.out.linear(blk + name, hidden, hidden, true);
    p.out.norm(blk + "attn_output_norm", hidden, true);
    p.out.linear(blk + "ffn_up", hidden, ffn, true);
    p.out.linear(blk + "ffn_down", ffn, hidden, true);
    p.out.norm(blk + "layer_output_norm", hidden, true);
  }
  write_bert_head(p, hidden, vocab);
}

/// Class token, patches and positions of an image encoder.
void write_patches(TensorList& out, const HfFields& vision, double hidden, bool bias) {
  const double patch = vision.need("patch_size", {1, 1024}), image = vision.need("image_size", {1, 65536});
  const double side = std::max(1.0, static_cast<double>(static_cast<uint64_t>(image / std::max(1.0, patch))));
  const double channels = vision.number("num_channels", {1, 64}).value_or(3);
  out.add("v.class_embd", {hidden});
  out.linear("v.patch_embd", channels * patch * patch, hidden, bias);
  out.add("v.position_embd.weight", {hidden, side * side + 1});
}

void write_vit(const HfParts& p) {
  const double hidden = *p.a.hidden_size, ffn = p.config.need("intermediate_size", kFfn);
  write_patches(p.out, p.config, hidden, true);
  const bool bias = p.config.flag("qkv_bias", true);
  for (size_t i = 0; i < static_cast<size_t>(*p.a.layers); ++i)
    write_encoder_layer(p.out, fmt::format("blk.{}.", i), hidden, ffn, bias);
  p.out.norm("v.post_ln", hidden, true);
  if (p.head == HfHead::none) p.out.linear("v.pooler", hidden, hidden, true);
  if (p.head == HfHead::score) p.out.linear("v.classifier", hidden, p.labels, true);
}

constexpr HfDefault kClipText[] = {{"vocab_size", 49408},       {"hidden_size", 512},
                                   {"intermediate_size", 2048}, {"num_hidden_layers", 12},
                                   {"num_attention_heads", 8},  {"max_position_embeddings", 77}};
constexpr HfDefault kClipVision[] = {{"hidden_size", 768},
                                     {"intermediate_size", 3072},
                                     {"num_hidden_layers", 12},
                                     {"image_size", 224},
                                     {"patch_size", 32}};

void write_clip(const HfParts& p) {
  const HfFields text = p.config.child("text_config", kClipText), vision = p.config.child("vision_config", kClipVision);
  const double width = p.config.number("projection_dim", kWidth).value_or(512);
  const double hidden = text.need("hidden_size", kWidth), wide = vision.need("hidden_size", kWidth);
  p.out.add("token_embd.weight", {hidden, text.need("vocab_size", {1, kMaxVocab})});
  p.out.add("position_embd.weight", {hidden, text.need("max_position_embeddings", kRows)});
  for (size_t i = 0; i < static_cast<size_t>(text.need("num_hidden_layers", kCount)); ++i)
    write_encoder_layer(p.out, fmt::format("t.blk.{}.", i), hidden, text.need("intermediate_size", kFfn), true);
  p.out.norm("t.post_ln", hidden, true);
  write_patches(p.out, vision, wide, false);
  p.out.norm("v.pre_ln", wide, true);
  for (size_t i = 0; i < static_cast<size_t>(vision.need("num_hidden_layers", kCount)); ++i)
    write_encoder_layer(p.out, fmt::format("v.blk.{}.", i), wide, vision.need("intermediate_size", kFfn), true);
  p.out.norm("v.post_ln", wide, true);
  p.out.linear("t.projection", hidden, width, false);
  p.out.linear("v.projection", wide, width, false);
  p.out.add("logit_scale_value", {1});
}

void write_t5(const HfParts& p) {
  const double hidden = *p.a.hidden_size, ffn = p.config.need("d_ff", kFfn);
  const double heads = *p.a.heads, inner = heads * p.config.number("d_kv", {1, kMaxHeadDim}).value_or(64);
  const double decoders = p.config.number("num_decoder_layers", kCount).value_or(*p.a.layers);
  const bool gated = p.config.text("feed_forward_proj").starts_with("gated");
  const double vocab = p.config.need("vocab_size", {1, kMaxVocab});
  p.out.add("token_embd.weight", {hidden, vocab});
  const auto attention = [&](const std::string& name) {
    p.out.norm(name + "_norm", hidden, false);
    for (const char* part : {"_q", "_k", "_v"}) p.out.linear(name + part, hidden, inner, false);
    p.out.linear(name + "_o", inner, hidden, false);
  };
  const auto mlp = [&](const std::string& blk) {
    p.out.norm(blk + "ffn_norm", hidden, false);
    if (gated) p.out.linear(blk + "ffn_gate", hidden, ffn, false);
    p.out.linear(blk + "ffn_up", hidden, ffn, false);
    p.out.linear(blk + "ffn_down", ffn, hidden, false);
  };
  for (size_t i = 0; i < static_cast<size_t>(*p.a.layers); ++i) {
    const std::string blk = fmt::format("enc.blk.{}.", i);
    attention(blk + "attn");
    mlp(blk);
  }
  for (size_t i = 0; i < static_cast<size_t>(decoders); ++i) {
    const std::string blk = fmt::format("dec.blk.{}.", i);
    attention(blk + "attn");
    attention(blk + "cross_attn");
    mlp(blk);
  }
  const double buckets = p.config.number("relative_attention_num_buckets", {1, 65536}).value_or(32);
  for (const char* side : {"enc.", "dec."}) {
    p.out.add(fmt::format("{}blk.0.attn_rel_b.weight", side), {heads, buckets});
    p.out.norm(fmt::format("{}output_norm", side), hidden, false);
  }
  if (!p.a.tied_embeddings) p.out.linear("output", hidden, vocab, false);
}

/// Attention of Whisper: no bias on the keys.
void write_whisper_attention(TensorList& out, const std::string& name, double hidden) {
  out.norm(name + "_norm", hidden, true);
  out.linear(name + "_q", hidden, hidden, true);
  out.linear(name + "_k", hidden, hidden, false);
  out.linear(name + "_v", hidden, hidden, true);
  out.linear(name + "_out", hidden, hidden, true);
}

void write_whisper(const HfParts& p) {
  const double hidden = *p.a.hidden_size, mel = p.config.number("num_mel_bins", {1, 4096}).value_or(80);
  p.out.linear("encoder.conv1", 3 * mel, hidden, true);
  p.out.linear("encoder.conv2", 3 * hidden, hidden, true);
  p.out.add("encoder.position_embd.weight", {hidden, p.config.number("max_source_positions", kRows).value_or(1500)});
  p.out.add("token_embd.weight", {hidden, p.config.need("vocab_size", {1, kMaxVocab})});
  p.out.add("position_embd.weight", {hidden, p.config.number("max_target_positions", kRows).value_or(448)});
  const struct {
    const char *side, *layers, *ffn;
    bool cross;
  } kSides[] = {{"encoder", "encoder_layers", "encoder_ffn_dim", false},
                {"decoder", "decoder_layers", "decoder_ffn_dim", true}};
  for (const auto& side : kSides) {
    const double ffn = p.config.need(side.ffn, kFfn);
    for (size_t i = 0; i < static_cast<size_t>(p.config.need(side.layers, kCount)); ++i) {
      const std::string blk = fmt::format("{}.blk.{}.", side.side, i);
      write_whisper_attention(p.out, blk + "attn", hidden);
      if (side.cross) write_whisper_attention(p.out, blk + "cross_attn", hidden);
      p.out.norm(blk + "ffn_norm", hidden, true);
      p.out.linear(blk + "ffn_up", hidden, ffn, true);
      p.out.linear(blk + "ffn_down", ffn, hidden, true);
    }
    p.out.norm(fmt::format("{}.output_norm", side.side), hidden, true);
  }
}

}  // namespace

void write_body(const HfParts& parts) {
  switch (parts.row.body) {
    case HfBody::bert:
      return write_bert(parts);
    case HfBody::vit:
      return write_vit(parts);
    case HfBody::clip:
      return write_clip(parts);
    case HfBody::t5:
      return write_t5(parts);
    case HfBody::whisper:
      return write_whisper(parts);
    case HfBody::decoder:
    case HfBody::facts:
      return;
  }
}

}  // namespace edgefit
