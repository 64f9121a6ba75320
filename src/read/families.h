// What is known about model families: one row of kArchitectures each, named as in GGUF's general.architecture.
// A row tells which layers keep which state, and for some families the shape of every tensor.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "edgefit/model.h"
#include "edgefit/result.h"

namespace edgefit {

/// Which layers keep what, when a file does not say it layer by layer.
enum class LayerPlan : uint8_t {
  full,
  encoder,          ///< no cache at all
  mla,              ///< a latent row a token
  recurrent,        ///< a state in every layer
  full_recurrent,   ///< both in every layer
  sliding_cycle,    ///< of `period` layers the last is full, the others slide
  recurrent_cycle,  ///< of `period` layers the last is full, the others are recurrent
  by_kv_heads,      ///< layers without KV heads are recurrent; those with a feed-forward size of their own keep nothing
};

/// Normalisation of queries and keys: none, a vector a head, or a vector over all heads.
enum class QkNorm : uint8_t { none, head, full };

/// What a layer of a transformer is made of; enough to write down every tensor of the family.
struct LayerShape {
  std::span<const std::string_view> norms;  ///< names of the vectors of `hidden_size` elements
  QkNorm qk_norm = QkNorm::none;
  bool qkv_bias = false, output_bias = false, expert_bias = false;
  bool fused_gate_up = false;  ///< gate and up in one matrix (phi3)
  bool sinks = false;          ///< one attention sink a head (gpt-oss)
};

struct ArchitectureRow {
  std::string_view name;
  LayerPlan plan = LayerPlan::full;
  int period = 0;             ///< of the cycles; a file may state another
  double default_window = 0;  ///< tokens, when a sliding family does not state it; 0 = no sliding layers then
  StateKind state = StateKind::none;
  bool gated_ffn = true;
  bool fused_qkv = false;
  bool head_dim_divides = false;        ///< unstated head size is hidden size / heads, for certain
  bool sized = true;                    ///< the engines' rules hold for it; else it is sized as a plain transformer
  bool embedding_norm_is_last = false;  ///< LFM2 calls its output norm token_embd_norm
  const LayerShape* shape = nullptr;    ///< nothing: tensor shapes of this family are not known yet
};

std::span<const ArchitectureRow> architecture_rows();
/// By GGUF name, by Hugging Face's model_type ("qwen3_moe"), or by a name of the same architecture ("mistral").
const ArchitectureRow* find_architecture(std::string_view name);

/// The cache of each layer by the row's plan; empty when all layers are plain or when facts are missing.
std::vector<Attention> attention_of(const ArchitectureRow& row, const Architecture& a);
/// Turns full layers into sliding ones: layer i slides when i % period < period - 1.
void slide(std::vector<Attention>& layers, int period);
/// Sets what the row knows and the descriptor leaves out: flags, attention, head sizes (origin: derived).
/// With `with_attention` false the attention of the layers is left alone.
void apply_family(Architecture& a, bool with_attention = true);

/// Every tensor of the family by these hyper-parameters, with GGUF's names and order of dimensions; matrices are
/// f16, the rest f32. A Problem when the family's shapes are not known or a size is missing.
Result<std::vector<Tensor>> tensors_of(const Architecture& a);

}  // namespace edgefit
