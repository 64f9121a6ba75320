#include "read/gguf_architecture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/families.h"
#include "read/limits.h"
#include "read/tensors.h"

namespace edgefit {

namespace {

struct PrefixRow {
  std::string_view prefix;
  StateKind kind;
};
// Tensors that only one kind of recurrent layer has, most telling first (src/llama-arch.cpp of llama.cpp).
constexpr PrefixRow kStates[] = {{"ssm_beta", StateKind::delta_net},  {"ssm_ba", StateKind::delta_net},
                                 {"ssm_alpha", StateKind::delta_net}, {"ssm_x", StateKind::mamba1},
                                 {"ssm_in", StateKind::mamba2},       {"shortconv", StateKind::short_conv},
                                 {"time_mix_w1", StateKind::rwkv},    {"time_mix_decay", StateKind::rwkv}};

/// What the tensors say about one layer.
struct LayerTensors {
  bool attention = false, state = false;
};

class Reader {
 public:
  Reader(const GgufMetadata& metadata, std::string name, Model& model)
      : metadata_(metadata), name_(std::move(name)), model_(model), a_(model.architecture) {
    // The family goes into messages and reports: its bytes are made harmless first.
    raw_family_ = metadata.text("general.architecture");
    a_.family = printable(raw_family_);
    row_ = find_architecture(a_.family);
  }

  Result<Done> read() {
    read_layers();
    read_sizes();
    read_parts();
    if (problem_) return *problem_;
    read_attention();
    const bool attends = refuse_zero_heads();
    apply_family(a_, false);
    if (row_ == nullptr) describe_by_tensors();
    finish(attends);
    if (problem_) return *problem_;
    return Done{};
  }

 private:
  std::string key(std::string_view rest) const { return fmt::format("{}.{}", raw_family_, rest); }
  Origin origin(std::string_view rest) const {
    return {Origin::Kind::file, fmt::format("{}: {}", name_, printable(key(rest)))};
  }

  void fail(std::string_view rest, std::string what, std::string hint) {
    if (!problem_)
      problem_ =
          Problem{std::move(what), fmt::format("{}, metadata key {}", name_, printable(key(rest))), std::move(hint)};
  }

  bool check(std::string_view rest, double value, double low, double high) {
    if (std::isfinite(value) && value == std::floor(value) && value >= low && value <= high) return true;
    fail(rest, say(tr("an implausible number ({})"), value),
         say(tr("expected a whole number, {:.0f} - {:.0f}"), low, high));
    return false;
  }

  /// A whole number in low..high; nothing when the key is absent.
  std::optional<double> number(std::string_view rest, double low, double high) {
    const auto value = metadata_.number(key(rest));
    return value && check(rest, *value, low, high) ? value : std::nullopt;
  }

  void fill(Fact<double>& fact, std::string_view rest, double low, double high) {
    if (fact) return;
    if (const auto value = number(rest, low, high)) fact = {*value, origin(rest)};
  }

  /// A number, or one a layer: then the list is kept and the fact is its largest.
  void fill_by_layer(Fact<double>& fact, std::vector<double>& list, std::string_view rest, double high) {
    const GgufValue* value = metadata_.find(key(rest));
    if (value == nullptr || !value->is_array) return fill(fact, rest, 0, high);
    if (value->items.empty()) return;
    for (const double item : value->items)
      if (!check(rest, item, 0, high)) return;
    if (a_.layers && static_cast<double>(value->items.size()) < *a_.layers) {
      return fail(rest, tr("the list is shorter than the number of layers"),
                  fmt::format("{} / {:.0f}", value->items.size(), *a_.layers));
    }
    const auto end = value->items.begin() + static_cast<ptrdiff_t>(a_.layers.value_or(0));
    list.assign(value->items.begin(), end);  // without the layers that predict further tokens
    fact = {*std::max_element(value->items.begin(), a_.layers ? end : value->items.end()), origin(rest)};
  }

  void read_layers() {
    fill(a_.layers, "block_count", 1, kMaxLayers);
    a_.mtp_layers = number("nextn_predict_layers", 0, kMaxLayers).value_or(0);
    if (!a_.layers) {
      int32_t last = -1;
      for (const auto& tensor : model_.tensors) last = std::max(last, tensor.layer);
      if (last >= 0 && last < kMaxLayers)
        a_.layers = {last + 1.0, {Origin::Kind::derived, fmt::format("{}: {}", name_, tr("tensor names"))}};
    } else if (a_.mtp_layers < *a_.layers) {
      a_.layers.value = *a_.layers - a_.mtp_layers;  // llama.cpp counts them in block_count
    } else {
      fail("nextn_predict_layers", tr("as many layers predict further tokens as there are layers"), {});
    }
  }

  void read_sizes() {
    fill(a_.hidden_size, "embedding_length", 1, kMaxHidden);
    fill(a_.max_context, "context_length", 1, kMaxTokens);
    std::vector<double> heads_by_layer;  // only the largest matters: it sizes the queries
    fill_by_layer(a_.heads, heads_by_layer, "attention.head_count", kMaxHeads);
    fill_by_layer(a_.kv_heads, a_.kv_heads_by_layer, "attention.head_count_kv", kMaxHeads);
    fill_by_layer(a_.ffn_size, a_.ffn_size_by_layer, "feed_forward_length", kMaxFfn);
    fill(a_.window, "attention.sliding_window", 0, kMaxTokens);
    // Multi-head latent attention states the heads' own sizes beside those of the cached row.
    fill(a_.head_dim, "attention.key_length_mla", 1, kMaxHeadDim);
    fill(a_.value_head_dim, "attention.value_length_mla", 1, kMaxHeadDim);
    fill(a_.head_dim, "attention.key_length", 1, kMaxHeadDim);
    fill(a_.value_head_dim, "attention.value_length", 1, kMaxHeadDim);
    read_vocabulary();
  }

  void read_vocabulary() {
    const GgufValue* tokens = metadata_.find("tokenizer.ggml.tokens");
    if (tokens != nullptr && tokens->is_array && tokens->count > 0) {
      if (static_cast<double>(tokens->count) <= kMaxVocab)
        a_.vocab_size = {static_cast<double>(tokens->count),
                         {Origin::Kind::file, fmt::format("{}: tokenizer.ggml.tokens", name_)}};
    }
    fill(a_.vocab_size, "vocab_size", 1, kMaxVocab);
    if (a_.vocab_size) return;
    for (const auto& tensor : model_.tensors)
      if (tensor.name == "token_embd.weight" && static_cast<double>(tensor.shape[1]) <= kMaxVocab)
        a_.vocab_size = {static_cast<double>(tensor.shape[1]),
                         {Origin::Kind::file, fmt::format("{}: token_embd.weight", name_)}};
  }

  void read_parts() {
    if (const auto rank = number("attention.kv_lora_rank", 1, kMaxHidden);
        rank && metadata_.number(key("attention.key_length_mla"))) {
      // Files without key_length_mla (before 2025) make llama.cpp keep plain K and V rows.
      Mla mla;
      mla.kv_lora_rank = *rank;
      mla.rope_head_dim = number("rope.dimension_count", 0, kMaxHeadDim).value_or(0);
      mla.nope_head_dim = std::max(0.0, a_.head_dim.value_or(0) - mla.rope_head_dim);
      mla.q_lora_rank = number("attention.q_lora_rank", 0, kMaxHidden).value_or(0);
      a_.mla = mla;
    }
    if (const auto experts = number("expert_count", 0, kMaxExperts); experts && *experts > 0) read_experts(*experts);
    if (const auto inner = number("ssm.inner_size", 1, kMaxFfn)) {
      Ssm ssm;
      ssm.inner = *inner;
      ssm.state = number("ssm.state_size", 0, kMaxFfn).value_or(0);
      ssm.conv = number("ssm.conv_kernel", 0, kMaxFfn).value_or(0);
      ssm.heads = number("ssm.time_step_rank", 0, kMaxFfn).value_or(0);
      // Mamba 1 has no groups: its convolution covers the inner size only.
      ssm.groups = number("ssm.group_count", 0, kMaxFfn).value_or(0);
      a_.ssm = ssm;
    } else if (const auto conv = number("shortconv.l_cache", 1, kMaxFfn); conv && a_.hidden_size) {
      a_.ssm = Ssm{.inner = *a_.hidden_size, .state = 0, .conv = *conv, .groups = 0, .heads = 0};
    }
  }

  void read_experts(double experts) {
    Moe moe;
    moe.experts = experts;
    const auto used = number("expert_used_count", 1, experts);
    if (!used)
      model_.warnings.push_back(fmt::format("{}: {}", printable(key("expert_used_count")),
                                            tr("not stated; all experts are taken as active")));
    moe.experts_used = used.value_or(experts);
    moe.expert_ffn_size = number("expert_feed_forward_length", 1, kMaxFfn).value_or(a_.ffn_size.value_or(0));
    const double shared = number("expert_shared_count", 0, kMaxExperts).value_or(0);
    moe.shared_ffn_size =
        number("expert_shared_feed_forward_length", 0, kMaxFfn).value_or(shared * moe.expert_ffn_size);
    check("expert_shared_count", moe.shared_ffn_size, 0, kMaxFfn);
    moe.dense_layers = number("leading_dense_block_count", 0, kMaxLayers).value_or(0);
    a_.moe = moe;
  }

  std::vector<LayerTensors> layer_tensors() const {
    std::vector<LayerTensors> layers(static_cast<size_t>(*a_.layers));
    for (const auto& tensor : model_.tensors) {
      if (tensor.layer < 0 || tensor.layer >= *a_.layers) continue;
      std::string_view rest;
      layer_of(tensor.name, rest);
      auto& layer = layers[static_cast<size_t>(tensor.layer)];
      // A gated delta net has attn_qkv too; only attention has an output matrix of this name.
      if (rest.starts_with("attn_output.") || rest.starts_with("attn_out.")) layer.attention = true;
      if (rest.starts_with("ssm_") || rest.starts_with("shortconv") || rest.starts_with("time_mix_"))
        layer.state = true;
    }
    return layers;
  }

  /// What each layer keeps, by its tensors; by the family's row when the file has none.
  void read_attention() {
    if (!a_.layers) return;
    if (row_ != nullptr && row_->plan == LayerPlan::encoder) {
      a_.attention = attention_of(*row_, a_);
      return;
    }
    const auto layers = layer_tensors();
    const bool told = std::any_of(layers.begin(), layers.end(), [](auto& l) { return l.attention || l.state; });
    if (!told) {
      if (row_ != nullptr) a_.attention = attention_of(*row_, a_);
      return;
    }
    for (const auto& layer : layers) {
      const Attention plain = a_.mla ? Attention::mla : Attention::full;
      a_.attention.push_back(layer.attention && layer.state ? Attention::full_recurrent
                             : layer.state                  ? Attention::recurrent
                             : layer.attention              ? plain
                                                            : Attention::none);
    }
    slide_layers();
    const bool plain = std::all_of(a_.attention.begin(), a_.attention.end(),
                                   [](Attention attention) { return attention == Attention::full; });
    if (plain) a_.attention.clear();
  }

  void slide_layers() {
    const bool family_slides = row_ != nullptr && row_->plan == LayerPlan::sliding_cycle;
    if (row_ != nullptr && !family_slides) return;  // llama.cpp keeps the whole context for these
    if (!a_.window && family_slides && row_->default_window > 0)
      a_.window = {row_->default_window, {Origin::Kind::derived, mark("default of the family in llama.cpp")}};
    if (a_.window.value_or(0) <= 0) return;
    const GgufValue* pattern = metadata_.find(key("attention.sliding_window_pattern"));
    if (pattern != nullptr && !pattern->items.empty()) {
      for (size_t i = 0; i < a_.attention.size(); ++i) {
        const bool slides = pattern->items[i % pattern->items.size()] != 0;
        if (slides && a_.attention[i] == Attention::full) a_.attention[i] = Attention::sliding;
      }
    } else if (pattern != nullptr && pattern->number) {
      if (const auto period = number("attention.sliding_window_pattern", 1, kMaxLayers))
        slide(a_.attention, static_cast<int>(*period));
    } else if (family_slides) {
      slide(a_.attention, row_->period);
    } else {
      model_.unknown.push_back(
          fmt::format("{}: {}", printable(key("attention.sliding_window")),
                      tr("which layers slide is not known for this family; all are counted with the whole context")));
    }
  }

  /// Flags of a family without a row.
  void describe_by_tensors() {
    bool gate = false, any_ffn = false;
    for (const auto& tensor : model_.tensors) {
      std::string_view rest;
      if (layer_of(tensor.name, rest) < 0) continue;
      any_ffn = any_ffn || rest.starts_with("ffn_up");
      gate = gate || rest.starts_with("ffn_gate.") || rest.starts_with("ffn_gate_exps") ||
             rest.starts_with("ffn_gate_up_exps");
      a_.fused_qkv = a_.fused_qkv || rest.starts_with("attn_qkv.");
      for (const auto& row : kStates)
        if (a_.state == StateKind::none && rest.starts_with(row.prefix)) a_.state = row.kind;
    }
    a_.gated_ffn = gate || !any_ffn;
  }

  /// Recurrent models may state 0 heads; elsewhere it would make a cache of 0 bytes. True when layers attend.
  bool refuse_zero_heads() {
    const bool attends = !a_.attention.empty() ? std::any_of(a_.attention.begin(), a_.attention.end(), keeps_rows)
                                               : a_.heads.value.has_value();
    if (a_.heads && *a_.heads == 0) {
      if (attends)
        model_.warnings.push_back(fmt::format("{}: {} 0: {}", name_, printable(key("attention.head_count")),
                                              tr("the size of the KV cache is unknown")));
      a_.heads = Fact<double>::unknown(tr("the file says 0 heads"), tr("state heads in a descriptor"));
    }
    if (a_.kv_heads && *a_.kv_heads == 0 && a_.kv_heads_by_layer.empty()) a_.kv_heads = {};
    return attends;
  }

  void finish(bool attends) {
    const bool output = std::any_of(model_.tensors.begin(), model_.tensors.end(),
                                    [](const Tensor& t) { return t.name == "output.weight"; });
    a_.tied_embeddings = !output && !model_.tensors.empty();
    if (a_.heads && a_.kv_heads && *a_.kv_heads > *a_.heads)
      fail("attention.head_count_kv", tr("more KV heads than heads"), tr("the file is damaged or hostile"));
    if (!attends || !a_.heads) return;
    // llama.cpp's own defaults for keys that a file leaves out.
    if (!a_.kv_heads) a_.kv_heads = {*a_.heads, {Origin::Kind::derived, mark("as many as heads")}};
    if (!a_.head_dim && a_.hidden_size && *a_.hidden_size >= *a_.heads)
      a_.head_dim = {std::floor(*a_.hidden_size / *a_.heads), {Origin::Kind::derived, mark("hidden size / heads")}};
    if (!a_.value_head_dim && a_.head_dim)
      a_.value_head_dim = {*a_.head_dim, {Origin::Kind::derived, mark("as the head size")}};
  }

  static bool keeps_rows(Attention attention) {
    return attention != Attention::recurrent && attention != Attention::none;
  }

  const GgufMetadata& metadata_;
  std::string name_, raw_family_;
  Model& model_;
  Architecture& a_;
  const ArchitectureRow* row_ = nullptr;
  std::optional<Problem> problem_;
};

}  // namespace

Result<Done> read_gguf_architecture(const GgufMetadata& metadata, const std::string& name, Model& model) {
  return Reader(metadata, name, model).read();
}

}  // namespace edgefit
