// Number formats of weights and caches: ggml's block types and the open vocabulary of descriptors.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace edgefit {

/// A storage type of ggml: `block` elements take `bytes` bytes. ids as in GGUF tensor infos.
struct GgmlType {
  uint32_t id;
  std::string_view name;  ///< lower case: "q4_k", "f16"
  uint32_t block;
  uint32_t bytes;
};

/// Every ggml type that a GGUF file may name. Source: ggml.h and ggml-quants of llama.cpp v0.5.0.
std::span<const GgmlType> ggml_types();
const GgmlType* find_ggml_type(uint32_t id);
/// Case-insensitive.
const GgmlType* find_ggml_type(std::string_view name);
/// Bytes of one row of `elements`; fractions of a block never occur in valid tensors.
constexpr double row_bytes(const GgmlType& type, double elements) {
  return elements / type.block * type.bytes;
}

/// A precision as people name it: "fp16", "Q4_K_M", "int4", "mxfp4". `bytes_per_weight` is the mean over the
/// matrices of a transformer, blocks and scales included.
struct Precision {
  std::string_view name;  ///< canonical: "f16", "q4_k_m", "int4"
  double bytes_per_weight;
  std::string_view base_type;  ///< ggml type of most matrices; empty when ggml has none
  int quality;                 ///< rank among precisions, higher keeps more: f32 100 ... iq1_s 10
  std::string_view source;
  /// Published rise of perplexity over f16 in percent, of Llama-3-8B: a fact about one model, the order of size for
  /// others (small models lose more, large ones less). Nothing where no measurement was published.
  std::optional<double> perplexity_percent = {};
};

std::span<const Precision> precisions();
/// Case-insensitive, aliases included ("fp16" = "f16" = "float16").
const Precision* find_precision(std::string_view name);
/// Bytes a weight from the digits in a name without a row ("w4a16", "my-4bit"); nothing when it has none.
std::optional<double> bytes_from_name(std::string_view name);

}  // namespace edgefit
