// What a model descriptor or a model file says: the "what" of the question. Facts keep their origin;
// sizes that a file does not say stay unknown here and are derived in size/.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/fact.h"
#include "edgefit/precision.h"
#include "edgefit/units.h"
#include "edgefit/workload.h"

namespace edgefit {

enum class Task {
  text_generation,
  embedding,
  reranking,
  image_classification,
  object_detection,
  speech_to_text,
  image_generation,
  other
};

/// What a layer keeps between tokens.
enum class Attention : uint8_t {
  full,            ///< a K and a V row a token, whole context
  sliding,         ///< the same, last `window` tokens only
  mla,             ///< one latent row a token (DeepSeek)
  recurrent,       ///< a state of fixed size (Mamba, gated delta net, short convolution)
  full_recurrent,  ///< both (Falcon-H1)
  none,            ///< feed-forward only, or an encoder layer
};

/// How a layer's state is laid out; decides recurrent state bytes and compute terms.
enum class StateKind : uint8_t { none, mamba1, mamba2, delta_net, short_conv, rwkv };

struct Mla {
  double kv_lora_rank = 0, rope_head_dim = 0, nope_head_dim = 0, q_lora_rank = 0;
};
struct Moe {
  double experts = 0, experts_used = 0, expert_ffn_size = 0, shared_ffn_size = 0, dense_layers = 0;
};
struct Ssm {
  double inner = 0, state = 0, conv = 0, groups = 1, heads = 0;
};

/// Hyper-parameters of a transformer or one of its relatives. Unstated ones are unknown;
/// `size/` derives them and says so.
struct Architecture {
  std::string family;  ///< a row of kArchitectures ("llama"), another name, or empty = generic transformer
  bool family_known = false;
  Fact<double> layers, hidden_size, heads, kv_heads, head_dim, value_head_dim, ffn_size, vocab_size, max_context;
  std::vector<double> kv_heads_by_layer;  ///< empty, or one entry a layer
  std::vector<double> ffn_size_by_layer;  ///< empty, or one entry a layer
  std::vector<Attention> attention;       ///< empty = full everywhere, else one entry a layer
  Fact<double> window;                    ///< tokens, for sliding layers
  Fact<double> kv_layers;                 ///< layers with a growing cache when no pattern is known
  std::optional<Mla> mla;
  std::optional<Moe> moe;
  std::optional<Ssm> ssm;
  StateKind state = StateKind::none;
  bool tied_embeddings = false;
  bool gated_ffn = true;   ///< gate and up matrices (SwiGLU), else a plain MLP
  bool fused_qkv = false;  ///< one matrix for Q, K and V: fewer live activations
  bool causal = true;      ///< false for encoders (BERT, ViT): no KV cache
  double mtp_layers = 0;   ///< next-token-prediction layers in the file that llama.cpp does not load
};

enum class TensorRole : uint8_t { input, output, layer, expert, other };

/// One tensor of the model: `shape[0]` is the row length, as in GGUF.
struct Tensor {
  std::string name;
  const GgmlType* type = nullptr;  ///< nothing when the format is not ggml's; then `bytes` alone counts
  std::array<uint64_t, 4> shape{1, 1, 1, 1};
  uint64_t bytes = 0;
  TensorRole role = TensorRole::other;
  int32_t layer = -1;  ///< from `layers` on: next-token-prediction layers, which llama.cpp does not load
};

/// Bytes of one block of the model as placement needs them. `experts` is part of neither `dense` nor `largest_dense`.
struct BlockWeights {
  double dense = 0, experts = 0;                 ///< as stored
  double largest_dense = 0, largest_expert = 0;  ///< the largest single tensor
  double cuda_padding = 0, cuda_padding_experts = 0;
  double repack = 0, repack_experts = 0;  ///< bytes the CPU backend would keep a second time, repacked
  double total() const { return dense + experts; }
};

/// The bytes of a model by the places that an engine puts them. The sum of blocks is `total`.
struct WeightTable {
  BlockWeights input;   ///< token, position and type embeddings: host memory
  BlockWeights output;  ///< output norm and matrix (none when tied)
  std::vector<BlockWeights> layers;
  double tied_copy = 0, tied_copy_cuda_padding = 0;  ///< embedding bytes that serve as output matrix, 0 if not tied
  double not_loaded = 0;                             ///< in the file, left there by the engine (MTP layers)
  bool exact = false;                                ///< from tensors of a file or of a known family, not from a mean
  double total() const;                              ///< bytes of all places, those that are not loaded too
};

/// What a projector file (mmproj) says of the encoder that turns images or sound into tokens of the model beside it.
struct Encoder {
  std::string projector;  ///< how tokens are made of patches: "gemma3", "qwen2.5vl_merger"
  bool images = false, sound = false;
  double hidden_size = 0, ffn_size = 0;
  bool gated_ffn = false;
  double image_size = 0, patch_size = 0;  ///< pixels a side; image_size 0 = the file states none
  double merge = 1;                       ///< patches a side that become one token
  double max_pixels = 0;                  ///< of the largest image, when the file says
  double output_size = 0;                 ///< elements of a token
  double kept_layers = 0;                 ///< layers whose result is an output beside the last one's
  bool windows = false;                   ///< most layers attend within windows, by a mask over all patches
};

struct Requirements {
  enum class Gpu { not_needed, optional, required };
  Gpu gpu = Gpu::optional;
  std::vector<std::string> gpu_features, apis, cpu_features, os;
  std::optional<double> min_compute_capability;  ///< 8.0; 8.9
  std::optional<Bytes> min_vram, min_ram, min_disk;
  std::string min_driver;
};

struct Lifecycle {
  std::string source_url, revision, license, sha256, released, owner, next_review;
};

/// The other numbers that are called "parameters". `Model::parameters` are the unique trained weights: tied matrices
/// once, no buffers, no scales, eight 4-bit weights in an I32 as eight. Source: safetensors headers or the config.
struct ParameterCounts {
  Fact<double> stored;       ///< weights in the checkpoint: a tied matrix that was saved anyway counts again
  Fact<double> with_scales;  ///< stored, and the scales and zero points of quantised weights
  Fact<double> elements;     ///< elements of the storage: several packed weights count as one
  Fact<double> backbone;     ///< the layers alone: no embeddings, heads, image towers, further-token layers
};

/// What one run of a network asks beside its operations and live activations, for engines that work node by node.
struct NetworkCost {
  Fact<double> nodes;                    ///< run each time: what is computed once, while loading, is left out
  Fact<double> integer_flops;            ///< of flops_per_inference, products of 8-bit numbers
  Fact<Bytes> moved_bytes;               ///< read and written by all nodes, weights included
  Fact<Bytes> convolution_weight_bytes;  ///< of weight_bytes, those of convolutions
  Fact<Bytes> largest_weight_bytes;      ///< of the largest tensor that no convolution reads
  Fact<Bytes> workspace_bytes;           ///< the largest unfolded input of an 8-bit convolution
};

/// The answer of every reader.
struct Model {
  std::string name;
  std::string source;  ///< path as the user gave it
  std::string format;  ///< row of kFormats: "gguf", "model.json"
  Task task = Task::text_generation;
  Fact<double> parameters, active_parameters, input_embedding_parameters;
  ParameterCounts counts;
  std::string precision;     ///< as named; "mixed" when a file has none
  Fact<Bytes> weight_bytes;  ///< tensor data as stored
  Fact<Bytes> file_bytes;    ///< on disk, all parts
  Architecture architecture;
  std::vector<Tensor> tensors;         ///< empty when the descriptor has none
  std::optional<Encoder> encoder;      ///< of a projector file
  bool tensors_stored = false;         ///< types and bytes are as the file has them; else shapes of a family, and
                                       ///< the precision decides the types (matrices come as f16, the rest as f32)
  std::optional<WeightTable> weights;  ///< when the descriptor says it; else made from tensors
  Fact<double> flops_per_inference;
  Fact<Bytes> activation_bytes;  ///< the most that is alive at once in one run
  NetworkCost network;
  std::string producer;  ///< what wrote the file, and its version: "pytorch 2.8.0, ONNX opset 18"; empty when unsaid
  std::vector<std::string> files;
  Requirements requires_;
  Workload workload;  ///< what the descriptor asks for; flags win
  Goals goals;
  Lifecycle lifecycle;
  std::vector<std::string> unknown;  ///< what the file holds and edgefit does not understand
  std::vector<std::string> warnings;
};

/// Families of images and sound that no engine of language models runs: vit, clip, whisper.
bool is_network_family(std::string_view family);
/// A request is a text of some length: not so for images and sound, and for networks without layers.
bool counts_tokens(const Model& model);

const char* name_of(Task task);
std::optional<Task> find_task(std::string_view name);
const char* name_of(Attention attention);
std::optional<Attention> find_attention(std::string_view name);
const char* name_of(StateKind kind);
std::optional<StateKind> find_state_kind(std::string_view name);

}  // namespace edgefit
