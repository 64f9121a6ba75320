// edgefit's own model descriptor, model.json (edgefit.model 1.x): read here, written by write_model_json.
// The key tables are also what "did you mean" and the schema test look at.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "edgefit/model.h"
#include "edgefit/result.h"
#include "read/json_fields.h"

namespace edgefit {

inline constexpr std::string_view kModelFormat = "edgefit.model";
inline constexpr std::string_view kModelFormatVersion = "1.0";

inline constexpr std::array<std::string_view, 23> kModelKeys = {"$schema",
                                                                "format",
                                                                "format_version",
                                                                "name",
                                                                "task",
                                                                "parameters",
                                                                "active_parameters",
                                                                "input_embedding_parameters",
                                                                "parameter_counts",
                                                                "precision",
                                                                "weight_bytes",
                                                                "file_bytes",
                                                                "weights",
                                                                "architecture",
                                                                "tensors",
                                                                "compute",
                                                                "files",
                                                                "producer",
                                                                "requires",
                                                                "workload",
                                                                "goals",
                                                                "lifecycle",
                                                                "comment"};
inline constexpr std::array<std::string_view, 22> kArchitectureKeys = {"family",
                                                                       "layers",
                                                                       "hidden_size",
                                                                       "heads",
                                                                       "kv_heads",
                                                                       "head_dim",
                                                                       "value_head_dim",
                                                                       "ffn_size",
                                                                       "vocab_size",
                                                                       "tied_embeddings",
                                                                       "max_context",
                                                                       "attention",
                                                                       "window",
                                                                       "kv_layers",
                                                                       "mla",
                                                                       "moe",
                                                                       "ssm",
                                                                       "gated_ffn",
                                                                       "fused_qkv",
                                                                       "causal",
                                                                       "mtp_layers",
                                                                       "comment"};
inline constexpr std::array<std::string_view, 4> kMlaKeys = {"kv_lora_rank", "rope_head_dim", "nope_head_dim",
                                                             "q_lora_rank"};
inline constexpr std::array<std::string_view, 5> kMoeKeys = {"experts", "experts_used", "expert_ffn_size",
                                                             "shared_ffn_size", "dense_layers"};
inline constexpr std::array<std::string_view, 6> kSsmKeys = {"kind", "inner", "state", "conv", "groups", "heads"};
inline constexpr std::array<std::string_view, 12> kWeightsKeys = {
    "token_embedding", "output",       "layers", "experts",   "largest",
    "largest_of",      "cuda_padding", "repack", "tied_copy", "tied_copy_cuda_padding",
    "not_loaded",      "exact"};
inline constexpr std::array<std::string_view, 4> kPlaceKeys = {"token_embedding", "output", "layers", "experts"};
inline constexpr std::array<std::string_view, 4> kCountKeys = {"stored", "with_scales", "elements", "backbone"};
inline constexpr std::array<std::string_view, 8> kComputeKeys = {
    "flops_per_inference",      "activation_bytes",     "nodes",          "integer_flops", "moved_bytes",
    "convolution_weight_bytes", "largest_weight_bytes", "workspace_bytes"};
inline constexpr std::array<std::string_view, 10> kRequiresKeys = {"gpu",
                                                                   "gpu_features",
                                                                   "min_compute_capability",
                                                                   "min_vram",
                                                                   "min_driver",
                                                                   "apis",
                                                                   "cpu_features",
                                                                   "min_ram",
                                                                   "min_disk",
                                                                   "os"};
inline constexpr std::array<std::string_view, 7> kWorkloadKeys = {
    "context", "sequences", "prompt_tokens", "output_tokens", "depth", "kv_type", "kv_type_v"};
inline constexpr std::array<std::string_view, 4> kGoalsKeys = {"time_to_first_token", "tokens_per_second", "latency",
                                                               "inferences_per_second"};
inline constexpr std::array<std::string_view, 7> kLifecycleKeys = {"source_url", "revision", "license",    "sha256",
                                                                   "released",   "owner",    "next_review"};

/// Whole numbers are written without fraction or exponent.
Json json_number(double n);
/// A document for people's eyes as well: objects one key a line, lists on one line.
std::string json_text(const Json& document);

bool looks_like_json(std::string_view head);
/// `source` is the path as the user gave it. Files that the descriptor names are not opened here.
Result<Model> read_model_json(std::string_view text, const std::string& source);

/// Parts of the descriptor; failures go to the report of `fields`.
void read_json_architecture(const Json* value, JsonReport& report, Architecture& a);
/// Needs the architecture: a table has one entry a layer.
void read_json_weights(const Json* value, JsonReport& report, Model& model);
/// Shapes of every tensor, for a known family with all sizes: counts parameters that are not stated.
/// `tied_stated`: whether the descriptor says if the embeddings are tied.
void add_family_tensors(Model& model, bool tied_stated);

}  // namespace edgefit
