#include "size/vllm.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "edgefit/size.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr double kVocabPadding = 64;  // DEFAULT_VOCAB_PADDING_SIZE
constexpr double kElement = 2;        // bytes of the model's own type: bf16 or f16
constexpr double kStateElement = 4;   // of a recurrent state; convolutions keep the model's own type
constexpr double kAlmostAlike = 1.5;  // kv_cache_utils.py: groups as large as the largest kind below this ratio

/// Bytes a weight of checkpoints that vLLM loads, scales included. Embeddings, router and norms stay in 16 bits.
struct FormatRow {
  std::string_view precision;
  double bytes;
  bool experts_only;
};
constexpr std::array kFormats = {
    FormatRow{"fp8", 1 + 4.0 / (128 * 128), false},  // a scale for 128 x 128 weights
    FormatRow{"int8", 1 + 4.0 / 4096, false},        // a scale a channel
    FormatRow{"int4", 4.156 / 8, false},             // AWQ, GPTQ: scale and zero point for 128
    FormatRow{"mxfp4", 4.25 / 8, true},              // 8-bit scale for 32: gpt-oss keeps attention in 16 bits
    FormatRow{"nvfp4", 4.5 / 8, false},              // 8-bit scale for 16
};

const FormatRow* format_of(std::string_view precision) {
  const auto row =
      std::find_if(kFormats.begin(), kFormats.end(), [&](const auto& r) { return r.precision == precision; });
  return row == kFormats.end() ? nullptr : &*row;
}

/// "blk.12.attn_k.weight" -> "attn_k.weight"; the whole name outside of layers.
std::string_view part_of(std::string_view name) {
  constexpr std::string_view kLayer = "blk.";
  const size_t at = name.starts_with(kLayer) ? 0 : name.find(kLayer);
  const size_t dot = at == std::string_view::npos ? at : name.find('.', at + kLayer.size());
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

double elements_of(const Tensor& tensor) {
  double n = 1;
  for (const uint64_t size : tensor.shape) n *= static_cast<double>(size);
  return n;
}

bool is_matrix(const Tensor& tensor) {
  return std::count_if(tensor.shape.begin(), tensor.shape.end(), [](uint64_t n) { return n > 1; }) > 1;
}

/// What every rank keeps whole: routers and the first projections of MLA.
bool replicated(std::string_view part) {
  constexpr std::array<std::string_view, 4> kWhole = {"ffn_gate_inp", "attn_kv_a_mqa", "attn_q_a", "exp_probs_b"};
  return std::any_of(kWhole.begin(), kWhole.end(), [part](auto start) { return part.starts_with(start); });
}

bool is_table(std::string_view name) {
  return name == "token_embd.weight" || name == "output.weight";
}

}  // namespace

Vllm::Vllm(const Case& question, const ServerSettings& settings, Given given)
    : case_(question),
      arch_(question.model->architecture),
      settings_(settings),
      server_(question.runtime.profile->server),
      given_(given),
      layers_(static_cast<int>(question.model->weights->layers.size())) {
  // Once for all ranks: a search for ways out makes thousands of bills of some hundred tensors.
  tensors_.layers.resize(static_cast<size_t>(layers_));
  for (const auto& tensor : question.model->tensors) add_tensor(tensor);
}

void Vllm::add_tensor(const Tensor& tensor) {
  const double mine = rank_bytes(tensor);
  const bool tower = tensor.name.starts_with("v.") || tensor.name.starts_with("a.") || tensor.name.starts_with("mm.");
  if (tower) tensors_.doubtful += mine * (settings_.tensor - 1);
  tensors_.output = tensors_.output || tensor.name == "output.weight";
  if (tensor.layer >= layers_) {
    tensors_.doubtful += mine;  // further-token layers are loaded for speculation only
  } else if (tensor.layer >= 0) {
    tensors_.layers[static_cast<size_t>(tensor.layer)] += mine;
  } else {
    (tensor.role == TensorRole::input ? tensors_.first : tensors_.last) += mine;
  }
}

LayerRange Vllm::stage_layers(int stage) const {
  const int stages = settings_.pipeline, each = layers_ / stages, rest = layers_ % stages;
  // get_pp_indices: the remainder goes to the stages before the last, so that first and last stay light.
  const auto count = [&](int s) {
    const bool one_more = s < stages - 1 && s >= stages - 1 - rest;
    return each + (one_more ? 1 : 0);
  };
  LayerRange out;
  for (int s = 0; s < stage; ++s) out.first += count(s);
  out.last = out.first + count(stage);
  return out;
}

/// Of all experts' bytes: dealt out whole, or each cut among the ranks that do not share them.
double Vllm::expert_share() const {
  const double ranks = settings_.expert, tensor = settings_.tensor;
  if (ranks <= 1 || !arch_.moe) return 1 / tensor;
  return std::ceil(arch_.moe->experts / ranks) / arch_.moe->experts * ranks / tensor;
}

/// Bytes that one rank keeps of a tensor.
double Vllm::rank_bytes(const Tensor& tensor) const {
  const std::string_view name = tensor.name, part = part_of(name);
  const bool whole = !is_matrix(tensor) || replicated(part);
  const double tp = settings_.tensor;
  double bytes = static_cast<double>(tensor.bytes);
  if (!case_.model->tensors_stored) {
    const FormatRow* format = format_of(case_.model->precision);
    const bool expert = tensor.role == TensorRole::expert;
    const bool plain = tensor.type == nullptr || tensor.type->block == 1;
    if (format != nullptr && !whole && !is_table(name) && (expert || !format->experts_only)) {
      bytes = elements_of(tensor) * format->bytes * (expert && format->experts_only ? marlin_padding() : 1);
    } else if (format != nullptr || (plain && case_.model->precision != "f32")) {
      bytes = elements_of(tensor) * kElement;
    }
  }
  if (is_table(name)) {
    const double vocabulary = static_cast<double>(tensor.shape[1]);
    return bytes / vocabulary * std::ceil(vocabulary / kVocabPadding) * kVocabPadding / tp;
  }
  if (whole) return bytes;
  if (tensor.role == TensorRole::expert) return bytes * expert_share();
  const double kv_heads = arch_.kv_heads.value_or(0);
  const double kept = kv_heads > 0 ? std::max(1.0, std::floor(kv_heads / tp)) / kv_heads : 1 / tp;
  if (part.starts_with("attn_k.") || part.starts_with("attn_v.")) return bytes * kept;
  if (part.starts_with("attn_qkv.")) {
    const double heads = *arch_.heads, share = heads / (heads + 2 * kv_heads);
    return bytes * (share / tp + (1 - share) * kept);
  }
  return bytes / tp;
}

/// Marlin's kernels take experts of MXFP4 in tiles: rows of a rank to 128, the hidden size to 256 (mxfp4.py).
double Vllm::marlin_padding() const {
  if (!arch_.moe || arch_.moe->expert_ffn_size <= 0) return 1;
  const double cut = std::max(1.0, static_cast<double>(settings_.tensor) / settings_.expert);
  const double rows = arch_.moe->expert_ffn_size / cut, hidden = *arch_.hidden_size;
  return std::ceil(rows / 128) * 128 / rows * std::ceil(hidden / 256) * 256 / hidden;
}

Figure<Bytes> Vllm::weights(int stage) const {
  const LayerRange range = stage_layers(stage);
  const Model& model = *case_.model;
  const bool first = stage == 0, last = stage == settings_.pipeline - 1;
  double layers = 0, tables = 0;
  if (model.tensors.empty()) {
    const WeightTable& table = *model.weights;
    for (int i = range.first; i < range.last; ++i) {
      const BlockWeights& block = table.layers[static_cast<size_t>(i)];
      layers += block.dense / settings_.tensor + block.experts * expert_share();
    }
    tables = (first ? table.input.total() : 0) + (last ? table.output.total() : 0);
    if (format_of(model.precision) != nullptr && arch_.vocab_size && arch_.hidden_size) {
      // Tables stay in 16 bits whatever the mean of the format says.
      const double each = *arch_.vocab_size * *arch_.hidden_size * kElement;
      tables = std::max(tables, each * ((first ? 1 : 0) + (last && !(first && arch_.tied_embeddings) ? 1 : 0)));
    }
    tables /= settings_.tensor;
  }
  for (int i = range.first; i < range.last; ++i) layers += tensors_.layers[static_cast<size_t>(i)];
  // A tied table serves first and last stage.
  if (first || (last && !tensors_.output && arch_.tied_embeddings)) tables += tensors_.first;
  if (last) tables += tensors_.last;
  const auto& origin = model.weight_bytes.origin;
  auto sum = given_(Bytes{std::ceil(layers)}, "rank_layers", origin.kind, origin.text) +
             given_(Bytes{std::ceil(tables)}, "rank_tables", origin.kind, mark("vocabulary padded to 64"));
  const double rotary = arch_.mla ? arch_.mla->rope_head_dim : arch_.head_dim.value_or(0);
  if (arch_.max_context && rotary > 0) {
    // One table of sines and cosines for every position, whole on each rank.
    sum = sum + (given_(arch_.max_context, "max_context") *
                 given_(Bytes{rotary * kElement}, "rotary_row", Origin::Kind::derived, mark("head size x 2 bytes")))
                    .named("rope_cache", "vllm.rope_cache");
  }
  return sum.named("weights", "vllm.weights");
}

double Vllm::doubtful_weights() const {
  double out = tensors_.doubtful;
  if (case_.runtime.profile->rules == EngineRules::tensorrt_llm && arch_.vocab_size && arch_.hidden_size) {
    // Its tables are cut for some families and whole on each rank for others.
    out += 2 * *arch_.vocab_size * *arch_.hidden_size * kElement * (1 - 1.0 / settings_.tensor);
  }
  return out;
}

double Vllm::cache_element() const {
  if (case_.workload.kv_type->starts_with("fp8")) return 1;
  return *case_.workload.kv_type == "f32" ? 4 : kElement;
}

/// The convolution's tail and the state of one recurrent layer, on one rank.
double Vllm::state_bytes() const {
  if (!arch_.ssm) return 0;
  const Ssm& s = *arch_.ssm;
  const double tail = std::max(0.0, s.conv - 1);
  const bool pairs = arch_.state == StateKind::mamba2 || arch_.state == StateKind::delta_net;
  const double mixed = s.inner + (pairs ? 2 * s.groups * s.state : 0);
  const double state = arch_.state == StateKind::short_conv ? 0 : s.inner * s.state;
  return (mixed * tail * kElement + state * kStateElement) / settings_.tensor;
}

/// Bytes of a token in a layer of MLA: the latent and rotary part, and the keys of sparse attention's indexer with
/// their scales (GLM-5 in a log: 78 x (1152 + 132) B a token). In 8 bits FlashMLA keeps 656 B with scales.
double Vllm::latent_row(int layer) const {
  constexpr double kScale = 4, kPackedSparse = 656;
  double keys = 0;
  bool sparse = false;
  for (const auto& tensor : case_.model->tensors) {
    if (part_of(tensor.name) != "indexer.attn_k.weight") continue;
    sparse = true;
    if (tensor.layer == layer) keys = static_cast<double>(tensor.shape[1]) + kScale;
  }
  const double latent = (arch_.mla->kv_lora_rank + arch_.mla->rope_head_dim) * cache_element();
  return (sparse && cache_element() < kElement ? std::max(latent, kPackedSparse) : latent) + keys;
}

std::vector<Vllm::Kind> Vllm::kinds_of(LayerRange range) const {
  std::vector<Kind> out;
  const auto add = [&out](Attention attention, double bytes, double state) {
    const auto same = std::find_if(out.begin(), out.end(), [&](const Kind& k) {
      // Layers of MLA differ by their indexers only: one group whose pages add up.
      const bool alike = k.bytes_a_token == bytes && k.state_bytes == state;
      return k.attention == attention && (alike || attention == Attention::mla);
    });
    if (same != out.end()) {
      same->bytes_a_token += (bytes - same->bytes_a_token) / (same->layers + 1);
      same->layers += 1;
    } else {
      out.push_back({attention, bytes, state, 1});
    }
  };
  const double state = state_bytes();
  for (int layer = range.first; layer < range.last; ++layer) {
    const auto at = static_cast<size_t>(layer);
    const Attention stated = at < arch_.attention.size() ? arch_.attention[at] : Attention::full;
    const bool whole = stated == Attention::sliding && server_.sliding_saved == 0;
    const Attention kind = whole ? Attention::full : stated;
    const double heads = at < arch_.kv_heads_by_layer.size() ? arch_.kv_heads_by_layer[at] : *arch_.kv_heads;
    const double rank_heads = heads > 0 ? std::max(1.0, std::floor(heads / settings_.tensor)) : 0;
    const double row =
        rank_heads * (*arch_.head_dim + arch_.value_head_dim.value_or(*arch_.head_dim)) * cache_element();
    if (kind == Attention::mla) {
      add(Attention::mla, latent_row(layer), 0);
    } else if (kind == Attention::full || kind == Attention::sliding) {
      if (row > 0) add(kind, row, 0);
    } else if (kind == Attention::full_recurrent) {
      add(Attention::full, row, 0);
      add(Attention::recurrent, 0, state);
    } else if (kind == Attention::recurrent) {
      add(Attention::recurrent, 0, state);
    }
  }
  return out;
}

Vllm::Pages Vllm::pages_of(LayerRange range) const {
  Pages out;
  out.kinds = kinds_of(range);
  out.block = server_.block;
  double widest = 0, state = 0, fewest = 0, most = 0;
  for (const Kind& kind : out.kinds) {
    widest = std::max(widest, kind.bytes_a_token);
    state = std::max(state, kind.state_bytes);
    fewest = fewest == 0 ? kind.layers : std::min(fewest, kind.layers);
    most = std::max(most, kind.layers);
    if (kind.attention == Attention::mla) out.block = server_.latent_block;
  }
  // Pages of attention grow until a recurrent state fits into one.
  if (state > 0 && widest > 0) out.block = server_.block * std::max(1.0, std::ceil(state / (server_.block * widest)));
  out.page = widest > 0 ? out.block * widest : state;
  out.group = most < kAlmostAlike * fewest ? most : fewest;
  return out;
}

double Vllm::request_blocks(const Pages& pages, double tokens) const {
  double sum = 0;
  for (const Kind& kind : pages.kinds) {
    const double groups = std::ceil(kind.layers / pages.group);
    double blocks = 1;  // a state
    if (kind.attention != Attention::recurrent) {
      // A narrower kind has more tokens in a page of the same size.
      const double block = std::max(1.0, std::floor(pages.page / kind.bytes_a_token));
      blocks = std::ceil(tokens / block);
      if (kind.attention == Attention::sliding) {
        const double live = std::min(arch_.window.value_or(tokens) - 1 + settings_.batched_tokens, tokens);
        blocks = std::ceil(live / block) + 1;
      }
    }
    sum += groups * blocks;
  }
  return sum;
}

double Vllm::request_bytes(int stage, double tokens) const {
  const Pages pages = pages_of(stage_layers(stage));
  return pages.group * pages.page * request_blocks(pages, tokens);
}

Figure<Bytes> Vllm::kv_cache(int stage) const {
  const Pages pages = pages_of(stage_layers(stage));
  const auto derived = Origin::Kind::derived;
  const auto page = given_(Bytes{pages.page}, "page", derived, mark("tokens of a block x bytes a token and layer")) *
                    given_(pages.group, "layers_a_group", derived, mark("fewest layers of a kind"));
  const auto blocks = given_(request_blocks(pages, *case_.workload.context), "blocks_a_request", derived,
                             mark("of all groups, at the full context"));
  return (given_(case_.workload.sequences, "sequences") * blocks * page).named("kv_cache", "vllm.kv");
}

BytesRange Vllm::activations() const {
  constexpr double kLow = 0.9, kHigh = 1.10, kUnseen = 0.1 * kGiB;  // logs: 0.93 to 1.0 of the rule
  const double tp = settings_.tensor;
  const double rows = std::min(settings_.max_requests, settings_.batched_tokens);
  const auto derived = Origin::Kind::derived;
  const auto logits =
      given_(rows, "max_num_seqs", derived, mark("the server's default for this card, or as set")) *
      given_(*arch_.vocab_size, "vocab_size", arch_.vocab_size.origin.kind, arch_.vocab_size.origin.text) *
      Figure<Bytes>(Bytes{4});
  const auto sampler =
      (given_(server_.sampler_typical, "copies", Origin::Kind::catalog, mark("runtime profile")) * logits)
          .named("sampler", "vllm.sampler");
  // Experts that are dealt out whole meet their share of the tokens on the mean, all of them at worst.
  const auto width_of = [&](double cut) {
    if (!arch_.moe) return 3 * *arch_.ffn_size / tp + 4 * *arch_.hidden_size;
    return arch_.moe->experts_used * (3 * arch_.moe->expert_ffn_size / cut + *arch_.hidden_size) +
           4 * *arch_.hidden_size;
  };
  const auto forward =
      (given_(settings_.batched_tokens, "max_num_batched_tokens", derived, mark("the server's default for this card")) *
       given_(Bytes{width_of(tp) * kElement}, "row", derived, mark("live activations of a token")))
          .named("forward", "vllm.forward");
  const auto value = max(sampler, forward).named("activations", "vllm.activations");
  const double least = std::max(server_.sampler_low * logits.value, forward.value) * kLow;
  const double widest = settings_.batched_tokens * width_of(settings_.expert > 1 ? 1 : tp) * kElement;
  const double most = std::max({server_.sampler_high * logits.value, widest, value.value});
  return {value, Bytes{std::min(least, value.value)}, Bytes{most * kHigh + kUnseen}};
}

BytesRange Vllm::overhead(double beside) const {
  // Kernels that exchange tokens among experts: 1.6 and 2.4 GiB in two logs.
  constexpr double kExchangeTypical = 1.6 * kGiB, kExchangeHigh = 2.4 * kGiB;
  const ServerProfile& s = server_;
  const bool several = settings_.tensor * settings_.pipeline > 1;
  double low = several ? s.several_low : s.outside_low, high = several ? s.several_high : s.outside_high;
  double typical = several ? s.several_typical : s.outside_typical;
  if (settings_.expert > 1) {
    typical = std::max(typical, kExchangeTypical);
    high = std::max(high, kExchangeHigh);
  }
  const auto graphs = [&](double bytes) { return settings_.eager ? 0 : std::max(0.0, bytes - beside); };
  const auto catalog = Origin::Kind::catalog;
  const auto value =
      given_(Bytes{typical}, "outside_torch", catalog, mark("start-up logs")) +
      given_(Bytes{graphs(s.graphs_typical)}, "cuda_graphs", catalog, mark("beyond the room beside the share"));
  low += graphs(s.graphs_low);
  high += graphs(s.graphs_high);
  return {value.named("runtime", "vllm.overhead"), Bytes{low}, Bytes{high}};
}

}  // namespace edgefit
