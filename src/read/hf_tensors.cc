#include "read/hf_tensors.h"

#include <fmt/format.h>

#include "read/hf_shape.h"
#include "read/limits.h"
#include "read/tensors.h"

namespace edgefit {

namespace {

constexpr std::string_view kNormsBefore[] = {"attn_norm", "ffn_norm"};

/// The layers of a decoder and what stands before and behind them.
class DecoderWriter {
 public:
  explicit DecoderWriter(const HfParts& parts)
      : p_(parts), out_(parts.out), hidden_(*parts.a.hidden_size), norm_bias_(has_bias()) {}

  void write(const std::vector<HfLayer>& layers) {
    vocab_ = p_.config.need("vocab_size", {1, kMaxVocab});
    if (p_.config.report().problem) return;
    write_ends();
    for (size_t i = 0; i < layers.size(); ++i) write_layer(layers[i], fmt::format("blk.{}.", i));
    if (!layers.empty()) write_next_tokens(layers.back(), layers.size());
  }

 private:
  bool on(const HfSwitch& part) const { return is_on(p_.config, part); }
  bool has_bias() const { return p_.row.norm == HfNorm::layer && is_on(p_.config, p_.row.norm_bias); }

  void write_ends() {
    const double width = p_.config.number("word_embed_proj_dim", {1, kMaxHidden}).value_or(hidden_);
    out_.add("token_embd.weight", {width, vocab_ + p_.row.extra_rows});
    if (p_.row.position_rows >= 0)
      out_.add("position_embd.weight",
               {hidden_, p_.config.need("max_position_embeddings", {1, kMaxTokens}) + p_.row.position_rows}, true);
    if (p_.row.embedding_norm) out_.norm("token_embd_norm", hidden_, norm_bias_);
    if (width != hidden_) {
      out_.linear("project_in", width, hidden_, false);
      out_.linear("project_out", hidden_, width, false);
    }
    write_per_layer_inputs();
    out_.norm(p_.row.family == "lfm2" ? "token_embd_norm" : "output_norm", hidden_, norm_bias_);
    write_head(width);
  }

  void write_head(double width) {
    if (p_.head == HfHead::none) return;
    if (p_.head == HfHead::score) {
      out_.linear("cls.output", hidden_, p_.labels, on(p_.row.score_bias));
    } else if (!p_.a.tied_embeddings) {
      out_.linear("output", width, vocab_, on(p_.row.head_bias));
    }
  }

  /// Gemma 3n and 4: each layer has a small embedding table of its own.
  void write_per_layer_inputs() {
    const double width = per_layer();
    if (width <= 0) return;
    const double layers = *p_.a.layers;
    const double vocab = p_.config.number("vocab_size_per_layer_input", {1, kMaxVocab}).value_or(vocab_);
    out_.add("per_layer_token_embd.weight", {layers * width, vocab});
    out_.add("per_layer_model_proj.weight", {hidden_, layers * width});
    out_.add("per_layer_proj_norm.weight", {width});
  }
  double per_layer() const { return p_.config.number("hidden_size_per_layer_input", {0, kMaxHidden}).value_or(0); }

  void write_layer(const HfLayer& layer, const std::string& prefix) {
    const bool ffn = layer.ffn > 0 || layer.experts;
    write_norms(layer, prefix, ffn);
    write_mixer(p_, layer, prefix);
    if (layer.experts) {
      write_experts(prefix);
    } else if (layer.ffn > 0) {
      write_ffn(prefix, layer.ffn);
    }
    if (p_.row.layer_scalar) out_.add(prefix + "layer_output_scale.weight", {1});
    if (const double width = per_layer(); width > 0) {
      out_.linear(prefix + "inp_gate", hidden_, width, false);
      out_.linear(prefix + "proj", width, hidden_, false);
      out_.norm(prefix + "post_norm", hidden_, false);
    }
  }

  void write_norms(const HfLayer& layer, const std::string& prefix, bool ffn) {
    if (!p_.row.norms.empty()) {
      for (const auto& name : p_.row.norms) out_.norm(prefix + std::string(name), hidden_, norm_bias_);
      return;
    }
    const bool second = on(p_.row.second_norm) || on(p_.row.second_norm_too);
    if (layer.mixer != HfMixer::none) out_.norm(prefix + std::string(kNormsBefore[0]), hidden_, norm_bias_);
    if (ffn && second) out_.norm(prefix + std::string(kNormsBefore[1]), hidden_, norm_bias_);
  }

  void write_ffn(const std::string& prefix, double ffn, std::string_view suffix = "") {
    const bool bias = on(p_.row.ffn_bias), gated = on(p_.row.gated), fused = p_.row.fused_gate_up;
    if (gated && !fused) out_.linear(fmt::format("{}ffn_gate{}", prefix, suffix), hidden_, ffn, bias);
    out_.linear(fmt::format("{}ffn_up{}", prefix, suffix), hidden_, gated && fused ? 2 * ffn : ffn, bias);
    out_.linear(fmt::format("{}ffn_down{}", prefix, suffix), ffn, hidden_, bias);
  }

  void write_experts(const std::string& prefix) {
    const Moe& moe = *p_.a.moe;
    const double count = moe.experts, ffn = moe.expert_ffn_size;
    // Nemotron 3: the experts work in a narrower space with a projection on either side.
    const double latent = p_.config.number("moe_latent_size", {0, kMaxHidden}).value_or(0);
    const double wide = latent > 0 ? latent : hidden_;
    out_.add(prefix + "ffn_gate_inp.weight", {hidden_, count}, true);
    if (on(p_.row.gated)) out_.add(prefix + "ffn_gate_exps.weight", {wide, ffn, count});
    out_.add(prefix + "ffn_up_exps.weight", {wide, ffn, count});
    out_.add(prefix + "ffn_down_exps.weight", {ffn, wide, count});
    if (latent > 0) {
      out_.linear(prefix + "ffn_latent_in", hidden_, latent, false);
      out_.linear(prefix + "ffn_latent_out", latent, hidden_, false);
    }
    if (on(p_.row.expert_bias)) {
      out_.add(prefix + "ffn_gate_inp.bias", {count});
      if (on(p_.row.gated)) out_.add(prefix + "ffn_gate_exps.bias", {ffn, count}, true);
      out_.add(prefix + "ffn_up_exps.bias", {ffn, count}, true);
      out_.add(prefix + "ffn_down_exps.bias", {hidden_, count}, true);
    }
    if (on(p_.row.router_bias) || p_.config.text("topk_method") == "noaux_tc")
      out_.add(prefix + "exp_probs_b.bias", {count});
    if (p_.row.router_scales) {
      out_.add(prefix + "ffn_gate_inp_s.weight", {hidden_});
      out_.add(prefix + "ffn_down_exps_s.weight", {count});
      for (const char* name : {"pre_ffw_norm_2", "post_ffw_norm_1", "post_ffw_norm_2"})
        out_.norm(prefix + name, hidden_, norm_bias_);
    }
    if (moe.shared_ffn_size > 0) {
      write_ffn(prefix, moe.shared_ffn_size, "_shexp");
      if (p_.row.shared_gate) out_.add(prefix + "ffn_gate_inp_shexp.weight", {hidden_});
    }
  }

  /// Layers that predict further tokens: one more layer, a projection of two hidden states, three norms.
  void write_next_tokens(HfLayer layer, size_t first) {
    for (size_t i = 0; i < static_cast<size_t>(p_.a.mtp_layers); ++i) {
      const std::string prefix = fmt::format("blk.{}.", first + i);
      if (p_.row.other_mixer == HfMixer::delta) {  // always attention, also when the last layer recurs
        layer.mixer = p_.row.mixer;
        layer.keeps = Attention::full;
      }
      if (p_.row.one_part) {
        write_parts(layer, prefix);
      } else {
        write_layer(layer, prefix);
      }
      out_.linear(prefix + "nextn.eh_proj", 2 * hidden_, hidden_, false);
      for (const char* name : {"nextn.enorm", "nextn.hnorm", "nextn.shared_head_norm"})
        out_.norm(prefix + name, hidden_, norm_bias_);
      if (p_.row.mtp_copies) {
        out_.linear(prefix + "nextn.embed_tokens", hidden_, vocab_, false);
        out_.linear(prefix + "nextn.shared_head_head", hidden_, vocab_, false);
      }
    }
  }

  /// Where a layer is one part, the config lists those of a further-token layer: attention, then experts.
  void write_parts(HfLayer layer, const std::string& prefix) {
    const auto words = p_.config.texts("mtp_layers_block_type");
    for (size_t i = 0; i < words.size() && i < 8; ++i) {
      const bool attends = words[i] == "attention";
      layer.mixer = attends ? p_.row.mixer : HfMixer::none;
      layer.keeps = attends ? Attention::full : Attention::none;
      layer.experts = words[i] == "moe" && p_.a.moe.has_value();
      layer.ffn = words[i] == "mlp" ? p_.a.ffn_size.value_or(0) : 0;
      write_layer(layer, i == 0 ? prefix : fmt::format("{}{}.", prefix, i));
    }
  }

  const HfParts& p_;
  TensorList& out_;
  double hidden_, vocab_ = 0;
  bool norm_bias_;
};

}  // namespace

void write_decoder(const HfParts& parts, const std::vector<HfLayer>& layers) {
  DecoderWriter(parts).write(layers);
}

}  // namespace edgefit
