// All formulas, no I/O: bytes, placement, speed, verdict. docs/formulas.md has one heading a rule.
#pragma once

#include <string_view>

#include "edgefit/assessment.h"
#include "edgefit/case.h"
#include "edgefit/figure.h"
#include "edgefit/model.h"

namespace edgefit {

/// Completes a model as a reader left it: derives missing sizes of a generic transformer (marked derived or
/// assumed), makes the weight table from tensors, family or parameter count. Once a model, before any Case.
void prepare(Model& model);
/// The same model with its matrices in another precision, as llama-quantize would write it.
Model requantize(const Model& model, const Precision& precision);
/// Mean bytes a weight of the model's precision; nothing when its name has no row and no digits.
std::optional<double> model_bytes_per_weight(const Model& model);
/// Layers, heads and caches apply: a language model or an encoder, not a vision network without architecture.
bool has_transformer_shape(const Model& model);
/// Fills every unknown member of the workload: descriptor first, then defaults, marked assumed.
Workload resolve(const Workload& asked, const Model& model);

/// People who take turns: each reads and thinks for `think` after an answer before asking again.
struct Users {
  double count = 0;
  Seconds think{30};
};
/// Turns the users into concurrent requests by Little's law, with the time of an answer that the goals allow; unset
/// goals become kUsersFirstToken and kReadingSpeed, marked assumed, so that the law's time is also demanded of the box.
void resolve_users(const Users& users, Workload& load, Goals& goals);
inline constexpr Seconds kUsersFirstToken{2};
/// People read 238 words a minute (Brysbaert 2019, English non-fiction); with 4/3 tokens a word that is 5 a second.
inline constexpr TokensPerSecond kReadingSpeed{5};

/// The backend that runs: the user's choice, else what the box offers best.
Backend backend_of(const Case& question);
/// The neural unit that the case's engine drives; null when its backend is another or the host has none for it.
const Npu* npu_of(const Case& question);
/// The engine's rules are known for this Case: a bill can be made.
bool has_memory_rules(const Case& question);
/// What there is no rule for, in words of the reports: "recurrent layers", "onnxruntime"; empty when there is one.
std::string_view missing_rule(const Case& question);

}  // namespace edgefit
