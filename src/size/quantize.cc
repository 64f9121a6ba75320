#include "size/quantize.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace edgefit {
namespace {

/// The part of a tensor's name after "blk.N.".
std::string_view short_name(std::string_view name) {
  if (name.substr(0, 4) != "blk.") return name;
  const size_t dot = name.find('.', 4);
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

/// llama-quantize spends more bits on the first and last eighth of the layers and on every third between.
bool gets_more_bits(int index, int count) {
  return index < count / 8 || index >= 7 * count / 8 || (index - count / 8) % 3 == 2;
}

/// How a mixed precision treats the parts of a layer. Empty = the base type.
struct Mix {
  std::string_view precision;
  std::string_view output;             ///< output matrix, or the embedding that serves as one
  std::string_view value_more, value;  ///< attn_v where more bits go, elsewhere
  std::string_view down_more, down;    ///< ffn_down likewise
  std::string_view attention_output, fused_qkv;
};

// llama_tensor_get_type in llama.cpp's llama-quant.cpp (2026), no importance matrix.
constexpr std::array kMixes = {
    Mix{"q2_k", "q6_k", "q3_k", "q3_k", "q3_k", "q3_k", "q3_k", "q3_k"},
    Mix{"q3_k_s", "q6_k", "", "", "", "", "", ""},
    Mix{"q3_k_m", "q6_k", "q5_k", "q4_k", "q5_k", "q4_k", "q4_k", "q4_k"},
    Mix{"q3_k_l", "q6_k", "q5_k", "q5_k", "q5_k", "q5_k", "q5_k", "q4_k"},
    Mix{"q4_k_s", "q6_k", "q5_k", "", "q5_k", "", "", ""},
    Mix{"q4_k_m", "q6_k", "q6_k", "", "q6_k", "", "", "q5_k"},
    Mix{"q5_k_s", "q6_k", "", "", "", "", "", ""},
    Mix{"q5_k_m", "q6_k", "q6_k", "", "q6_k", "", "", "q6_k"},
};

const Mix* find_mix(std::string_view precision) {
  for (const auto& mix : kMixes) {
    if (mix.precision == precision) return &mix;
  }
  return nullptr;
}

/// The type that takes a row of this length when the wanted block does not divide it.
std::string_view fallback(std::string_view type, uint64_t row) {
  const GgmlType* wanted = find_ggml_type(type);
  if (wanted == nullptr || row % wanted->block == 0) return type;
  if (row % 32 != 0) return "f16";
  if (type == "q4_k" || type == "iq4_xs") return type == "q4_k" ? "q5_0" : "iq4_nl";
  if (type == "q5_k") return "q5_1";
  if (type == "q6_k") return "q8_0";
  if (type == "q2_k" || type == "q3_k" || type.substr(0, 2) == "iq") return "iq4_nl";
  return row % 32 == 0 ? "q8_0" : "f16";
}

bool stays_f32(const Tensor& tensor, std::string_view part) {
  const auto dims = std::count_if(tensor.shape.begin(), tensor.shape.end(), [](uint64_t n) { return n > 1; });
  return dims <= 1 || part == "ffn_gate_inp.weight" || part.find("ssm_conv1d") != std::string_view::npos ||
         part.find("shortconv.conv") != std::string_view::npos || part.find("ssm_a") == 0 || part.find("ssm_d") == 0 ||
         part.find("ssm_norm") == 0 || part.find(".bias") != std::string_view::npos || part == "position_embd.weight" ||
         part == "token_types.weight";
}

class Quantiser {
 public:
  Quantiser(const std::vector<Tensor>& tensors, const Precision& precision, const QuantiseContext& context)
      : precision_(precision), context_(context), mix_(find_mix(precision.name)) {
    for (const auto& tensor : tensors) {
      has_output_ = has_output_ || tensor.name == "output.weight";
      const auto part = short_name(tensor.name);
      if (part == "attn_v.weight" || part == "attn_qkv.weight" || part == "attn_kv_b.weight") ++value_count_;
    }
    is_70b_ = context.family == "llama" && context.layers == 80 && context.heads != context.kv_heads;
  }

  std::string_view type_of(const Tensor& tensor) {
    const auto part = short_name(tensor.name);
    const std::string_view base = precision_.base_type;
    if (stays_f32(tensor, part)) return "f32";
    const GgmlType* base_type = find_ggml_type(base);
    if (base_type == nullptr || base_type->block == 1) return base;
    if (base == "mxfp4") return part.find("_exps.weight") != std::string_view::npos ? base : "q8_0";
    return fallback(wanted(tensor, part), tensor.shape[0]);
  }

 private:
  std::string_view wanted(const Tensor& tensor, std::string_view part) {
    const std::string_view base = precision_.base_type;
    if (part == "output.weight" || (part == "token_embd.weight" && !has_output_)) {
      return base == "q8_0" || tensor.shape[0] % 256 != 0 ? "q8_0" : "q6_k";
    }
    const bool eight_experts = context_.experts == 8;
    if (part == "attn_v.weight") {
      const bool more = gets_more_bits(value_index_++, value_count_);
      if (eight_experts && base != "q8_0") return "q8_0";
      return pick(mix_ == nullptr ? "" : value_type(more));
    }
    if (part == "attn_k.weight" && eight_experts) return "q8_0";
    if (mix_ == nullptr) return base;
    if (part == "ffn_down.weight" || part == "ffn_down_exps.weight" || part == "ffn_down_shexp.weight") {
      const int index = context_.experts > 1 ? tensor.layer : down_index_;
      ++down_index_;
      return pick(gets_more_bits(index, context_.layers) ? mix_->down_more : mix_->down);
    }
    if (part == "attn_output.weight") return eight_experts ? "q5_k" : pick(mix_->attention_output);
    if (part == "attn_qkv.weight") return pick(mix_->fused_qkv);
    return base;
  }

  std::string_view value_type(bool more) const {
    if (more && !mix_->value_more.empty()) return mix_->value_more;
    if (is_70b_ && mix_->precision.substr(0, 2) == "q4") return "q5_k";
    return mix_->value;
  }
  std::string_view pick(std::string_view type) const { return type.empty() ? precision_.base_type : type; }

  const Precision& precision_;
  const QuantiseContext& context_;
  const Mix* mix_;
  bool has_output_ = false;
  bool is_70b_ = false;
  int value_count_ = 0, value_index_ = 0, down_index_ = 0;
};

}  // namespace

void quantise(std::vector<Tensor>& tensors, const Precision& precision, const QuantiseContext& context) {
  Quantiser quantiser(tensors, precision, context);
  for (auto& tensor : tensors) {
    const std::string_view name = quantiser.type_of(tensor);
    double elements = 1;
    for (const uint64_t n : tensor.shape) elements *= static_cast<double>(n);
    const GgmlType* type = find_ggml_type(name);
    tensor.type = type;
    // A precision without a ggml type (fp8) still has a size.
    tensor.bytes =
        static_cast<uint64_t>(type != nullptr ? row_bytes(*type, elements) : elements * precision.bytes_per_weight);
  }
}

}  // namespace edgefit
