// A Case is a question: will this model run on this host so? A Change edits a Case.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "edgefit/host.h"
#include "edgefit/model.h"
#include "edgefit/price.h"
#include "edgefit/runtime.h"
#include "edgefit/workload.h"

namespace edgefit {

class Calibration;

/// How `have` of a pool came about.
enum class HaveBasis : uint8_t { free_now, idle, recorded, described };
const char* name_of(HaveBasis basis);

/// Host and model are shared and never edited in place: copying a Case is cheap, a Change replaces what it edits.
struct Case {
  std::shared_ptr<const Host> host;
  std::shared_ptr<const Model> model;  ///< with `weights` set: see prepare()
  // Models that the engine loads beside it, likewise prepared.
  std::shared_ptr<const Model> projector;              ///< turns images or sound into tokens (--mmproj); may be none
  std::vector<std::shared_ptr<const Model>> adapters;  ///< LoRA (--lora)
  std::shared_ptr<const Model> draft;                  ///< proposes tokens (--draft); may be none
  Runtime runtime;
  Workload workload;  ///< complete: see resolve()
  Goals goals;
  bool assume_idle = false;
  std::shared_ptr<const Calibration> calibration = {};  ///< real runs on this box; may be none
};

/// One edit, in the words of the plan: `+ add 1x geforce-rtx-4090`.
struct Change {
  enum class Op : uint8_t { add, change, remove, replace };
  Op op = Op::change;
  std::string what;      ///< "quant" "gpu" "ram" "context" ...
  std::string from, to;  ///< ids, not sentences: "q8_0" -> "q4_k_m", "" -> "geforce-rtx-4090"
  double quantity = 1;
  Price price;  ///< of all pieces
  std::function<Case(const Case&)> apply;
};

}  // namespace edgefit
