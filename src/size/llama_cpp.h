// What llama.cpp allocates, buffer by buffer: the rules of release v0.5.0, checked against its own planning.
// Ranges of layers are half-open; a device holds the layers of its range. docs/formulas.md#llamacpp
#pragma once

#include "edgefit/case.h"
#include "edgefit/figure.h"

namespace edgefit {

/// More sequences at a time llama.cpp refuses: LLAMA_MAX_SEQ in llama-cparams.h.
inline constexpr double kMostSequences = 256;

struct LayerRange {
  int first = 0, last = 0;
  bool empty() const { return first >= last; }
  int count() const { return empty() ? 0 : last - first; }
};

/// Sums over a range of layers, by what a layer keeps.
struct CacheSums {
  double full_heads = 0, sliding_heads = 0;  ///< KV heads, all layers of the kind together
  double mla_layers = 0, recurrent_layers = 0;
  double attention_layers = 0;
  double full_layers = 0;  ///< of them those that see the whole context
};

/// The engine's buffers for one Case, as figures. Cheap to make; every member function is pure.
class LlamaCpp {
 public:
  LlamaCpp(const Case& question, Given given);

  int layers() const { return layers_; }
  /// As -ngl counts them, with the further-token layers that stay in the file.
  int counted_layers() const { return layers_ + static_cast<int>(arch_.mtp_layers); }
  bool flash_attention() const { return flash_; }
  double micro_batch() const { return ub_; }
  /// Rows of logits that one micro-batch makes.
  double output_rows() const;
  /// A product of so many rows with a weight in host memory is computed on the first GPU, which copies the weight.
  bool borrows(double rows) const;

  /// Weights of a device: its layers, the output matrix when `with_output` (a copy when tied), CUDA padding.
  Figure<Bytes> device_weights(LayerRange range, bool with_output, bool cuda) const;
  /// Weights that stay in host memory: embeddings, layers outside the GPUs, the output when it stays.
  Figure<Bytes> host_weights(LayerRange range, bool with_output, bool repack) const;
  bool experts_on_host(int layer) const { return layer < case_.runtime.cpu_moe_layers; }
  /// The largest tensor in host memory: of these layers, and of experts kept there; copied to the GPU for large
  /// batches.
  double largest_weight(LayerRange host) const;
  /// Experts of GPU layers that stay in host memory (--cpu-moe).
  double host_experts(LayerRange device) const;
  /// The matrix that makes logits: its own, or the embedding when tied.
  double output_matrix() const;

  Figure<Bytes> kv_cache(LayerRange range, bool cuda) const;
  Figure<Bytes> recurrent_state(LayerRange range) const;
  /// Logits of the rows that are asked for; in host memory.
  Figure<Bytes> output_buffer() const;

  /// What a device computes: its layers, the logits, and layers of the host whose weights it borrows.
  struct DeviceWork {
    LayerRange own;
    LayerRange borrowed;  ///< layers in host memory
    bool logits = false;  ///< computes the output
    bool output_on_host = false;
    bool first = true, several = false;
    bool cuda = true;    ///< rows are padded, a quantised cache is copied to f16
    bool device = true;  ///< false: the CPU backend
  };
  Figure<Bytes> device_compute(const DeviceWork& work) const;
  /// Inputs, masks, the scans of layers in host memory and, without a GPU, the whole graph. `several` = the devices
  /// work as a pipeline, see pipelined().
  Figure<Bytes> host_compute(bool gpu, LayerRange host, bool several = false) const;
  /// llama.cpp lets several devices work on different micro-batches at a time when all is on them.
  bool pipelined(size_t devices, int gpu_layers) const;

  CacheSums sums(LayerRange range) const;
  /// Bytes of K and V of `depth` tokens that one decode step reads, all sequences of one request.
  double kv_bytes_read(LayerRange range, double depth) const;

 private:
  Figure<Bytes> phases(const DeviceWork& work) const;
  Figure<Bytes> borrowed_hidden(const DeviceWork& work) const;
  Figure<Bytes> behind_last_layer(const DeviceWork& work) const;
  bool attends_on_host(bool host_cache) const;
  double row_width() const;
  Figure<Bytes> logits_phase(bool device) const;
  Figure<Bytes> feed_forward_phase() const;
  Figure<Bytes> moe_phase() const;
  Figure<Bytes> attention_phase(bool device) const;
  Figure<Bytes> dequantised_cache_phase(bool cuda) const;
  Figure<Bytes> state_phase() const;
  Figure<Bytes> encoder_phase() const;
  Figure<Bytes> masks() const;
  Figure<Bytes> host_state(LayerRange host) const;
  double logits_tail(bool device) const;
  double state_floats() const;
  double quantised_padding(LayerRange range) const;
  double layer_kv_bytes(int layer) const;
  double largest_layer_kv(LayerRange range) const;
  bool all_alike() const { return arch_.attention.empty() && arch_.kv_heads_by_layer.empty(); }

  const Case& case_;
  const Architecture& arch_;
  const WeightTable& weights_;
  Given given_;
  int layers_;
  bool flash_;
  double n_ctx_, ub_, streams_, sequences_;
  double cells_full_, cells_sliding_;
  bool has_full_ = false, has_sliding_ = false, has_mla_ = false, has_recurrent_ = false;
  const GgmlType* k_type_;
  const GgmlType* v_type_;
};

}  // namespace edgefit
