#include "size/vllm.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "edgefit/size.h"

namespace edgefit {
namespace {

constexpr double kVocabPadding = 64;  // DEFAULT_VOCAB_PADDING_SIZE
constexpr double kBlock = 16;         // cache_config.block_size on CUDA
constexpr double kLatentBlock = 64;   // FlashMLA
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

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
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
bool replicated(std::string_view name) {
  constexpr std::array kWhole = {"ffn_gate_inp", "attn_kv_a_mqa", "attn_q_a", "exp_probs_b"};
  return std::any_of(kWhole.begin(), kWhole.end(), [name](const char* part) { return contains(name, part); });
}

bool is_table(std::string_view name) {
  return name == "token_embd.weight" || name == "output.weight";
}

}  // namespace

Vllm::Vllm(const Case& question, const ServerSettings& settings, Given given)
    : case_(question),
      arch_(question.model->architecture),
      settings_(settings),
      given_(given),
      layers_(static_cast<int>(question.model->weights->layers.size())) {}

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

/// Bytes that one rank keeps of a tensor.
double Vllm::rank_bytes(const Tensor& tensor) const {
  const std::string_view name = tensor.name;
  const double tp = settings_.tensor;
  double bytes = static_cast<double>(tensor.bytes);
  if (!case_.model->tensors_stored) {
    const FormatRow* format = format_of(case_.model->precision);
    const bool expert = tensor.role == TensorRole::expert;
    const bool wide = is_table(name) || !is_matrix(tensor) || replicated(name);
    const bool plain = tensor.type == nullptr || tensor.type->block == 1;
    if (format != nullptr && !wide && (expert || !format->experts_only)) {
      bytes = elements_of(tensor) * format->bytes * (expert && format->experts_only ? marlin_padding() : 1);
    } else if (format != nullptr || (plain && case_.model->precision != "f32")) {
      bytes = elements_of(tensor) * kElement;
    }
  }
  if (is_table(name)) {
    const double vocabulary = static_cast<double>(tensor.shape[1]);
    return bytes / vocabulary * std::ceil(vocabulary / kVocabPadding) * kVocabPadding / tp;
  }
  if (!is_matrix(tensor) || replicated(name)) return bytes;
  const double kv_heads = arch_.kv_heads.value_or(0);
  const double kept = kv_heads > 0 ? std::max(1.0, std::floor(kv_heads / tp)) / kv_heads : 1 / tp;
  if (contains(name, "attn_k.") || contains(name, "attn_v.")) return bytes * kept;
  if (contains(name, "attn_qkv.")) {
    const double heads = *arch_.heads, share = heads / (heads + 2 * kv_heads);
    return bytes * (share / tp + (1 - share) * kept);
  }
  return bytes / tp;
}

/// Marlin's kernels take experts of MXFP4 in tiles: rows of a rank to 128, the hidden size to 256 (mxfp4.py).
double Vllm::marlin_padding() const {
  if (!arch_.moe || arch_.moe->expert_ffn_size <= 0) return 1;
  const double rows = arch_.moe->expert_ffn_size / settings_.tensor, hidden = *arch_.hidden_size;
  return std::ceil(rows / 128) * 128 / rows * std::ceil(hidden / 256) * 256 / hidden;
}

Figure<Bytes> Vllm::weights(int stage) const {
  const LayerRange range = stage_layers(stage);
  const Model& model = *case_.model;
  const bool first = stage == 0, last = stage == settings_.pipeline - 1;
  double layers = 0, tables = 0;
  if (model.tensors.empty()) {
    const WeightTable& table = *model.weights;
    for (int i = range.first; i < range.last; ++i) layers += table.layers[static_cast<size_t>(i)].total();
    tables = (first ? table.input.total() : 0) + (last ? table.output.total() : 0);
    if (format_of(model.precision) != nullptr && arch_.vocab_size && arch_.hidden_size) {
      // Tables stay in 16 bits whatever the mean of the format says.
      const double each = *arch_.vocab_size * *arch_.hidden_size * kElement;
      tables = std::max(tables, each * ((first ? 1 : 0) + (last && !(first && arch_.tied_embeddings) ? 1 : 0)));
    }
    layers /= settings_.tensor;
    tables /= settings_.tensor;
  }
  bool output = false;
  for (const auto& tensor : model.tensors) output = output || tensor.name == "output.weight";
  for (const auto& tensor : model.tensors) {
    if (tensor.layer >= layers_) continue;  // further-token layers are loaded for speculation only
    if (tensor.layer >= 0) {
      if (tensor.layer >= range.first && tensor.layer < range.last) layers += rank_bytes(tensor);
      continue;
    }
    // A tied table serves first and last stage.
    const bool input = tensor.role == TensorRole::input;
    if ((input && (first || (last && !output && arch_.tied_embeddings))) || (!input && last))
      tables += rank_bytes(tensor);
  }
  const auto& origin = model.weight_bytes.origin;
  auto sum = given_(Bytes{std::ceil(layers)}, "rank_layers", origin.kind, origin.text) +
             given_(Bytes{std::ceil(tables)}, "rank_tables", origin.kind, "vocabulary padded to 64");
  const double rotary = arch_.mla ? arch_.mla->rope_head_dim : arch_.head_dim.value_or(0);
  if (arch_.max_context && rotary > 0) {
    // One table of sines and cosines for every position, whole on each rank.
    sum = sum + (given_(arch_.max_context, "max_context") *
                 given_(Bytes{rotary * kElement}, "rotary_row", Origin::Kind::derived, "head size x 2 bytes"))
                    .named("rope_cache", "vllm.rope_cache");
  }
  return sum.named("weights", "vllm.weights");
}

double Vllm::doubtful_weights() const {
  double out = 0;
  for (const auto& tensor : case_.model->tensors) {
    const bool tower = tensor.name.starts_with("v.") || tensor.name.starts_with("a.") || tensor.name.starts_with("mm.");
    const double mine = rank_bytes(tensor);
    if (tower) out += mine * (settings_.tensor - 1);
    if (tensor.layer >= layers_) out += mine;
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

std::vector<Vllm::Kind> Vllm::kinds_of(LayerRange range) const {
  std::vector<Kind> out;
  const auto add = [&out](Attention attention, double bytes, double state) {
    const auto same = std::find_if(out.begin(), out.end(), [&](const Kind& k) {
      return k.attention == attention && k.bytes_a_token == bytes && k.state_bytes == state;
    });
    if (same != out.end()) {
      same->layers += 1;
    } else {
      out.push_back({attention, bytes, state, 1});
    }
  };
  const double state = state_bytes();
  for (int layer = range.first; layer < range.last; ++layer) {
    const auto at = static_cast<size_t>(layer);
    const Attention kind = at < arch_.attention.size() ? arch_.attention[at] : Attention::full;
    const double heads = at < arch_.kv_heads_by_layer.size() ? arch_.kv_heads_by_layer[at] : *arch_.kv_heads;
    const double rank_heads = heads > 0 ? std::max(1.0, std::floor(heads / settings_.tensor)) : 0;
    const double row =
        rank_heads * (*arch_.head_dim + arch_.value_head_dim.value_or(*arch_.head_dim)) * cache_element();
    if (kind == Attention::mla) {
      add(Attention::mla, (arch_.mla->kv_lora_rank + arch_.mla->rope_head_dim) * cache_element(), 0);
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
  double widest = 0, state = 0, fewest = 0, most = 0;
  for (const Kind& kind : out.kinds) {
    widest = std::max(widest, kind.bytes_a_token);
    state = std::max(state, kind.state_bytes);
    fewest = fewest == 0 ? kind.layers : std::min(fewest, kind.layers);
    most = std::max(most, kind.layers);
    if (kind.attention == Attention::mla) out.block = kLatentBlock;
  }
  // Pages of attention grow until a recurrent state fits into one.
  if (state > 0 && widest > 0) out.block = kBlock * std::max(1.0, std::ceil(state / (kBlock * widest)));
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
  const auto page = given_(Bytes{pages.page}, "page", derived, "tokens of a block x bytes a token and layer") *
                    given_(pages.group, "layers_a_group", derived, "fewest layers of a kind");
  const auto blocks = given_(request_blocks(pages, *case_.workload.context), "blocks_a_request", derived,
                             "of all groups, at the full context");
  return (given_(case_.workload.sequences, "sequences") * blocks * page).named("kv_cache", "vllm.kv");
}

BytesRange Vllm::activations() const {
  // PR 33538 (2026-02): Triton kernels keep four copies of the logits in f32; FlashInfer's sampler one or two.
  constexpr double kSampler = 4.05, kSamplerLow = 1, kLow = 0.95, kHigh = 1.10, kUnseen = 0.1 * kGiB;
  const double tp = settings_.tensor;
  const double rows = std::min(settings_.max_requests, settings_.batched_tokens);
  const auto derived = Origin::Kind::derived;
  const auto logits =
      given_(rows, "max_num_seqs", derived, "vLLM's default for this card, or as set") *
      given_(*arch_.vocab_size, "vocab_size", arch_.vocab_size.origin.kind, arch_.vocab_size.origin.text) *
      Figure<Bytes>(Bytes{4});
  const auto sampler = (kSampler * logits).named("sampler", "vllm.sampler");
  double width = 3 * *arch_.ffn_size / tp + 4 * *arch_.hidden_size;
  if (arch_.moe) {
    width =
        arch_.moe->experts_used * (3 * arch_.moe->expert_ffn_size / tp + *arch_.hidden_size) + 4 * *arch_.hidden_size;
  }
  const auto forward =
      (given_(settings_.batched_tokens, "max_num_batched_tokens", derived, "vLLM's default for this card") *
       given_(Bytes{width * kElement}, "row", derived, "live activations of a token"))
          .named("forward", "vllm.forward");
  const auto value = max(sampler, forward).named("activations", "vllm.activations");
  const double least = std::max(kSamplerLow * logits.value, forward.value) * kLow;
  return {value, Bytes{std::min(least, value.value)}, Bytes{value.value * kHigh + kUnseen}};
}

BytesRange Vllm::overhead() const {
  // GiB seen in start-up logs: growth outside PyTorch on one card and on several; captured graphs.
  struct Seen {
    double low, typical, high;
  };
  constexpr Seen kOne{0.02, 0.07, 0.35}, kSeveral{0.07, 0.6, 1.6}, kGraphs{0.1, 0.5, 2.4};
  const Seen& seen = settings_.tensor * settings_.pipeline > 1 ? kSeveral : kOne;
  const auto catalog = Origin::Kind::catalog;
  const auto value = given_(gib(seen.typical), "outside_torch", catalog, "start-up logs") +
                     given_(gib(kGraphs.typical), "cuda_graphs", catalog, "start-up logs");
  return {value.named("runtime", "vllm.overhead"), gib(seen.low + kGraphs.low), gib(seen.high + kGraphs.high)};
}

}  // namespace edgefit
