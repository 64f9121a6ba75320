// The flags that make a Case: which box, which engine, which load, which goals (docs/architecture.md).
// Typed values carry the origin `user: --context 8192`; what was not said stays unknown for resolve().
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/flags.h"
#include "edgefit/case.h"
#include "edgefit/catalog.h"
#include "edgefit/read.h"
#include "edgefit/result.h"
#include "edgefit/size.h"

namespace edgefit {

/// Exactly what was typed.
struct CaseFlags {
  std::string host, system, cpu, ram, calibration;
  std::vector<std::string> gpus, additions, facts, goals;
  bool assume_idle = false;
  std::string runtime, backend, context, sequences, prompt, output, depth, kv_type, gpu_layers, batch, ubatch,
      flash_attention, quant, cpu_moe_layers, tensor_split, split_mode, parallel, memory_share, max_requests, projector,
      draft;
  std::vector<std::string> adapters, inputs;
  std::string users, think;
  bool kv_unified = false, no_mmap = false, logits_all = false, cpu_moe = false, no_kv_offload = false,
       swa_full = false, eager = false;
  bool operator==(const CaseFlags&) const = default;
};
void declare_case(Flags& flags, CaseFlags& typed);

/// `--gpu-layers all` and `--cpu-moe`: more than any model has; the engine takes what there is.
inline constexpr int kAllLayers = 9999;

/// Hardware added to a box: `--add gpu=KEY`, `--add ram=32GiB`.
struct Additions {
  std::vector<GpuFlag> gpus;
  Bytes ram{};
};

/// What was typed, checked and typed: everything but the box and the model themselves.
struct CaseSettings {
  BoxFlags box;
  Additions additions;
  Runtime runtime;  ///< profile still open, unless `base` has one
  std::string runtime_name;
  Workload workload;  ///< only what was said
  Goals goals;        ///< only what was said
  const Precision* quant = nullptr;
  std::optional<Users> users;
  InputSizes sizes;  ///< --input and --batch, for networks that leave sizes open
};
/// `base`: the settings that hold where nothing was typed.
Result<CaseSettings> parse_case_flags(const CaseFlags& typed, const Runtime& base = {});

}  // namespace edgefit
