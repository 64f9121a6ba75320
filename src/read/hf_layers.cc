#include "read/hf_layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/hf_shape.h"
#include "read/limits.h"

namespace edgefit {

namespace {

enum class Part : uint8_t { both, mixer, dense, experts };

struct WordRow {
  std::string_view word;
  bool other;  ///< the row's other mixer, else attention
  Attention keeps;
  Part part;
};
// layer_types and layers_block_type of transformers, and the letters of Nemotron-H's hybrid_override_pattern.
constexpr WordRow kWords[] = {
    {"full_attention", false, Attention::full, Part::both},
    {"attention", false, Attention::full, Part::both},
    {"deepseek_sparse_attention", false, Attention::full, Part::both},
    {"sliding_attention", false, Attention::sliding, Part::both},
    {"chunked_attention", false, Attention::sliding, Part::both},
    {"linear_attention", true, Attention::recurrent, Part::both},
    {"mamba", true, Attention::recurrent, Part::both},
    {"mamba2", true, Attention::recurrent, Part::both},
    {"conv", true, Attention::recurrent, Part::both},
    {"hybrid", true, Attention::full_recurrent, Part::both},
    {"moe", false, Attention::none, Part::experts},
    {"mlp", false, Attention::none, Part::dense},
    {"M", true, Attention::recurrent, Part::mixer},
    {"*", false, Attention::full, Part::mixer},
    {"-", false, Attention::none, Part::dense},
    {"E", false, Attention::none, Part::experts},
};

class Planner {
 public:
  Planner(const HfFields& config, const HfFamily& row, Architecture& a)
      : config_(config), row_(row), a_(a), arch_(find_architecture(row.family.empty() ? row.model_type : row.family)) {}

  std::vector<HfLayer> plan() {
    if (!fill_sizes(config_, row_, a_)) return {};
    layers_.assign(static_cast<size_t>(*a_.layers), HfLayer{});
    parts_.assign(layers_.size(), row_.one_part ? Part::mixer : Part::both);
    for (auto& layer : layers_) {
      layer.mixer = row_.mixer;
      layer.keeps = keeps_of(row_.mixer);
    }
    read_kinds();
    read_cross();
    if (config_.report().problem) return {};
    fill_heads();
    read_block_configs();
    fill_feed_forward();
    read_indexers();
    share_caches();
    if (config_.report().problem) return {};
    publish();
    return std::move(layers_);
  }

 private:
  static Attention keeps_of(HfMixer mixer) {
    switch (mixer) {
      case HfMixer::attention:
        return Attention::full;
      case HfMixer::mla:
        return Attention::mla;
      case HfMixer::parallel:
        return Attention::full_recurrent;
      case HfMixer::cross:
      case HfMixer::linear:
      case HfMixer::none:
        return Attention::none;
      default:
        return Attention::recurrent;
    }
  }

  bool fits(size_t size, std::string_view key) {
    // A list may also tell of the layers that predict further tokens.
    if (size >= layers_.size()) return true;
    config_.fail(tr("the list is shorter than the number of layers"), key,
                 fmt::format("{} / {}", size, layers_.size()));
    return false;
  }

  void set(size_t i, bool other, Attention keeps) {
    HfLayer& layer = layers_[i];
    layer.mixer = keeps == Attention::full_recurrent ? HfMixer::parallel
                  : keeps == Attention::none         ? HfMixer::none
                  : other                            ? row_.other_mixer
                                                     : row_.mixer;
    layer.keeps = keeps == Attention::full ? keeps_of(layer.mixer) : keeps;
  }

  /// The first of the ways to tell what the layers are that this config uses; the family's own plan at last.
  void read_kinds() {
    if (config_.is_list("layer_types")) return read_words(config_.texts("layer_types"), "layer_types");
    if (const std::string letters = config_.text("hybrid_override_pattern"); !letters.empty()) {
      std::vector<std::string> words;
      for (const char c : letters) words.emplace_back(1, c);
      return read_words(words, "hybrid_override_pattern");
    }
    if (read_flags("attn_type_list", 0, row_.other_mixer, Attention::recurrent)) return;
    if (read_flags("hybrid_layer_pattern", 1, HfMixer::attention, Attention::sliding)) return;
    if (config_.is_list("full_attn_idxs")) return read_full_layers(config_.numbers("full_attn_idxs", {0, kMaxLayers}));
    if (const auto every = config_.number("full_attention_interval", {1, kMaxLayers})) {
      for (size_t i = 0; i < layers_.size(); ++i)
        if ((i + 1) % static_cast<size_t>(*every) != 0) set(i, true, Attention::recurrent);
      return;
    }
    follow_family();
  }

  void read_words(const std::vector<std::string>& words, std::string_view key) {
    if (!fits(words.size(), key)) return;
    for (size_t i = 0; i < layers_.size(); ++i) {
      const auto* found =
          std::find_if(std::begin(kWords), std::end(kWords), [&](auto& w) { return w.word == words[i]; });
      if (found == std::end(kWords)) {
        config_.fail(say(tr("unknown kind of layer \"{}\""), printable(words[i].substr(0, 40))), key);
        return;
      }
      if (found->other && row_.other_mixer == HfMixer::none && row_.body == HfBody::decoder) {
        config_.fail(say(tr("this family has no layers of the kind \"{}\""), words[i]), key);
        return;
      }
      set(i, found->other, found->keeps);
      parts_[i] = row_.one_part && found->part == Part::both ? Part::mixer : found->part;
    }
  }

  bool read_flags(std::string_view key, double value, HfMixer mixer, Attention keeps) {
    const auto flags = config_.numbers(key, {0, 1});
    if (flags.empty() || !fits(flags.size(), key)) return !flags.empty();
    for (size_t i = 0; i < layers_.size(); ++i)
      if (flags[i] == value) {
        layers_[i].mixer = mixer;
        layers_[i].keeps = keeps;
      }
    return true;
  }

  void read_full_layers(const std::vector<double>& full) {
    for (size_t i = 0; i < layers_.size(); ++i)
      if (std::find(full.begin(), full.end(), static_cast<double>(i)) == full.end()) set(i, true, Attention::recurrent);
  }

  void follow_family() {
    if (arch_ == nullptr || arch_->plan != LayerPlan::sliding_cycle) return;
    if (!a_.window && arch_->default_window > 0)
      a_.window = {arch_->default_window, {Origin::Kind::derived, mark("default of the family")}};
    if (a_.window.value_or(0) <= 0) return;
    const double period =
        config_.number("sliding_window_pattern", {1, kMaxLayers}).value_or(static_cast<double>(arch_->period));
    for (size_t i = 0; i < layers_.size(); ++i)
      if ((i + 1) % static_cast<size_t>(period) != 0) layers_[i].keeps = Attention::sliding;
  }

  void read_cross() {
    for (const double i : config_.numbers("cross_attention_layers", {0, *a_.layers - 1})) {
      layers_[static_cast<size_t>(i)].mixer = HfMixer::cross;
      layers_[static_cast<size_t>(i)].keeps = Attention::none;
    }
  }

  void fill_heads() {
    const auto heads = config_.numbers("num_attention_heads", {1, kMaxHeads});
    const auto kv_heads = config_.numbers("num_key_value_heads", {0, kMaxHeads});
    if (!heads.empty() && !fits(heads.size(), "num_attention_heads")) return;
    if (!kv_heads.empty() && !fits(kv_heads.size(), "num_key_value_heads")) return;
    const Range dims{1, kMaxHeadDim}, counts{1, kMaxHeads};
    for (size_t i = 0; i < layers_.size(); ++i) {
      HfLayer& layer = layers_[i];
      layer.heads = heads.empty() ? a_.heads.value_or(0) : heads[i];
      layer.kv_heads = kv_heads.empty() ? a_.kv_heads.value_or(layer.heads) : kv_heads[i];
      layer.head_dim = a_.head_dim.value_or(0);
      layer.value_head_dim = a_.value_head_dim.value_or(layer.head_dim);
      // MiMo-V2 gives its sliding layers, Gemma 4 its full ones sizes of their own.
      if (layer.keeps == Attention::sliding) {
        layer.heads = config_.number("swa_num_attention_heads", counts).value_or(layer.heads);
        layer.kv_heads = config_.number("swa_num_key_value_heads", counts).value_or(layer.kv_heads);
        layer.head_dim = config_.number("swa_head_dim", dims).value_or(layer.head_dim);
        layer.value_head_dim = config_.number("swa_v_head_dim", dims).value_or(layer.value_head_dim);
      } else if (layer.keeps == Attention::full) {
        layer.value_is_key = config_.flag("attention_k_eq_v");
        layer.kv_heads = config_.number("num_global_key_value_heads", counts).value_or(layer.kv_heads);
        const auto global = config_.number("global_head_dim", dims);
        layer.head_dim = global.value_or(layer.head_dim);
        layer.value_head_dim = global.value_or(layer.value_head_dim);
      }
    }
  }

  /// DeciLM's list of searched blocks (nemotron-nas): each has its own groups and feed-forward size.
  void read_block_configs() {
    const Json* blocks = config_.find("block_configs");
    if (blocks == nullptr || !blocks->is_array() || !fits(blocks->size(), "block_configs")) return;
    const Json nothing = Json::object();
    for (size_t i = 0; i < layers_.size(); ++i) {
      const Json& block = (*blocks)[i];
      const HfFields fields(block.is_object() ? &block : &nothing, config_.pointer(fmt::format("block_configs/{}", i)),
                            {}, config_.report());
      HfLayer& layer = layers_[i];
      if (fields.flag("attention.no_op") || fields.flag("attention.replace_with_linear")) {
        layer.mixer = fields.flag("attention.no_op") ? HfMixer::none : HfMixer::linear;
        layer.keeps = Attention::none;
        layer.kv_heads = 0;
      } else {
        layer.kv_heads =
            std::floor(layer.heads / std::max(1.0, fields.need("attention.n_heads_in_group", {1, kMaxHeads})));
      }
      if (fields.flag("ffn.no_op")) {
        layer.ffn = -1;
      } else {
        const double wide = std::floor(2 * fields.need("ffn.ffn_mult", {0, 1e4, false}) * *a_.hidden_size / 3);
        layer.ffn = std::ceil(wide / 256) * 256;
      }
    }
  }

  bool sparse(size_t i, const std::vector<std::string>& kinds, const std::vector<double>& frequency,
              const std::vector<double>& dense) const {
    if (parts_[i] == Part::experts) return true;
    if (i < kinds.size()) return kinds[i] == "sparse";
    if (i < frequency.size()) return frequency[i] != 0;
    const auto layer = static_cast<double>(i);
    const double first = config_.number("first_k_dense_replace", {0, kMaxLayers}).value_or(0);
    const Range steps{1, kMaxLayers};
    const auto every = [&](std::string_view key, double shift) {
      const double step = config_.is_list(key) ? 1 : config_.number(key, steps).value_or(1);
      return std::fmod(layer + shift, step) == 0;
    };
    return layer >= first && every("moe_layer_freq", 0) && every("decoder_sparse_step", 1) &&
           every("interleave_moe_layer_step", 1) && std::find(dense.begin(), dense.end(), layer) == dense.end();
  }

  void fill_feed_forward() {
    const auto kinds = config_.texts("mlp_layer_types");
    const auto frequency = config_.numbers("moe_layer_freq", {0, 1});
    const auto dense = config_.numbers("mlp_only_layers", {0, kMaxLayers});
    const auto factors = config_.numbers("ffn_multipliers", {0, 1e4, false});
    if (!factors.empty() && !fits(factors.size(), "ffn_multipliers")) return;
    const double divisor = config_.number("ffn_dim_divisor", {1, kMaxFfn}).value_or(1);
    std::optional<double> plain = a_.ffn_size.value;
    if (!row_.dense_key.empty())
      if (const auto own = config_.number(row_.dense_key, {1, kMaxFfn})) plain = own;
    double leading = 0;
    for (size_t i = 0; i < layers_.size(); ++i) {
      HfLayer& layer = layers_[i];
      const bool has = parts_[i] != Part::mixer && layer.ffn >= 0;
      layer.experts = has && a_.moe && parts_[i] != Part::dense && sparse(i, kinds, frequency, dense);
      // OpenELM's make_divisible: to the nearest multiple, never below 9/10 of the wish.
      if (!factors.empty()) {
        const double wish = factors[i] * *a_.hidden_size;
        layer.ffn = std::max(divisor, std::floor((wish + divisor / 2) / divisor) * divisor);
        if (layer.ffn < 0.9 * wish) layer.ffn += divisor;
      } else if (layer.ffn == 0) {
        layer.ffn = plain.value_or(0);
      }
      if (!has || layer.experts) layer.ffn = 0;
      if (a_.moe && !layer.experts && static_cast<double>(i) == leading) ++leading;
    }
    if (a_.moe) a_.moe->dense_layers = leading;
  }

  void read_indexers() {
    if (!config_.number("index_n_heads", {1, kMaxHeads})) return;
    const auto kinds = config_.texts("indexer_types");
    for (size_t i = 0; i < layers_.size(); ++i) layers_[i].indexer = i >= kinds.size() || kinds[i] == "full";
  }

  /// Gemma 3n and 4: the last layers use the cache of the last layer of their kind before them.
  void share_caches() {
    const double shared = config_.number("num_kv_shared_layers", {0, *a_.layers}).value_or(0);
    for (size_t i = 0; i < layers_.size(); ++i) {
      HfLayer& layer = layers_[i];
      layer.shares_cache = static_cast<double>(i) >= *a_.layers - shared;
      if (layer.shares_cache && config_.flag("use_double_wide_mlp")) layer.ffn *= 2;
    }
  }

  template <class Get>
  bool alike(Get get) const {
    return std::all_of(layers_.begin(), layers_.end(),
                       [&](const HfLayer& l) { return get(l) == get(layers_.front()); });
  }

  /// Head size of the facts: the model's, or the largest of the layers when a layer's KV heads are no whole number of
  /// it or would be more than its heads. Cache rows then err upwards.
  void choose_head_unit() {
    const double dim = a_.head_dim.value_or(0);
    if (dim <= 0 || row_.mixer == HfMixer::mla) return;
    double largest = dim, largest_value = a_.value_head_dim.value_or(dim);
    bool fits_all = true;
    for (const auto& layer : layers_) {
      const double rows = layer.kv_heads * layer.head_dim / dim;
      fits_all = fits_all && rows == std::floor(rows) && rows <= std::max(a_.heads.value_or(0), 1.0);
      largest = std::max(largest, layer.head_dim);
      largest_value = std::max(largest_value, layer.value_head_dim);
    }
    if (fits_all) return;
    a_.head_dim = {largest, {Origin::Kind::derived, mark("largest of the layers")}};
    a_.value_head_dim = {largest_value, {Origin::Kind::derived, mark("largest of the layers")}};
  }

  /// The facts one a layer. A row of the cache is head size times KV heads: layers with larger heads than the
  /// model's count as that many more of them, so that their bytes come out exactly.
  void publish() {
    const auto attends = [](const HfLayer& l) {
      return !l.shares_cache &&
             (l.keeps == Attention::full || l.keeps == Attention::sliding || l.keeps == Attention::full_recurrent);
    };
    choose_head_unit();
    const double dim = a_.head_dim.value_or(0);
    const auto rows = [&](const HfLayer& l) {
      return attends(l) && dim > 0 ? std::ceil(l.kv_heads * l.head_dim / dim) : 0;
    };
    const auto keeps = [](const HfLayer& l) { return l.shares_cache ? Attention::none : l.keeps; };
    if (!alike(keeps) || keeps(layers_.front()) != Attention::full)
      for (const auto& layer : layers_) a_.attention.push_back(keeps(layer));
    const bool same_rows = std::all_of(layers_.begin(), layers_.end(), [&](const HfLayer& l) {
      return !attends(l) || rows(l) == a_.kv_heads.value_or(-1);
    });
    const bool any = std::any_of(layers_.begin(), layers_.end(), attends);
    if (any && !same_rows) {
      for (const auto& layer : layers_) a_.kv_heads_by_layer.push_back(rows(layer));
      a_.kv_heads = {*std::max_element(a_.kv_heads_by_layer.begin(), a_.kv_heads_by_layer.end()),
                     config_.origin("num_key_value_heads")};
    }
    const auto ffn = [](const HfLayer& l) { return l.ffn; };
    if (!a_.moe && !alike(ffn)) {
      for (const auto& layer : layers_) a_.ffn_size_by_layer.push_back(layer.ffn);
      a_.ffn_size = {*std::max_element(a_.ffn_size_by_layer.begin(), a_.ffn_size_by_layer.end()),
                     config_.origin("intermediate_size")};
    }
    const bool slides = std::find(a_.attention.begin(), a_.attention.end(), Attention::sliding) != a_.attention.end();
    if (slides && a_.window.value_or(0) <= 0) config_.fail(tr("sliding layers without a window"), "sliding_window");
  }

  const HfFields& config_;
  const HfFamily& row_;
  Architecture& a_;
  const ArchitectureRow* arch_;
  std::vector<HfLayer> layers_;
  std::vector<Part> parts_;
};

}  // namespace

std::vector<HfLayer> plan_layers(const HfFields& config, const HfFamily& row, Architecture& a) {
  return Planner(config, row, a).plan();
}

}  // namespace edgefit
