// The answer to a Case: numbers, ids and enums, no sentences. Texts are made in answer.cc and report/.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "edgefit/case.h"
#include "edgefit/figure.h"

namespace edgefit {

/// What a byte is for. `runtime` lies outside the engine's own buffers (driver context, libraries, process).
enum class Term : uint8_t { weights, kv_cache, recurrent_state, compute, output, runtime, projector, draft, adapter };
const char* name_of(Term term);

/// One line of the bill of bytes. `bytes` is a whole number.
struct Line {
  Term term;
  Figure<Bytes> bytes;
  Bytes low, high;
};

/// One memory pool: what the model needs there, what there is.
struct PoolFit {
  int pool = 0;               ///< index in pools_of(host)
  Interval<Bytes> need{};     ///< sums of the lines
  std::optional<Bytes> have;  ///< unknown = nothing
  /// What is there even by the smaller of two sources that disagree; unknown = they agree. Beyond it a fit is probable.
  std::optional<Bytes> sure;
  HaveBasis basis = HaveBasis::free_now;
  std::vector<Line> lines;
  /// The part of `need` that devices without memory of their own hold, and the most that their driver lets them.
  Interval<Bytes> device_need{};
  std::optional<Bytes> device_limit;
};

/// How a server that fills a share of each card is started: vLLM and its kin.
struct ServerSettings {
  int tensor = 1;                ///< ranks that share every layer by heads and columns
  int pipeline = 1;              ///< stages that share the layers
  int expert = 1;                ///< ranks among which whole experts are dealt out
  double max_requests = 256;     ///< --max-num-seqs
  double batched_tokens = 2048;  ///< --max-num-batched-tokens
  double memory_share = 0.92;    ///< --gpu-memory-utilization, of the whole card; of what is free with others
  double usual_share = 0.92;     ///< the server's own
  bool defaults = true;          ///< max_requests is the server's own
  bool eager = false;            ///< no CUDA graphs
};

/// What the server's start-up finds too small: the cache of one request at the full context.
struct StartRefusal {
  Bytes needed{}, available{};  ///< of one rank; available may be below zero
  double longest = 0;           ///< tokens that would start; 0 = none
};

struct Placement {
  int gpu_layers = 0;      ///< llama.cpp's -ngl really used
  int layers = 0;          ///< layers of the model
  std::vector<int> split;  ///< layers a GPU, output counted as one
  std::optional<ServerSettings> server = {};
};

enum class BoundBy : uint8_t { none, memory_bandwidth, compute, overhead, link, storage };
const char* name_of(BoundBy bound);

/// Why a speed is missing.
enum class SpeedGap : uint8_t { none, does_not_fit, bandwidth_unknown, compute_unknown, no_rule, weights_unknown };
const char* name_of(SpeedGap gap);

template <class Q>
struct Estimate {
  Figure<Q> value;
  Q low{}, high{};
};

/// What a speed rests on before any calibration, and what the hardware allows at most.
struct SpeedBasis {
  Backend backend = Backend::cpu;
  int devices = 1;
  double seconds = 0;       ///< a token
  TokensPerSecond limit{};  ///< every active weight read at peak, or every operation done at peak; 0 = not known
};

struct Speed {
  SpeedGap gap = SpeedGap::none;
  BoundBy bound_by = BoundBy::none;
  std::optional<Estimate<TokensPerSecond>> decode, decode_total, prefill;
  std::optional<Estimate<Seconds>> time_to_first_token, load, latency;
  std::optional<Estimate<Hertz>> inferences_per_second;
  std::optional<Estimate<Seconds>> answer_time;              ///< first token and the rest of an answer
  std::optional<Estimate<TokensPerJoule>> tokens_per_joule;  ///< all requests together, at the devices' power limits
  /// Of one request and of prompts; nothing where several kinds of devices share the work.
  std::optional<SpeedBasis> decode_basis, prefill_basis;
};

enum class CheckStatus : uint8_t { pass, warn, fail, unknown, not_applicable };
const char* name_of(CheckStatus status);

/// The checks of `assess`, in the order of their ids EF-FIT-001, 002 ... Ids are never reused.
enum class FitCheck : uint8_t {
  host_memory,         // EF-FIT-001
  gpu_memory,          // EF-FIT-002
  disk_space,          // EF-FIT-003
  gpu_present,         // EF-FIT-004
  compute_capability,  // EF-FIT-005
  driver_version,      // EF-FIT-006
  gpu_features,        // EF-FIT-007
  gpu_api,             // EF-FIT-008
  cpu_features,        // EF-FIT-009
  operating_system,    // EF-FIT-010
  context_length,      // EF-FIT-011
  minimum_ram,         // EF-FIT-012
  minimum_vram,        // EF-FIT-013
  goal_first_token,    // EF-FIT-014
  goal_decode,         // EF-FIT-015
  goal_latency,        // EF-FIT-016
  goal_inferences,     // EF-FIT-017
  model_understood,    // EF-FIT-018
  unusable_device,     // EF-FIT-019
  engine_support,      // EF-FIT-020
};
inline constexpr int kFitCheckCount = 20;

/// One check. `required` and `detected` are numbers in `unit` or words; a word points into the Case.
struct Finding {
  FitCheck check{};
  CheckStatus status = CheckStatus::not_applicable;
  const char* unit = "1";
  std::optional<double> required, detected;
  std::string_view required_word, detected_word;
  bool decides = false;  ///< an unknown here could change the verdict
};

/// The detected word of host_memory where `detected` is PoolFit::sure.
inline constexpr std::string_view kSureMemory = "memory.usable_sure";

/// Worst wins: not_ready > unknown > tight > ready.
enum class Verdict : uint8_t { ready, tight, unknown, not_ready };
const char* name_of(Verdict verdict);
/// 0 ready or tight, 1 not ready, 3 unknown.
int exit_code_of(Verdict verdict);

struct Assessment {
  Verdict verdict = Verdict::unknown;
  Placement placement;
  std::vector<PoolFit> pools;  ///< ram first
  Speed speed;
  std::vector<Finding> findings;
  std::optional<StartRefusal> refusal;  ///< with the settings of `placement`
};

/// The one verb. Pure: no I/O, no clock. With a Trace every figure can be explained.
Assessment assess(const Case& question, Trace* trace = nullptr);

/// Largest workloads that still are ready or tight with everything else as asked; 0 when none is.
struct Limits {
  double max_context = 0, max_sequences = 0;
};
Limits limits_of(const Case& question);

}  // namespace edgefit
