// The engine decides the bytes: llama.cpp, vLLM and ONNX Runtime hold caches and buffers differently.
// A profile is a set of dated facts about one release; settings are what the user may turn.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "edgefit/units.h"

namespace edgefit {

enum class Backend : uint8_t { cuda, rocm, vulkan, metal, sycl, cpu, npu };
const char* name_of(Backend backend);
std::optional<Backend> find_backend(std::string_view name);

/// Which code in size/ applies.
enum class EngineRules : uint8_t { llama_cpp, vllm, sglang, tensorrt_llm, onnxruntime, other };
const char* name_of(EngineRules rules);  ///< "llama.cpp" "vllm" "sglang" "tensorrt-llm" "onnxruntime" "other"
/// Servers that share layers among ranks and fill a share of each card: vLLM, SGLang, TensorRT-LLM.
constexpr bool fills_cards(EngineRules rules) {
  return rules == EngineRules::vllm || rules == EngineRules::sglang || rules == EngineRules::tensorrt_llm;
}
std::optional<EngineRules> find_engine_rules(std::string_view name);

/// Facts about one backend of one release. Source and date stand in profiles/runtimes/*.json.
struct BackendProfile {
  Backend backend;
  // Outside the engine's own buffers, a process and device: base + per_sm x SM count, in bytes.
  double runtime_low, runtime_low_per_sm;
  double runtime_typical, runtime_typical_per_sm;
  double runtime_high, runtime_high_per_sm;
  double driver_reserve_fraction;  ///< of marketing VRAM, for described boxes
  // Speed, docs/formulas.md#speed.*
  double bandwidth_efficiency;     ///< share of peak bandwidth when reading weights
  double seconds_per_layer;        ///< launch and synchronisation, a layer and token
  double moe_extra;                ///< further share of bytes read by expert routing
  double kv_read_factor;           ///< KV bytes x this
  double compute_efficiency;       ///< share of dense FP16 peak in prefill
  double decode_low, decode_high;  ///< interval factors from the measured residuals
  double prefill_low, prefill_high;
  double batch_cost = 0.32;  ///< decode step time grows by this share with each further sequence
  // What was not measured is said by the two `known` members, never by a zero.
  double runtime_typical_cc9 = 0;        ///< added to typical from compute capability 9.0 (larger cuBLAS workspace)
  double compute_efficiency_cc12 = 0;    ///< compute_efficiency from compute capability 12.0
  double decode_compute_factor = 1;      ///< unpacking weights: 2 x active parameters x this / vector peak
  double prefill_seconds_per_layer = 0;  ///< a layer and micro-batch of 512 tokens; pairs with compute_efficiency
  // The most of host memory that a device without its own may hold, when the driver does not say; 0 = all of it.
  double shared_share = 0;                          ///< of host memory
  double shared_share_large = 0, shared_large = 0;  ///< another share from so many bytes of host memory on
  // Shares and factors of older NVIDIA generations, by compute capability; 0 = as the newer ones.
  double decode_compute_factor_cc6 = 0;                           ///< below 7.0
  double compute_efficiency_cc6 = 0, compute_efficiency_cc7 = 0;  ///< below 7.0, below 8.0
  double compute_efficiency_vnni = 0;  ///< of processors with 8-bit dot products (AVX512-VNNI, AVX-VNNI)
  double half_accumulation = 0;        ///< 1: prompts go through the faster matrix rate that sums in 16 bits
  double prefill_moe_factor = 1;       ///< operations of a prompt x this with experts
  double split_exponent = 0;           ///< n devices that share every layer read n^this as fast as one
  // Networks that answer at once: operations / (share of peak) + seconds an inference, with the interval's factors.
  double inference_efficiency = 0, inference_seconds = 0, inference_low = 0, inference_high = 0;
  double inference_efficiency_int8 = 0, inference_efficiency_fp32 = 0;  ///< of the same peak; 0 = as in 16 bits
  bool memory_known = true;  ///< false: the engine has this backend, its runtime_* were never measured
  bool speed_known = true;   ///< false: the same for the speed members
  std::string_view source = {};
};

/// What a release of a server that fills_cards() takes when nobody says otherwise, and what its start-up was seen to
/// take. Bytes; 0 = the release has no such thing.
struct ServerProfile {
  double memory_share = 0;     ///< of the card (vLLM), of what is free after the weights (TensorRT-LLM)
  double graphs_in_share = 0;  ///< 1: captured CUDA graphs count inside the share; 0: they need room beside it
  double sliding_saved = 0;    ///< 1: sliding layers keep their window only; 0: the whole context, as full ones
  double whole_prompt = 0;     ///< a prompt of up to so many tokens is one step (V0 engine of vLLM)
  double block = 0;            ///< tokens of a block of the KV cache
  double latent_block = 0;     ///< the same of MLA
  // Settings by class of card: from large_card bytes on (vLLM: A100 excepted), and below.
  double large_card = 0;
  double requests = 0, requests_large = 0, tokens = 0, tokens_large = 0;
  // Copies of the logits in f32 that the sampler keeps.
  double sampler_low = 0, sampler_typical = 0, sampler_high = 0;
  // Outside PyTorch's allocator, a rank: alone, and with others (communication).
  double outside_low = 0, outside_typical = 0, outside_high = 0;
  double several_low = 0, several_typical = 0, several_high = 0;
  double graphs_low = 0, graphs_typical = 0, graphs_high = 0;  ///< captured CUDA graphs, a rank
  double weights_low = 0, weights_high = 0;                    ///< factors: what loading was seen to take
  // Host memory of the processes: the server itself, and each rank.
  double host_low = 0, host_typical = 0, host_high = 0;
  double host_rank_low = 0, host_rank_typical = 0, host_rank_high = 0;
  double swap_space = 0;  ///< pinned at start, a rank (V0 engine of vLLM)
};

struct RuntimeProfile {
  std::string_view name;     ///< "llama.cpp"
  std::string_view release;  ///< "v0.5.0"
  std::string_view date;     ///< "2026-11"
  EngineRules rules;
  std::string_view command;  ///< "llama-server"
  double fit_margin;         ///< bytes a device the engine leaves free when it fits layers by itself
  double constant_seconds;   ///< added to the first token: HTTP, tokeniser, scheduler
  std::span<const BackendProfile> backends;
  std::string_view source = {}, as_of = {};
  ServerProfile server = {};
  const BackendProfile* find(Backend backend) const {
    for (const auto& b : backends)
      if (b.backend == backend) return &b;
    return nullptr;
  }
};

enum class FlashAttention : uint8_t { automatic, on, off };

/// How several devices share a model: by layers, not at all, by rows of each matrix, by heads and columns.
enum class SplitMode : uint8_t { layer, none, row, tensor };
const char* name_of(SplitMode mode);  ///< "layer" "none" "row" "tensor", as llama.cpp's -sm

/// What the user may turn. `gpu_layers` counts as llama.cpp's -ngl: layers + 1 is everything.
struct Runtime {
  const RuntimeProfile* profile = nullptr;
  Backend backend = Backend::cpu;
  bool backend_chosen = false;    ///< by the user, not by the box
  std::optional<int> gpu_layers;  ///< nothing = auto
  double batch = 2048, ubatch = 512;
  FlashAttention flash_attention = FlashAttention::automatic;
  bool mmap = true;
  bool kv_unified = false;
  bool logits_all = false;
  bool swa_full = false;   ///< sliding layers keep the whole context
  int cpu_moe_layers = 0;  ///< experts of the first so many layers stay in host memory
  bool op_offload = true;  ///< large batches of host layers are computed on the GPU
  bool kv_offload = true;  ///< KV cache on the GPU beside its layers
  SplitMode split_mode = SplitMode::layer;
  int tensor_parallel = 0;           ///< ranks that share every layer (vLLM); 0 = the fewest that fit
  int pipeline_parallel = 0;         ///< stages that share the layers (vLLM); 0 = one
  int expert_parallel = 0;           ///< ranks among which whole experts are dealt out; 0 = every expert is cut
  double memory_share = 0;           ///< --gpu-memory-utilization and its like; 0 = the server's own
  double max_requests = 0;           ///< --max-num-seqs and its like; 0 = the server's own, fewer where that helps
  bool eager = false;                ///< no CUDA graphs
  std::vector<double> tensor_split;  ///< share of each device in the order of use; empty = by free memory
};

}  // namespace edgefit
