// What vLLM and its kin take of each GPU: weights of a rank, pages of the KV cache, the peak of a full step.
// They fill a share of each card, and a request that does not fit stops them. docs/formulas.md#vllm
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "edgefit/assessment.h"
#include "size/placement.h"

namespace edgefit {

/// Bytes with the range that the rule is sure of.
struct BytesRange {
  Figure<Bytes> value;
  Bytes low, high;
};

/// One rank for one Case and its settings. Cheap to make; every member function is pure.
class Vllm {
 public:
  Vllm(const Case& question, const ServerSettings& settings, Given given);

  /// Layers that a pipeline stage holds: L / stages, a remainder one each from the last but one backwards.
  LayerRange stage_layers(int stage) const;
  Figure<Bytes> weights(int stage) const;
  /// Bytes that a rank may hold beyond weights(): towers of images and sound that are not shared, further-token layers.
  double doubtful_weights() const;
  /// The cache of all requests of the workload at their full context, on the stage that needs most a layer.
  Figure<Bytes> kv_cache(int stage) const;
  /// The same for one request of so many tokens, in bytes.
  double request_bytes(int stage, double tokens) const;
  /// The larger of one forward pass of a whole batch and the sampler over all requests.
  BytesRange activations() const;
  /// Communication, kernels' workspaces and captured CUDA graphs, of which `beside` bytes lie outside the budget.
  BytesRange overhead(double beside) const;

 private:
  /// Layers that keep the same page.
  struct Kind {
    Attention attention;
    double bytes_a_token;  ///< of one layer, on one rank; 0 for a state
    double state_bytes;    ///< of one layer, on one rank; 0 for a cache
    double layers;
  };
  /// Kinds share one pool of blocks: groups of equally many layers, all pages as large as the largest.
  struct Pages {
    std::vector<Kind> kinds;
    double block = 16;  ///< tokens of the kind with the largest page
    double page = 0;    ///< bytes of a block, a layer
    double group = 0;   ///< layers a group
  };
  /// Bytes of the tensors on one rank: by layer, of the first stage and of the last.
  struct TensorSums {
    std::vector<double> layers;
    double first = 0, last = 0;
    double doubtful = 0;  ///< what a rank may hold besides
    bool output = false;  ///< the output has a table of its own
  };
  std::vector<Kind> kinds_of(LayerRange range) const;
  Pages pages_of(LayerRange range) const;
  double request_blocks(const Pages& pages, double tokens) const;
  double state_bytes() const;
  void add_tensor(const Tensor& tensor);
  double rank_bytes(const Tensor& tensor) const;
  double expert_share() const;
  double marlin_padding() const;
  double cache_element() const;
  double latent_row(int layer) const;

  const Case& case_;
  const Architecture& arch_;
  const ServerSettings& settings_;
  const ServerProfile& server_;
  Given given_;
  int layers_;
  TensorSums tensors_;
};

/// Settings that nobody stated: what the server takes on this card with so many ranks.
ServerSettings vllm_defaults(const Case& question, const Gpu& gpu, int tensor = 1, int pipeline = 1);
/// --gpu-memory-utilization: as stated, vLLM's own, or what other programs leave free of the fullest card.
double vllm_share(const Case& question, std::span<const Device> devices, double usual);
/// False when a stated share is more than what is free on a card: vLLM refuses to start then.
bool vllm_share_is_free(const Case& question, const ServerSettings& settings, std::span<const Device> devices);
/// All of a card as the driver shows it; of the host's memory for a card without its own.
std::optional<Bytes> server_total(const Case& question, const Device& device);
/// What the server sees free on a card before it loads anything.
std::optional<Bytes> server_free(const Case& question, const Device& device);
/// False when heads cannot be shared evenly by so many ranks.
bool vllm_divides(const Architecture& architecture, int tensor);
/// False when whole experts cannot be dealt out so: vLLM deals them to all its tensor ranks.
bool vllm_deals(const Case& question, const ServerSettings& settings);
/// Types of the KV cache that vLLM has: "f16" and its like for the model's own, "fp8".
bool vllm_cache_type(std::string_view type);
/// Why there is no rule for this Case on such a server; empty when there is one. "deepseek_v4", "--backend rocm" ...
std::string_view vllm_gap(const Case& question);

/// The bill of the ranks on their devices: stage by stage, `tensor` ranks each. `devices` holds no other.
std::vector<PoolFit> make_vllm_bill(const Case& question, const ServerSettings& settings,
                                    std::span<const Device> devices, Given given);

/// Why one request at the full context finds no room; nothing when it does.
std::optional<StartRefusal> vllm_refusal(const Case& question, const ServerSettings& settings,
                                         std::span<const Device> devices);

}  // namespace edgefit
